use super::*;
use crate::shell::catalog::test_dir::TestDir;

fn written(dir: &TestDir, count: u32) -> (PathBuf, Seal) {
    let path = dir.path().join("t.table");
    let mut writer = TableWriter::create(&path).unwrap();
    for number in 0..count {
        writer.append(&format!("key-{number}"), format!("payload {number}").as_bytes()).unwrap();
    }
    (path, writer.finish().unwrap())
}

#[test]
fn every_record_is_found_by_ordinal_and_by_key() {
    for count in [0, 1, 2, 255, 256, 5_000] {
        let dir = TestDir::new("table");
        let (path, seal) = written(&dir, count);
        let table = Table::open(&path, Some(&seal)).unwrap();
        assert_eq!(table.len(), count);
        for number in 0..count {
            let record = table.read(number).unwrap().unwrap();
            assert_eq!(record.payload(), format!("payload {number}").as_bytes());
            let found = table.find(&format!("key-{number}")).unwrap();
            assert_eq!(found.iter().map(|(ordinal, _)| *ordinal).collect::<Vec<_>>(), [number]);
        }
        assert!(table.read(count).unwrap().is_none());
        assert!(table.find("absent").unwrap().is_empty());
        table.verify(&seal).unwrap();
    }
}

#[test]
fn a_key_may_come_twice() {
    let dir = TestDir::new("table-twice");
    let path = dir.path().join("t.table");
    let mut writer = TableWriter::create(&path).unwrap();
    for payload in ["a", "b"] {
        writer.append("same", payload.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let found = Table::open(&path, None).unwrap().find("same").unwrap();
    assert_eq!(found.iter().map(|(_, record)| record.payload()).collect::<Vec<_>>(), [b"a", b"b"]);
}

#[test]
fn damage_anywhere_is_found() {
    let dir = TestDir::new("table-damage");
    let (path, seal) = written(&dir, 40);
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        let intact = Table::open(&path, Some(&seal)).and_then(|table| {
            for number in 0..table.len() {
                table.read(number)?;
            }
            // The magic at the front is covered by the digest alone.
            if at < 8 { table.verify(&seal) } else { Ok(()) }
        });
        assert!(intact.is_err(), "byte {at}");
    }
    for length in [0, 7, 47, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(Table::open(&path, None).is_err(), "{length} bytes");
    }
}
