package org.fieldcore.demo

import android.os.Bundle
import android.view.View
import android.widget.Button
import org.fieldcore.checkTyping
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.NewResident
import org.fieldcore.ffi.PersonCategory

/** A person who is on no list: with a card's number, or described. */
class AddPersonActivity : DoorScreen() {
    private lateinit var pad: Pad
    private var papers = true
    private val chosen = sortedSetOf<PersonCategory>()

    override fun name() = getString(R.string.doors_person_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.add_person)
        pad = view(R.id.pad)
        // One key takes the whole form, below it.
        for (id in listOf(R.id.key_take, R.id.key_kind)) shown(id, false)
        pad.show(draft(NUMBER))
        pad.onText = { draft(NUMBER, it) }
        papers = saved?.getBoolean(PAPERS) ?: true
        chosen += draft(CATEGORIES).split(',').filter { it.isNotEmpty() }.map(PersonCategory::valueOf)
        keep(R.id.description, R.id.person_name, R.id.contact, R.id.guardian)
        press(R.id.with_number) { choose(true) }
        press(R.id.without_number) { choose(false) }
        press(R.id.save, ::save)
        press(R.id.back, ::finish)
        choose(papers)
        categories()
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean(PAPERS, papers)
    }

    override fun render(scene: Scene) =
        loadOnChange(scene) {
            val doors = desk.journal().doors
            say(R.id.where, doors.view().use { view -> view.home(household.orEmpty())?.let { doorWords.place(it, doors) } })
        }

    private fun choose(number: Boolean) {
        papers = number
        shown(R.id.pad, number)
        shown(R.id.described, !number)
        chosen(R.id.with_number, number, R.string.doors_with_number)
        chosen(R.id.without_number, !number, R.string.doors_without_number)
    }

    private fun chosen(id: Int, on: Boolean, text: Int) {
        view<Button>(id).text = (if (on) "✓ " else "") + getString(text)
        view<View>(id).isSelected = on
    }

    private fun categories() {
        buttons(R.id.categories, PersonCategory.entries.map { one ->
            (if (one in chosen) "☑ " else "☐ ") + doorWords.category(one) to {
                if (!chosen.add(one)) chosen.remove(one)
                draft(CATEGORIES, chosen.joinToString(",") { it.name })
                categories()
            }
        })
        shown(R.id.guarded, PersonCategory.CHILD in chosen)
    }

    private fun save() {
        val number = pad.text.takeIf { papers && it.isNotEmpty() }
        val description = given(R.id.description).takeIf { !papers }
        val new =
            NewResident(
                household = household.orEmpty(), number = number, name = given(R.id.person_name), description = description, categories = chosen.toList(),
                guardian = given(R.id.guardian).takeIf { PersonCategory.CHILD in chosen }, contact = given(R.id.contact),
            )
        if (papers && number == null) return notSaved(getString(R.string.doors_number_due))
        val invalid =
            when {
                number != null -> R.string.doors_number_wrong
                description == null -> R.string.doors_description_due
                else -> R.string.doors_words_invalid
            }
        number?.let(::wrong)?.let { return notSaved(it) }
        record(Why(invalid, R.string.doors_person_known), { doors, lane -> doors.addResident(lane, new) }) {
            leave(getString(R.string.doors_person_saved))
        }
    }

    /** What the core says is wrong with a number, before it is asked to take it; null where nothing is. */
    private fun wrong(number: String): String? {
        val typing =
            try {
                checkTyping(number, null, today())
            } catch (_: FieldException) {
                return getString(R.string.doors_number_wrong)
            }
        val problem = typing.problem ?: return null
        return getString(R.string.doors_number_wrong) + "\n" + words.problem(problem)
    }

    private companion object {
        const val NUMBER = "number"
        const val CATEGORIES = "categories"
        const val PAPERS = "papers"
    }
}
