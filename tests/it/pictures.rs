//! Pictures at addresses: fetched by an import, shown by the shop, never from a private network unless that is allowed.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use punchgate::{
    model::{ids::SupplierId, party::PictureUse},
    shell::{
        catalog::{Fetched, import::Options},
        onboarding::{CatalogFile, publish_staged, set_pictures, stage_catalog},
    },
};

use crate::support::{Folder, Gateway, SetupText, get};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nthe rest of it";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";

/// A server of pictures, and how often it was asked.
fn pictures() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let head = String::from_utf8_lossy(&request[..read]).into_owned();
            count.fetch_add(1, Ordering::SeqCst);
            let (status, body): (&str, &[u8]) = match head.split(' ').nth(1).unwrap_or_default() {
                "/a.png" | "/real.png" => ("200 OK", PNG),
                "/evil.svg" => ("200 OK", SVG),
                "/away" => ("302 Found\r\nlocation: http://169.254.169.254/latest/meta-data", b""),
                "/near" => ("302 Found\r\nlocation: /real.png", b""),
                _ => ("404 Not Found", b""),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-type: image/png\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(&[head.as_bytes(), body].concat());
        }
    });
    (address, asked)
}

fn file(pictures: SocketAddr) -> String {
    let at = |place: &str| format!("http://{pictures}{place}");
    let row =
        |part: &str, own: &str| format!("{part},Thing {part},Acme,Things,H87,EUR,10.00,hex-bolt,{own}\n");
    [
        "part,name,brand,category,unit,currency,list_price,picture,pictures\n".to_owned(),
        row("P-1", &format!("{} [From the side]|{}", at("/a.png"), at("/near"))),
        row("P-2", &at("/evil.svg")),
        row("P-3", &at("/away")),
        row("P-4", &at("/gone")),
        row("P-5", ""),
    ]
    .concat()
}

async fn import(gateway: &Gateway, folder: &Folder, text: &str) -> Option<Fetched> {
    let supplier = SupplierId::parse("nordhafen").unwrap();
    let path = folder.0.join("products.csv");
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(&path, text).unwrap();
    let name = "products.csv".to_owned();
    let file = CatalogFile { path, name, options: Options::default(), skip_bad_lines: false, check: false };
    let imported = stage_catalog(&gateway.app, &supplier, file, |_| {}).await.unwrap();
    let staged = imported.staged.unwrap_or_else(|| panic!("{:?}", imported.report));
    publish_staged(&gateway.app, &supplier, staged.number).await.unwrap();
    staged.pictures
}

/// The address of a visit of the Ariba-like buyer.
async fn visit(gateway: &Gateway, payload_id: &str) -> String {
    let secret = gateway.secret(0);
    let setup = SetupText { secret: &secret, payload_id, ..SetupText::default() };
    let answer = gateway.cxml(setup.ariba()).await;
    let landing = get(&answer.start_page.unwrap()).await;
    let location = landing.header("location");
    let end = location.match_indices('/').nth(2).unwrap().0;
    gateway.url(&location[..=end])
}

#[tokio::test]
async fn pictures_are_fetched_at_import_and_shown() {
    let gateway = Gateway::start("pictures").await;
    let folder = Folder::new("pictures-file");
    let (server, asked) = pictures();
    let supplier = SupplierId::parse("nordhafen").unwrap();

    // Linked: nobody is asked, the page links.
    assert_eq!(import(&gateway, &folder, &file(server)).await, None);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let shop = visit(&gateway, "linked@buyer").await;
    let page = get(&format!("{shop}product?part=P-1")).await.text();
    assert!(
        page.contains(&format!("href=\"http://{server}/a.png\"")) && page.contains("hex-bolt/0.svg"),
        "{page}"
    );

    set_pictures(&gateway.app, &supplier, PictureUse::Fetched).await.unwrap();
    let fetched = import(&gateway, &folder, &file(server)).await.unwrap();
    assert_eq!((fetched.fetched, fetched.kept, fetched.missing), (2, 0, 3), "{fetched:?}");
    let named = fetched.named.join("\n");
    for told in [
        "/evil.svg: it is not a JPEG",
        "/away: it cannot be reached: 169.254.169.254 is in a private",
        "/gone: the answer is HTTP 404",
    ] {
        assert!(named.contains(told), "{told} is not in {named}");
    }
    let shop = visit(&gateway, "fetched@buyer").await;
    let page = get(&format!("{shop}product?part=P-1")).await.text();
    assert!(page.contains("picture?part=P-1&amp;n=0\" alt=\"From the side\""), "{page}");
    assert!(page.contains("picture?part=P-1&amp;n=1\""), "{page}");
    for number in [0, 1] {
        let picture = get(&format!("{shop}picture?part=P-1&n={number}")).await;
        assert_eq!((picture.status.as_u16(), &picture.body[..]), (200, PNG));
        assert_eq!(picture.header("content-type"), "image/png");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert_eq!(picture.header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(picture.header("cache-control").starts_with("private"));
    }
    // What did not come is the drawing; what nobody sells, or another visit's link, shows nothing.
    for query in ["part=P-2&n=0", "part=P-5&n=0", "part=P-1&n=9", "part=P-1&n=../../x", "part=P-1"] {
        let other = get(&format!("{shop}picture?{query}")).await;
        assert_eq!(other.status.as_u16(), 303, "{query}");
        assert!(other.header("location").ends_with("hex-bolt/0.svg"), "{}", other.header("location"));
    }
    assert_eq!(get(&format!("{shop}picture?part=NONE&n=0")).await.status.as_u16(), 404);

    // The next version takes over what it has, and so does an older one that comes back.
    let before = asked.load(Ordering::SeqCst);
    let again = import(&gateway, &folder, &file(server)).await.unwrap();
    assert_eq!((again.fetched, again.kept, again.missing), (0, 2, 3));
    assert_eq!(asked.load(Ordering::SeqCst) - before, 3, "only what is missing is asked for again");
    let shop = visit(&gateway, "again@buyer").await;
    assert_eq!(&get(&format!("{shop}picture?part=P-1&n=0")).await.body[..], PNG);
}
