package org.fieldcore.demo

import android.os.Bundle
import android.widget.TextView
import kotlinx.coroutines.launch
import org.fieldcore.ffi.ShiftTube
import org.fieldcore.ffi.Status
import org.fieldcore.ffi.Target
import org.fieldcore.ffi.Verb

/** What can be put right in one tube. */
class TubeActivity : Screen() {
    private val label: String get() = intent.getStringExtra(LABEL).orEmpty()
    private var sure = false
    private var sureOfBack = false

    override fun name() = getString(R.string.tube_title, label)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.tube)
        say(R.id.title, name())
        press(R.id.active) { say(Verb.Tube(label)) }
        press(R.id.close) { say(Verb.Close(typed(R.id.reason).ifEmpty { null })) }
        press(R.id.people, ::people)
        press(R.id.void_one) { say(Verb.Void(label, position(), typed(R.id.reason))) }
        press(R.id.move) { say(Verb.Move(label, position(), typed(R.id.to))) }
        press(R.id.spoil, ::spoil)
        press(R.id.pass_on) { say(Verb.Pass(label, null)) }
        press(R.id.pass_back, ::takeBack)
        press(R.id.back, ::finish)
    }

    private fun position(): UInt = typed(R.id.position).toUIntOrNull() ?: 0u

    private fun say(verb: Verb) {
        desk.act { it.verb(desk.lane, verb) }
    }

    override fun render(scene: Scene) =
        loadOnChange(scene) { status -> stand(status, desk.journal().shiftTubes().firstOrNull { it.tube == label }) }

    /** Shows how the tube stands, and only what can be done with it. Null: it is none that this shift began. */
    private fun stand(status: Status, tube: ShiftTube?) {
        say(R.id.state, tube?.let { state(it.state, it.count, it.capacity) })
        // Tubes that were taken over with another operator's work are open, and are none that this shift began.
        val open = status.openTubes.filter { it.tube == label }
        val works = tube?.let { it.state == TubesActivity.OPEN } ?: open.isNotEmpty()
        // Closing is of the tube that the lane works with.
        val active = open.any { it.active && it.lane == desk.lane }
        shown(R.id.close, works && active)
        shown(R.id.active, works && !active)
        val away = tube?.state == PASSED_ON
        shown(R.id.pass_on, works || away)
        view<TextView>(R.id.pass_on).setText(if (away) R.string.box_pass_again else R.string.box_pass_on)
        shown(R.id.pass_back, away)
    }

    /** Whoever read the code meanwhile goes on with the tube too: a touch says so, the second one does it. */
    private fun takeBack() {
        if (!sureOfBack) {
            sureOfBack = true
            return view<TextView>(R.id.pass_back).setText(R.string.box_pass_back_sure)
        }
        sureOfBack = false
        view<TextView>(R.id.pass_back).setText(R.string.box_pass_back)
        say(Verb.Back(label, typed(R.id.reason).ifEmpty { null }))
    }

    private fun state(code: String, count: UInt, capacity: UInt): String =
        if (capacity == 0u) words.state(code) else getString(R.string.tube_state, words.state(code), count.toInt(), capacity.toInt())

    private fun spoil() {
        if (!sure) {
            sure = true
            return view<TextView>(R.id.spoil).setText(R.string.tube_spoil_sure)
        }
        sure = false
        view<TextView>(R.id.spoil).setText(R.string.tube_spoil)
        say(Verb.Spoil(label, typed(R.id.reason)))
    }

    private fun people() {
        scope.launch {
            desk.attempt {
                val trace = desk.journal().trace(label, Target.SCREEN)
                if (trace == null) {
                    say(R.id.told, getString(R.string.tube_unknown))
                } else {
                    say(R.id.told, null)
                    say(R.id.state, state(trace.state, trace.count, trace.capacity))
                    val unreadable = listOf(getString(R.string.tube_unreadable, trace.unreadable.toInt())).filter { trace.unreadable > 0u }
                    lines(R.id.list, trace.people.map { one ->
                        getString(R.string.tube_person, one.position.toInt(), one.name.orEmpty(), one.number ?: one.alias ?: one.description.orEmpty(), words.state(one.state))
                    } + unreadable)
                }
            }
        }
    }

    companion object {
        const val LABEL = "label"

        /** What the core calls the state of a tube that another phone may go on with. */
        private const val PASSED_ON = "passed_on"
    }
}
