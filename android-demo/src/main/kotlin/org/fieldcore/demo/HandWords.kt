package org.fieldcore.demo

import org.fieldcore.ffi.BoxLine
import org.fieldcore.ffi.CarryImported
import org.fieldcore.ffi.DamageKind
import org.fieldcore.ffi.PackedTube
import org.fieldcore.ffi.ShownCode

/** The words of what goes from hand to hand. */
internal fun Words.notThis(kind: ShownCode?): String =
    of(R.string.read_wrong, kind?.let { code("shown", it.name.lowercase()) } ?: of(R.string.shown_none))

internal fun Words.packed(box: String, tubes: UInt?): String =
    of(R.string.answer_box, box) + tubes?.let { of(R.string.separator) + of(R.string.box_tubes, it.toInt()) }.orEmpty()

internal fun Words.frames(have: Int, needed: Int, note: Int?): String =
    listOfNotNull(of(R.string.carry_film_progress, have, needed), note?.let { of(it) }).joinToString("\n")

/** Hours and minutes since the first swab at the least. */
private fun Words.age(seconds: UInt): String = of(R.string.box_age, (seconds / HOUR).toInt(), (seconds % HOUR / MINUTE).toInt())

/** A box with its state by sign and word, what is in it, and how old that is. */
internal fun Words.box(line: BoxLine): String {
    val late = of(R.string.box_late).takeIf { line.late && line.state != GIVEN }
    val head = listOfNotNull(line.container ?: "?", late).joinToString(of(R.string.separator))
    val rest = listOfNotNull(boxState(line), of(R.string.box_tubes, line.tubes.toInt()), line.ageS?.let { age(it) }, line.otherRound?.let { of(R.string.shift_round, it) })
    return head + "\n" + rest.joinToString(of(R.string.separator))
}

internal fun Words.boxState(line: BoxLine): String {
    val sign = mapOf(OPEN to "○", SEALED to "■", GIVEN to "→")[line.state] ?: "?"
    val whom = line.givenTo?.takeIf { line.state == GIVEN }?.let { of(R.string.colon) + it }.orEmpty()
    return sign + " " + state(line.state) + whom
}

internal fun Words.packedTube(tube: PackedTube): String =
    listOfNotNull(tube.tube ?: "?", tube.people?.let { of(R.string.answer_people, it.toInt()) }, tube.ageS?.let { age(it) })
        .joinToString(of(R.string.separator))

/** What a carry brought: figures, why something was refused, files that are not whole. */
internal fun Words.imported(done: CarryImported): List<String> {
    val figures =
        if (done.items == 0uL) of(R.string.carry_nothing_in)
        else of(R.string.carry_taken, done.taken.toInt(), done.known.toInt(), done.refused.toInt())
    fun count(verdict: String) = done.answers.count { it.verdict == verdict }
    val receipts = count("receipt").takeIf { it > 0 }?.let { of(R.string.carry_receipts, it) }
    val dispatches = count("dispatch").takeIf { it > 0 }?.let { of(R.string.carry_dispatches, it) }
    val refused =
        done.answers.filter { it.why != null }.groupingBy { it.verdict }.eachCount()
            .map { (verdict, count) -> of(R.string.carry_refused, count, code("verdict", verdict) ?: verdict) }
    val files =
        done.files.mapNotNull { file ->
            val name = file.path.substringAfterLast('/').ifEmpty { of(R.string.carry_parcel) }
            when {
                file.failed != null -> of(R.string.carry_file_failed, name)
                file.cutOff > 0uL -> of(R.string.carry_file_cut, name)
                file.oversize > 0uL -> of(R.string.carry_file_oversize, name)
                else -> null
            }
        }
    return listOfNotNull(figures, receipts, dispatches) + refused + files
}

private const val HOUR = 3_600u
private const val MINUTE = 60u
internal const val OPEN = "open"
internal const val SEALED = "sealed"
internal const val GIVEN = "given"

internal fun Words.damage(kind: DamageKind): String = code("damage", kind.name.lowercase()) ?: kind.name
