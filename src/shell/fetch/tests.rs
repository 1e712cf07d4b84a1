use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{guard::is_public, *};

const BOUNDS: Bounds = Bounds { bytes: 1000, time: Duration::from_secs(5) };

#[test]
fn only_the_open_internet_is_public() {
    for public in
        ["1.1.1.1", "100.63.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "2606:4700::1", "64:ff9b::101:101"]
    {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
    for private in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "100::1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
}

/// Answers every request with what `answer` makes of its path.
async fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&request[..read]).into_owned();
                let bytes = answer(head.split(' ').nth(1).unwrap_or_default());
                let _ = stream.write_all(&bytes).await;
                if bytes.is_empty() {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
            });
        }
    });
    address
}

fn ok(body: &[u8]) -> Vec<u8> {
    [
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes(),
        body,
    ]
    .concat()
}

fn to(place: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into_bytes()
}

fn local() -> Fetcher {
    Fetcher::new(vec![Network::parse("127.0.0.1").unwrap()]).unwrap()
}

#[tokio::test]
async fn a_private_network_is_refused_when_connecting_unless_it_is_allowed() {
    let address = serve(|_| ok(b"picture")).await;
    let open = Fetcher::new(Vec::new()).unwrap();
    let port = address.port();
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let refused = open.get(&format!("http://{host}:{port}/a"), BOUNDS).await.unwrap_err().to_string();
        assert!(refused.contains("private or reserved network"), "{host}: {refused}");
    }
    assert_eq!(&local().get(&format!("http://{address}/a"), BOUNDS).await.unwrap()[..], b"picture");
    // Allowed is what is named, nothing beside it.
    let refused = local().get(&format!("http://127.0.0.2:{port}/a"), BOUNDS).await.unwrap_err().to_string();
    assert!(refused.contains("127.0.0.2 is in a private"), "{refused}");
}

#[tokio::test]
async fn redirects_are_checked_like_any_address() {
    let address = serve(|path| match path {
        "/near" => to("/picture"),
        "/loop" => to("/loop"),
        "/metadata" => to("http://169.254.169.254/latest"),
        "/file" => to("file:///etc/passwd"),
        "/user" => to("http://user:secret@127.0.0.1/"),
        _ => ok(b"picture"),
    })
    .await;
    let get = async |path: &str| local().get(&format!("http://{address}{path}"), BOUNDS).await;
    assert_eq!(&get("/near").await.unwrap()[..], b"picture");
    assert!(matches!(get("/loop").await, Err(FetchError::Redirects)));
    assert!(get("/metadata").await.unwrap_err().to_string().contains("169.254.169.254 is in a private"));
    for elsewhere in ["/file", "/user"] {
        assert!(matches!(get(elsewhere).await, Err(FetchError::Address)), "{elsewhere}");
    }
    for no_address in [
        "",
        "picture.jpg",
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "data:,x",
        "http://",
        "http://a:b@127.0.0.1/",
    ] {
        assert!(matches!(local().get(no_address, BOUNDS).await, Err(FetchError::Address)), "{no_address}");
    }
}

#[tokio::test]
async fn size_time_and_status_are_bounded() {
    let address = serve(|path| match path {
        "/long" => ok(&[b'x'; 1001]),
        "/endless" => [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &vec![b'x'; 100_000]].concat(),
        "/slow" => Vec::new(),
        "/gone" => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
        _ => ok(&[b'x'; 1000]),
    })
    .await;
    let brief = Bounds { time: Duration::from_millis(300), ..BOUNDS };
    let get = async |path: &str| local().get(&format!("http://{address}{path}"), brief).await;
    assert_eq!(get("/just").await.unwrap().len(), 1000);
    assert!(matches!(get("/long").await, Err(FetchError::TooLong(1000))));
    assert!(matches!(get("/endless").await, Err(FetchError::TooLong(1000))));
    assert!(matches!(get("/slow").await, Err(FetchError::Slow(_))));
    assert!(matches!(get("/gone").await, Err(FetchError::Status(404))));
}
