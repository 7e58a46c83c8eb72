package org.fieldcore.demo

import android.view.View
import android.widget.EditText
import android.widget.TextView
import org.fieldcore.ffi.Verb

/** A screen whose scans and presses are answered: the answer stays on it, and a question can be decided there. */
abstract class AnsweredScreen : Screen() {
    /** Makes the keys of the question work; once the layout is there. */
    protected fun pressAnswers() {
        press(R.id.confirm) { confirm(null) }
        press(R.id.leave) { desk.leaveQuestion() }
    }

    /** Shows what was answered last, and what it asks; nothing of another household's, if it is [at] one. */
    protected fun answer(scene: Scene, at: String? = scene.at) {
        val mine = if (at == scene.at) scene else scene.copy(answer = null, failure = null)
        band(mine)
        question(mine)
    }

    private fun band(scene: Scene) {
        val failure = scene.failure
        val answer = scene.answer
        shown(R.id.band, failure != null || answer != null)
        val (cue, text) =
            when {
                failure != null -> Cues.REFUSED to words.failure(failure)
                answer != null -> Cues.of(answer.cue) to words.headline(answer)
                else -> return
            }
        view<View>(R.id.band).setBackgroundColor(getColor(cue.ground))
        view<CueSymbol>(R.id.band_symbol).show(cue)
        val line = getString(cue.word) + getString(R.string.colon) + text
        view<TextView>(R.id.band_words).let {
            it.setTextColor(getColor(cue.ink))
            if (it.text.toString() != line) it.text = line
        }
    }

    private fun question(scene: Scene) {
        val answer = scene.answer?.takeIf { scene.asking }
        shown(R.id.question, answer != null)
        if (answer == null) return
        val look = answer.candidates.flatMap { it.confirm }.distinct()
        val lines = words.details(answer) + if (look.isEmpty()) emptyList() else listOf(getString(R.string.question_look, look.joinToString(", ")))
        say(R.id.question_words, lines.joinToString("\n"))
        buttons(R.id.candidates, answer.candidates.map { one -> words.candidate(one) to { confirm(one.number) } })
        shown(R.id.confirm, answer.candidates.isEmpty())
    }

    private fun confirm(number: UInt?) {
        val reason = typed(R.id.reason).ifEmpty { null }
        view<EditText>(R.id.reason).setText("")
        desk.act(desk.scene.value.at) { it.verb(desk.lane, Verb.Confirm(number, reason)) }
    }
}
