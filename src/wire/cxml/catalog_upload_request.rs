//! `CatalogUploadRequest = CatalogName, Description, Attachment, Commodities?, AutoPublish?, Notification` (cXML 1.2).

use crate::model::trade::{CatalogUpload, Notification, Switch};

use super::content::content;

content! {
    CatalogUpload, essential;
    operation @ "operation";
    name: "CatalogName", description: "Description", attachment: "Attachment" / "URL",
    commodities: "Commodities" / "CommodityCode", auto_publish: "AutoPublish", notification: "Notification",
}

content! {
    Notification, essential;
    ;
    email: "Email", post: "URLPost",
}

content! {
    Switch, optional;
    enabled @ "enabled";
}
