//! The kinds of records: codes, columns and their encodings, in one table. Its parts lie in a file each; every part hands
//! on what it has to the next, and the last makes the types of all of them.

#[macro_use]
mod custody;
#[macro_use]
mod doors;
#[macro_use]
mod journal;
#[macro_use]
mod tent;

use std::fmt;

use uuid::Uuid;

use super::codes::{
    CloseReason, DamageKind, DeskFinding, DocumentKind, EpochReason, Excuse, FollowUpKind, NoticeKind, Override, Place,
    ProfileSource, ProxyRefusal, ReadSource, SetAsideReason, Step, VisitState,
};
use super::value::{Field, Value};
use crate::id::{DeviceId, Epoch, RecordRef};
use crate::pack::Fixed;

/// How a column is laid out in a batch body (wire format, section "Columns").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The values as they are.
    Plain,
    /// Whole numbers as differences from the one before.
    Delta,
    /// `false` where the value equals the one before.
    Repeat,
    /// References to records, relative to the batch's own epoch.
    Refs,
    /// Text that a stranger can choose: values stand in the second compressed frame.
    Free,
}

macro_rules! record_kinds {
    (; $(
        $(#[$doc:meta])*
        $code:literal / $version:literal $name:ident $text:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty => $layout:ident ),* $(,)?
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Eq)]
            pub struct $name { $( $(#[$fdoc])* pub $field: $ty, )* }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str($text)
                }
            }

            impl From<$name> for Body {
                fn from(body: $name) -> Self {
                    Self::$name(body)
                }
            }
        )*

        /// What a record says, by kind.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Body {
            $( $(#[$doc])* $name($name), )*
            /// A kind, version or code that this reader does not know; kept whole.
            Unknown {
                /// The kind's code.
                kind: u16,
                /// The version of its columns.
                version: u16,
                /// Its fields.
                values: Vec<Value>,
            },
        }

        impl Body {
            /// The kind's code and the version of its columns.
            pub const fn kind(&self) -> (u16, u16) {
                match self {
                    $( Self::$name(_) => ($code, $version), )*
                    Self::Unknown { kind, version, .. } => (*kind, *version),
                }
            }

            /// The kind's name; `unknown` for one that this reader does not know.
            pub const fn name(&self) -> &'static str {
                match self {
                    $( Self::$name(_) => $text, )*
                    Self::Unknown { .. } => "unknown",
                }
            }

            /// The fields in the order of the columns.
            pub fn values(&self) -> Vec<Value> {
                match self {
                    $( Self::$name(body) => vec![$(Field::put(&body.$field)),*], )*
                    Self::Unknown { values, .. } => values.clone(),
                }
            }

            /// The body from its fields; what does not fit a known kind is kept as unknown.
            pub fn from_values(kind: u16, version: u16, values: Vec<Value>) -> Self {
                let known = match (kind, version) {
                    $( ($code, $version) => $name::from_values(&values).map(Self::$name), )*
                    _ => None,
                };
                known.unwrap_or(Self::Unknown { kind, version, values })
            }
        }

        $(
            impl $name {
                fn from_values(values: &[Value]) -> Option<Self> {
                    #[allow(unused_mut, unused_variables, reason = "a kind may have no fields")]
                    let mut values = values.iter().cloned();
                    let body = Self { $( $field: Field::take(values.next()?)?, )* };
                    values.next().is_none().then_some(body)
                }
            }
        )*

        /// Every kind that has columns: code, version, name, and its columns' names and layouts.
        pub const KINDS: &[Kind] = &[$(
            Kind {
                code: $code,
                version: $version,
                name: $text,
                columns: &[$((stringify!($field), Layout::$layout)),*],
                types: &[$(stringify!($ty)),*],
            },
        )*];
    };
}

/// A kind's place in the table.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The code that stands in records.
    pub code: u16,
    /// The version of its columns.
    pub version: u16,
    /// Its name in logs and JSON.
    pub name: &'static str,
    /// Its columns in order, each with its layout.
    pub columns: &'static [(&'static str, Layout)],
    /// The columns' types as they are written in Rust; the wire format's document is checked
    /// against them.
    pub types: &'static [&'static str],
}

impl Kind {
    /// The kind with this code and version.
    pub fn find(code: u16, version: u16) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code && kind.version == version)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

journal_kinds! { tent_kinds doors_kinds custody_kinds record_kinds; }
