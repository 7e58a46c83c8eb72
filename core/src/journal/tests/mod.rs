//! The journal's promises. What needs a killed process or a failing disk is tested from outside,
//! in the tests crate.

mod basics;
mod cards;
mod carry;
mod damage;
mod erasure;
mod hub;
mod loss;
mod rosters;
mod rotten;
