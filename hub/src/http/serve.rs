//! Connections: accepted, bounded in number and time, and let finish at the end.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::limits::{CONNECTION_MAX_S, CONNECTIONS_MAX, HEAD_TIMEOUT_S};

/// Time that requests under way get to finish when the hub stops.
const GRACE: Duration = Duration::from_secs(30);
/// A connection's time, and then the grace for what is under way on it.
const LIFE: [Duration; 2] = [Duration::from_secs(CONNECTION_MAX_S), GRACE];

/// Accepts connections until `stopped` says so, then lets those under way finish.
pub(super) async fn accept_all(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    app: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "the listener cannot be used");
            return;
        }
    };
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut open = JoinSet::new();
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            _ = stopped.changed() => break,
        };
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.changed() => break,
        };
        let stream = match stream {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, or the peer is gone already: not for long.
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let (app, tls, stopped) = (app.clone(), tls.clone(), stopped.clone());
        open.spawn(async move {
            let _place = place;
            match tls {
                None => connection(stream, app, stopped, LIFE).await,
                Some(tls) => {
                    let hello = tokio::time::timeout(Duration::from_secs(HEAD_TIMEOUT_S), tls.accept(stream)).await;
                    if let Ok(Ok(stream)) = hello {
                        connection(stream, app, stopped, LIFE).await;
                    }
                }
            }
        });
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, async { while open.join_next().await.is_some() {} }).await;
}

async fn connection<S>(stream: S, app: Router, mut stopped: watch::Receiver<bool>, [life, grace]: [Duration; 2])
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(HEAD_TIMEOUT_S));
    let served = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));
    tokio::pin!(served);
    tokio::select! {
        _ = served.as_mut() => return,
        _ = stopped.changed() => {}
        () = tokio::time::sleep(life) => {}
    }
    served.as_mut().graceful_shutdown();
    // What is under way gets its answer; a connection that failed has nobody to tell.
    let _ = tokio::time::timeout(grace, served).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::io::Write;

    #[test]
    fn who_never_reads_the_answer_keeps_no_place() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let (server, _) = listener.accept().unwrap();
        server.set_nonblocking(true).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let ended = runtime.block_on(async {
            let app = Router::new().route("/", get(|| async { "x".repeat(64 * 1024 * 1024) }));
            let stream = tokio::net::TcpStream::from_std(server).unwrap();
            let (_stop, stopped) = watch::channel(false);
            let life = [Duration::from_millis(50), Duration::from_millis(50)];
            tokio::time::timeout(Duration::from_secs(5), connection(stream, app, stopped, life)).await
        });
        assert!(ended.is_ok());
    }
}
