//! Requests and answers as plain data: the shell sends them by whatever its platform offers.

use chrono::{DateTime, NaiveDateTime};

use crate::limits::ANSWER_BYTES_MAX;

/// The media type of a bundle.
pub const BUNDLE_TYPE: &str = "application/vnd.fieldcore.bundle";

/// How a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`, without a body.
    Get,
    /// `POST`, with a body.
    Post,
}

impl Method {
    /// The method's word in HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What the shell is asked to send to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Names the request; handed back with its answer.
    pub id: u64,
    /// How it is sent.
    pub method: Method,
    /// Path and query below the hub's address, from `/`.
    pub path: String,
    /// Headers to set, besides those that the platform sets itself.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for `GET`.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An HTTP answer, whoever gave it.
    Http {
        /// The status code.
        status: u16,
        /// The headers, names in any case.
        headers: Vec<(String, String)>,
        /// The body; the shell may cut it at [`ANSWER_BYTES_MAX`] bytes.
        body: Vec<u8>,
    },
    /// No answer: no network, a time-out, a broken connection, TLS refused.
    None,
}

impl Answer {
    /// A header's value, by its name in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let Self::Http { headers, .. } = self else { return None };
        headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// How long `Retry-After` asks for, in seconds or as a date (RFC 9110, section 10.2.3). A date is
    /// held against the answer's own `Date`, because the clock here may be years off; against
    /// `wall_ms` where the answer has none.
    pub(super) fn retry_after_ms(&self, wall_ms: i64) -> Option<u64> {
        let asked = self.header("retry-after")?.trim();
        if let Ok(seconds) = asked.parse::<u64>() {
            return Some(seconds.saturating_mul(1000));
        }
        let now_ms = self.header("date").and_then(http_date_ms).unwrap_or(wall_ms);
        Some(u64::try_from(http_date_ms(asked)?.saturating_sub(now_ms)).unwrap_or(0))
    }

    /// The body, if the answer is a success that claims to be a bundle and is not over-long.
    pub(super) fn bundle(&self) -> Option<&[u8]> {
        match self {
            Self::Http { status: 200, body, .. } if body.len() <= ANSWER_BYTES_MAX => Some(body),
            _ => None,
        }
    }
}

/// A date of HTTP in any of its three forms (RFC 9110, section 5.6.7), milliseconds since 1970.
fn http_date_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    let obsolete = || {
        ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .map(|time| time.and_utc().timestamp_millis())
    };
    DateTime::parse_from_rfc2822(text).map(|time| time.timestamp_millis()).ok().or_else(obsolete)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)], wall_ms: i64) -> Option<u64> {
        let headers = headers.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Answer::Http { status: 503, headers, body: Vec::new() }.retry_after_ms(wall_ms)
    }

    #[test]
    fn a_date_is_held_against_the_answers_own_clock() {
        let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
        for later in ["Sun, 06 Nov 1994 08:51:37 GMT", "Sunday, 06-Nov-94 08:51:37 GMT", "Sun Nov  6 08:51:37 1994"] {
            assert_eq!(asked(&[("Retry-After", later), date], 0), Some(120_000), "{later}");
        }
        assert_eq!(asked(&[("Retry-After", "Sun, 06 Nov 1994 08:49:00 GMT"), date], 0), Some(0), "in the past");
        assert_eq!(asked(&[("Retry-After", "Thu, 01 Jan 1970 00:01:00 GMT")], 15_000), Some(45_000), "no Date");
    }

    #[test]
    fn seconds_are_seconds_and_nonsense_asks_for_nothing() {
        assert_eq!(asked(&[("retry-after", " 60 ")], 0), Some(60_000));
        assert_eq!(asked(&[("retry-after", "soon")], 0), None);
        assert_eq!(asked(&[("retry-after", "-1")], 0), None);
        assert_eq!(asked(&[], 0), None);
    }
}
