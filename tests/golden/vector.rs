//! One vector: a JSON file.

use serde_json::{Map, Value, json};

use crate::describe::hex;
use crate::material::Hub;

#[derive(Clone)]
pub(crate) struct Vector {
    pub(crate) name: String,
    map: Map<String, Value>,
}

/// The hub's X25519 secrets by key id, as a vector lists them.
pub(crate) fn trust(hub: &Hub) -> Value {
    let entry =
        |pair: &(fieldcore::Secret, [u8; 32])| (hex(fieldcore::crypto::key_id(&pair.1)), json!(hex(pair.0.expose())));
    Value::Object([entry(&hub.seal), entry(&hub.recovery)].into_iter().collect())
}

impl Vector {
    pub(crate) fn good(name: &str, is: &str, says: &str) -> Self {
        Self::new(name, is, says, true)
    }

    /// One that fails the check called `fails` first.
    pub(crate) fn bad(name: &str, is: &str, says: &str, fails: &str) -> Self {
        Self::new(name, is, says, false).beside("fails", json!(fails))
    }

    fn new(name: &str, is: &str, says: &str, valid: bool) -> Self {
        let map = Map::new();
        let new = Self { name: name.to_owned(), map };
        new.beside("name", json!(name))
            .beside("is", json!(is))
            .beside("says", json!(says))
            .beside("valid", json!(valid))
    }

    /// The same thing under another name, made invalid.
    pub(crate) fn turned_bad(&self, name: &str, says: &str, fails: &str) -> Self {
        let mut new = Self { name: name.to_owned(), map: self.map.clone() };
        new.map.shift_remove("expect");
        new.beside("name", json!(name))
            .beside("says", json!(says))
            .beside("valid", json!(false))
            .beside("fails", json!(fails))
    }

    pub(crate) fn beside(mut self, key: &str, value: Value) -> Self {
        self.map.insert(key.to_owned(), value);
        self
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.beside("bytes", json!(hex(bytes)))
    }

    pub(crate) fn many(self, list: &[Vec<u8>]) -> Self {
        self.beside("bytes", json!(list.iter().map(hex).collect::<Vec<_>>()))
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.beside("text", json!(text))
    }

    pub(crate) fn keys(self, keys: Value) -> Self {
        self.beside("keys", keys)
    }

    pub(crate) fn expect(self, expect: Value) -> Self {
        self.beside("expect", expect)
    }

    /// The file's text.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string_pretty(&self.map).expect("JSON") + "\n"
    }
}
