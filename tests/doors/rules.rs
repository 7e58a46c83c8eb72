//! The rules one by one, as a reader of the decision would try them.
