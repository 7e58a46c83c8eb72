//! Carries between journals.
