//! A bad link: a small HTTP proxy on the loopback between the devices and the hub that does, by
//! a seed, what networks in a village do. It knows nothing of what it carries.
//!
//! Each time the weather turns, a deck of tricks is dealt anew; when it is played out the link is
//! good, so that every conversation comes to its end. One connection at a time, each read and
//! write bounded in size and time, and the whole bounded in requests and minutes.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::chance::Chance;

/// Requests after which the link is gone for good.
const REQUESTS_MAX: u32 = 5_000;
/// Time after which the link is gone for good.
const LIFE_MAX: Duration = Duration::from_secs(300);
/// How long one read or write may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How late a late answer is.
const LATE: Duration = Duration::from_millis(120);
const HEAD_BYTES_MAX: usize = 16 * 1024;
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What somebody's free network shows to everyone who has not logged in.
const LOGIN_PAGE: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 66\r\nConnection: close\r\n\r\n\
<html><title>Free Wi-Fi</title><form>Your telephone?</form></html>";
/// What a gateway says when it is overrun.
const OVERRUN: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 20\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// What the link does to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trick {
    /// There is no network at all.
    Away,
    /// The connection is closed before anything is sent.
    Refuse,
    /// The request breaks off in its middle.
    CutRequest,
    /// The hub answers, and half of it arrives.
    CutAnswer,
    /// The hub answers, and nothing arrives.
    LoseAnswer,
    /// Somebody's login page answers.
    Portal,
    /// A gateway asks to come back later.
    Overrun,
    /// The request reaches the hub twice; the second answer arrives.
    Repeat,
    /// The answer arrives late.
    Late,
    /// Nothing goes wrong.
    Pass,
}

impl Trick {
    /// Every trick, those that fail first.
    pub(super) const ALL: [Self; 10] = [
        Self::Away,
        Self::Refuse,
        Self::CutRequest,
        Self::CutAnswer,
        Self::LoseAnswer,
        Self::Portal,
        Self::Overrun,
        Self::Repeat,
        Self::Late,
        Self::Pass,
    ];

    /// Its word in JSON.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Away => "no_network",
            Self::Refuse => "refused",
            Self::CutRequest => "request_cut",
            Self::CutAnswer => "answer_cut",
            Self::LoseAnswer => "answer_lost",
            Self::Portal => "login_page",
            Self::Overrun => "come_back_later",
            Self::Repeat => "delivered_twice",
            Self::Late => "late",
            Self::Pass => "passed",
        }
    }

    /// Whether the device goes without the hub's whole answer.
    pub(super) const fn fails(self) -> bool {
        !matches!(self, Self::Repeat | Self::Late | Self::Pass)
    }
}

/// What the link did.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Requests that came.
    pub(super) requests: u32,
    /// Of these, the ones that got no whole answer of the hub.
    pub(super) failed: u32,
    /// How often each trick was played, in the order of [`Trick::ALL`].
    by: [u32; Trick::ALL.len()],
}

impl Tally {
    /// How often `trick` was played.
    pub(super) fn count(&self, trick: Trick) -> u32 {
        Trick::ALL.iter().position(|known| *known == trick).map_or(0, |at| self.by[at])
    }

    fn add(&mut self, trick: Trick, failed: bool) {
        self.requests += 1;
        self.failed += u32::from(failed);
        if let Some(at) = Trick::ALL.iter().position(|known| *known == trick) {
            self.by[at] += 1;
        }
    }
}

struct State {
    chance: Chance,
    /// Tricks for small questions and for bundles; played from the end.
    gets: Vec<Trick>,
    posts: Vec<Trick>,
    away: bool,
    stopping: bool,
    tally: Tally,
}

/// The link. It stops when it is dropped.
pub(super) struct BadLink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

impl BadLink {
    /// A link to the hub at `hub`, whose tricks follow from `seed`. It begins without a network.
    pub(super) fn start(hub: SocketAddr, seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State {
            chance: Chance::new(seed),
            gets: Vec::new(),
            posts: Vec::new(),
            away: true,
            stopping: false,
            tally: Tally::default(),
        }));
        let shared = Arc::clone(&state);
        let thread =
            std::thread::Builder::new().name("bad-link".to_owned()).spawn(move || serve(&listener, hub, &shared))?;
        Ok(Self { address, state, thread: Some(thread) })
    }

    /// Where the devices find it.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes the network away, or gives it back.
    pub(super) fn set_away(&self, away: bool) {
        lock(&self.state).away = away;
    }

    /// The weather turns: a new deck of tricks is dealt, bad ones first.
    pub(super) fn turn_weather(&self) {
        let mut state = lock(&self.state);
        let mut gets = vec![Trick::Portal, Trick::Refuse];
        let mut posts =
            vec![Trick::Refuse, Trick::CutRequest, Trick::CutAnswer, Trick::LoseAnswer, Trick::Portal, Trick::Overrun];
        state.chance.shuffle(&mut gets);
        state.chance.shuffle(&mut posts);
        // Played from the end: what comes through stands in front.
        gets.insert(0, Trick::Late);
        posts.insert(0, Trick::Repeat);
        (state.gets, state.posts) = (gets, posts);
    }

    /// What it did so far.
    pub(super) fn tally(&self) -> Tally {
        lock(&self.state).tally.clone()
    }
}

impl Drop for BadLink {
    fn drop(&mut self) {
        lock(&self.state).stopping = true;
        // Wakes the thread that waits for a connection; if that fails, its end of life does.
        let _ = TcpStream::connect_timeout(&self.address, PATIENCE);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(listener: &TcpListener, hub: SocketAddr, state: &Mutex<State>) {
    let end = Instant::now() + LIFE_MAX;
    for connection in listener.incoming() {
        if lock(state).stopping || Instant::now() > end || lock(state).tally.requests >= REQUESTS_MAX {
            return;
        }
        let Ok(mut device) = connection else { continue };
        if set_patience(&device).is_err() {
            continue;
        }
        if lock(state).away {
            lock(state).tally.add(Trick::Away, true);
            continue;
        }
        // Whoever connects and says nothing made no request.
        let Ok(request) = Request::read(&mut device) else { continue };
        let trick = draw(&mut lock(state), &request);
        let came_through = play(trick, &mut device, &request, hub).is_ok();
        lock(state).tally.add(trick, trick.fails() || !came_through);
        let _ = device.shutdown(Shutdown::Both);
    }
}

fn draw(state: &mut State, request: &Request) -> Trick {
    let deck = if request.is_post { &mut state.posts } else { &mut state.gets };
    deck.pop().unwrap_or(Trick::Pass)
}

fn play(trick: Trick, device: &mut TcpStream, request: &Request, hub: SocketAddr) -> io::Result<()> {
    match trick {
        Trick::Away | Trick::Refuse => Ok(()),
        Trick::CutRequest => cut_request(request, hub),
        Trick::CutAnswer => {
            let answer = request.carry(hub)?;
            device.write_all(&answer[..answer.len() / 2])
        }
        Trick::LoseAnswer => request.carry(hub).map(drop),
        Trick::Portal => device.write_all(LOGIN_PAGE),
        Trick::Overrun => device.write_all(OVERRUN),
        Trick::Repeat => {
            request.carry(hub)?;
            device.write_all(&request.carry(hub)?)
        }
        Trick::Late => {
            std::thread::sleep(LATE);
            device.write_all(&request.carry(hub)?)
        }
        Trick::Pass => device.write_all(&request.carry(hub)?),
    }
}

fn cut_request(request: &Request, hub: SocketAddr) -> io::Result<()> {
    let mut hub = connect(hub)?;
    let whole = request.to_bytes();
    hub.write_all(&whole[..whole.len() - request.body.len() / 2 - 1])
}

fn connect(hub: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&hub, PATIENCE)?;
    set_patience(&stream)?;
    Ok(stream)
}

fn set_patience(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)
}

/// One HTTP/1.1 request, as far as it must be understood to be carried.
struct Request {
    is_post: bool,
    /// Request line and headers, without the connection's own, each with its line end.
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn read(device: &mut TcpStream) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let head_end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if bytes.len() > HEAD_BYTES_MAX {
                return Err(bad("the head is too long"));
            }
            read_some(device, &mut bytes)?;
        };
        let head = std::str::from_utf8(&bytes[..head_end]).map_err(|_| bad("the head is no text"))?;
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(':'));
            lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
        };
        let length = header("content-length").map_or(Ok(0), str::parse).map_err(|_| bad("no length"))?;
        if length > BODY_BYTES_MAX || header("transfer-encoding").is_some() {
            return Err(bad("a body of a kind that this link does not carry"));
        }
        let is_post = head.starts_with("POST ");
        if !is_post && !head.starts_with("GET ") {
            return Err(bad("a method that this link does not carry"));
        }
        let kept = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        let head = kept.map(|line| format!("{line}\r\n")).collect();
        let mut body = bytes.split_off(head_end + 4);
        while body.len() < length {
            read_some(device, &mut body)?;
        }
        body.truncate(length);
        Ok(Self { is_post, head, body })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), b"Connection: close\r\n\r\n", &self.body].concat()
    }

    /// The hub's whole answer.
    fn carry(&self, hub: SocketAddr) -> io::Result<Vec<u8>> {
        let mut hub = connect(hub)?;
        hub.write_all(&self.to_bytes())?;
        let mut answer = Vec::new();
        hub.take((HEAD_BYTES_MAX + BODY_BYTES_MAX) as u64).read_to_end(&mut answer)?;
        Ok(answer)
    }
}

fn read_some(from: &mut TcpStream, to: &mut Vec<u8>) -> io::Result<()> {
    let mut part = [0; 8 * 1024];
    let count = from.read(&mut part)?;
    if count == 0 {
        return Err(bad("it broke off"));
    }
    to.extend_from_slice(&part[..count]);
    Ok(())
}

fn bad(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use fieldcore::sync::{Answer, Method, Request as Question};

    use super::*;
    use crate::net::Link;

    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\nreceipts";

    /// A hub that counts the whole requests it got.
    fn hub() -> (SocketAddr, Arc<AtomicU32>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&count);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if let Ok(request) = Request::read(&mut stream)
                    && (!request.is_post || request.body == vec![7; 3000])
                {
                    counted.fetch_add(1, SeqCst);
                    stream.write_all(ANSWER).unwrap();
                }
            }
        });
        (address, count)
    }

    fn post(id: u64) -> Question {
        Question { id, method: Method::Post, path: "/v1/bundles".to_owned(), headers: Vec::new(), body: vec![7; 3000] }
    }

    fn is_whole(answer: &Answer) -> bool {
        matches!(answer, Answer::Http { status: 200, body, .. } if body == b"receipts")
    }

    #[test]
    fn every_trick_is_played_and_the_link_gets_good() {
        let (hub, count) = hub();
        let link = BadLink::start(hub, 1).unwrap();
        let device = Link::new(&link.url(), None).unwrap();
        assert_eq!(device.exchange(&post(0)), Answer::None);
        link.set_away(false);
        link.turn_weather();
        let came: Vec<bool> = (1..10).map(|id| is_whole(&device.exchange(&post(id)))).collect();
        assert_eq!(came, [false, false, false, false, false, false, true, true, true]);
        // The link counts a request after its answer has left.
        let counted = std::time::Instant::now();
        while link.tally().requests < 10 && counted.elapsed().as_secs() < 5 {
            std::thread::yield_now();
        }
        let tally = link.tally();
        assert_eq!((tally.requests, tally.failed), (10, 7));
        for trick in [Trick::Away, Trick::CutRequest, Trick::CutAnswer, Trick::LoseAnswer, Trick::Repeat] {
            assert_eq!(tally.count(trick), 1, "{trick:?}");
        }
        // Cut answer, lost answer, the repeated one twice, and the two that passed.
        assert_eq!(count.load(SeqCst), 6);
    }

    #[test]
    fn the_seed_decides_the_order() {
        let order = |seed| {
            let link = BadLink::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)), seed).unwrap();
            link.turn_weather();
            lock(&link.state).posts.clone()
        };
        assert_eq!(order(3), order(3));
        assert!((4..20).any(|seed| order(seed) != order(3)));
    }

    #[test]
    fn what_is_no_request_is_not_carried() {
        let (hub, count) = hub();
        let link = BadLink::start(hub, 1).unwrap();
        link.set_away(false);
        for bytes in [&b"\r\n\r\n\xff\r\n\r\n"[..], b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"GET"] {
            let mut stream = TcpStream::connect(link.address).unwrap();
            stream.write_all(bytes).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            assert!(answer.is_empty());
        }
        assert_eq!(count.load(SeqCst), 0);
    }
}
