//! 1 May this buyer come in: create, edit, inspect, source. One request for cXML and OCI.

mod decide;
mod request;

pub(crate) use decide::later;
pub use decide::{Decision, EarlierReply, Facts, Fresh, Opened, Reply, SetupRefused, decide};
pub use request::{
    Bounds, Entry, IncomingLine, IncomingPrice, ItemKey, OciControls, Operation, Purpose, SetupRequest,
};
