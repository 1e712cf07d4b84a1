//! `CopyRequest = cXMLAttachment | cXML` (cXML 1.2): the document in it is a copy, never a request of its own.

use crate::{
    model::trade::Copied,
    wire::xml::{Element, ReadError},
};

use super::{
    content::{AttributeField, Content, Skipped, attribute},
    pen::Pen,
};

impl Content for Copied {
    const MATTERS: bool = true;

    fn read(element: Element<'_>, skipped: &mut Skipped) -> Result<Self, ReadError> {
        let attachment = match element.optional("cXMLAttachment")? {
            Some(attachment) => Some(attachment.required("Attachment")?.required("URL")?),
            None => None,
        };
        let document = match attachment {
            None => Some(element.required("cXML")?),
            Some(_) => None,
        };
        Ok(Self {
            mode: attribute(element, "processingMode", skipped)?,
            document: document.map(|document| document.outer_markup().to_owned()),
            attachment: attachment.map(|url| url.trimmed_text().into_owned()),
        })
    }

    fn write(&self, pen: &mut Pen<'_>) {
        AttributeField::put(&self.mode, pen, "processingMode");
        match &self.document {
            Some(document) => pen.markup(document),
            None => pen.child("cXMLAttachment", |pen| {
                pen.child("Attachment", |pen| {
                    pen.child("URL", |pen| pen.text(self.attachment.as_deref().unwrap_or_default()));
                });
            }),
        }
    }
}
