//! The command line, as people run it.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::support::{Folder, get, post_form};

/// What a command said and how it ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) struct Installation {
    pub(crate) folder: Folder,
    file: PathBuf,
}

const SETTINGS: &str = "public_url = \"https://shop.example/punchout\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n";

impl Installation {
    fn new(settings: &str) -> Self {
        let folder = Folder::new("cli");
        let file = folder.0.join("punchgate.toml");
        std::fs::write(&file, settings).unwrap();
        Self { folder, file }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_punchgate"));
        command.arg("--config").arg(&self.file).args(arguments).current_dir(&self.folder.0);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PUNCHGATE_"))
        {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "", &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Said {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that asks for nothing may be gone before.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub(crate) fn good(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}\n{}{}", said.out, said.err);
        said.out
    }

    /// Refused with these words among the errors.
    pub(crate) fn bad(&self, code: i32, arguments: &[&str], words: &[&str]) {
        let said = self.run(arguments);
        assert_eq!(said.code, code, "{arguments:?}\n{}{}", said.out, said.err);
        for word in words {
            assert!(said.err.contains(word), "{arguments:?}: {word:?} is not in:\n{}", said.err);
        }
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.0.join(name), text).unwrap();
    }

    pub(crate) fn with_parties() -> Self {
        let here = Self::new(SETTINGS);
        here.good(&[
            "supplier",
            "create",
            "acme",
            "--name",
            "Acme",
            "--currency",
            "EUR",
            "--identity",
            "DUNS:1",
        ]);
        here.good(&["buyer", "create", "globex", "--supplier", "acme", "--name", "Globex"]);
        here
    }
}

#[test]
fn every_wrong_setting_is_named_with_its_source() {
    let here = Installation::new("lissten = \"x\"\nlisten = 80\ndata = \"\"\nlog = \"loud=,\"\n[server]\n");
    let variables = [
        ("PUNCHGATE_OPERATOR_LISTEN", "nope"),
        ("PUNCHGATE_TRUSTED_PROXIES", "10.0.0.0/8,bad"),
        ("PUNCHGATE_LOGFORMAT", "x"),
    ];
    let said = here.run_with(&["check-config"], "", &variables);
    assert_eq!(said.code, 1);
    for problem in [
        "punchgate.toml: lissten: there is no such key; is listen meant?",
        "punchgate.toml: listen: a text in quotes is expected",
        "punchgate.toml: data: is empty",
        "punchgate.toml: log: \"loud=,\"",
        "punchgate.toml: server: there is no such key; the keys are data, public_url",
        "PUNCHGATE_LOGFORMAT: there is no such key; is log_format meant?",
        "PUNCHGATE_OPERATOR_LISTEN: \"nope\" is not an address with a port",
        "PUNCHGATE_TRUSTED_PROXIES: \"bad\" is not an address or network",
        "public_url: is missing",
    ] {
        assert!(said.err.contains(problem), "{problem:?} is not in:\n{}", said.err);
    }
    assert_eq!(here.run_with(&["supplier", "list"], "", &variables).code, 2, "nothing begins with them");

    let broken = Installation::new("data = \"x\n");
    broken.bad(1, &["check-config"], &["punchgate.toml", "line 1, column"]);
    std::fs::remove_file(&broken.file).unwrap();
    broken.bad(1, &["check-config"], &["punchgate.toml: No such file"]);
    for wrong in ["ftp://x", "https://", "https://a/?b=c", "shop"] {
        Installation::new(&format!("public_url = \"{wrong}\"")).bad(1, &["check-config"], &["public_url"]);
    }
    let same = "public_url = \"https://a\"\nlisten = \"127.0.0.1:1\"\noperator_listen = \"127.0.0.1:1\"";
    Installation::new(same).bad(1, &["check-config"], &["operator_listen: is the same address"]);
}

#[test]
fn good_settings_are_shown_with_what_is_unusual() {
    let here = Installation::new(
        "public_url = \"http://shop.example\"\noperator_listen = \"0.0.0.0:8081\"\ndata = \"store\"\nkeep_visits_days = 30",
    );
    let said = here.run_with(&["check-config"], "", &[("PUNCHGATE_PUBLIC_URL", "https://other.example/p")]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("https://other.example/p/cxml"), "the variable wins: {}", said.out);
    assert!(said.out.contains("PUNCHGATE_PUBLIC_URL"), "{}", said.out);
    assert!(said.out.contains("warning: operator_listen"), "{}", said.out);
    assert!(
        said.out.contains(here.folder.0.join("store").to_str().unwrap()),
        "paths count from the file's folder"
    );
    assert!(said.out.contains("visits 30 days"), "{}", said.out);
    assert!(!here.folder.0.join("store").exists(), "nothing is made");
    assert!(here.good(&["check-config"]).contains("is not https"));

    let said = here.run_with(&["check-config"], "", &[("PUNCHGATE_KEY", "00ff")]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (1, "error: PUNCHGATE_KEY: the installation key is not 64 hexadecimal digits\n")
    );
    Installation::new("public_url = \"https://a\"\nkey_file = \"nokey\"").bad(
        2,
        &["check-config"],
        &["key_file", "nokey"],
    );
}

#[test]
fn help_and_arguments_are_told_apart() {
    let here = Installation::new(SETTINGS);
    let help = here.good(&["--help"]);
    assert!(help.contains("check-config") && help.contains("Exit codes"));
    assert!(here.good(&["connection", "create", "--help"]).contains("--sender-identity"));
    here.bad(2, &["dance"], &["unrecognized subcommand"]);
    here.bad(
        2,
        &["supplier", "create", "Acme!", "--name", "x", "--currency", "EUR", "--identity", "a:b"],
        &["a-z, 0-9 and -"],
    );
    here.bad(
        2,
        &["supplier", "create", "acme", "--name", "x", "--currency", "Euro", "--identity", "a:b"],
        &["ISO 4217"],
    );
    here.bad(
        2,
        &["supplier", "create", "acme", "--name", "x", "--currency", "EUR", "--identity", "ab"],
        &["domain:identity"],
    );
    here.bad(2, &["supplier", "create", "acme", "--name", "x", "--currency", "EUR"], &["--identity"]);
    here.bad(2, &["connection", "allow-host", "a", "nowhere", "--for", "return"], &["https://host"]);
    here.bad(2, &["connection", "set-state", "a", "asleep"], &["test, live"]);
    here.bad(
        2,
        &["agreement", "create", "a", "--supplier", "s", "--name", "n", "--currency", "EUR"],
        &["--everyone"],
    );
}

#[test]
fn parties_are_created_once_and_listed() {
    let here = Installation::with_parties();
    here.bad(
        1,
        &["supplier", "create", "acme", "--name", " ", "--currency", "EUR", "--identity", "duns:1"],
        &["error: name: is empty", "error: id: there is a supplier acme", "error: identities: duns:1"],
    );
    here.bad(
        1,
        &["buyer", "create", "x", "--supplier", "nobody", "--name", "X"],
        &["there is no supplier nobody"],
    );
    here.bad(1, &["supplier", "show", "nobody"], &["there is no supplier nobody"]);
    assert!(here.good(&["supplier", "list"]).contains("DUNS:1"));
    assert!(here.good(&["supplier", "show", "acme"]).contains("none yet"));
    assert!(here.good(&["buyer", "list"]).contains("Globex"));
    assert!(here.good(&["connection", "list"]).contains("no connection yet"));
    assert!(here.good(&["profile", "list"]).contains("sap-srm"));
}

#[test]
fn a_secret_never_stands_in_the_arguments() {
    let here = Installation::with_parties();
    let create = |more: &[&'static str]| {
        let mut arguments = vec![
            "connection",
            "create",
            "globex-ariba",
            "--supplier",
            "acme",
            "--buyer",
            "globex",
            "--profile",
            "ariba",
        ];
        arguments.extend(more);
        arguments
    };
    here.bad(1, &create(&["--from", "NetworkID:B"]), &["--new-sender with --sender-identity"]);
    here.bad(1, &create(&["--from", "NetworkID:B", "--sender", "none"]), &["there is no sender none"]);
    here.bad(1, &create(&["--parameter", "A=b"]), &["--parameter is for OCI"]);
    here.bad(1, &create(&["--override", "no_such_field=1"]), &["no_such_field"]);
    here.bad(2, &create(&["--override", "no equals"]), &["field=value"]);
    let sender = ["--from", "NetworkID:B", "--new-sender", "net", "--sender-identity", "NetworkID:N"];
    let with = |source: &'static str| create(&[&sender[..], &["--secret-from", source]].concat());
    assert_eq!(here.run_with(&with("env"), "", &[]).code, 2, "the variable is not set");
    let said = here.run_with(&with("env"), "", &[("PUNCHGATE_SECRET", "short")]);
    assert_eq!((said.code, said.err.as_str()), (1, "error: secret: is not 8 to 200 characters long\n"));
    assert_eq!(here.run_with(&with("stdin"), "\n", &[]).code, 1, "an empty line");
    let said = here.run_with(&with("stdin"), "open sesame\n", &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains("open sesame") && !said.out.contains("shown this once"));

    let rotated = here.good(&["sender", "rotate", "net"]);
    assert!(rotated.contains("shown this once") && rotated.contains("--finish"));
    here.bad(1, &["sender", "rotate", "net"], &["has two secrets"]);
    assert!(here.good(&["sender", "list"]).contains("a change is under way"));
    here.good(&["sender", "rotate", "net", "--finish"]);
    here.bad(1, &["sender", "rotate", "net", "--finish"], &["has one secret only"]);
    here.bad(1, &["sender", "rotate", "none"], &["there is no sender none"]);

    let shown = here.good(&["connection", "show", "globex-ariba"]);
    assert!(shown.contains("https://shop.example/punchout/cxml") && shown.contains("YOUR-SHARED-SECRET"));
    here.bad(1, &["connection", "set-state", "globex-ariba", "live"], &["return hosts: a live connection"]);
    here.good(&["connection", "allow-host", "globex-ariba", "https://*.globex.example", "--for", "return"]);
    here.good(&["connection", "set-state", "globex-ariba", "live"]);
    here.bad(1, &["connection", "set-state", "none", "live"], &["there is no connection none"]);
    assert!(here.good(&["connection", "list"]).contains("live"));

    here.good(&[
        "connection",
        "create",
        "globex-oci",
        "--supplier",
        "acme",
        "--buyer",
        "globex",
        "--profile",
        "generic-oci",
        "--parameter",
        "USERNAME=globex",
    ]);
    assert!(
        here.good(&["connection", "show", "globex-oci"])
            .contains("/oci/globex-oci?USERNAME=YOUR-USERNAME&PASSWORD=")
    );
    here.bad(
        1,
        &[
            "connection",
            "create",
            "b",
            "--supplier",
            "acme",
            "--buyer",
            "globex",
            "--profile",
            "generic-oci",
            "--from",
            "a:b",
        ],
        &["are for cXML"],
    );

    let said = here.run_with(&["operator", "set-password"], "short\n", &[]);
    assert_eq!((said.code, said.err.as_str()), (1, "error: the password is not 12 to 200 characters long\n"));
    assert_eq!(here.run_with(&["operator", "set-password"], "correct horse battery\n", &[]).code, 0);
    let stored = all_bytes(&here.folder.0);
    for secret in ["open sesame", "correct horse"] {
        assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret} is on disk");
    }
}

/// Everything in the files below a folder.
fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(all_bytes(&path));
        } else {
            bytes.extend(std::fs::read(&path).unwrap());
        }
    }
    bytes
}

const HEADER: &str = "part,name,unit,category,brand,list_price,currency\n";

#[test]
fn a_file_is_published_whole_or_its_errors_are_named() {
    let here = Installation::with_parties();
    here.write("good.csv", &format!("{HEADER}A-1,Bolt,H87,Screws,Acme,1.50,EUR\n"));
    here.write("bad.csv", &format!("{HEADER}A-1,Bolt,H87,Screws,Acme,1.50,EUR\nA-2,Nut,XYZ,Screws,Acme,\"1,5\",EUR\nA-1,Bolt,H87,Screws,Acme,1,EUR\n"));
    here.write("cut.csv", &format!("{HEADER}A-1,Bolt,H87"));
    here.write("empty.csv", "");
    here.write("columns.csv", "part,colour\nA-1,red\n");
    let import = |file| ["import", "catalog", file, "--supplier", "acme"];

    let said = here.run(&import("bad.csv"));
    assert_eq!(said.code, 1);
    for line in [
        "3     unit",
        "3     list_price  has a comma",
        "4     part        the same part is on line 2 already",
        "1 line taken, 2 refused",
        "Nothing was published",
    ] {
        assert!(said.out.contains(line), "{line:?} is not in:\n{}", said.out);
    }
    let said = here.run(&[&import("bad.csv")[..], &["--max-errors", "1"]].concat());
    assert!(said.out.contains("… and 2 more"), "{}", said.out);
    for (file, words) in [
        ("cut.csv", "was it cut off"),
        ("empty.csv", "no rows"),
        ("columns.csv", "there is no column \"colour\""),
    ] {
        let said = here.run(&import(file));
        assert_eq!((said.code, said.out.contains(words)), (1, true), "{file}: {}", said.out);
    }
    here.bad(2, &import("none.csv"), &["none.csv: No such file"]);
    here.bad(2, &import("."), &["is a folder"]);
    here.bad(1, &["import", "catalog", "good.csv", "--supplier", "nobody"], &["there is no supplier nobody"]);
    assert!(here.good(&["supplier", "show", "acme"]).contains("none yet"));

    assert!(
        here.good(&["import", "catalog", "good.csv", "--supplier", "acme", "--check"])
            .contains("can be published")
    );
    assert!(here.good(&["supplier", "show", "acme"]).contains("none yet"), "checking publishes nothing");
    assert!(here.good(&import("good.csv")).contains("Version 1 of acme is published: 1 product."));
    let skipping = [&import("bad.csv")[..], &["--skip-bad-lines"]].concat();
    assert!(here.good(&skipping).contains("Version 2 of acme is published"));
}

#[test]
fn prices_belong_to_an_agreement() {
    let here = Installation::with_parties();
    here.good(&[
        "agreement",
        "create",
        "frame",
        "--supplier",
        "acme",
        "--everyone",
        "--name",
        "Frame",
        "--currency",
        "EUR",
        "--from",
        "2026-01-01",
        "--until",
        "2026-12-31",
        "--percent-off",
        "all=10",
    ]);
    // Terms change as a new version; what is not given stays.
    let change = |rest: &[&str]| here.good(&[&["agreement", "change", "frame"], rest].concat());
    let said =
        change(&["--until", "2027-06-30", "--time-zone", "Europe/Berlin", "--says", "CostCenter=4711"]);
    assert!(said.contains("Version 2 of frame holds"), "{said}");
    assert!(change(&["--percent-off", "all=12"]).contains("Version 3"));
    let list = here.good(&["agreement", "list"]);
    assert!(list.contains("– 2027-06-30") && list.contains("CostCenter=4711"), "{list}");
    here.bad(1, &["agreement", "change", "frame", "--until", "2020-01-01"], &["is not after"]);
    here.bad(1, &["agreement", "change", "nobody", "--priority", "1"], &["there is no agreement nobody"]);
    here.bad(2, &["agreement", "change", "frame", "--time-zone", "Europe/Atlantis"], &["Atlantis"]);
    here.bad(2, &["agreement", "change", "frame", "--says", "CostCenter"], &["name=value"]);
    here.bad(
        1,
        &[
            "agreement",
            "create",
            "back",
            "--supplier",
            "acme",
            "--everyone",
            "--name",
            "B",
            "--currency",
            "EUR",
            "--from",
            "2026-02-01",
            "--until",
            "2026-01-01",
        ],
        &["valid until: is not after"],
    );
    here.bad(
        2,
        &[
            "agreement",
            "create",
            "x",
            "--supplier",
            "acme",
            "--everyone",
            "--name",
            "B",
            "--currency",
            "EUR",
            "--percent-off",
            "all=110",
        ],
        &["0 to 100"],
    );
    // Products by property and by lists of numbers.
    here.write("core.txt", "\u{feff}A-1\r\n\r\n  A-2  \nA-1\n");
    let said = change(&[
        "--include-list",
        "core.txt",
        "--include",
        "attribute:Thread=M8",
        "--exclude",
        "attribute:Length=40 [mm]",
    ]);
    assert!(said.contains("Version 4"), "{said}");
    let long = (0..6_000).fold(String::new(), |text, number| text + &format!("HB933-{number:05}\n"));
    here.write("long.txt", &long);
    here.write("empty.txt", "\n");
    for (file, code, told) in [
        ("long.txt", 1, "at most 60 kB (some 4000 part numbers) fit"),
        ("empty.txt", 2, "empty.txt: holds no part number"),
        ("absent.txt", 2, "absent.txt: No such file"),
    ] {
        here.bad(code, &["agreement", "change", "frame", "--exclude-list", file], &[told]);
    }
    here.write("prices.csv", "part,price\nA-1,1.20\n");
    here.write("dollars.csv", "part,price,currency\nA-1,1.20,USD\n");
    here.bad(1, &["import", "prices", "prices.csv", "--agreement", "none"], &["there is no agreement none"]);
    let said = here.run(&["import", "prices", "dollars.csv", "--agreement", "frame"]);
    assert!(said.code == 1 && said.out.contains("the currency of this list is EUR"), "{}", said.out);
    here.good(&["import", "prices", "prices.csv", "--agreement", "frame"]);
    assert!(here.good(&["agreement", "list"]).contains("2026-01-01 – 2027-06-30"));
}

#[test]
fn stock_is_replaced_or_changed() {
    let here = Installation::with_parties();
    here.write("stock.csv", "part,available\nA-1,-3\n");
    assert_eq!(here.run(&["import", "stock", "stock.csv", "--supplier", "acme"]).code, 1);
    here.write("stock.csv", "part,available\nA-1,3\n");
    here.good(&["import", "stock", "stock.csv", "--supplier", "acme"]);
    let said = here.good(&["import", "stock", "stock.csv", "--supplier", "acme", "--changes"]);
    assert!(said.contains("The stock of acme is changed: 1 parts."), "{said}");
}

/// A server that is stopped with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads what the process prints until all words were said.
fn read_until(child: &mut Child, words: &str) -> String {
    let mut out = child.stdout.take().unwrap();
    let (mut said, mut byte) = (String::new(), [0]);
    while !said.contains(words) && out.read(&mut byte).unwrap() > 0 {
        said.push(char::from(byte[0]));
    }
    child.stdout = Some(out);
    said
}

fn address_after(said: &str, words: &str) -> String {
    let rest = said.split(words).nth(1).unwrap();
    rest.split_whitespace().next().unwrap().trim_end_matches('/').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn serving_holds_the_data_alone_and_ends_in_order() {
    let here = Installation::with_parties();
    let mut command = here.command(&["serve"]);
    let child = command.env("PUNCHGATE_LOG_FORMAT", "json").env("PUNCHGATE_LOG", "debug");
    let mut serving = Serving(child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let said = read_until(&mut serving.0, "set-password");
    let (public, operator) = (address_after(&said, "served on "), address_after(&said, "Operator pages: "));
    let password = address_after(&said, "shown this once: ");

    assert_eq!(get(&format!("{operator}/readyz")).await.text(), "ready\n");
    assert!(get(&format!("{public}/punchout/cxml")).await.text().contains("takes cXML"));
    assert!(get(&format!("{public}/punchout/s/SECRETSECRETSECRET/cart")).await.status.is_client_error());
    let login = post_form(&format!("{operator}/login"), &[("password", password.trim())]).await;
    assert_eq!(login.header("location"), "/");
    let metrics = get(&format!("{operator}/metrics")).await.text();
    assert!(metrics.contains("punchgate_http_requests_total{"), "{metrics}");
    assert!(metrics.contains("punchgate_store_sync_seconds"), "{metrics}");
    assert!(!metrics.contains("SECRETSECRET"), "addresses are capabilities");
    here.bad(2, &["serve"], &["another punchgate is running"]);

    let pid = serving.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let mut code = None;
    for _ in 0..500 {
        code = serving.0.try_wait().unwrap();
        if code.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(code.unwrap().code(), Some(0));
    let mut log = String::new();
    serving.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{log}");
    assert!(log.contains("\"http.route\"") || log.contains("http.route"), "{log}");
    assert!(!log.contains("SECRETSECRET") && !log.contains(password.trim()), "{log}");
    assert!(here.good(&["supplier", "list"]).contains("acme"), "the data is free again");
}

#[test]
fn commands_are_carried_out_by_the_gateway_that_runs() {
    let here = Installation::with_parties();
    let mut command = here.command(&["serve"]);
    let mut serving = Serving(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    read_until(&mut serving.0, "set-password");

    // Files are those of the folder in which the command is typed.
    here.write("good.csv", &format!("{HEADER}A-1,Bolt,H87,Screws,Acme,1.50,EUR\n"));
    here.write("bad.csv", &format!("{HEADER}A-1,Bolt,XYZ,Screws,Acme,1.50,EUR\n"));
    let import = |file| ["import", "catalog", file, "--supplier", "acme"];
    assert!(here.good(&import("good.csv")).contains("Version 1 of acme is published: 1 product."));
    let said = here.run(&import("bad.csv"));
    assert_eq!(
        (said.code, said.out.contains("Nothing was published")),
        (1, true),
        "{}{}",
        said.out,
        said.err
    );
    here.bad(2, &import("none.csv"), &["none.csv: No such file"]);
    here.bad(1, &["buyer", "create", "globex", "--supplier", "acme", "--name", "Globex"], &["globex"]);

    // Secrets are asked for there, too.
    let sender = ["sender", "create", "ariba", "--supplier", "acme", "--identity", "DUNS:2", "--secret-from"];
    let said = here.run_with(&[&sender[..], &["stdin"]].concat(), "", &[]);
    assert_eq!((said.code, said.err.contains("the secret is empty")), (1, true), "{}", said.err);
    let said = here.run_with(&[&sender[..], &["env"]].concat(), "", &[]);
    assert!(said.err.contains("PUNCHGATE_SECRET is not set"), "{}", said.err);
    let said = here.run_with(&[&sender[..], &["stdin"]].concat(), "hunter2hunter2\n", &[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(here.good(&["sender", "list"]).contains("ariba"));

    // Killed, it leaves its socket behind: the next command opens the data itself, and finds it all.
    serving.0.kill().unwrap();
    serving.0.wait().unwrap();
    assert!(here.good(&["sender", "list"]).contains("ariba"));
    assert!(here.good(&["supplier", "show", "acme"]).contains("version 1, 1 products"));
}

#[test]
fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let here = Installation::new(&format!("public_url = \"https://a.example\"\nlisten = \"{address}\"\n"));
    here.bad(2, &["serve"], &[&format!("cannot listen on {address}")]);
}

#[test]
fn the_store_is_checked_copied_rebuilt_and_put_back() {
    let here = Installation::with_parties();
    let journal = here.folder.0.join("data/store/journal");
    assert!(journal.is_dir(), "{}", journal.display());
    let said = here.good(&["store", "check"]);
    assert!(said.contains("The journal is whole") && said.contains("all as in the journal"), "{said}");
    assert!(here.good(&["store", "backup", "copy"]).contains("Copied to copy and read back"));
    here.bad(2, &["store", "backup", "copy"], &["copy is not empty"]);
    assert!(here.good(&["store", "compact"]).contains("rows in the checkpoint"));
    assert!(here.good(&["store", "rebuild"]).contains("The index is rebuilt."));
    here.bad(2, &["store", "restore", "copy"], &["is not empty"]);
    let buyers = here.good(&["buyer", "list"]);

    std::fs::rename(here.folder.0.join("data/store"), here.folder.0.join("lost")).unwrap();
    for command in ["check", "compact", "rebuild"] {
        here.bad(1, &["store", command], &["there is no store in"]);
    }
    here.bad(1, &["store", "restore", "nowhere"], &["there is no backup in nowhere"]);
    assert!(here.good(&["store", "restore", "copy"]).contains("Restored to"));
    assert!(here.good(&["store", "check"]).contains("The next start builds the index"));
    assert_eq!(here.good(&["buyer", "list"]), buyers);

    let segment = here.folder.0.join("data/store/journal/0000000001.segment");
    let mut bytes = std::fs::read(&segment).unwrap();
    bytes[400] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let damaged = ["0000000001.segment is damaged at byte", "Nothing was changed"];
    here.bad(1, &["store", "check"], &damaged);
    here.bad(2, &["store", "rebuild"], &damaged[..1]);
    here.bad(2, &["buyer", "list"], &damaged[..1]);
}

#[test]
fn a_profile_tells_its_sources_and_a_file_of_ones_own_is_checked() {
    let here = Installation::with_parties();
    let coupa = here.good(&["profile", "show", "coupa"]);
    for told in ["confirmed", "Coupa Compass: sample PunchOutSetupRequest", "the cart is lost", "(inherited)"]
    {
        assert!(coupa.contains(told), "{told}: {coupa}");
    }
    assert!(here.good(&["profile", "check"]).contains("14 profiles, nothing wrong"));
    here.bad(1, &["profile", "show", "nobody"], &["there is no platform profile nobody"]);
    let check = |text: &str, told: &[&str]| {
        here.write("acme.toml", text);
        here.bad(1, &["profile", "check", "acme.toml"], told);
    };
    check("extends = \"coupa\"\npart_length = 5", &["acme.toml: part_length: must be { value"]);
    check(
        "extends = \"coupa\"\npart_lenght = { value = 5, sure = \"ours\", source = \"x\" }",
        &["part_lenght"],
    );
    check(
        "extends = \"coupa\"\nunits = { value = { PR = \"PAIRS\" }, sure = \"ours\", source = \"x\" }",
        &["acme: units: \"PAIRS\" does not fit unit_length"],
    );
    let good = "extends = \"coupa\"\ntitle = \"Acme\"\npart_length = { value = 18, sure = \"confirmed\", source = \"their sheet\" }";
    here.write("acme.toml", good);
    assert!(here.good(&["profile", "check", "acme.toml"]).contains("acme is a profile"));
    std::fs::create_dir_all(here.folder.0.join("data/profiles")).unwrap();
    std::fs::rename(here.folder.0.join("acme.toml"), here.folder.0.join("data/profiles/acme.toml")).unwrap();
    assert!(here.good(&["profile", "list"]).contains("Acme"));
    assert!(here.good(&["profile", "show", "acme"]).contains("their sheet"));
}

#[test]
fn a_connection_is_changed_checked_and_charged_by_command() {
    let here = Installation::new(SETTINGS);
    here.good(&["supplier", "create", "acme", "--name", "Acme", "--currency", "EUR", "--identity", "DUNS:1"]);
    here.good(&["buyer", "create", "globex", "--supplier", "acme", "--name", "Globex"]);
    let create = ["connection", "create", "g-coupa", "--supplier", "acme", "--buyer", "globex"];
    let login =
        ["--profile", "coupa", "--from", "DUNS:2", "--new-sender", "g", "--sender-identity", "DUNS:2"];
    here.good(&[&create[..], &login[..]].concat());

    let check = here.run(&["connection", "check", "g-coupa"]);
    assert_eq!(check.code, 1, "{}", check.err);
    assert!(check.out.starts_with("Before g-coupa goes live (Globex, Coupa, now in test)"), "{}", check.out);
    assert_eq!(check.out.matches("  open  ").count(), 5, "{}", check.out);
    here.bad(1, &["connection", "check", "nobody"], &["there is no connection nobody"]);

    let agreement = ["agreement", "create", "a", "--supplier", "acme", "--buyer", "globex", "--name", "A"];
    let agreement = [&agreement[..], &["--currency", "EUR", "--country"]].concat();
    here.bad(1, &[&agreement[..], &["Austria"]].concat(), &["country not of two letters"]);
    here.good(&[&agreement[..], &["at"]].concat());
    assert!(here.good(&["agreement", "list"]).contains("country AT"));
    here.good(&["agreement", "change", "a", "--country", "DE", "--ship-to", "PLANT-7"]);
    assert!(here.good(&["agreement", "list"]).contains("ship-to PLANT-7, country DE"));

    let set = ["connection", "set", "g-coupa"];
    let with = |more: &[&'static str]| [&set[..], more].concat();
    assert_eq!(here.good(&set), "g-coupa is in all as its platform is.\n");
    here.bad(1, &with(&["part_length=x"]), &["expected usize"]);
    here.bad(1, &with(&["nosuch=1"]), &["unknown field `nosuch`", "`cxml_version`"]);
    here.bad(1, &with(&["units={ BX = \"CASE\" }"]), &["\"CASE\" does not fit unit_length"]);
    here.bad(1, &with(&["--unset", "part_length"]), &["part_length is not the connection's own"]);
    here.bad(1, &with(&["protocol=oci"]), &["the protocol of a connection never changes"]);
    here.bad(2, &with(&["part_length"]), &["field=value"]);
    assert!(
        here.good(&with(&["part_length=18"])).ends_with("differs from its platform in: part_length = 18\n")
    );
    here.good(&with(&["--unset", "part_length"]));

    let add = |more: &[&'static str]| [&["connection", "charge", "add", "g-coupa"], more].concat();
    let freight = ["Freight", "--kind", "freight"];
    let flat = |more: &[&'static str]| add(&[&freight[..], more].concat());
    let said = here.good(&flat(&["--flat", "9.90", "--value-below", "100"]));
    assert!(said.contains("header  9.90 EUR, for goods below 100.00 EUR"), "{said}");
    here.bad(1, &flat(&["--flat", "9.999"]), &["at most 2 decimals"]);
    here.bad(2, &flat(&[]), &["--flat <MONEY>"]);
    here.bad(2, &flat(&["--flat", "9,90"]), &["a plain decimal number"]);
    let packing = ["Packing", "--kind", "surcharge", "--as", "line", "--percent", "2"];
    here.bad(1, &add(&packing), &["its line would stop every cart", "no classification"]);
    let said = here.good(&add(&[&packing[..], &["--unspsc", "78121603", "--country", "de"]].concat()));
    assert!(said.contains("line SURCHARGE  2 %, to DE"), "{said}");
    here.bad(1, &["connection", "charge", "remove", "g-coupa", "3"], &["there is no rule 3"]);
    let left = here.good(&["connection", "charge", "remove", "g-coupa", "1"]);
    assert!(left.contains("1    Packing"), "{left}");

    // Of a live one nothing is tested any more: what is left is the catalog that is not there.
    here.good(&["connection", "allow-host", "g-coupa", "https://b.example", "--for", "return"]);
    here.good(&["connection", "set-state", "g-coupa", "live"]);
    let check = here.run(&["connection", "check", "g-coupa"]);
    assert!(check.out.starts_with("g-coupa is live (Globex, Coupa)\n  done  hosts"), "{}", check.out);
    assert_eq!((check.code, check.out.matches("  open  ").count()), (1, 1), "{}", check.out);
}
