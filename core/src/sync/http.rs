//! Requests and answers as plain data: the shell sends them by whatever its platform offers.

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

    /// Seconds of `Retry-After`, in its number form (RFC 9110, section 10.2.3).
    pub(super) fn retry_after_ms(&self) -> Option<u64> {
        self.header("retry-after")?.trim().parse::<u64>().ok().map(|seconds| seconds.saturating_mul(1000))
    }

    /// The body, if the answer is a success that claims to be a bundle and is not over-long.
    pub(super) fn bundle(&self) -> Option<&[u8]> {
        match self {
            Self::Http { status: 200, body, .. } if body.len() <= ANSWER_BYTES_MAX => Some(body),
            _ => None,
        }
    }
}
