//! The `helper` command: enrolment on the spot between two laptops, or a laptop and a phone, without any network.

use std::path::Path;

use fieldcore::cards::{Rights, code_bytes, code_text};
use fieldcore::{Error, Language};
use serde_json::json;

use crate::args::{self, HelperAct};
use crate::commands::read_bytes;
use crate::device;
use crate::exit::{Code, Failure, Outcome};
use crate::out;
use crate::words::{Words, fill};

/// Runs one step of it.
pub(crate) fn run(asked: &args::Helper, language: Language) -> Outcome {
    let words = Words::of(language);
    match &asked.act {
        HelperAct::Show => show(asked),
        HelperAct::Accept { code, kit } => accept(asked, words, code, kit),
        HelperAct::Join { welcome, kit } => join(asked, words, welcome, kit.as_deref()),
    }
}

/// A code as it was typed or scanned.
fn typed(text: &str) -> Result<Vec<u8>, Failure> {
    let code = code_bytes(text).ok_or_else(|| Error::invalid("code", "it does not begin as one; scan it again"))?;
    Ok(code?)
}

/// The helper's keys, to be scanned by the chief.
fn show(asked: &args::Helper) -> Outcome {
    let journal = device::open(&asked.place, "helper")?;
    let text = code_text(&journal.helper_code()?)?;
    if asked.json {
        out::json(&json!({"device": journal.device().to_string(), "code": text}))?;
    } else {
        out::line(text)?;
    }
    Ok(Code::Done)
}

/// The chief's answer: a welcome to be scanned by the helper, and the kit as a file.
fn accept(asked: &args::Helper, words: &Words, code: &str, kit: &Path) -> Outcome {
    let code = typed(code)?;
    crate::proxy::stays(kit)?;
    let journal = device::open(&asked.place, "helper")?;
    let helper = journal.accept_helper(&code, Rights::OF_HELPERS, None)?;
    crate::proxy::write_private(kit, &helper.kit)
        .map_err(|source| Failure::Output { to: kit.display().to_string(), source })?;
    let welcome = code_text(&helper.welcome)?;
    if asked.json {
        out::json(&json!({
            "device": helper.device.to_string(), "ordinal": helper.ordinal, "left": helper.left,
            "expires_ms": helper.expires_ms, "welcome": welcome, "kit": kit.display().to_string()
        }))?;
    } else {
        out::line(fill(words.good_until, &[&crate::local_day(helper.expires_ms)]))?;
        out::line(fill(words.written_to, &[&kit.display()]))?;
        out::line(welcome)?;
    }
    Ok(Code::Done)
}

/// The helper takes part by the chief's welcome, and takes the kit where it came along.
fn join(asked: &args::Helper, words: &Words, welcome: &str, kit: Option<&Path>) -> Outcome {
    let welcome = typed(welcome)?;
    let kit = kit.map(read_bytes).transpose()?;
    let journal = device::open(&asked.place, "helper")?;
    let taken = journal.accept_welcome(&welcome)?;
    let kit = kit.map(|bytes| journal.accept_kit(&bytes)).transpose()?;
    if asked.json {
        out::json(&json!({
            "device": journal.device().to_string(), "campaign": taken.campaign.to_string(),
            "name": taken.campaign_name, "chief": taken.chief.to_string(), "expires_ms": taken.expires_ms,
            "profile": journal.profile()?.version, "card_keys": kit.map(|kit| kit.card_keys)
        }))?;
    } else {
        out::line(fill(words.enrolled, &[&taken.campaign_name, &journal.device()]))?;
    }
    Ok(Code::Done)
}
