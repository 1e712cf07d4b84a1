//! What several tests need: a gateway with a store in a folder of its own.

mod gateway;

use std::{path::PathBuf, sync::atomic::AtomicU32};

use punchgate::shell::{
    app::{App, AppOptions, PublicUrl, SharedApp},
    clock::Clock,
    store::StoreOptions,
};

pub(crate) use self::gateway::{
    BUYER, CxmlAnswer, Gateway, OrderText, Reply, SetupText, get, post_form, send, try_send,
};

/// A folder that is gone after the test.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    /// An empty one.
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("punchgate-{name}-{}-{count}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A gateway on an empty store; the clock is the real one.
pub(crate) async fn open_app(folder: &Folder) -> SharedApp {
    App::open(AppOptions {
        data: folder.0.clone(),
        public_url: PublicUrl::parse("https://shop.example/punchout").unwrap(),
        trusted_proxies: punchgate::shell::proxies::TrustedProxies::default(),
        private_networks: Vec::new(),
        key: None,
        clock: Clock::System,
        store: StoreOptions { reserved_bytes: 0, ..StoreOptions::at(folder.0.join("store")) },
    })
    .await
    .unwrap()
}

/// Whether a program that others wrote is there to compare with; in CI it must be.
pub(crate) fn has_tool(name: &str) -> bool {
    let found = std::process::Command::new(name).arg("--version").output().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "{name} is not installed");
    if !found {
        println!("skipped: {name} is not installed");
    }
    found
}
