//! Errors over HTTP: a status, and `{code, what, next}`.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::limits::RETRY_AFTER_S;

/// An answer that says no.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    what: String,
    next: String,
    retry_after_s: Option<u32>,
}

impl Problem {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        what: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self { status, code, what: what.into(), next: next.into(), retry_after_s: None }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (status, code) = match &error {
            Error::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Error::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            Error::Unreadable { .. } => (StatusCode::BAD_REQUEST, "unreadable"),
            Error::Core(fieldcore::Error::Decode { .. } | fieldcore::Error::Invalid { .. }) => {
                (StatusCode::BAD_REQUEST, "unreadable")
            }
            Error::Core(fieldcore::Error::Limit { .. }) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Error::Unknown { .. } => (StatusCode::NOT_FOUND, "unknown"),
            Error::Refused { .. } => (StatusCode::CONFLICT, "refused"),
            Error::Store { .. } | Error::NoKey { .. } => (StatusCode::SERVICE_UNAVAILABLE, "store"),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        let retry_after_s = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(match &error {
            Error::Busy { retry_after_s } => *retry_after_s,
            _ => RETRY_AFTER_S,
        });
        let next = match code {
            "busy" | "stopping" | "store" => "send it again later; nothing of it was saved",
            "unreadable" => "send it again; if it is refused again, the device keeps it and shows this text",
            "too_large" => "send smaller bundles",
            _ => "ask the hub's operator",
        };
        if status.is_server_error() && code != "busy" {
            tracing::error!(%error, "a request failed");
        }
        Self { status, code, what: error.to_string(), next: next.to_owned(), retry_after_s }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        let next = "write each parameter once, as docs/wire-format.md says";
        Self::new(rejection.status(), "bad_query", "what stands behind the `?` is not readable", next)
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "bad_path", "the address is not UTF-8", "write it percent-encoded, in UTF-8")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({"code": self.code, "what": self.what, "next": self.next});
        let mut response = (self.status, axum::Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
