//! A link that drops, delays, repeats, reorders and truncates, in both directions, by seed.

use fieldcore::DeviceId;
use fieldcore::sync::{Answer, Method, Request};
use fieldcore_hub::Hub;

use crate::rng::Rng;

/// How bad a link is: chances in a hundred, for each direction where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    /// Lost, each direction.
    pub drop: u64,
    /// Arrives twice.
    pub repeat: u64,
    /// Kept back and delivered later, after others.
    pub delay: u64,
    /// Cut off at a random byte, each direction.
    pub truncate: u64,
    /// Somebody else answers: a captive portal, a proxy, a busy hub.
    pub stranger: u64,
}

impl Weather {
    /// Nothing goes wrong.
    pub const FAIR: Self = Self { drop: 0, repeat: 0, delay: 0, truncate: 0, stranger: 0 };
    /// About half of all exchanges go wrong somehow.
    pub const BAD: Self = Self { drop: 15, repeat: 12, delay: 10, truncate: 12, stranger: 8 };
}

/// What happened on a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkFigures {
    /// Requests that phones sent.
    pub requests: u64,
    /// Of these, ones without a whole answer of the hub.
    pub failed: u64,
    /// Bytes that phones sent.
    pub bytes_up: u64,
    /// Bytes that came back.
    pub bytes_down: u64,
}

/// The link between phones and one hub.
#[derive(Debug)]
pub struct Link {
    rng: Rng,
    /// How bad it is now.
    pub weather: Weather,
    late: Vec<Request>,
    /// What happened so far.
    pub figures: LinkFigures,
    /// Every exchange, for comparing two runs of a seed.
    pub trace: Vec<String>,
}

impl Link {
    /// A link whose misfortunes follow from `seed`.
    pub fn new(seed: u64, weather: Weather) -> Self {
        Self {
            rng: Rng::new(seed).fork("link"),
            weather,
            late: Vec::new(),
            figures: LinkFigures::default(),
            trace: Vec::new(),
        }
    }

    /// Carries a request to the hub and what comes of it back.
    pub fn exchange(&mut self, hub: &Hub, request: &Request) -> Answer {
        self.figures.requests += 1;
        self.figures.bytes_up += request.body.len() as u64;
        let answer = self.carry(hub, request);
        let kind = match &answer {
            Answer::Http { status, body, .. } => format!("{status}, {} bytes", body.len()),
            Answer::None => "nothing".to_owned(),
        };
        if !matches!(answer, Answer::Http { status: 200 | 404, .. }) {
            self.figures.failed += 1;
        }
        self.trace.push(format!("{} {} bytes: {kind}", request.method.as_str(), request.body.len()));
        answer
    }

    fn carry(&mut self, hub: &Hub, request: &Request) -> Answer {
        if self.rng.percent(self.weather.stranger) {
            return self.stranger();
        }
        if self.rng.percent(self.weather.drop) {
            return Answer::None;
        }
        if self.rng.percent(self.weather.delay) {
            self.late.push(request.clone());
            return Answer::None;
        }
        let mut arriving = request.clone();
        if self.rng.percent(self.weather.truncate) {
            arriving.body.truncate(self.rng.index(arriving.body.len() + 1));
        }
        let answer = deliver(hub, &arriving);
        if self.rng.percent(self.weather.repeat) {
            // The hub hears it again, some of the late ones too; those answers reach nobody.
            deliver(hub, request);
        }
        if !self.late.is_empty() && self.rng.percent(50) {
            let late = self.late.swap_remove(self.rng.index(self.late.len()));
            deliver(hub, &late);
        }
        self.back(answer)
    }

    fn back(&mut self, answer: Answer) -> Answer {
        if self.rng.percent(self.weather.drop) {
            return Answer::None;
        }
        let Answer::Http { status, headers, mut body } = answer else { return answer };
        if self.rng.percent(self.weather.truncate) {
            body.truncate(self.rng.index(body.len() + 1));
        }
        self.figures.bytes_down += body.len() as u64;
        Answer::Http { status, headers, body }
    }

    fn stranger(&mut self) -> Answer {
        let page = b"<html><body>Welcome to the guest network</body></html>".to_vec();
        match self.rng.below(4) {
            0 => Answer::Http { status: 200, headers: vec![("Content-Type".into(), "text/html".into())], body: page },
            1 => Answer::Http {
                status: 302,
                headers: vec![("Location".into(), "http://portal.example/".into())],
                body: page,
            },
            2 => Answer::Http { status: 503, headers: vec![("Retry-After".into(), "3".into())], body: Vec::new() },
            _ => Answer::Http { status: 502, headers: Vec::new(), body: page },
        }
    }

    /// Everything that was kept back arrives at last.
    pub fn deliver_late(&mut self, hub: &Hub) {
        for request in std::mem::take(&mut self.late) {
            deliver(hub, &request);
        }
    }
}

/// What the hub's own HTTP surface does with a request, without a socket.
pub fn deliver(hub: &Hub, request: &Request) -> Answer {
    let result = match request.method {
        Method::Post => hub.ingest(&request.body),
        Method::Get => {
            let (device, nonce) = asked(&request.path).expect("a session asks for a device's state with a nonce");
            hub.state(device, nonce)
        }
    };
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(fieldcore_hub::Error::Unknown { .. }) => (404, Vec::new()),
        Err(fieldcore_hub::Error::Unreadable { .. } | fieldcore_hub::Error::Core(_)) => (400, Vec::new()),
        Err(fieldcore_hub::Error::Busy { .. }) => (503, Vec::new()),
        Err(error) => panic!("the hub failed: {error}"),
    };
    Answer::Http { status, headers: Vec::new(), body }
}

fn asked(path: &str) -> Option<(DeviceId, [u8; 16])> {
    let (device, nonce) = path.strip_prefix("/v1/state/")?.split_once("?nonce=")?;
    let bytes: Vec<u8> =
        (0..nonce.len()).step_by(2).filter_map(|at| u8::from_str_radix(nonce.get(at..at + 2)?, 16).ok()).collect();
    Some((DeviceId::parse(device).ok()?, bytes.try_into().ok()?))
}
