//! Striped patches: where a linear or stacked code lies in a frame, however it is turned.
//!
//! A bar code is the only thing on a tube whose brightness changes strongly along one direction
//! and hardly along the other. [`find`] looks for such patches by the structure tensor of small
//! blocks, [`upright`] samples one as rows along the code, straight where [`bend`] has followed bars
//! that are not, [`rows`] makes bars of them and [`vote`] counts what they say. Decoders alone read none of the codes turned by 30 to 60 degrees.

pub(crate) mod bend;
pub(crate) mod field;
pub(crate) mod find;
pub(crate) mod rows;
pub(crate) mod upright;
pub(crate) mod vote;
