//! The whole path with its real parts, a station's journal and a hub: through copied phones, lost
//! vaults, lost hub keys, erasures, files carried by hand and by other phones, and links as bad as they come.

mod cards;
mod carry;
mod copies;
mod custody;
mod doors;
mod erasure;
mod hub_keys;
mod loss;
mod network;
mod phone;
mod rosters;
mod screen;
mod weather;
