package org.fieldcore.demo

import android.content.Context
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.Candidate
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.Earlier
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.Guidance
import org.fieldcore.ffi.Language
import org.fieldcore.ffi.LogLevel
import org.fieldcore.ffi.News
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.Waiting
import java.text.DateFormat
import java.util.Date

/** The core's codes in the language of the screen. A code without words is shown as it is. */
class Words(private val context: Context) {
    internal fun of(id: Int, vararg values: Any): String = context.getString(id, *values)

    @Suppress("DiscouragedApi")
    internal fun code(kind: String, code: String): String? {
        val id = context.resources.getIdentifier("${kind}_$code", "string", context.packageName)
        return if (id == 0) null else context.getString(id)
    }

    fun cue(cue: Cue): String = of(Cues.of(cue).word)

    fun kind(code: String): String = code("kind", code) ?: code

    fun state(code: String): String = code("state", code) ?: code

    fun guidance(one: Guidance): String = code("guidance", one.name.lowercase()) ?: one.name

    fun news(news: News): String = of(level(news.level)) + of(R.string.colon) + (code("news", news.code) ?: news.text)

    private fun level(level: LogLevel): Int =
        when (level) {
            LogLevel.INFO -> R.string.level_info
            LogLevel.WARNING -> R.string.level_warning
            LogLevel.ERROR -> R.string.level_error
        }

    /** What it came to, and for whom, in one line. */
    fun headline(answer: Answer): String = lines(answer).joinToString(of(R.string.separator))

    /** The same in several. */
    fun lines(answer: Answer): List<String> {
        val noted = if (answer.outcome == Outcome.NOTE) answer.note?.let { code("remark", it.name.lowercase()) } else null
        val what = noted ?: code("outcome", answer.outcome.name.lowercase()) ?: answer.outcome.name
        return listOf(what) + whom(answer)
    }

    private fun whom(answer: Answer): List<String> =
        listOfNotNull(
            answer.subject,
            answer.container?.let { of(R.string.answer_box, it) },
            answer.tube?.let { of(R.string.answer_tube, it) },
            answer.position?.let { of(R.string.answer_position, it.toInt()) },
            answer.peopleIn?.let { of(R.string.answer_people, it.toInt()) },
            answer.left?.let { of(R.string.answer_left, it.toInt()) },
        )

    /** What is wrong, and what was before. */
    fun details(answer: Answer): List<String> {
        val remark = answer.note?.takeIf { answer.outcome != Outcome.NOTE }?.let { code("remark", it.name.lowercase()) }
        val problems = answer.problems.map { code("problem", it) ?: it }.joinToString(of(R.string.semicolon)).ifEmpty { null }
        return listOfNotNull(remark, problems, answer.earlier?.let(::earlier), answer.text) +
            answer.people.filter { answer.people.size > 1 }.map { of(R.string.answer_position, it.position.toInt()) + " " + it.subject }
    }

    private fun earlier(earlier: Earlier): String {
        val position = earlier.position?.toString() ?: "-"
        return of(R.string.answer_earlier, earlier.tube ?: "-", position, time(earlier.wallMs), earlier.lane ?: "-")
    }

    fun candidate(one: Candidate): String =
        of(R.string.question_candidate, one.number.toInt(), kind(one.kind), one.subject.orEmpty()).trim()

    fun problem(code: String): String = code("problem", code) ?: code

    fun time(ms: Long): String =
        DateFormat.getDateTimeInstance(DateFormat.SHORT, DateFormat.SHORT, context.resources.configuration.locales[0]).format(Date(ms))

    fun waiting(waiting: Waiting): String =
        of(
            when (waiting) {
                Waiting.NOT_INVITED -> R.string.sync_not_invited
                Waiting.BACKING_OFF -> R.string.sync_backing_off
                Waiting.NOTHING_TO_SEND -> R.string.sync_nothing_to_send
                Waiting.UNDER_WAY -> R.string.sync_under_way_already
            },
        )

    fun failure(failure: FieldException): String =
        of(
            when (failure) {
                is FieldException.Locked -> R.string.failure_locked
                is FieldException.DiskFull -> R.string.failure_disk_full
                is FieldException.Storage -> R.string.failure_storage
                is FieldException.OutcomeUnknown -> R.string.failure_unknown
                is FieldException.Newer -> R.string.failure_newer
                is FieldException.Keys -> R.string.failure_keys
                is FieldException.Closed -> R.string.failure_closed
                is FieldException.Untrusted -> R.string.failure_untrusted
                is FieldException.Invalid -> R.string.failure_invalid
                is FieldException.Refused -> R.string.failure_refused
                is FieldException.Defect -> R.string.failure_defect
            },
        )

    /** The language of the core's reports. */
    val language: Language get() = if (context.resources.configuration.locales[0].language == "zh") Language.CHINESE else Language.ENGLISH

    companion object {
        /** Whether the screen offers a confirmation below the answer; the core alone knows what it does. */
        fun asks(answer: Answer): Boolean =
            answer.outcome in setOf(Outcome.NEEDS_CONFIRMATION, Outcome.DUPLICATE_PERSON, Outcome.MIXING_RULE)
    }
}
