package org.fieldcore.demo

import android.os.Bundle
import org.fieldcore.ffi.NewHousehold

/** A household that is on no list. */
class AddHouseholdActivity : DoorScreen() {
    override fun name() = getString(R.string.doors_add_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.add_household)
        for ((id, extra) in listOf(R.id.area to BuildingActivity.AREA, R.id.building to BuildingActivity.BUILDING)) {
            val known = intent.getStringExtra(extra).orEmpty()
            if (saved == null && known.isNotEmpty()) draft("$id", known)
        }
        keep(R.id.area, R.id.building, R.id.stairwell, R.id.door, R.id.address, R.id.note)
        press(R.id.save, ::save)
        press(R.id.back, ::finish)
    }

    private fun save() {
        val new =
            NewHousehold(
                area = given(R.id.area), building = given(R.id.building), stairwell = given(R.id.stairwell), door = given(R.id.door),
                address = given(R.id.address), note = given(R.id.note),
            )
        val nowhere = listOf(new.building, new.door, new.address).all { it == null }
        val why = Why(if (nowhere) R.string.doors_add_nowhere else R.string.doors_words_invalid, R.string.doors_visit_refused)
        record(why, { doors, lane -> doors.addHousehold(lane, new) }) {
            visit(it.household)
            val same = it.sameDoor.size
            leave(if (same == 0) getString(R.string.doors_added) else getString(R.string.doors_added_same, same))
        }
    }
}
