//! Every bound in the product: bytes, depth, lines, lifetimes.

use jiff::SignedDuration;

/// Longest body of a protocol request.
pub const BODY_BYTES: usize = 16 * 1024 * 1024;

/// Longest body with attachments, as it travels and once unpacked: 20 MB of them in base64, and the document.
pub const PACKAGE_BYTES: usize = 32 * 1024 * 1024;

/// Most parts of a body with attachments, the document among them.
pub const PARTS: usize = 50;

/// Most findings that are kept with a document, the errors first; all of them are counted.
pub const FINDINGS_KEPT: usize = 15;

/// Longest body of a form on a page, or of a call by form: a full cart with a note of half the length on each line.
pub const FORM_BYTES: usize = 1024 * 1024;

/// Most lines of a cart, and of an order.
pub const CART_LINES: usize = 2_000;

/// Longest note on a line, in characters.
pub const NOTE_CHARACTERS: usize = 500;

/// A visit ends this long after its setup.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(8);

/// A start link that nobody followed works this long, and a repeated setup gets it again.
pub const START_LINK_UNUSED: SignedDuration = SignedDuration::from_mins(10);

/// After its first use a start link leads to its session again this long.
pub const START_LINK_REUSE: SignedDuration = SignedDuration::from_secs(120);

/// Returned carts among which an order line without a reference is looked for.
pub const RECENT_CARTS: usize = 50;

/// Versions of a catalog, or of a price list, that stay on disk to go back to, the current one among them.
pub const VERSIONS_KEPT: usize = 5;

/// Longest agreement as it is stored: a row of the store with something to spare.
pub const AGREEMENT_BYTES: usize = 60_000;

/// Longest picture that is fetched, in bytes.
pub const PICTURE_BYTES: usize = 4 << 20;

/// Most pictures that are fetched for a catalog.
pub const PICTURES: usize = 100_000;

/// Most bytes of pictures that are fetched for a catalog.
pub const PICTURES_BYTES: u64 = 16 << 30;

/// Longest catalog file that an operator may upload.
pub const UPLOAD_BYTES: u64 = 4 << 30;

/// Most hits of an OCI background search: the buyer's system mixes them with those of other shops.
pub const SEARCH_HITS: usize = 25;

/// Products on one page of a listing: what a shopper may choose from, the usual number first.
pub const PAGE_SIZES: [usize; 3] = [24, 48, 96];

/// Longest search text, in bytes; the rest is not looked at.
pub const SEARCH_BYTES: usize = 200;

/// Refused documents kept in memory for the operator.
pub const REFUSALS_KEPT: usize = 500;

/// Refused documents kept in memory of one address.
pub const REFUSALS_OF_ONE_ADDRESS: usize = 50;

/// Longest document kept with a refusal, in bytes.
pub const REFUSED_DOCUMENT_BYTES: usize = 16 * 1024;

/// Most values of a setup (Extrinsics, parameters of a call) that are kept with its visit.
pub const SETUP_VALUES: usize = 100;

/// Longest OCI call, without its credentials, in bytes: it is kept with the visit.
pub const CALL_BYTES: usize = 16 * 1024;

/// Most credentials that name one party of a document.
pub const CREDENTIALS: usize = 16;

/// Longest label that a peer gives to something (a user, an address, a reference), in characters; what is longer is
/// kept in the document's copy alone.
pub const LABEL_CHARACTERS: usize = 200;

/// Longest text of a line (description, comment) that is kept with it, in characters; the document's copy has it all.
pub const LINE_TEXT_CHARACTERS: usize = 4_000;

/// Versions of an order by which repeats are recognised; older ones stay on record by themselves.
pub const ORDER_VERSIONS: usize = 100;

/// Releases of one blanket order that are added up.
pub const RELEASES: usize = 1_000;
