package org.fieldcore.demo

import android.os.Bundle
import org.fieldcore.ffi.Excuse
import org.fieldcore.ffi.NewExcuse
import org.fieldcore.ffi.Saved

/** Why somebody is not sampled. */
class ExcuseActivity : DoorScreen() {
    private val resident: String get() = intent.getStringExtra(RESIDENT).orEmpty()
    private var own: Saved? = null

    override fun name() = getString(R.string.doors_excuse_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.excuse)
        press(R.id.back, ::finish)
        keep(R.id.why)
        buttons(R.id.reasons, Excuse.entries.map { one -> doorWords.excuse(one) to { excuse(one) } })
    }

    override fun render(scene: Scene) =
        loadOnChange(scene) {
            val journal = desk.journal()
            val person = journal.doors.residents(household.orEmpty()).firstOrNull { it.resident == resident }
            sayFirstLarge(R.id.who, person?.let { doorWords.person(it, it.excused?.let { at -> journal.doors.wordsOf(at) }) })
            // An own excuse that stands already was wrong, if there is another one.
            own = person?.excused?.takeIf { it.device == journal.device }
        }

    private fun excuse(excuse: Excuse) {
        val why = given(R.id.why)
        val words = Why(if (excuse == Excuse.OTHER && why == null) R.string.doors_words_due else R.string.doors_words_invalid, R.string.doors_person_refused)
        record(words, { doors, lane -> doors.excuse(lane, NewExcuse(resident, excuse, why, own)) }) {
            leave(getString(R.string.doors_excuse_saved, doorWords.excuse(excuse)))
        }
    }
}
