//! Tokens to tree: quick-xml splits, everything it leaves open is decided here.

use quick_xml::{Reader, events::Event};

use super::{
    Flaw, Limits, Position,
    chars::{is_char, is_space, ncname_len, qname, space_len},
    declaration, doctype,
    document::{Content, Record, Slice, Tree, narrow, wide},
    dtd::{self, Entities, Place},
    error::{Fault, brief},
    namespaces::Scopes,
    tag,
    text::{push_lines, reference},
};

/// Reads one document; an internal subset that declares anything is refused.
pub(super) fn read(text: &str, limits: &Limits) -> Result<Tree, Fault> {
    let mut builder = Builder::new(text, limits)?;
    builder.read()?;
    Ok(builder.tree)
}

/// Says whether `text` is a well-formed document, its internal subset taken into account.
pub(super) fn check(text: &str, limits: &Limits) -> Result<(), Fault> {
    let mut builder = Builder::new(text, limits)?;
    builder.judging = true;
    builder.read()?;
    dtd::judge(&builder.tree.entities, limits)
}

/// Says whether `text` is a well-formed piece of a document which declares `entities`; gives those it refers to.
pub(super) fn fragment(text: &str, entities: Entities, limits: &Limits) -> Result<Entities, Fault> {
    let mut builder = Builder::new(text, limits)?;
    builder.tree.entities = entities;
    builder.scopes.lenient = true;
    builder.read()?;
    Ok(builder.tree.entities)
}

/// What occurs in a text at all, so that most documents need not be searched for it again.
#[derive(Clone, Copy)]
struct Seen(u8);

impl Seen {
    /// A control character that is no white space.
    const CONTROL: u8 = 1;
    /// The byte that U+FFFE and U+FFFF begin with, among others.
    const EF: u8 = 2;
    const CARRIAGE_RETURN: u8 = 4;
    const BRACKET: u8 = 8;

    fn in_text(text: &str) -> Self {
        // Without a branch, so that the loop takes many bytes at a time.
        let flag = |found: bool, what: u8| u8::from(found) * what;
        let in_byte = |byte: u8| {
            let space = byte == b'\t' || byte == b'\n' || byte == b'\r';
            (flag(byte < b' ', Self::CONTROL) & !flag(space, Self::CONTROL))
                | flag(byte == 0xEF, Self::EF)
                | flag(byte == b'\r', Self::CARRIAGE_RETURN)
                | flag(byte == b']', Self::BRACKET)
        };
        Self(text.bytes().fold(0, |seen, byte| seen | in_byte(byte)))
    }

    fn any(self, what: u8) -> bool {
        self.0 & what != 0
    }

    /// The first character that XML has no place for.
    fn forbidden(self, text: &str) -> Option<Fault> {
        if !self.any(Self::CONTROL | Self::EF) {
            return None;
        }
        let (offset, c) = text.char_indices().find(|&(_, c)| !is_char(c))?;
        Some(Fault::new(Flaw::Character(c), offset))
    }
}

/// Text that has begun and not yet met a tag, comment or processing instruction.
struct Run {
    start: usize,
    /// Where its value begins in [`Tree::unescaped`], once it differs from the text as it stands.
    unescaped: Option<usize>,
}

struct Builder<'t> {
    text: &'t str,
    limits: &'t Limits,
    seen: Seen,
    tree: Tree,
    scopes: Scopes<'t>,
    /// The open element.
    parent: u32,
    depth: usize,
    has_root: bool,
    run: Option<Run>,
    /// Whether an internal subset is judged instead of refused.
    judging: bool,
    /// The document claims to need no declarations from outside.
    alone: bool,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, limits: &'t Limits) -> Result<Self, Fault> {
        let seen = Seen::in_text(text);
        if let Some(fault) = seen.forbidden(text) {
            return Err(fault);
        }
        Ok(Self {
            text,
            limits,
            seen,
            tree: Tree::default(),
            scopes: Scopes::default(),
            parent: Record::NO_PARENT,
            depth: 0,
            has_root: false,
            run: None,
            judging: false,
            alone: false,
        })
    }

    fn read(&mut self) -> Result<(), Fault> {
        let mut base = 0;
        let mut tokens = self.tokens(base)?;
        loop {
            let start = base + offset(&tokens);
            if let Some(end) = self.unusual(start)? {
                base = end;
                tokens = self.tokens(base)?;
                continue;
            }
            let event = tokens.read_event();
            let end = base + offset(&tokens);
            match event {
                Ok(Event::Text(_)) => self.text(start, end)?,
                Ok(Event::Start(_)) => self.start_tag(start, end, ">")?,
                Ok(Event::End(_)) => self.end_tag(start, end)?,
                Ok(Event::Empty(_)) => self.start_tag(start, end, "/>")?,
                Ok(Event::GeneralRef(_)) => self.reference(start)?,
                Ok(Event::CData(_)) => self.cdata(start, end)?,
                Ok(Event::Comment(_)) => self.comment(start, end)?,
                Ok(Event::PI(_)) => self.instruction(start, end)?,
                Ok(Event::Decl(_)) => self.declaration(start, end)?,
                Ok(Event::Eof) => return self.end(),
                Ok(Event::DocType(_)) => return Err(Fault::new(Flaw::UnknownMarkup, start)),
                Err(_) => return Err(self.unclosed(start)),
            }
        }
    }

    /// A tokenizer for the text from `base` on.
    fn tokens(&self, base: usize) -> Result<Reader<&'t [u8]>, Fault> {
        let rest = self.text.get(base..).unwrap_or_default();
        // The tokenizer would pass over a byte order mark; here it is a character where none may stand.
        if rest.starts_with('\u{FEFF}') {
            return Err(Fault::new(Flaw::TextOutsideRoot, base));
        }
        let mut tokens = Reader::from_str(rest);
        let config = tokens.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        Ok(tokens)
    }

    /// Takes markup that begins with `<!` and is neither comment nor CDATA section: a DOCTYPE, of which it returns the end.
    ///
    /// The tokenizer takes a DOCTYPE to be well-formed, so it never sees one.
    fn unusual(&mut self, start: usize) -> Result<Option<usize>, Fault> {
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        if !rest.starts_with(b"<!") || rest.starts_with(b"<!--") || rest.starts_with(b"<![CDATA[") {
            return Ok(None);
        }
        if !rest.starts_with(b"<!DOCTYPE") {
            return Err(Fault::new(Flaw::UnknownMarkup, start));
        }
        if self.has_root || self.tree.doctype.is_some() {
            return Err(Fault::new(Flaw::MisplacedDoctype, start));
        }
        let (spans, entities) = doctype::read(self.text, start, self.judging.then_some(self.limits))?;
        let end = spans.whole.end;
        self.tree.doctype = Some(spans);
        self.tree.entities = entities;
        self.tree.entities.incomplete &= !self.alone;
        Ok(Some(end))
    }

    fn start_tag(&mut self, start: usize, end: usize, close: &'static str) -> Result<(), Fault> {
        self.finish_run(start)?;
        self.limits.check_depth(self.depth + 1, start)?;
        let index = narrow(self.tree.records.len());
        let (element, behind) =
            tag::read(self.text, start, index, &mut self.tree, &mut self.scopes, self.limits)?;
        if behind + close.len() != end {
            return Err(Fault::new(Flaw::Expected("\"/>\""), behind));
        }
        if self.parent == Record::NO_PARENT {
            if self.has_root {
                let name = self.slice(start + 1, start + 1 + usize::from(element.name));
                return Err(Fault::new(Flaw::SecondRoot(brief(name)), start));
            }
            self.has_root = true;
            self.tree.root = index;
        }
        self.push(start, end, Content::Element(element))?;
        if close == "/>" {
            self.scopes.close(index);
        } else {
            self.parent = index;
            self.depth += 1;
        }
        Ok(())
    }

    fn end_tag(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        self.finish_run(start)?;
        let found = self.slice(start + 2, end.saturating_sub(1));
        let text = self.text;
        let index = self.parent;
        let next = narrow(self.tree.records.len());
        let Some(open) = self.tree.records.get_mut(wide(index)) else {
            return Err(Fault::new(Flaw::StrayEndTag(brief(found)), start));
        };
        let expected = open_name(text, open);
        let matches = found.strip_prefix(expected).is_some_and(|rest| rest.bytes().all(is_space));
        if !matches {
            let Some(name) = qname(found) else { return Err(Fault::new(Flaw::Name, start + 2)) };
            let (found, rest) = found.split_at_checked(name.length).unwrap_or_default();
            if let Some(wrong) = rest.bytes().position(|b| !is_space(b)) {
                return Err(Fault::new(Flaw::Expected("\">\""), start + 2 + name.length + wrong));
            }
            let line = Position::find(text, wide(open.start)).line;
            let (expected, found) = (brief(expected), brief(found));
            return Err(Fault::new(Flaw::MismatchedEndTag { expected, found, line }, start));
        }
        open.end = narrow(end);
        open.next = next;
        self.parent = open.parent;
        self.depth -= 1;
        self.scopes.close(index);
        Ok(())
    }

    fn text(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        let text = self.slice(start, end);
        if self.parent == Record::NO_PARENT {
            return match text.bytes().position(|b| !is_space(b)) {
                Some(wrong) => Err(Fault::new(Flaw::TextOutsideRoot, start + wrong)),
                None => Ok(()),
            };
        }
        if self.seen.any(Seen::BRACKET)
            && let Some(wrong) = text.find("]]>")
        {
            return Err(Fault::new(Flaw::CdataEndInText, start + wrong));
        }
        self.extend_run(start, start, end);
        Ok(())
    }

    fn cdata(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        if self.parent == Record::NO_PARENT {
            return Err(Fault::new(Flaw::CdataOutsideRoot, start));
        }
        self.unescape_run(start);
        self.extend_run(start, start + "<![CDATA[".len(), end.saturating_sub("]]>".len()));
        Ok(())
    }

    fn reference(&mut self, start: usize) -> Result<(), Fault> {
        if self.parent == Record::NO_PARENT {
            return Err(Fault::new(Flaw::TextOutsideRoot, start));
        }
        let (c, _) = reference(self.text, start, &mut self.tree.entities, Place::Content)?;
        self.unescape_run(start);
        self.tree.unescaped.extend(c);
        Ok(())
    }

    /// Adds the text at `from..to` to the run, which begins at `start` if there is none.
    fn extend_run(&mut self, start: usize, from: usize, to: usize) {
        let piece = self.slice(from, to);
        let carriage_return = self.seen.any(Seen::CARRIAGE_RETURN) && piece.contains('\r');
        if carriage_return {
            self.unescape_run(from);
        }
        let run = self.run.get_or_insert(Run { start, unescaped: None });
        if carriage_return {
            push_lines(piece, &mut self.tree.unescaped);
        } else if run.unescaped.is_some() {
            self.tree.unescaped.push_str(piece);
        }
    }

    /// Turns the run, as far as `at`, into one that is put together in [`Tree::unescaped`].
    fn unescape_run(&mut self, at: usize) {
        let run = self.run.get_or_insert(Run { start: at, unescaped: None });
        if run.unescaped.is_none() {
            run.unescaped = Some(self.tree.unescaped.len());
            self.tree.unescaped.push_str(self.text.get(run.start..at).unwrap_or_default());
        }
    }

    /// Makes a node of the run, if there is one.
    fn finish_run(&mut self, end: usize) -> Result<(), Fault> {
        let Some(run) = self.run.take() else { return Ok(()) };
        self.limits.check_value(end - run.start, run.start)?;
        let value = match run.unescaped {
            None => Slice::of_text(run.start..end),
            Some(from) => Slice::of_unescaped(from..self.tree.unescaped.len()),
        };
        self.push(run.start, end, Content::Text(value))
    }

    fn comment(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        self.finish_run(start)?;
        let (from, to) = (start + "<!--".len(), end.saturating_sub("-->".len()));
        let comment = self.slice(from, to);
        if let Some(wrong) = comment.find("--").or(comment.strip_suffix('-').map(str::len)) {
            return Err(Fault::new(Flaw::DoubleHyphen, from + wrong));
        }
        let value = self.lines(from, to)?;
        self.push(start, end, Content::Comment(value))
    }

    fn instruction(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        self.finish_run(start)?;
        let (from, to) = (start + "<?".len(), end.saturating_sub("?>".len()));
        let instruction = self.slice(from, to);
        let length = ncname_len(instruction);
        let (target, rest) = instruction.split_at_checked(length).unwrap_or_default();
        let space = space_len(rest.as_bytes());
        if target.is_empty() || (space == 0 && !rest.is_empty()) {
            return Err(Fault::new(Flaw::Name, from));
        }
        if target.eq_ignore_ascii_case("xml") {
            return Err(Fault::new(Flaw::ReservedTarget(target.into()), start));
        }
        self.limits.check_name(length, from)?;
        let content = self.lines(from + length + space, to)?;
        let target = u16::try_from(length).unwrap_or(u16::MAX);
        self.push(start, end, Content::Instruction { target, content })
    }

    fn declaration(&mut self, start: usize, end: usize) -> Result<(), Fault> {
        if start > 0 {
            return Err(Fault::new(Flaw::MisplacedDeclaration, start));
        }
        self.alone = declaration::check(self.slice(0, end))?;
        Ok(())
    }

    /// The text at `from..to` with its line ends normalised.
    fn lines(&mut self, from: usize, to: usize) -> Result<Slice, Fault> {
        self.limits.check_value(to - from, from)?;
        let text = self.slice(from, to);
        if !(self.seen.any(Seen::CARRIAGE_RETURN) && text.contains('\r')) {
            return Ok(Slice::of_text(from..to));
        }
        let start = self.tree.unescaped.len();
        push_lines(text, &mut self.tree.unescaped);
        Ok(Slice::of_unescaped(start..self.tree.unescaped.len()))
    }

    fn push(&mut self, start: usize, end: usize, content: Content) -> Result<(), Fault> {
        let next = self.tree.records.len() + 1;
        self.limits.check_nodes(next, start)?;
        let (start, end) = (narrow(start), narrow(end));
        self.tree.records.push(Record { start, end, parent: self.parent, next: narrow(next), content });
        Ok(())
    }

    fn end(&self) -> Result<(), Fault> {
        let end = self.text.len();
        if let Some(open) = self.tree.records.get(wide(self.parent)) {
            let name = brief(open_name(self.text, open));
            let line = Position::find(self.text, wide(open.start)).line;
            return Err(Fault::new(Flaw::UnclosedElement { name, line }, end));
        }
        if self.has_root { Ok(()) } else { Err(Fault::new(Flaw::NoRoot, end)) }
    }

    /// Why the tokenizer found no end to what begins at `start`.
    fn unclosed(&mut self, start: usize) -> Fault {
        let rest = self.text.get(start..).unwrap_or_default();
        let what = if rest.starts_with('&') {
            return reference(self.text, start, &mut self.tree.entities, Place::Content)
                .map_or_else(|fault| fault, |_| Fault::new(Flaw::Reference, start));
        } else if rest.starts_with("<!--") {
            "a comment"
        } else if rest.starts_with("<![") {
            "a CDATA section"
        } else if rest.starts_with("<?") {
            "a processing instruction"
        } else if rest.starts_with("</") {
            "an end tag"
        } else {
            let index = narrow(self.tree.records.len());
            // Most often something earlier in the tag is wrong, such as a missing quote.
            match tag::read(self.text, start, index, &mut self.tree, &mut self.scopes, self.limits) {
                Err(fault) => return fault,
                Ok(_) => "a tag",
            }
        };
        Fault::new(Flaw::Unclosed(what), start)
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// How far the tokenizer has come.
fn offset(tokens: &Reader<&[u8]>) -> usize {
    usize::try_from(tokens.buffer_position()).unwrap_or(usize::MAX)
}

/// The name in the start tag of an element.
fn open_name<'t>(text: &'t str, open: &Record) -> &'t str {
    let Content::Element(element) = &open.content else { return "" };
    let start = wide(open.start) + 1;
    text.get(start..start + usize::from(element.name)).unwrap_or_default()
}
