//! `xml:base` of omitted elements: the function `join-URI-References` of Canonical XML 1.1 §2.4, RFC 3986 §5.2 with four changes.

/// The five components of RFC 3986 §3, as written; only the fragment is dropped.
struct Reference<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: Option<&'t str>,
}

impl<'t> Reference<'t> {
    /// Splits as RFC 3986 appendix B does; every text can be split.
    fn split(text: &'t str) -> Self {
        let rest = text.split_once('#').map_or(text, |(before, _)| before);
        let (rest, query) =
            rest.split_once('?').map_or((rest, None), |(before, query)| (before, Some(query)));
        let scheme = rest.split_once(':').filter(|(scheme, _)| !scheme.is_empty() && !scheme.contains('/'));
        let (scheme, rest) = scheme.map_or((None, rest), |(scheme, rest)| (Some(scheme), rest));
        let Some(rest) = rest.strip_prefix("//") else {
            return Self { scheme, authority: None, path: rest, query };
        };
        let (authority, path) =
            rest.split_at_checked(rest.find('/').unwrap_or(rest.len())).unwrap_or_default();
        Self { scheme, authority: Some(authority), path, query }
    }
}

/// What the reference `inner` means within `outer`; relative if both are, without a fragment.
pub(super) fn join(outer: &str, inner: &str) -> String {
    let (base, inner) = (Reference::split(outer), Reference::split(inner));
    let base_path = match base.path {
        path if path == ".." || path.ends_with("/..") => format!("{path}/"),
        path => path.to_owned(),
    };
    let own = without_dots(inner.path);
    let (scheme, authority, path, query) = if inner.scheme.is_some() {
        (inner.scheme, inner.authority, own, inner.query)
    } else if inner.authority.is_some() {
        (base.scheme, inner.authority, own, inner.query)
    } else if inner.path.is_empty() {
        (base.scheme, base.authority, base_path, inner.query.or(base.query))
    } else if inner.path.starts_with('/') {
        (base.scheme, base.authority, own, inner.query)
    } else {
        let folder = match base_path.rfind('/') {
            Some(last) => base_path.get(..=last).unwrap_or_default(),
            None if base.authority.is_some() => "/",
            None => "",
        };
        (base.scheme, base.authority, without_dots(&format!("{folder}{}", inner.path)), inner.query)
    };
    let scheme = scheme.map(|scheme| [scheme, ":"].concat()).unwrap_or_default();
    let authority = authority.map(|authority| ["//", authority].concat()).unwrap_or_default();
    let query = query.map(|query| ["?", query].concat()).unwrap_or_default();
    [scheme, authority, path, query].concat()
}

/// RFC 3986 §5.2.4, but `..` at the start of a relative path is kept, several slashes are one, and a last `..` gets a slash.
fn without_dots(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|&last| last != "..") => {
                kept.pop();
            }
            ".." if absolute => {}
            segment => kept.push(segment),
        }
    }
    let is_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    let mut out = String::from(if absolute { "/" } else { "" });
    out.push_str(&kept.join("/"));
    if is_folder && !kept.is_empty() {
        out.push('/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the table in Canonical XML 1.1 appendix A.
    #[test]
    fn dot_segments() {
        for (path, expected) in [
            ("no/.././/pseudo-netpath/seg/file.ext", "pseudo-netpath/seg/file.ext"),
            ("yes/no//..//.///pseudo-netpath/seg/file.ext", "yes/pseudo-netpath/seg/file.ext"),
            ("no/../yes/no/..", "yes/"),
            ("../../no/../..", "../../../"),
            ("no/../..", "../"),
            ("no/..", ""),
            ("/a/b/c/./../../g", "/a/g"),
            ("mid/content=5/../6", "mid/6"),
            ("..yes/..no/..no/..no/../../../..yes/", "..yes/..yes/"),
            ("../..", "../../"),
            ("./.", ""),
            ("//no/..", "/"),
            ("yes/no/../yes/no/no/../..", "yes/yes/"),
            ("/yes/no/no/../..", "/yes/"),
            ("/./.././.././..", "/"),
            ("..", "../"),
            ("", ""),
        ] {
            assert_eq!(without_dots(path), expected, "{path}");
        }
    }

    /// Examples of Canonical XML 1.1 §2.4 and §3.8 and of RFC 3986 §5.4.1.
    #[test]
    fn joined() {
        for (outer, inner, expected) in [
            ("abc/", "../", ""),
            ("../", "../", "../../"),
            ("..", "..", "../../"),
            ("..", "../x", "../../x"),
            ("something/else", "bar/foo", "something/bar/foo"),
            ("http://a/b/c/d;p?q", "../g", "http://a/b/g"),
            ("http://a/b/c/d;p?q", "/g", "http://a/g"),
            ("http://a/b/c/d;p?q", "//g", "http://g"),
            ("http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y"),
            ("http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q"),
            ("http://a/b/c/d;p?q", "g#s", "http://a/b/c/g"),
            ("http://a/b/c/d;p?q", "g:h", "g:h"),
            ("http://a", "g", "http://a/g"),
            ("a/", "#fragment", "a/"),
        ] {
            assert_eq!(join(outer, inner), expected, "{inner} within {outer}");
        }
    }
}
