package org.fieldcore.demo

import android.content.Context
import org.fieldcore.Doors
import org.fieldcore.ffi.BuildingFigures
import org.fieldcore.ffi.ClaimLine
import org.fieldcore.ffi.DoorFigures
import org.fieldcore.ffi.DoorPlace
import org.fieldcore.ffi.DoorsView
import org.fieldcore.ffi.Excuse
import org.fieldcore.ffi.FollowUpKind
import org.fieldcore.ffi.FollowUpLine
import org.fieldcore.ffi.HomeLine
import org.fieldcore.ffi.HomeState
import org.fieldcore.ffi.NamedPerson
import org.fieldcore.ffi.PersonCategory
import org.fieldcore.ffi.ResidentLine
import org.fieldcore.ffi.VisitState

/** What doors, people and what is to be done at them are called on the screen. */
class DoorWords(private val context: Context, private val words: Words) {
    private fun of(id: Int, vararg values: Any): String = context.getString(id, *values)

    private fun code(kind: String, one: Enum<*>): String = words.code("doors_$kind", one.name.lowercase()) ?: one.name

    private fun joined(parts: List<String?>, by: String = of(R.string.separator)): String = parts.filterNot { it.isNullOrBlank() }.joinToString(by)

    /** A state's sign and word. */
    fun state(state: HomeState): String = SIGNS.getValue(state) + " " + code("state", state)

    /** The same of what a team says at a door. */
    fun visit(state: VisitState): String = state(HomeState.valueOf(state.name))

    fun excuse(excuse: Excuse): String = code("excuse", excuse)

    fun followUp(what: FollowUpKind): String = code("follow", what)

    fun category(category: PersonCategory): String = code("category", category)

    /** A place as people write it: area, then building, stairwell and door. */
    fun place(place: DoorPlace): String = joined(listOf(place.area, door(place)), " ").ifEmpty { of(R.string.doors_no_place) }

    private fun door(place: DoorPlace): String = joined(listOf(place.building, place.stairwell, place.door), "-")

    /** Where a household is; its address in words where no door is known. */
    suspend fun place(home: HomeLine, doors: Doors): String {
        val address = home.added.takeIf { home.place.door.isEmpty() }?.let { doors.wordsOf(it) } ?: return place(home.place)
        return joined(listOf(home.place.area, home.place.building, address), " ")
    }

    /** The same of a household in a list of people. */
    suspend fun place(household: String, place: DoorPlace, view: DoorsView, doors: Doors): String =
        if (place.door.isNotEmpty()) place(place) else view.home(household)?.let { place(it, doors) } ?: place(place)

    /** The same under the name of its area and building. */
    suspend fun door(home: HomeLine, doors: Doors): String = if (home.place.door.isEmpty()) place(home, doors) else door(home.place)

    fun building(area: String, building: String): String = joined(listOf(area, building), " ").ifEmpty { of(R.string.doors_no_building) }

    fun building(of: BuildingFigures): String {
        val done = of.figures.left == 0u
        val head = (if (done) SIGNS.getValue(HomeState.DONE) + " " else "") + building(of.area, of.building)
        return head + "\n" + joined(listOf(of(R.string.doors_left_of, of.figures.left.toInt(), of.figures.homes.toInt()), people(of.figures)))
    }

    fun people(figures: DoorFigures): String? = people(figures.people, figures.sampled, figures.excused)

    private fun people(all: UInt, sampled: UInt, excused: UInt): String? =
        if (all == 0u) null
        else if (excused == 0u) of(R.string.doors_sampled_of, sampled.toInt(), all.toInt())
        else of(R.string.doors_sampled_excused, sampled.toInt(), all.toInt(), excused.toInt())

    /** A household in a list of doors. */
    fun home(home: HomeLine, place: String): String {
        val lives = home.lives?.takeIf { home.people == 0u }?.let { of(R.string.doors_lives, it.toInt()) }
        return place + "\n" + joined(listOf(state(home.state), people(home.people, home.sampled, home.excused), lives))
    }

    /** What somebody is called: the name, or what describes them. */
    fun named(person: NamedPerson?): String = person?.name ?: person?.description ?: of(R.string.doors_nobody_named)

    /** Who somebody is, in one line. */
    fun called(person: NamedPerson): String = joined(listOf(named(person), person.masked), " ")

    /** A person as a team must know them before it samples; the first line is the name. */
    fun person(line: ResidentLine, excuseWords: String?): String {
        val person = line.person
        val name = named(person)
        val excuse = line.excuse?.let { "– " + joined(listOf(excuse(it), excuseWords), of(R.string.colon)) }
        val state = if (line.sampled) of(R.string.doors_person_sampled) else excuse ?: of(R.string.doors_person_left)
        val more =
            listOf(
                person?.masked, person?.description.takeIf { person?.name != null },
                person?.categories.orEmpty().joinToString(of(R.string.semicolon), transform = ::category),
                person?.contact?.let { of(R.string.doors_contact_is, it) }, person?.guardian?.let { of(R.string.doors_guardian_is, it) }, state,
            )
        return joined(listOf(name) + more, "\n")
    }

    /** What is to be done: due, what, words, for whom. */
    fun followUp(line: FollowUpLine, where: String?): String {
        val due = line.open.dueMs?.let { of(R.string.doors_due, words.time(it)) }
        val whom = line.person?.let(::called)
        return joined(listOf(joined(listOf(where, followUp(line.open.what))), joined(listOf(due, line.words, whom))), "\n")
    }

    /** The doors of a claim. */
    fun claimed(claim: ClaimLine): String {
        val stairwell = claim.stairwell?.let { of(R.string.doors_stairwell, it) }
        val (first, last) = claim.first to claim.last
        val doors =
            when {
                first != null && last != null -> of(R.string.doors_from_to, first, last)
                first != null -> of(R.string.doors_from, first)
                last != null -> of(R.string.doors_to, last)
                else -> of(R.string.doors_all_doors)
            }
        return joined(listOf(building(claim.area.orEmpty(), claim.building), stairwell, doors))
    }

    companion object {
        /** A sign of its own for each state, so that no colour is needed. */
        val SIGNS: Map<HomeState, String> =
            mapOf(
                HomeState.NOT_VISITED to "○", HomeState.CLAIMED to "⚑", HomeState.INFORMED to "✉", HomeState.NOBODY_HOME to "∅",
                HomeState.PARTLY_DONE to "◐", HomeState.REFUSED to "✕", HomeState.MOVED_AWAY to "→", HomeState.DONE to "✓",
            )
    }
}
