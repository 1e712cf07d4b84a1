//! A product as a record: JSON, from format 2 on compressed against words that every product has.

use std::{cell::RefCell, sync::LazyLock};

use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
};

use super::{
    error::CatalogError,
    table::{self, Record, Table},
};
use crate::model::catalog::Product;

/// The layout that is written. From 3 on a version has facets and facts, from 4 on its index all languages; its records
/// are those of format 2.
pub(super) const FORMAT: u32 = 4;
/// The oldest one that is read: products as plain JSON.
pub(super) const OLDEST: u32 = 1;

const LEVEL: i32 = 1;
/// The longest product, as JSON: a bound before anything is allocated.
const MOST: usize = 4 << 20;

/// What the records from format 2 on are compressed against. Every byte of it is part of the format: never change it.
const WORDS: &[u8] = br#"{"GHS01":"GHS02","signal":"danger","warning","pictograms":["GHS05","GHS07"],"statements":["H225","H319"],"precautions":["P210"],"un_number":"","transport_class":"","packing_group":"II"},"validity":{"from":"2026-01-01","until":"2027-12-31"},"erp":{"part":""},"extrinsics":[{"name":"","value":""}],"components":[{"part":"","quantity":"1"}],"family":{"key":"","by":["Length"]},"eclass":{"code":"","version":""},"unspsc_version":"","translations":[{"language":"de","name":"","description":""},{"language":"fr"}],"language":"en","attachments":[{"kind":"safety-sheet","manual","certificate","datasheet","address":"https://www.","language":"de","media_type":"application/pdf","bytes":}],"pictures":[{"address":"https://www.","title":".jpg"}]}"relations":[{"kind":"spare-part","successor","alternative","accessory","related","part":""},{"kind":"related","part":"}],"details":{}}"picture":{"drawing":"","variant":0},"lead_time_days":3,"unit":"mm"},{"name":"Colour","value":"black"},{"name":"Material","value":"Steel"},{"name":"Length","value":"40","unit":"mm"},{"name":"Weight","value":"1","unit":"kg"}],"currency":"USD","currency":"GBP","list_price":{"currency":"EUR","tiers":[{"from":"1","amount":"9.99"},{"from":"10","amount":"9.49"}]},"attributes":[{"name":"","value":""}],"content":{"quantity":"100","unit":"H87"},"price_basis":"1","order":{"minimum":"1","multiple":"1","maximum":null},{"part":"","auxiliary":"","name":"","description":"","brand":"","manufacturer":"","manufacturer_part":"","category":" / ","unspsc":"","gtin":"40","unit":"H87","price_basis":"1","order":{"minimum":"1","multiple":"1","maximum":null},"list_price":{"currency":"EUR","tiers":[{"from":"1","amount":""#;

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(WORDS, LEVEL));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(WORDS));

thread_local! {
    // A context costs more to make than a record to unpack.
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Makes records of products.
pub(super) struct Packer(Compressor<'static>);

impl Packer {
    pub(super) fn new(of: &std::path::Path) -> Result<Self, CatalogError> {
        let packer = Compressor::with_prepared_dictionary(&ENCODER);
        Ok(Self(packer.map_err(|error| CatalogError::io(of, error))?))
    }

    pub(super) fn pack(&mut self, of: &std::path::Path, product: &Product) -> Result<Vec<u8>, CatalogError> {
        let json = table::json(product)?;
        if json.len() > MOST {
            return Err(CatalogError::TooMuch { path: of.to_owned() });
        }
        self.0.compress(&json).map_err(|error| CatalogError::io(of, error))
    }
}

/// The product of a record in a table of this format.
pub(super) fn unpack(of: &Table, format: u32, record: &Record) -> Result<Product, CatalogError> {
    if format == OLDEST {
        return table::from_json(of, record.payload());
    }
    let json = UNPACKER.with_borrow_mut(|unpacker| {
        let ready = match unpacker {
            Some(ready) => ready,
            None => unpacker.insert(Decompressor::with_prepared_dictionary(&DECODER)?),
        };
        // A frame that does not say its length is none of ours.
        let length = Decompressor::upper_bound(record.payload()).unwrap_or(0);
        ready.decompress(record.payload(), length.min(MOST))
    });
    table::from_json(of, &json.map_err(|error| CatalogError::io(of.path(), error))?)
}
