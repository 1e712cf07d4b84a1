//! Catalogs by command, with the real program: waiting, publishing, going back, exporting, and being killed.

use std::{
    io::{BufRead, Read},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use punchgate::shell::clock::Clock;

use crate::support::Folder;

struct Shop {
    folder: Folder,
    settings: PathBuf,
}

impl Shop {
    fn new() -> Self {
        let folder = Folder::new("catalog");
        let settings = folder.0.join("punchgate.toml");
        let text = "public_url = \"https://shop.example\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n";
        std::fs::write(&settings, text).unwrap();
        let shop = Self { folder, settings };
        shop.good(&[
            "supplier",
            "create",
            "acme",
            "--name",
            "Acme",
            "--identity",
            "NetworkID:AN01",
            "--currency",
            "EUR",
        ]);
        shop
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_punchgate"));
        command.arg("--config").arg(&self.settings).args(arguments).current_dir(&self.folder.0);
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.command(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains("panicked"), "{arguments:?}\n{text}");
        (output.status.code().unwrap(), text)
    }

    fn good(&self, arguments: &[&str]) -> String {
        let (code, text) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}\n{text}");
        text
    }

    fn bad(&self, arguments: &[&str], word: &str) {
        let (code, text) = self.run(arguments);
        assert_ne!(code, 0, "{arguments:?}\n{text}");
        assert!(text.contains(word), "{word:?} is not in {text}");
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.0.join(name), text).unwrap();
    }

    fn export(&self, format: &str) -> String {
        self.good(&["catalog", "export", "acme", "--format", format])
    }

    fn versions(&self) -> String {
        self.good(&["catalog", "versions", "acme"])
    }
}

/// So many products at a price.
fn products(count: usize, price: &str) -> String {
    let head = "part,name,brand,category,unspsc,unit,currency,list_price\n".to_owned();
    (0..count).fold(head, |text, number| {
        text + &format!(
            "P-{number:06},Hex bolt number {number},Kelder,Fasteners / Bolts,31161504,H87,EUR,{price}\n"
        )
    })
}

#[test]
fn an_import_waits_is_published_and_taken_back_to_the_byte() {
    let shop = Shop::new();
    shop.write("first.csv", &products(20, "1.00"));
    shop.good(&["import", "catalog", "first.csv", "--supplier", "acme"]);
    let first = shop.export("csv");

    shop.write("second.csv", &products(18, "2.00"));
    let said = shop.good(&["import", "catalog", "second.csv", "--supplier", "acme", "--wait"]);
    assert!(said.contains("0 new, 2 gone, 18 changed (18 price jumps), 0 as before"), "{said}");
    assert!(said.contains("Import 1 of acme waits"), "{said}");
    assert_eq!(shop.export("csv"), first, "nothing is published yet");
    assert!(shop.good(&["catalog", "waiting", "acme"]).contains("second.csv"));
    assert!(shop.good(&["catalog", "preview", "acme", "1"]).contains("1.00 → 2.00 EUR"));
    shop.good(&["catalog", "publish", "acme", "1"]);
    let second = shop.export("csv");
    assert_ne!(second, first);
    shop.bad(&["catalog", "publish", "acme", "1"], "no import 1");

    shop.good(&["catalog", "undo", "acme"]);
    assert_eq!(shop.export("csv"), first, "to the byte");
    assert!(shop.versions().contains('3'));
    shop.good(&["catalog", "undo", "acme"]);
    assert_eq!(shop.export("csv"), second);

    // What was read against an older version is not published over a newer one.
    shop.good(&["import", "catalog", "first.csv", "--supplier", "acme", "--wait"]);
    shop.good(&["catalog", "undo", "acme", "--to", "1"]);
    shop.bad(&["catalog", "publish", "acme", "1"], "import the file again");
    shop.good(&["catalog", "drop", "acme", "1"]);

    // A bad file changes nothing, with or without --check.
    shop.write("bad.csv", &products(3, "-1"));
    for check in [&["--check"][..], &[]] {
        let arguments = [&["import", "catalog", "bad.csv", "--supplier", "acme"], check].concat();
        shop.bad(&arguments, "a price is below zero");
    }
    assert_eq!(shop.export("csv"), first);
}

#[test]
fn what_is_exported_can_be_imported() {
    let shop = Shop::new();
    shop.write("first.csv", &products(5, "1.25"));
    shop.good(&["import", "catalog", "first.csv", "--supplier", "acme"]);
    let csv = shop.export("csv");
    for format in ["cif", "index", "level2"] {
        let text = shop.export(format);
        if format == "level2" {
            for word in [
                "punchoutLevel=\"store\"",
                "punchoutLevel=\"aisle\"",
                "punchoutLevel=\"shelf\"",
                "punchoutLevel=\"product\"",
            ] {
                assert!(text.contains(word), "{word} is not in\n{text}");
            }
            continue;
        }
        shop.write("export", &text);
        shop.good(&["import", "catalog", "export", "--supplier", "acme"]);
        let again = shop.export("csv");
        let fields = |text: &str| {
            text.lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
        };
        assert_eq!(fields(&again), fields(&csv), "{format}");
    }
    shop.write("columns.csv", "Nr;Text;Gruppe;ME\nA-1;Zange;Zangen;H87\n");
    let names = [
        "--column",
        "Nr=part",
        "--column",
        "Text=name",
        "--column",
        "Gruppe=category",
        "--column",
        "ME=unit",
    ];
    shop.good(&[&["import", "catalog", "columns.csv", "--supplier", "acme"][..], &names].concat());
    // They are remembered.
    shop.good(&["import", "catalog", "columns.csv", "--supplier", "acme"]);
    assert!(shop.good(&["catalog", "columns", "acme"]).contains("gruppe"));
    shop.good(&["catalog", "columns", "acme", "--forget"]);
    shop.bad(&["import", "catalog", "columns.csv", "--supplier", "acme"], "there is no column");
}

#[test]
fn an_import_killed_half_way_leaves_what_was_there() {
    let shop = Shop::new();
    shop.write("first.csv", &products(50, "1.00"));
    shop.good(&["import", "catalog", "first.csv", "--supplier", "acme"]);
    let before = shop.export("csv");
    shop.write("large.csv", &products(200_000, "2.00"));
    shop.write("large.xml", &bmecat(0..100_000).collect::<String>());
    let draft = shop.folder.0.join("data/catalogs/acme/.draft/products.table");
    for (file, written) in
        [("large.csv", 1 << 18), ("large.csv", 1 << 22), ("large.xml", 1 << 18), ("large.xml", 1 << 21)]
    {
        let mut import = importing(&shop, file);
        let mut waits = 0..10_000; // of 5 ms
        while std::fs::metadata(&draft).map_or(0, |file| file.len()) < written {
            assert!(waits.next().is_some(), "the import never began");
            std::thread::sleep(Duration::from_millis(5));
        }
        import.kill().unwrap(); // SIGKILL
        import.wait().unwrap();
        assert_eq!(shop.export("csv"), before);
    }
    shop.write("last.csv", &products(40, "3.00"));
    shop.good(&["import", "catalog", "last.csv", "--supplier", "acme"]);
    assert!(!shop.folder.0.join("data/catalogs/acme/.draft").exists());
}

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn while_serving_two_imports_do_not_mix_and_one_comes_on_time() {
    let shop = Shop::new();
    let serving = shop.command(&["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut serving = Serving(serving);
    let mut said = std::io::BufReader::new(serving.0.stdout.take().unwrap());
    assert!(
        said.by_ref().lines().any(|line| line.unwrap().contains("Operator password")),
        "it takes commands from then on"
    );
    shop.write("first.csv", &products(10, "1.00"));
    shop.good(&["import", "catalog", "first.csv", "--supplier", "acme"]);
    shop.write("large.csv", &products(60_000, "2.00"));
    let arguments = ["import", "catalog", "large.csv", "--supplier", "acme"];
    let mut one = shop.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let draft = shop.folder.0.join("data/catalogs/acme/.draft/products.table");
    let mut waits = 0..10_000; // of 5 ms
    while !draft.exists() {
        assert!(waits.next().is_some(), "the import never began");
        std::thread::sleep(Duration::from_millis(5));
    }
    shop.bad(&["import", "catalog", "first.csv", "--supplier", "acme"], "another import");
    assert!(one.wait().unwrap().success());
    assert!(shop.versions().contains("60000"), "{}", shop.versions());

    shop.good(&["import", "catalog", "first.csv", "--supplier", "acme", "--wait"]);
    let soon = Clock::System.now().checked_add(jiff::SignedDuration::from_secs(3)).unwrap().to_string();
    shop.good(&["catalog", "publish", "acme", "1", "--at", &soon]);
    assert!(shop.good(&["catalog", "waiting", "acme"]).contains("published at"));
    let mut waits = 0..300; // of 200 ms and more
    while !shop.good(&["catalog", "waiting", "acme"]).contains("No import waits") {
        assert!(waits.next().is_some(), "{}", shop.good(&["catalog", "waiting", "acme"]));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(shop.export("csv").lines().count(), 11);
}

/// An import under way.
fn importing(shop: &Shop, file: &str) -> Child {
    let mut import = shop.command(&["import", "catalog", file, "--supplier", "acme"]);
    import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Runs an import to its end; its exit code, and the most memory that it took, in kB.
fn import_watched(shop: &Shop, file: &str) -> (Option<i32>, u64) {
    let mut import = importing(shop, file);
    let status = format!("/proc/{}/status", import.id());
    let mut peak = 0;
    loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
            peak = peak.max(line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0));
        }
        if let Some(status) = import.try_wait().unwrap() {
            println!("{file}: {status}, at most {peak} kB resident");
            return (status.code(), peak);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn two_gigabytes_are_refused_within_bounded_memory() {
    let shop = Shop::new();
    for start in ["part,name,category,unit\n", "<?xml version=\"1.0\"?><Index loadmode=\"Full\">"] {
        shop.write("huge", start);
        let file = std::fs::OpenOptions::new().write(true).open(shop.folder.0.join("huge")).unwrap();
        file.set_len(2 << 30).unwrap();
        let (code, peak) = import_watched(&shop, "huge");
        assert_eq!(code, Some(1));
        assert!(peak < 400_000, "{start:?}: {peak} kB");
    }
}

fn bmecat(products: impl Iterator<Item = u64>) -> impl Iterator<Item = String> {
    let head = "<BMECAT version=\"2005\"><HEADER><CATALOG><LANGUAGE>eng</LANGUAGE><CURRENCY>EUR</CURRENCY></CATALOG></HEADER><T_NEW_CATALOG>\n";
    let product = |number| {
        format!(
            "<PRODUCT><SUPPLIER_PID>B-{number}</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT>Product number {number}</DESCRIPTION_SHORT>\
             <DESCRIPTION_LONG>{}</DESCRIPTION_LONG></PRODUCT_DETAILS><PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT></PRODUCT_ORDER_DETAILS>\
             <PRODUCT_PRICE_DETAILS><PRODUCT_PRICE price_type=\"net_list\"><PRICE_AMOUNT>{number}.50</PRICE_AMOUNT></PRODUCT_PRICE></PRODUCT_PRICE_DETAILS></PRODUCT>\n",
            "Made to measure and tested. ".repeat(8)
        )
    };
    std::iter::once(head.to_owned())
        .chain(products.map(product))
        .chain(std::iter::once("</T_NEW_CATALOG></BMECAT>\n".to_owned()))
}

/// `IMPORT_MEGABYTES=2000` makes the files two gigabytes long, and the bound holds all the same.
#[test]
fn long_files_of_good_rows_are_taken_within_bounded_memory() {
    let bytes = std::env::var("IMPORT_MEGABYTES").map_or(16, |text| text.parse().unwrap()) << 20;
    let rows = (0..bytes / 300).map(|number: u64| {
        let text = "Made to measure and tested. ".repeat(8);
        format!(
            "C-{number},Product number {number},Tools / Kind {},H87,EUR,{number}.50,{text}\n",
            number % 50
        )
    });
    let csv =
        std::iter::once("part,name,category,unit,currency,list_price,description\n".to_owned()).chain(rows);
    let shop = Shop::new();
    let write = |name: &str, parts: &mut dyn Iterator<Item = String>| {
        use std::io::Write as _;
        let mut file = std::io::BufWriter::new(std::fs::File::create(shop.folder.0.join(name)).unwrap());
        parts.for_each(|part| file.write_all(part.as_bytes()).unwrap());
        file.flush().unwrap();
    };
    write("long.csv", &mut csv.into_iter());
    write("long.xml", &mut bmecat(0..bytes / 600));
    for file in ["long.csv", "long.xml"] {
        let (code, peak) = import_watched(&shop, file);
        assert_eq!(code, Some(0), "{file}");
        assert!(peak < 500_000, "{file}: {peak} kB");
    }
}

#[test]
fn pictures_in_private_networks_are_fetched_only_where_the_settings_allow() {
    let shop = Shop::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        use std::io::Write;
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\n\xff\xd8\xff\xe0",
            );
        }
    });
    shop.write("one.csv", &format!("part,name,category,unit,pictures\nA-1,A,C,H87,http://{address}/a.jpg\n"));
    let import = ["import", "catalog", "one.csv", "--supplier", "acme"];
    assert!(!shop.good(&import).contains("Pictures:"));
    shop.good(&["supplier", "pictures", "acme", "fetched"]);
    let said = shop.good(&import);
    assert!(said.contains("0 fetched, 0 as before, 1 missing"), "{said}");
    assert!(
        said.contains("127.0.0.1 is in a private or reserved network (setting private_networks)"),
        "{said}"
    );
    let settings = std::fs::read_to_string(&shop.settings).unwrap();
    std::fs::write(&shop.settings, settings + "private_networks = [\"127.0.0.1\"]\n").unwrap();
    let said = shop.good(&import);
    assert!(said.contains("Pictures: 1 fetched, 0 as before, 0 missing."), "{said}");
    assert!(shop.good(&["supplier", "show", "acme"]).contains("fetched"));
}

#[test]
fn synonyms_are_loaded_whole_or_not_at_all_and_stay() {
    let shop = Shop::new();
    assert_eq!(shop.good(&["catalog", "synonyms", "acme"]), "No synonyms.\n");
    shop.write("good.txt", "# tools\nscrew, bolt\ntv => television\n");
    let told = shop.good(&["catalog", "synonyms", "acme", "good.txt"]);
    assert!(told.starts_with("2 rules, 1 of them one way,"), "{told}");
    shop.write("bad.txt", "screw, bolt\nalone\ntv =>\n");
    shop.bad(&["catalog", "synonyms", "acme", "bad.txt"], "bad.txt, line 2: one term alone");
    shop.bad(&["catalog", "synonyms", "acme", "bad.txt"], "bad.txt, line 3: a term is missing");
    std::fs::write(shop.folder.0.join("raw.txt"), b"screw, \xff\n").unwrap();
    shop.bad(&["catalog", "synonyms", "acme", "raw.txt"], "UTF-8");
    shop.bad(&["catalog", "synonyms", "acme", "none.txt"], "none.txt");
    shop.bad(&["catalog", "synonyms", "other", "good.txt"], "there is no supplier other");
    // Each command is another process.
    assert_eq!(shop.good(&["catalog", "synonyms", "acme"]), "# tools\nscrew, bolt\ntv => television\n");
    shop.good(&["catalog", "synonyms", "acme", "--forget"]);
    assert_eq!(shop.good(&["catalog", "synonyms", "acme"]), "No synonyms.\n");
}
