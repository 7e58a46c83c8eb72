package org.fieldcore.demo

import android.widget.EditText
import org.fieldcore.ffi.Verb

/** A screen with the question block: what the station asks about what was done here is answered here. */
abstract class AskingScreen : Screen() {
    /** Wires the block; after [show]. */
    protected fun asks() {
        press(R.id.confirm) { confirm() }
        press(R.id.leave) {
            desk.leaveQuestion()
            question(desk.scene.value)
        }
    }

    /** What asked: a question of something else is not shown here. */
    protected open val asker: Any? get() = javaClass

    override fun tell(told: Told) {
        if (told is Told.Of) desk.hand.asker = asker.takeIf { Words.asks(told.answer) }
        super.tell(told)
        question(desk.scene.value)
    }

    override fun render(scene: Scene) = question(scene)

    private fun question(scene: Scene) {
        val answer = scene.answer?.takeIf { scene.asking && desk.hand.asker === asker }
        shown(R.id.question, answer != null)
        if (answer != null) say(R.id.question_words, (listOf(words.headline(answer)) + words.details(answer)).joinToString("\n"))
    }

    private fun confirm() {
        val reason = typed(R.id.reason).ifEmpty { null }
        view<EditText>(R.id.reason).setText("")
        desk.act { it.verb(desk.lane, Verb.Confirm(null, reason)) }
    }
}
