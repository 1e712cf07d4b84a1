//! The shop as its visitors see it. Everything is a link or a form; scripts only make it quicker.
//!
//! Views are functions from what a visit sees to markup; they load nothing and decide nothing. [`Links`](address::Links)
//! builds every address, [`Frame`](frame::Frame) stands around every page of a visit, and the same row and the same order
//! form serve every list.

mod address;
mod cart;
mod frame;
mod home;
mod leave;
mod product;
mod products;
mod review;
mod row;
mod trouble;
mod typed;
mod words;

#[cfg(test)]
mod gallery;
