//! Times as distances from now, with the exact time on hover.

use jiff::Timestamp;
use maud::{Markup, html};

/// `12 s ago`, `3 min ago`, `5 h ago`, `2 days ago`; the exact time in its title.
pub(super) fn ago(at: Timestamp, now: Timestamp) -> Markup {
    html! {
        time datetime=(at) title=(at.strftime("%-d %b %Y, %H:%M:%S UTC")) { (distance(at, now)) }
    }
}

/// The distance alone.
pub(super) fn distance(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    let amount = match seconds.unsigned_abs() {
        few @ 0..60 => format!("{few} s"),
        some @ 60..3_600 => format!("{} min", some / 60),
        many @ 3_600..172_800 => format!("{} h", many / 3_600),
        more => format!("{} days", more / 86_400),
    };
    if seconds < 0 { format!("in {amount}") } else { format!("{amount} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_have_one_unit() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let said = |ago: i64| distance(Timestamp::from_second(1_000_000 - ago).unwrap(), now);
        assert_eq!(said(0), "0 s ago");
        assert_eq!(said(59), "59 s ago");
        assert_eq!(said(60), "1 min ago");
        assert_eq!(said(7_200), "2 h ago");
        assert_eq!(said(200_000), "2 days ago");
        assert_eq!(said(-90), "in 1 min");
    }
}
