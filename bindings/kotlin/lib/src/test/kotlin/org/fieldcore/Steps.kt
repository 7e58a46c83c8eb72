package org.fieldcore

import com.google.gson.JsonArray
import com.google.gson.JsonElement
import com.google.gson.JsonNull
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import com.google.gson.JsonPrimitive
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.DocumentKind
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.ShiftPlan
import org.fieldcore.ffi.Verb
import java.nio.file.Files
import java.nio.file.Path

/** The scenario that every language plays. */
val EXPECTED: JsonObject =
    JsonParser.parseString(Files.readString(Path.of(ROOT, "tests/bindings/expected.json"))).asJsonObject

fun scenarioShift() = EXPECTED.getAsJsonObject("shift").let {
    ShiftPlan(site = it.text("site"), operator = it.text("operator"), organisation = it.text("organisation"))
}

/** Plays [part]; what went otherwise than expected. */
suspend fun FieldJournal.playAll(part: String, steps: JsonArray = EXPECTED.getAsJsonArray(part)): List<String> =
    steps.flatMapIndexed { index, step ->
        differences(step.asJsonObject, play(step.asJsonObject)).map { "$part ${index + 1}: $it" }
    }

private suspend fun FieldJournal.play(step: JsonObject): Answer {
    val lane = step.textOrNull("lane") ?: EXPECTED.text("lane")
    return when (val kind = step.text("do")) {
        "line" -> line(lane, step.text("text"))
        "scan" -> scan(lane, scanOf(step.text("scan"), step.getAsJsonObject("with")))
        "verb" -> verb(lane, verbOf(step.text("verb"), step.getAsJsonObject("with")))
        else -> error("the scenario has a step of kind $kind")
    }
}

private fun scanOf(word: String, given: JsonObject): Scan = when (word) {
    "symbol" -> Scan.Symbol(given.text("text"), given.textOrNull("symbology"))

    "typed" -> Scan.Typed(
        given.text("text"),
        given.textOrNull("document")?.let { DocumentKind.valueOf(it.uppercase()) },
    )

    else -> error("the scenario has a scan of kind $word")
}

private fun verbOf(word: String, given: JsonObject): Verb = when (word) {
    "undo" -> Verb.Undo
    "close" -> Verb.Close(given.textOrNull("reason"))
    "tube" -> Verb.Tube(given.text("label"))
    "void" -> Verb.Void(given.text("tube"), given.number("position"), given.text("reason"))
    "move" -> Verb.Move(given.text("tube"), given.number("position"), given.text("to"))
    "swap" -> Verb.Swap(given.text("tube"), given.number("first"), given.number("second"))
    "spoil" -> Verb.Spoil(given.text("tube"), given.text("reason"))
    "confirm" -> Verb.Confirm(given.numberOrNull("number"), given.textOrNull("reason"))
    "person" -> Verb.Person(given.text("reason"), given.text("description"))
    "guardian" -> Verb.Guardian(given.text("who"))
    "phone" -> Verb.Phone(given.text("text"))
    "temperature" -> Verb.Temperature(given.number("tenths"))
    "withdraw" -> Verb.Withdraw(given.numberOrNull("number"))
    else -> error("the scenario has a verb $word")
}

private fun differences(step: JsonObject, answer: Answer): List<String> =
    step.getAsJsonObject("expect").entrySet().mapNotNull { (key, wanted) ->
        val said = answer.said(key)
        if (said == wanted) null else "$key is $said, not $wanted, for $step"
    }

private fun Answer.said(key: String): JsonElement = when (key) {
    "outcome" -> word(outcome)
    "cue" -> word(cue)
    "saved" -> JsonPrimitive(saved != null)
    "tube" -> tube.json()
    "position" -> position.json()
    "left" -> left.json()
    "note" -> note?.let(::word) ?: JsonNull.INSTANCE
    "problems" -> words(problems)
    "candidates" -> words(candidates.map { it.kind })
    else -> error("the scenario expects a key $key")
}

private fun word(value: Enum<*>): JsonElement = JsonPrimitive(value.name.lowercase())

private fun words(all: List<String>): JsonElement =
    JsonParser.parseString(all.joinToString(",", "[", "]") { "\"$it\"" })

private fun String?.json(): JsonElement = this?.let(::JsonPrimitive) ?: JsonNull.INSTANCE

// An Int, because Gson holds no unsigned number; it compares whole numbers by their value.
private fun UInt?.json(): JsonElement = this?.let { JsonPrimitive(it.toInt()) } ?: JsonNull.INSTANCE

fun JsonObject.text(key: String): String = get(key).asString

fun JsonObject.number(key: String): UInt = get(key).asInt.toUInt()

private fun JsonObject.textOrNull(key: String): String? = get(key)?.takeUnless { it.isJsonNull }?.asString

private fun JsonObject.numberOrNull(key: String): UInt? = get(key)?.takeUnless { it.isJsonNull }?.asInt?.toUInt()
