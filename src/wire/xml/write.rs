//! The only way XML leaves.

use std::fmt::Write as _;

use super::{
    Document, Node, ReadError, Span,
    chars::{is_char, qname},
};

/// How a document is laid out.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Form {
    /// Elements that hold only elements get a line each, two spaces a level.
    pub indent: bool,
    /// Everything beyond US-ASCII becomes a numeric reference: for receivers that do not know the charset (`cxml-urlencoded`).
    pub ascii: bool,
}

/// Why a document could not be written; always a fault of the writing code or of markup it was handed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WriteError {
    /// No element, attribute or DOCTYPE can have this name, or not in US-ASCII.
    #[error("{0:?} cannot be written as a name")]
    Name(Box<str>),
    /// An attribute stands twice in one tag.
    #[error("attribute {0} is written twice")]
    DuplicateAttribute(Box<str>),
    /// An attribute after content.
    #[error("attribute {0} is written after content")]
    LateAttribute(Box<str>),
    /// The parts of a document in another order than declaration, DOCTYPE, one root element.
    #[error("{0} in the wrong place")]
    Misplaced(&'static str),
    /// Nothing was written.
    #[error("there is no root element")]
    NoRoot,
    /// A system identifier with both kinds of quotes or characters that cannot stand there.
    #[error("{0:?} cannot be written as a system identifier")]
    SystemId(Box<str>),
    /// Markup to be copied that is not well-formed by itself.
    #[error("markup cannot be copied: {0}")]
    Markup(ReadError),
    /// Markup to be copied with names or processing instructions that cannot be written in US-ASCII.
    #[error("markup cannot be copied in US-ASCII")]
    MarkupNotAscii,
}

/// Writes one document.
///
/// Elements nest as the closures do. A character that XML cannot carry (most control characters) becomes U+FFFD. Any other fault is
/// kept and told by [`Self::finish`], which gives out nothing that is not well-formed.
#[derive(Debug)]
pub struct Writer {
    form: Form,
    out: String,
    fault: Option<WriteError>,
    depth: usize,
    /// Names in the start tag that is still open; `None`: there is none.
    tag: Option<Vec<Span>>,
    /// What the open element holds so far.
    content: Content,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Content {
    Nothing,
    Elements,
    /// Text, or something within text: no line breaks are put in.
    Text,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Stage {
    Start,
    Declared,
    Doctype,
    Root,
}

impl Writer {
    /// An empty document.
    #[must_use]
    pub fn new(form: Form) -> Self {
        Self {
            form,
            out: String::new(),
            fault: None,
            depth: 0,
            tag: None,
            content: Content::Nothing,
            stage: Stage::Start,
        }
    }

    /// `<?xml version="1.0" encoding="UTF-8"?>` and a line feed. Documents leave as UTF-8, of which US-ASCII is a part.
    pub fn declaration(&mut self) {
        self.enter(Stage::Declared, "XML declaration");
        self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    /// `<!DOCTYPE name SYSTEM "system_id">` and a line feed.
    pub fn doctype(&mut self, name: &str, system_id: &str) {
        self.enter(Stage::Doctype, "DOCTYPE");
        self.check_name(name);
        let quote = if system_id.contains('"') { '\'' } else { '"' };
        if system_id.contains(quote)
            || !system_id.chars().all(|c| is_char(c) && (c.is_ascii() || !self.form.ascii))
        {
            self.fail(WriteError::SystemId(system_id.into()));
        }
        self.out.extend(["<!DOCTYPE ", name, " SYSTEM "]);
        self.out.push(quote);
        self.out.push_str(system_id);
        self.out.push(quote);
        self.out.push_str(">\n");
    }

    /// An element: its attributes, then whatever `content` writes.
    pub fn element(&mut self, name: &str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Self)) {
        self.check_name(name);
        if self.depth == 0 {
            self.enter(Stage::Root, "element");
        }
        self.close_tag();
        if self.content != Content::Text {
            self.content = Content::Elements;
            if self.depth > 0 {
                self.line_break();
            }
        }
        self.out.push('<');
        self.out.push_str(name);
        self.tag = Some(Vec::new());
        for (name, value) in attributes {
            self.attribute(name, value);
        }
        self.depth += 1;
        let inner = if self.content == Content::Text { Content::Text } else { Content::Nothing };
        let outer = std::mem::replace(&mut self.content, inner);
        content(self);
        let inner = std::mem::replace(&mut self.content, outer);
        self.depth -= 1;
        if self.tag.take().is_some() {
            self.out.push_str("/>");
        } else {
            if inner == Content::Elements {
                self.line_break();
            }
            self.out.extend(["</", name, ">"]);
        }
    }

    /// An element that holds text alone; none at all for an empty `text`: `<name/>`.
    pub fn text_element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.element(name, attributes, |xml| xml.text(text));
    }

    /// An element that holds nothing.
    pub fn empty_element(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.element(name, attributes, |_| {});
    }

    /// One more attribute of the element just begun; only before its content.
    pub fn attribute(&mut self, name: &str, value: &str) {
        self.check_name(name);
        let Some(mut names) = self.tag.take() else {
            return self.fail(WriteError::LateAttribute(name.into()));
        };
        if names.iter().any(|span| self.out.get(span.clone()) == Some(name)) {
            self.fail(WriteError::DuplicateAttribute(name.into()));
        }
        self.out.push(' ');
        names.push(self.out.len()..self.out.len() + name.len());
        self.tag = Some(names);
        self.out.extend([name, "=\""]);
        for c in value.chars() {
            match c {
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#9;"),
                '\n' => self.out.push_str("&#10;"),
                c => self.escaped(c),
            }
        }
        self.out.push('"');
    }

    /// An attribute if it has a value.
    pub fn optional_attribute(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    /// Text within an element.
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.begin_text("text") {
            for c in text.chars() {
                self.escaped(c);
            }
        }
    }

    /// Markup from elsewhere, copied as it is ([`super::Element::markup`]); it must be well-formed by itself.
    ///
    /// In US-ASCII other characters become references, in comments question marks; CDATA sections become plain text there.
    pub fn markup(&mut self, markup: &str) {
        if markup.is_empty() {
            return;
        }
        // Most of what comes as markup is plain text.
        let plain =
            |c: char| is_char(c) && !matches!(c, '<' | '&' | ']') && (c.is_ascii() || !self.form.ascii);
        if markup.chars().all(plain) {
            if self.begin_text("markup") {
                self.out.push_str(markup);
            }
            return;
        }
        match format!("<_>{markup}</_>").parse::<Document>() {
            Err(error) => self.fail(WriteError::Markup(error)),
            Ok(document) => {
                if !self.begin_text("markup") {
                } else if self.form.ascii && !markup.is_ascii() {
                    self.ascii_markup(&document);
                } else {
                    self.out.push_str(markup);
                }
            }
        }
    }

    /// The document, or the first thing that was wrong with it.
    pub fn finish(mut self) -> Result<String, WriteError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.stage != Stage::Root {
            return Err(WriteError::NoRoot);
        }
        if self.form.indent {
            self.out.push('\n');
        }
        Ok(self.out)
    }

    /// Copies the content of the root of `document`, everything beyond US-ASCII replaced.
    fn ascii_markup(&mut self, document: &Document) {
        let text = document.text();
        let content = document.root().content_span();
        let mut at = content.start;
        for node in document.root().descendant_nodes() {
            let (span, piece) = match node {
                Node::Element(element) => {
                    let mut names = element.attributes().map(|attribute| attribute.qualified_name());
                    let mut prefixes = element.declarations().filter_map(|(prefix, _)| prefix);
                    if !element.qualified_name().is_ascii()
                        || !names.all(str::is_ascii)
                        || !prefixes.all(str::is_ascii)
                    {
                        return self.fail(WriteError::MarkupNotAscii);
                    }
                    continue;
                }
                Node::Text(piece) | Node::Comment(piece) => (piece.span(), piece),
                Node::Instruction { content, .. } => {
                    if !text.get(content.span()).unwrap_or_default().is_ascii() {
                        return self.fail(WriteError::MarkupNotAscii);
                    }
                    continue;
                }
            };
            let received = text.get(span.clone()).unwrap_or_default();
            if received.is_ascii() {
                continue;
            }
            self.with_references(text.get(at..span.start).unwrap_or_default());
            match node {
                Node::Comment(_) => {
                    self.out.extend(received.chars().map(|c| if c.is_ascii() { c } else { '?' }));
                }
                _ if received.contains("<![CDATA[") => piece.value.chars().for_each(|c| self.escaped(c)),
                _ => self.with_references(received),
            }
            at = span.end;
        }
        self.with_references(text.get(at..content.end).unwrap_or_default());
    }

    /// Copies markup whose characters beyond US-ASCII all stand in text or attribute values.
    fn with_references(&mut self, markup: &str) {
        for c in markup.chars() {
            if c.is_ascii() { self.out.push(c) } else { self.number(c) }
        }
    }

    fn escaped(&mut self, c: char) {
        match c {
            '<' => self.out.push_str("&lt;"),
            '>' => self.out.push_str("&gt;"),
            '&' => self.out.push_str("&amp;"),
            '\r' => self.out.push_str("&#13;"),
            c if !is_char(c) => self.escaped(char::REPLACEMENT_CHARACTER),
            c if self.form.ascii && !c.is_ascii() => self.number(c),
            c => self.out.push(c),
        }
    }

    fn number(&mut self, c: char) {
        // Writing to a String cannot fail.
        let _ = write!(self.out, "&#x{:X};", u32::from(c));
    }

    /// Gets ready for text; says whether it may stand here.
    fn begin_text(&mut self, what: &'static str) -> bool {
        if self.depth == 0 {
            self.fail(WriteError::Misplaced(what));
            return false;
        }
        self.close_tag();
        self.content = Content::Text;
        true
    }

    fn close_tag(&mut self) {
        if self.tag.take().is_some() {
            self.out.push('>');
        }
    }

    fn line_break(&mut self) {
        if self.form.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    fn enter(&mut self, stage: Stage, what: &'static str) {
        if stage <= self.stage {
            self.fail(WriteError::Misplaced(what));
        }
        self.stage = stage;
    }

    fn check_name(&mut self, name: &str) {
        let whole = qname(name).is_some_and(|found| found.length == name.len());
        if !whole || (self.form.ascii && !name.is_ascii()) {
            self.fail(WriteError::Name(name.into()));
        }
    }

    /// Keeps the first fault.
    fn fail(&mut self, fault: WriteError) {
        self.fault.get_or_insert(fault);
    }
}
