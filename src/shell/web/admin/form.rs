//! Fields of forms with what is wrong beside them.

use std::collections::HashMap;

use maud::{Markup, html};

use crate::{
    model::FieldError,
    shell::{onboarding::Problem, web::look::error_summary},
};

/// What a form sent.
pub(super) type Sent = HashMap<String, String>;

/// A form as sent, and what is wrong with it.
#[derive(Default)]
pub(super) struct Filled {
    sent: Sent,
    problems: Vec<(String, String)>,
}

impl Filled {
    pub(super) fn new(sent: Sent) -> Self {
        Self { sent, problems: Vec::new() }
    }

    /// The text of a field, white space at its ends cut.
    pub(super) fn text(&self, name: &str) -> &str {
        self.sent.get(name).map(|text| text.trim()).unwrap_or_default()
    }

    /// The lines of a field that say something.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        self.text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn refuse(&mut self, name: &str, reason: impl std::fmt::Display) {
        self.problems.push((name.to_owned(), reason.to_string()));
    }

    /// The field read by `parse`, if that succeeds.
    pub(super) fn read<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, FieldError>,
    ) -> Option<T> {
        let read = parse(self.text(name));
        read.map_err(|error| self.refuse(name, error)).ok()
    }

    /// Each line of a field read by `parse`.
    pub(super) fn read_lines<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Result<T, FieldError>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for line in self.lines(name) {
            match parse(&line) {
                Ok(value) => values.push(value),
                Err(error) => self.refuse(name, format!("{line}: {error}")),
            }
        }
        values
    }

    /// What was wrong with it further in.
    pub(super) fn refuse_all(&mut self, problems: Vec<Problem>) {
        for problem in problems {
            self.refuse(problem.field, problem.reason);
        }
    }

    pub(super) fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// All problems, each with a link to its field.
    pub(super) fn summary(&self, labels: &[(&str, &str)]) -> Markup {
        let named = |(name, reason): &(String, String)| {
            let label = labels.iter().find(|(own, _)| own == name).map_or(name.as_str(), |(_, label)| label);
            (name.clone(), format!("{label}: {reason}"))
        };
        error_summary(&self.problems.iter().map(named).collect::<Vec<_>>())
    }

    pub(super) fn wrong(&self, name: &str) -> Vec<&str> {
        self.problems.iter().filter(|(own, _)| own == name).map(|(_, reason)| reason.as_str()).collect()
    }

    /// A field with its label, its hint and what is wrong with it around its control.
    fn field(&self, name: &str, label: &str, hint: &str, control: &Markup) -> Markup {
        html! {
            div.field {
                label for=(name) { (label) }
                (control)
                @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
                @for reason in self.wrong(name) { p.error id={ (name) "-error" } { (reason) } }
            }
        }
    }

    fn described(&self, name: &str, hint: &str) -> Option<String> {
        let wrong = (!self.wrong(name).is_empty()).then(|| format!("{name}-error"));
        let hint = (!hint.is_empty()).then(|| format!("{name}-hint"));
        let both: Vec<String> = wrong.into_iter().chain(hint).collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    fn invalid(&self, name: &str) -> Option<&'static str> {
        (!self.wrong(name).is_empty()).then_some("true")
    }

    /// A line of text.
    pub(super) fn line(&self, name: &str, label: &str, hint: &str) -> Markup {
        let control = html! {
            input id=(name) name=(name) value=(self.text(name)) autocomplete="off"
                aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)];
        };
        self.field(name, label, hint, &control)
    }

    /// A secret: never shown again.
    pub(super) fn secret(&self, name: &str, label: &str, hint: &str) -> Markup {
        let control = html! {
            input id=(name) name=(name) type="password" autocomplete="new-password"
                aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)];
        };
        self.field(name, label, hint, &control)
    }

    /// Several lines of text.
    pub(super) fn area(&self, name: &str, label: &str, hint: &str) -> Markup {
        let control = html! {
            textarea id=(name) name=(name) rows="2"
                aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)] { (self.text(name)) }
        };
        self.field(name, label, hint, &control)
    }

    /// One of several.
    pub(super) fn choice(&self, name: &str, label: &str, hint: &str, choices: &[(String, String)]) -> Markup {
        let control = html! {
            select id=(name) name=(name) aria-invalid=[self.invalid(name)] aria-describedby=[self.described(name, hint)] {
                @for (value, text) in choices { option value=(value) selected[value == self.text(name)] { (text) } }
            }
        };
        self.field(name, label, hint, &control)
    }

    /// Yes or no.
    pub(super) fn tick(&self, name: &str, label: &str) -> Markup {
        html! {
            div.tick {
                input id=(name) name=(name) type="checkbox" value="yes" checked[self.text(name) == "yes"];
                label for=(name) { (label) }
            }
        }
    }
}

/// What a `choice` offers, as values and what they are called.
pub(super) fn choices(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(value, text)| ((*value).to_owned(), (*text).to_owned())).collect()
}
