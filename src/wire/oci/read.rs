//! A form as a tolerant receiver reads it: names in any case, the spellings of long texts that shops have, `NEW_ITEM_X`.

use std::collections::BTreeMap;

/// The lines of a form by index, each with its fields by name.
#[must_use]
pub fn read_fields(fields: &[(String, String)]) -> Vec<(u32, Vec<(String, String)>)> {
    let mut lines: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
    for (name, value) in fields {
        let upper = name.to_ascii_uppercase();
        let rest = upper.strip_prefix("NEW_ITEM").and_then(|rest| rest.strip_prefix(['-', '_']));
        let Some((field, index)) = rest.and_then(field_and_index) else { continue };
        lines.entry(index).or_default().push((field, value.clone()));
    }
    lines.into_iter().collect()
}

fn field_and_index(rest: &str) -> Option<(String, u32)> {
    if let Some(long) = rest.strip_prefix("LONGTEXT") {
        return Some(("LONGTEXT".to_owned(), long_text_index(long)?));
    }
    let (field, index) = rest.strip_suffix(']')?.rsplit_once('[')?;
    Some((field.to_owned(), index.parse().ok()?))
}

/// `_1:132[]` as it should be; `[1]:132`, `[1]:132[]`, `:132[1]`, `_1:132[][1]`, `[1]` as it is met.
fn long_text_index(rest: &str) -> Option<u32> {
    if let Some(numbered) = rest.strip_prefix('_') {
        let digits: String = numbered.chars().take_while(char::is_ascii_digit).collect();
        return digits.parse().ok();
    }
    rest.split('[').skip(1).find_map(|part| part.split(']').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_found_in_every_spelling() {
        for (name, index) in [
            ("NEW_ITEM-LONGTEXT_1:132[]", 1),
            ("NEW_ITEM-LONGTEXT_2:132[2]", 2),
            ("NEW_ITEM-LONGTEXT:132[3]", 3),
            ("new_item-longtext[4]", 4),
            ("NEW_ITEM-LONGTEXT_5:132[][5]", 5),
            ("NEW_ITEM-LONGTEXT[6]:132[]", 6),
            ("NEW_ITEM-LONGTEXT[7]:132", 7),
        ] {
            let read = read_fields(&[(name.to_owned(), "x".to_owned())]);
            assert_eq!(read, [(index, vec![("LONGTEXT".to_owned(), "x".to_owned())])], "{name}");
        }
        let read = read_fields(&[("NEW_ITEM_CERT[2]".to_owned(), "y".to_owned())]);
        assert_eq!(read, [(2, vec![("CERT".to_owned(), "y".to_owned())])]);
        assert!(read_fields(&[("NEW_ITEM-PRICE".to_owned(), "1".to_owned())]).is_empty());
    }
}
