//! Answers, what a partner takes, and copies for the record.

use serde::{Deserialize, Serialize};

use super::{status_update::StatusReport, text::Moment};

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What became of the request.
    pub status: StatusReport,
    /// Where the buyer's user goes.
    pub start_page: Option<StartPage>,
    /// What the partner takes.
    pub profile: Option<Profile>,
}

/// Where a buyer's user comes in.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct StartPage {
    /// Good for one visit.
    pub url: String,
}

/// What a partner takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Since when.
    pub effective: Moment,
    /// Last changed.
    pub last_refresh: Option<Moment>,
    /// What holds for all requests.
    pub options: Vec<ProfileOption>,
    /// The requests.
    pub transactions: Vec<ProfileTransaction>,
}

/// A named value of a profile.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProfileOption {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A request that is taken.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProfileTransaction {
    /// Name of its element.
    pub request: String,
    /// Where it is taken.
    pub url: String,
    /// What holds for it.
    pub options: Vec<ProfileOption>,
}

/// A question for what a partner takes; says nothing more.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProfileQuestion {}

/// A document sent once more for somebody's information: what it holds is never acted on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Copied {
    /// What it is sent for.
    pub mode: Option<CopyMode>,
    /// The document itself, with its credentials: never shown.
    #[serde(skip)]
    pub document: Option<String>,
    /// Or where it is: `cid:` of a part of the same message.
    pub attachment: Option<String>,
}

choice! {
    /// What a copy is sent for.
    CopyMode, "processingMode";
    /// For information.
    Info = "info",
    /// To be acted on, says its sender.
    Process = "process",
    /// As a copy.
    Copy = "copy",
}
