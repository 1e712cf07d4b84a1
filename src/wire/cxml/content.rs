//! Reading and writing typed documents: each element is told once, with its attributes and children in the order of the DTD.
//!
//! Reading finds attributes and children by name in one pass, whatever their order, and leaves unknown ones alone. A part that matters
//! and cannot be read refuses the document with its place; any other is skipped, and told. Writing goes in the order of the list and
//! leaves out what the reader's version does not know.

use std::borrow::Cow;

use crate::{
    model::FieldError,
    wire::xml::{Attribute, Element, ReadError, ReadErrorKind},
};

use super::pen::Pen;

/// Parts that could not be read and do not matter enough to refuse the document.
pub(super) type Skipped = Vec<ReadError>;

/// What an element says.
pub(super) trait Content: Sized {
    /// Whether a document is refused for an unreadable one.
    const MATTERS: bool;

    /// Reads an element.
    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError>;

    /// Writes attributes and content of the open element.
    fn write(&self, pen: &mut Pen<'_>);

    /// Whether the element is there and says nothing.
    fn is_blank(_: Element<'_>) -> bool {
        false
    }

    /// What stands for one that must be there and is not.
    fn absent() -> Option<Self> {
        None
    }

    /// The other name of its element, where there are two and this one says what the other means.
    fn alias(&self) -> Option<&'static str> {
        None
    }

    /// Whether it says enough for an element of this name.
    fn fits(&self, _element: &str) -> bool {
        true
    }

    /// The same in the words of a reader who does not know all of them.
    fn older(&self, _pen: &Pen<'_>) -> Option<Self> {
        None
    }

    /// Several of them as the open element may hold them.
    fn listed<'a>(list: &'a [Self], pen: &Pen<'_>, name: &str) -> Cow<'a, [Self]>
    where
        Self: Clone,
    {
        let one = list.len() > 1 && !pen.repeats(name);
        Cow::Borrowed(if one { list.get(..1).unwrap_or_default() } else { list })
    }
}

/// What an attribute, or the text of an element, says.
pub(super) trait Value: Sized {
    /// Whether a document is refused for an unreadable one.
    const MATTERS: bool = false;

    /// Reads the text.
    fn parse(raw: &str) -> Result<Self, FieldError>;

    /// The text.
    fn text(&self) -> Cow<'_, str>;

    /// What stands for one that must be there and is not: the default of the DTD, or nothing at all.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it is said by leaving it out.
    fn goes_without_saying(&self) -> bool {
        false
    }
}

impl<T: Value> Content for T {
    const MATTERS: bool = T::MATTERS;

    fn read(element: Element<'_>, _: &mut Skipped) -> Result<Self, ReadError> {
        element.parse_trimmed_text(T::parse)
    }

    fn write(&self, pen: &mut Pen<'_>) {
        pen.text(&self.text());
    }

    fn is_blank(element: Element<'_>) -> bool {
        element.trimmed_text().is_empty()
    }

    fn absent() -> Option<Self> {
        T::absent()
    }
}

/// An attribute of a typed element.
pub(super) trait AttributeField: Sized {
    /// Reads it.
    fn of(
        found: Option<Attribute<'_>>,
        element: Element<'_>,
        name: &str,
        skipped: &mut Skipped,
    ) -> Result<Self, ReadError>;

    /// Writes it into the open element.
    fn put(&self, pen: &mut Pen<'_>, name: &str);
}

impl<T: Value> AttributeField for T {
    fn of(
        found: Option<Attribute<'_>>,
        element: Element<'_>,
        name: &str,
        _: &mut Skipped,
    ) -> Result<Self, ReadError> {
        let missing = || {
            element.refuse(ReadErrorKind::MissingAttribute {
                element: element.qualified_name().into(),
                attribute: name.into(),
            })
        };
        match found {
            Some(found) => parse(found, element, name),
            None => T::absent().ok_or_else(missing),
        }
    }

    fn put(&self, pen: &mut Pen<'_>, name: &str) {
        if !self.goes_without_saying() {
            pen.attribute(name, &self.text());
        }
    }
}

impl<T: Value> AttributeField for Option<T> {
    fn of(
        found: Option<Attribute<'_>>,
        element: Element<'_>,
        name: &str,
        skipped: &mut Skipped,
    ) -> Result<Self, ReadError> {
        let Some(found) = found.filter(|found| !found.value().trim().is_empty()) else { return Ok(None) };
        match parse(found, element, name) {
            Ok(value) => Ok(Some(value)),
            Err(error) if T::MATTERS => Err(error),
            Err(error) => {
                skipped.push(error);
                Ok(None)
            }
        }
    }

    fn put(&self, pen: &mut Pen<'_>, name: &str) {
        if let Some(value) = self {
            AttributeField::put(value, pen, name);
        }
    }
}

fn parse<T: Value>(found: Attribute<'_>, element: Element<'_>, name: &str) -> Result<T, ReadError> {
    T::parse(found.value()).map_err(|problem| ReadError {
        kind: ReadErrorKind::AttributeValue {
            element: element.qualified_name().into(),
            attribute: name.into(),
            problem: problem.to_string().into(),
        },
        position: found.position(),
    })
}

/// The children of one name, as they were found.
#[derive(Default)]
pub(super) struct Found<'a> {
    first: Option<Element<'a>>,
    more: Vec<Element<'a>>,
}

impl<'a> Found<'a> {
    /// One more.
    pub(super) fn push(&mut self, child: Element<'a>) {
        if self.first.is_none() {
            self.first = Some(child);
        } else {
            self.more.push(child);
        }
    }
}

/// Where within a child the content stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Way {
    /// In this child of it, `Total/Money`; in all of them where the field is a list.
    pub(super) through: Option<&'static str>,
    /// The child stands even if there is nothing in it.
    pub(super) always: bool,
}

/// In this child of the child.
pub(super) const fn through(inner: &'static str) -> Way {
    Way { through: Some(inner), always: false }
}

/// Reads one attribute by itself.
pub(super) fn attribute<T: AttributeField>(
    element: Element<'_>,
    name: &str,
    skipped: &mut Skipped,
) -> Result<T, ReadError> {
    T::of(element.attribute_named(name), element, name, skipped)
}

/// Reads the children of one name by themselves.
pub(super) fn child<T: ChildField>(
    element: Element<'_>,
    name: &str,
    inner: Option<&'static str>,
    skipped: &mut Skipped,
) -> Result<T, ReadError> {
    let mut found = Found::default();
    element.all(name).for_each(|child| found.push(child));
    T::of(&found, element, name, Way { through: inner, always: false }, skipped)
}

/// A child of a typed element: one, one that may be missing, or several.
pub(super) trait ChildField: Sized {
    /// Reads it.
    fn of(
        found: &Found<'_>,
        element: Element<'_>,
        name: &str,
        way: Way,
        skipped: &mut Skipped,
    ) -> Result<Self, ReadError>;

    /// Writes it into the open element.
    fn put(&self, pen: &mut Pen<'_>, name: &'static str, way: Way);
}

/// Reads what a child says; nothing where it is blank.
fn one<T: Content>(child: Element<'_>, way: Way, skipped: &mut Skipped) -> Result<Option<T>, ReadError> {
    let read = |child: Element<'_>, skipped: &mut Skipped| {
        let element = match way.through {
            None => child,
            Some(inner) => child.required(inner)?,
        };
        if T::is_blank(element) { Ok(None) } else { T::read(element, skipped).map(Some) }
    };
    match read(child, skipped) {
        Err(error) if !T::MATTERS => {
            skipped.push(error);
            Ok(None)
        }
        read => read,
    }
}

fn write_one<T: Content>(value: &T, pen: &mut Pen<'_>, name: &'static str, way: Way) {
    let name = value.alias().unwrap_or(name);
    if !value.fits(name) {
        return;
    }
    let write = |pen: &mut Pen<'_>| value.older(pen).as_ref().unwrap_or(value).write(pen);
    pen.child(name, |pen| match way.through {
        None => write(pen),
        Some(inner) => pen.child(inner, write),
    });
}

impl<T: Content> ChildField for Option<T> {
    fn of(
        found: &Found<'_>,
        element: Element<'_>,
        name: &str,
        way: Way,
        skipped: &mut Skipped,
    ) -> Result<Self, ReadError> {
        let Some(first) = found.first else { return Ok(None) };
        if let Some(second) = found.more.first() {
            let error = second.refuse(ReadErrorKind::Repeated {
                element: element.qualified_name().into(),
                child: name.into(),
            });
            if T::MATTERS {
                return Err(error);
            }
            skipped.push(error);
        }
        one(first, way, skipped)
    }

    fn put(&self, pen: &mut Pen<'_>, name: &'static str, way: Way) {
        match self {
            Some(value) => write_one(value, pen, name, way),
            None if way.always => pen.child(name, |_| {}),
            None => {}
        }
    }
}

impl<T: Content> ChildField for T {
    fn of(
        found: &Found<'_>,
        element: Element<'_>,
        name: &str,
        way: Way,
        skipped: &mut Skipped,
    ) -> Result<Self, ReadError> {
        let missing = || {
            element.refuse(ReadErrorKind::Missing {
                element: element.qualified_name().into(),
                child: name.into(),
            })
        };
        <Option<T> as ChildField>::of(found, element, name, way, skipped)?
            .or_else(T::absent)
            .ok_or_else(missing)
    }

    fn put(&self, pen: &mut Pen<'_>, name: &'static str, way: Way) {
        write_one(self, pen, name, way);
    }
}

impl<T: Content + Clone> ChildField for Vec<T> {
    fn of(
        found: &Found<'_>,
        _: Element<'_>,
        _: &str,
        way: Way,
        skipped: &mut Skipped,
    ) -> Result<Self, ReadError> {
        let mut list = Vec::new();
        for child in found.first.iter().chain(&found.more) {
            match way.through {
                None => list.extend(one(*child, way, skipped)?),
                Some(inner) => {
                    for element in child.all(inner) {
                        list.extend(one(element, Way::default(), skipped)?);
                    }
                }
            }
        }
        Ok(list)
    }

    fn put(&self, pen: &mut Pen<'_>, name: &'static str, way: Way) {
        if let Some(inner) = way.through {
            if !self.is_empty() {
                pen.child(name, |pen| self.put(pen, inner, Way::default()));
            }
        } else {
            for value in T::listed(self, pen, name).as_ref() {
                write_one(value, pen, name, way);
            }
            if let Some(value) = T::absent().filter(|_| self.is_empty() && way.always) {
                write_one(&value, pen, name, way);
            }
        }
    }
}

/// Tells an element once, for reading and writing.
///
/// `field @ "attribute"`, then after a semicolon `field: "Child"` in the order of the DTD. Behind a child: `/ "Inner"` where the content
/// stands in a child of it, `| "Other"` for a second name of it, `! yes` where it stands even if it says nothing. `essential`: a
/// document is refused for an unreadable one. `text`: the field that is the element's own text. `absent`, `fits`, `older` and `listed` are functions of [`Content`].
macro_rules! content {
    (
        $type:ty, $weight:ident $(, text $own:ident)? $(, absent $absent:expr)? $(, fits $fits:path)? $(, older $older:path)? $(, listed $listed:path)?;
        $($attribute:ident @ $attribute_name:literal),* $(,)?;
        $($child:ident : $child_name:literal $(| $other:literal)? $(/ $inner:literal)? $(! $always:ident)?),* $(,)?
    ) => {
        impl $crate::wire::cxml::content::Content for $type {
            const MATTERS: bool = $crate::wire::cxml::content::weight!($weight);

            #[allow(unused_variables, unused_mut, reason = "an element may have no attributes or no children")]
            fn read(
                element: $crate::wire::xml::Element<'_>,
                skipped: &mut $crate::wire::cxml::content::Skipped,
            ) -> Result<Self, $crate::wire::xml::ReadError> {
                use $crate::wire::cxml::content as this;
                $(let mut $attribute = None;)*
                for attribute in element.attributes_and_declarations() {
                    match attribute.qualified_name() {
                        $($attribute_name => $attribute = Some(attribute),)*
                        _ => {}
                    }
                }
                $(let mut $child = this::Found::default();)*
                let namespace = element.namespace();
                for child in element.children() {
                    match child.name() {
                        $($child_name $(| $other)? if child.namespace() == namespace => $child.push(child),)*
                        _ => {}
                    }
                }
                Ok(Self {
                    $($own: element.trimmed_text().into_owned(),)?
                    $($attribute: this::AttributeField::of($attribute, element, $attribute_name, skipped)?,)*
                    $($child: {
                        let way = $crate::wire::cxml::content::way!($($inner)? $(! $always)?);
                        this::ChildField::of(&$child, element, $child_name, way, skipped)?
                    },)*
                })
            }

            #[allow(unused_variables, reason = "an element may have no attributes and no children")]
            fn write(&self, pen: &mut $crate::wire::cxml::pen::Pen<'_>) {
                use $crate::wire::cxml::content as this;
                $(this::AttributeField::put(&self.$attribute, pen, $attribute_name);)*
                $(pen.text(&self.$own);)?
                $({
                    let way = $crate::wire::cxml::content::way!($($inner)? $(! $always)?);
                    this::ChildField::put(&self.$child, pen, $child_name, way);
                })*
            }

            $(fn absent() -> Option<Self> {
                Some($absent)
            })?

            $(fn fits(&self, element: &str) -> bool {
                $fits(self, element)
            })?

            $(fn older(&self, pen: &$crate::wire::cxml::pen::Pen<'_>) -> Option<Self> {
                $older(self, pen)
            })?

            $(fn listed<'a>(
                list: &'a [Self],
                pen: &$crate::wire::cxml::pen::Pen<'_>,
                name: &str,
            ) -> std::borrow::Cow<'a, [Self]> {
                $listed(list, pen, name)
            })?
        }
    };
}

/// Whether a document is refused for an unreadable one.
macro_rules! weight {
    (essential) => {
        true
    };
    (optional) => {
        false
    };
}

/// Where within a child the content stands.
macro_rules! way {
    () => {
        $crate::wire::cxml::content::Way { through: None, always: false }
    };
    (! yes) => {
        $crate::wire::cxml::content::Way { through: None, always: true }
    };
    ($inner:literal) => {
        $crate::wire::cxml::content::Way { through: Some($inner), always: false }
    };
    ($inner:literal ! yes) => {
        $crate::wire::cxml::content::Way { through: Some($inner), always: true }
    };
}

pub(super) use {content, way, weight};
