//! `verify`, `sign` and `key` as they are called.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use crate::support::Folder;

use super::oracle::{ORDER, has};

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output: Output =
        Command::new(env!("CARGO_BIN_EXE_punchgate")).args(arguments).current_dir(folder).output().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn from_a_new_key_to_a_verified_document() {
    let folder = Folder::new("signature-commands");
    let folder = folder.0.as_path();
    let ok = |arguments: &[&str]| {
        let (code, out, err) = run(folder, arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{err}");
        out
    };
    assert!(ok(&["key", "new", "key.pem"]).starts_with("key.pem: ECDSA, P-256, key fingerprint "));
    assert_eq!(fs::metadata(folder.join("key.pem")).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, _, err) = run(folder, &["key", "new", "key.pem"]);
    assert_eq!(code, 2, "a key is never overwritten: {err}");
    let subject = "CN=signing.acme.example,O=Acme,C=DE";
    ok(&["key", "certificate", "key.pem", "--subject", subject, "--out", "cert.pem"]);
    let shown = ok(&["key", "show", "key.pem", "cert.pem"]);
    assert!(shown.contains("key.pem: private key, ECDSA, P-256"), "{shown}");
    assert!(shown.contains(&format!("subject      {subject}")) && shown.contains("729 days left"), "{shown}");
    ok(&["key", "csr", "key.pem", "--subject", subject, "--out", "request.pem"]);
    if has("openssl", &["version"]) {
        let output = Command::new("openssl")
            .args(["req", "-in", "request.pem", "-noout", "-verify", "-subject"])
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("signing.acme.example"));
    }

    fs::write(folder.join("order.xml"), ORDER.replace("DOCTYPE", "")).unwrap();
    fs::write(folder.join("drawing.pdf"), b"%PDF").unwrap();
    let attach = ["--attach", "drawing@acme=drawing.pdf"];
    ok(&[
        "sign",
        "order.xml",
        "--key",
        "key.pem",
        "--cert",
        "cert.pem",
        attach[0],
        attach[1],
        "-o",
        "signed.xml",
    ]);
    let told = ok(&["verify", "signed.xml", "--pin", "cert.pem", attach[0], attach[1]]);
    assert!(
        told.starts_with(
            "signed.xml: valid\n  signed by CN=signing.acme.example,O=Acme,C=DE (the certificate is pinned)\n"
        ),
        "{told}"
    );
    assert!(
        told.contains("attachment cid:drawing@acme") && told.ends_with("  not signed: Header\n"),
        "{told}"
    );

    let refused = |arguments: &[&str], check: &str| {
        let (code, out, err) = run(folder, arguments);
        assert_eq!(code, 1, "{arguments:?}: {out}{err}");
        assert!(out.contains(&format!(": refused: {check}: ")), "{out}");
    };
    refused(&["verify", "signed.xml", "--pin", "cert.pem"], "reference");
    refused(&["verify", "order.xml", "--pin", "cert.pem"], "presence");
    refused(
        &["verify", "signed.xml", "--pin", "cert.pem", "--at", "2020-01-01T00:00:00Z", attach[0], attach[1]],
        "trust",
    );
    let changed = fs::read_to_string(folder.join("signed.xml")).unwrap().replace(">1.50<", ">1.05<");
    fs::write(folder.join("changed.xml"), changed).unwrap();
    refused(&["verify", "changed.xml", "--pin", "cert.pem", attach[0], attach[1]], "digest");
    refused(&["verify", "cert.pem", "--pin", "cert.pem"], "reading");
    for unready in [
        &["verify", "signed.xml"][..],
        &["verify", "missing.xml", "--pin", "cert.pem"],
        &["verify", "signed.xml", "--pin", "order.xml"],
        &["sign", "order.xml", "--key", "cert.pem", "--cert", "cert.pem"],
        &["key", "show", "order.xml"],
    ] {
        let (code, _, err) = run(folder, unready);
        assert_eq!(code, 2, "{unready:?}: {err}");
        assert!(err.starts_with("error: "), "{err}");
    }
    let (code, out, err) = run(folder, &["sign", "cert.pem", "--key", "key.pem", "--cert", "cert.pem"]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
}
