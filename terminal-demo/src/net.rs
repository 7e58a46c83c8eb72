//! HTTP and TLS for the core, which has none: [`SyncSession`] says what to send, this sends it.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use fieldcore::limits::ANSWER_BYTES_MAX;
use fieldcore::sync::{Answer, Method, Request, Step, SyncEvent, SyncSession, Waiting};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use crate::args::Reach;
use crate::exit::Failure;

/// One request, connecting and all, may take so long; a full bundle at 64 kbit/s takes 35 s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Where Linux systems keep the certificates that they trust.
const SYSTEM_ROOTS: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

/// The way to one hub.
pub(crate) struct Link {
    agent: ureq::Agent,
    base: String,
    /// Why the last request had no answer, in the system's words.
    why: Mutex<Option<String>>,
}

impl Link {
    /// The way to the hub at `url`; `ca` names the authority of its certificate where the system
    /// does not know it.
    pub(crate) fn new(url: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        Self::with_timeout(url, ca, REQUEST_TIMEOUT)
    }

    /// A way that is only asked whether somebody answers at its end.
    pub(crate) fn probe(url: &str, ca: Option<&Path>, within: Duration) -> Result<Self, Failure> {
        Self::with_timeout(url, ca, within)
    }

    /// Whether anybody answers at all; for the self-test, where no network is only a fact.
    pub(crate) fn answers(&self) -> bool {
        self.agent.get(&self.base).call().is_ok()
    }

    fn with_timeout(url: &str, ca: Option<&Path>, timeout: Duration) -> Result<Self, Failure> {
        let base = url.trim_end_matches('/').to_owned();
        if !base.starts_with("http://") && !base.starts_with("https://") {
            return Err(Failure::No(format!("`{base}` is no address of a hub; it begins with https:// or http://")));
        }
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(timeout))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .user_agent(concat!("fieldcore-terminal/", env!("CARGO_PKG_VERSION")));
        if base.starts_with("https://") {
            config = config.tls_config(tls(ca)?);
        }
        if is_loopback(&base) {
            config = config.proxy(None);
        }
        Ok(Self { agent: config.build().new_agent(), base, why: Mutex::new(None) })
    }

    /// Sends one request of a session. Whatever goes wrong on the way is [`Answer::None`].
    pub(crate) fn exchange(&self, request: &Request) -> Answer {
        let tried = self.try_exchange(request);
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = tried.as_ref().err().map(ToString::to_string);
        tried.unwrap_or(Answer::None)
    }

    /// Why the last request had no answer; `None` if it had one.
    pub(crate) fn why(&self) -> Option<String> {
        self.why.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn try_exchange(&self, request: &Request) -> Result<Answer, ureq::Error> {
        let url = format!("{}{}", self.base, request.path);
        let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let mut response = match request.method {
            Method::Get => headers.fold(self.agent.get(&url), |call, (name, value)| call.header(name, value)).call()?,
            Method::Post => headers
                .fold(self.agent.post(&url), |call, (name, value)| call.header(name, value))
                .send(&request.body[..])?,
        };
        let mut body = Vec::new();
        let limit = ANSWER_BYTES_MAX as u64 + 1;
        // A body that breaks off is handed over as far as it came: whole items in it count.
        let _ = response.body_mut().as_reader().take(limit).read_to_end(&mut body);
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(Answer::Http { status: response.status().as_u16(), headers, body })
    }
}

fn tls(ca: Option<&Path>) -> Result<TlsConfig, Failure> {
    // A second install answers an error that says no more than that the first one stands.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let roots = match ca {
        Some(file) => certificates(file)?,
        None => SYSTEM_ROOTS.iter().find_map(|file| certificates(Path::new(file)).ok()).ok_or_else(|| {
            Failure::No(
                "this system has no list of trusted certificates; name the hub's authority with --ca".to_owned(),
            )
        })?,
    };
    let roots = RootCerts::Specific(Arc::new(roots));
    Ok(TlsConfig::builder().provider(TlsProvider::Rustls).root_certs(roots).build())
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let pem = std::fs::read(file).map_err(|source| Failure::Input { path: PathBuf::from(file), source })?;
    let found: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(Failure::No(format!("{} holds no certificate in PEM form", file.display())));
    }
    Ok(found)
}

/// A proxy of the environment is never asked for an address of this machine.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.starts_with("127.") || rest.starts_with("localhost") || rest.starts_with("[::1]")
}

/// The hub's address: the one that was asked for, else the invitation's.
pub(crate) fn link(reach: &Reach, invited: Option<String>) -> Result<Option<Link>, Failure> {
    let Some(url) = reach.hub.clone().or(invited) else { return Ok(None) };
    Link::new(&url, reach.ca.as_deref()).map(Some)
}

/// What turning a session came to.
#[derive(Default)]
pub(crate) struct Turned {
    /// Requests sent.
    pub(crate) requests: u32,
    /// Of these, the ones that no hub answered usably.
    pub(crate) failed: u32,
    /// What happened, in order.
    pub(crate) events: Vec<SyncEvent>,
    /// Why the session waits now; `None` if time ran out first.
    pub(crate) waiting: Option<Waiting>,
    /// Milliseconds that it would wait.
    pub(crate) after_ms: u64,
}

/// Turns `session` over `link` until nothing is left to do, or until it would have to wait beyond
/// `deadline`; pauses that end before it are waited for.
pub(crate) fn turn(session: &mut SyncSession, link: &Link, deadline: Instant) -> fieldcore::Result<Turned> {
    let mut turned = Turned::default();
    loop {
        match session.next()? {
            Step::Send(request) => {
                let events = session.done(request.id, &link.exchange(&request))?;
                turned.requests += 1;
                turned.failed += u32::from(events.iter().any(is_failure));
                turned.events.extend(events);
            }
            Step::Wake { after_ms, why: Waiting::BackingOff } => {
                let until = Instant::now() + Duration::from_millis(after_ms);
                if until > deadline {
                    return Ok(Turned { waiting: Some(Waiting::BackingOff), after_ms, ..turned });
                }
                std::thread::sleep(Duration::from_millis(after_ms));
            }
            Step::Wake { after_ms, why } => return Ok(Turned { waiting: Some(why), after_ms, ..turned }),
        }
        if Instant::now() >= deadline {
            return Ok(turned);
        }
    }
}

/// Whether an event says that a request failed on the way or was not answered by the hub.
pub(crate) const fn is_failure(event: &SyncEvent) -> bool {
    matches!(
        event,
        SyncEvent::NoAnswer { .. }
            | SyncEvent::NotTheHub { .. }
            | SyncEvent::HubBusy { .. }
            | SyncEvent::Incomplete { .. }
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;

    use super::*;

    /// Answers one connection with `answer` and hands back what was asked.
    fn serve(answer: &'static [u8]) -> (String, std::thread::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = vec![0; 4096];
            let count = stream.read(&mut asked).unwrap();
            stream.write_all(answer).unwrap();
            asked.truncate(count);
            asked
        });
        (url, thread)
    }

    fn post() -> Request {
        let headers = vec![("content-type", "x/y".to_owned())];
        Request { id: 1, method: Method::Post, path: "/v1/bundles".to_owned(), headers, body: b"FCB1".to_vec() }
    }

    #[test]
    fn any_status_is_an_answer_and_its_headers_come_along() {
        let (url, server) = serve(b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno");
        let answer = Link::new(&url, None).unwrap().exchange(&post());
        let Answer::Http { status, headers, body } = answer else { panic!("an answer came") };
        assert_eq!((status, &body[..]), (503, &b"no"[..]));
        assert!(headers.contains(&("retry-after".to_owned(), "7".to_owned())));
        let asked = String::from_utf8(server.join().unwrap()).unwrap();
        assert!(asked.starts_with("POST /v1/bundles HTTP/1.1\r\n") && asked.contains("content-type: x/y"), "{asked}");
    }

    #[test]
    fn a_redirect_is_not_followed_and_a_cut_body_is_kept() {
        let (url, server) = serve(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
        assert!(matches!(Link::new(&url, None).unwrap().exchange(&post()), Answer::Http { status: 302, .. }));
        server.join().unwrap();
        let (url, server) = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nFCB1");
        let Answer::Http { body, .. } = Link::new(&url, None).unwrap().exchange(&post()) else {
            panic!("an answer came")
        };
        assert_eq!(body, b"FCB1");
        server.join().unwrap();
    }

    #[test]
    fn silence_is_no_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let link = Link::new(&url, None).unwrap();
        assert_eq!(link.exchange(&post()), Answer::None);
        assert!(link.why().is_some_and(|why| !why.is_empty()));
        assert!(Link::new("hub.example", None).is_err());
    }
}
