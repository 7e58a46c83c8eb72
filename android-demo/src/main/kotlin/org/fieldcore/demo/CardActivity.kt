package org.fieldcore.demo

import android.os.Bundle
import org.fieldcore.ffi.Scan

/** The number of the card that somebody of the household shows: the core says whether it is theirs, and samples them by it. */
class CardActivity : DoorScreen() {
    private val resident: String get() = intent.getStringExtra(RESIDENT).orEmpty()
    private lateinit var pad: Pad

    override fun name() = getString(R.string.doors_card_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.card)
        pressAnswers()
        pad = view(R.id.pad)
        pad.show(draft(NUMBER))
        pad.onText = { draft(NUMBER, it) }
        pad.onTake = { text, kind -> sampling(R.string.doors_card_refused) { doors, lane -> doors.sample(lane, resident, Scan.Typed(text, kind)) } }
        press(R.id.back, ::finish)
    }

    override fun render(scene: Scene) {
        answer(scene, household)
        loadOnChange(scene) {
            val person = desk.journal().doors.residents(household.orEmpty()).firstOrNull { it.resident == resident }
            sayFirstLarge(R.id.who, person?.let { doorWords.person(it, null) })
            if (person?.sampled == true) finish()
        }
    }

    private companion object {
        const val NUMBER = "number"
    }
}
