use serde_json::json;

use super::*;
use crate::model::profile::{CartEncoding, LengthCounts, Otherwise, Protocol, Strictness, Sure};
use crate::shell::catalog::test_dir::TestDir;

fn id(name: &str) -> ProfileId {
    ProfileId::parse(name).unwrap()
}

fn object(value: &serde_json::Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[test]
fn every_file_is_a_profile_without_contradictions() {
    let profiles = Profiles::built_in().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/profiles");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!((profiles.ids().count(), files), (FILES.len(), FILES.len()), "a file that is not built in");
    for name in profiles.ids() {
        let profile = profiles.plain(name).unwrap();
        assert_eq!(profile.contradictions(), Vec::<String>::new(), "{name}");
    }
}

/// Each field of each profile, its inherited ones too, says who says so.
#[test]
fn every_statement_has_a_source() {
    let profiles = Profiles::built_in().unwrap();
    for name in profiles.ids() {
        let profile = profiles.plain(name).unwrap();
        let fields = object(&serde_json::to_value(&profile).unwrap());
        let stated = fields.into_iter().filter(|(field, value)| {
            !["title", "claims", "mangles"].contains(&field.as_str()) && !value.is_null()
        });
        for field in file::names(&stated.collect()) {
            let claim = profile.claims.of(&field).unwrap_or_else(|| panic!("{name}: {field} has no source"));
            assert!(!claim.source.is_empty(), "{name}: {field}");
        }
        for claimed in profile.claims.0.keys() {
            assert!(profiles.ids().any(|id| profiles.says(id, claimed)));
        }
    }
}

#[test]
fn overrides_win_add_to_tables_and_are_sure() {
    let profiles = Profiles::built_in().unwrap();
    let coupa = profiles.plain(&id("coupa")).unwrap();
    assert_eq!((coupa.protocol, coupa.cart_encoding), (Protocol::Cxml, CartEncoding::Urlencoded));
    assert!(!coupa.claims.is_sure("units"));
    let overrides = object(
        &json!({"cart_encoding": "base64", "units": {"BX": "CASE"}, "units_otherwise": {"use": "EA"}}),
    );
    let own = profiles.with(&id("coupa"), &overrides).unwrap();
    assert_eq!(own.cart_encoding, CartEncoding::Base64);
    assert_eq!((own.unit("BX"), own.unit("H87"), own.unit("XYZ")), (Some("CASE"), Some("EA"), Some("EA")));
    assert_eq!(own.units_otherwise, Otherwise::Use("EA".into()));
    assert!(own.claims.is_sure("units"), "agreed with the customer");
    assert!(profiles.with(&id("coupa"), &object(&json!({"no_such_field": 1}))).is_err());
    assert!(profiles.plain(&id("nobody")).is_err());
}

#[test]
fn a_file_of_the_installation_extends_a_built_in_one() {
    let folder = TestDir::new("profiles");
    let path = folder.path().join("acme.toml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write(
        "extends = \"ariba\"\ntitle = \"Acme\"\npart_length = { value = 18, sure = \"confirmed\", source = \"their sheet\" }",
    );
    let profiles = Profiles::load(folder.path()).unwrap();
    let acme = profiles.plain(&id("acme")).unwrap();
    assert_eq!((acme.part_length, acme.length_counts), (Some(18), LengthCounts::Bytes));
    assert_eq!(acme.claims.of("part_length").unwrap().sure, Sure::Confirmed);
    assert_eq!(acme.preflight, Strictness::Stop);
    for (text, told) in [
        ("extends = \"acme\"\ntitle = \"x\"", "extends itself"),
        ("extends = \"nobody\"\ntitle = \"x\"", "there is no platform profile nobody"),
        ("extends = \"ariba\"\npart_length = 18", "part_length: must be"),
        ("extends = \"ariba\"\npart_length = { value = 18, sure = \"maybe\" }", "sure must be one of"),
        ("extends = \"ariba\"\npart_lenght = { value = 1, sure = \"ours\", source = \"x\" }", "part_lenght"),
        ("extends = ", "TOML"),
    ] {
        write(text);
        let error = Profiles::load(folder.path()).unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
    }
}
