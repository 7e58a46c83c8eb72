package org.fieldcore

import kotlinx.coroutines.runBlocking
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.FoundAtDoor
import org.fieldcore.ffi.FrameMaker
import org.fieldcore.ffi.FrameTaker
import org.fieldcore.ffi.HomeState
import org.fieldcore.ffi.KnownFrom
import org.fieldcore.ffi.Language
import org.fieldcore.ffi.NewHousehold
import org.fieldcore.ffi.NewResident
import org.fieldcore.ffi.Outcome
import org.fieldcore.ffi.PersonCategory
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.VisitState
import org.fieldcore.ffi.qrPicture
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path

/** A team at doors, and its work on the way to another phone. */
class VillageTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `doors are visited and what is left is told`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            val first = journal.doors.addHousehold("A", NewHousehold(building = "7", door = "101")).household
            val second = journal.doors.addHousehold("A", NewHousehold(building = "7", door = "102")).household
            val visit = journal.doors.visit("A", FoundAtDoor(first, VisitState.MOVED_AWAY, reason = "walled up"))
            assertEquals("walled up", journal.doors.wordsOf(visit))
            journal.doors.view().use { view ->
                val building = view.buildings().single()
                val figures = building.figures
                assertEquals(listOf("7", 1u, 2u), listOf(building.building, figures.left, figures.homes))
                val home = checkNotNull(view.home(first))
                assertEquals(HomeState.MOVED_AWAY to visit, home.state to home.told)
                assertEquals(KnownFrom.ADDED, home.origin)
                assertEquals(listOf(second), view.homes("", "7", leftOnly = true).map { it.household })
                val next = listOf(first, second).map { view.nextLeft(it)?.household }
                assertEquals(listOf(second, null), next)
            }
            assertEquals(first, journal.doors.search("7-101", 9u).first().household)
            val met = NewResident(second, description = "grey coat", categories = listOf(PersonCategory.CHILD))
            val person = journal.doors.addResident("A", met).resident
            journal.line("A", "FCT00000001")
            assertEquals(Outcome.BOUND, journal.doors.sample("A", person).outcome)
            assertTrue(journal.doors.residents(second).single().sampled)
            assertTrue(journal.doors.missed().none { it.missed.household == second })
            assertTrue(journal.doors.progress(Language.ENGLISH, byBuilding = true).lines().size > 1)
            failure<FieldException.Invalid> { journal.doors.visit("A", FoundAtDoor("x", VisitState.DONE)) }
            failure<FieldException.Refused> { journal.doors.correctVisit("A", unknown(visit), found(first)) }
        }
    }

    @Test
    fun `a carry goes from phone to phone by file and by screen`() = runBlocking<Unit> {
        Hub(Files.createDirectory(folder.resolve("hub"))).use { hub ->
            atWork(folder.resolve("one")).use { one ->
                FieldJournal.open(options(folder.resolve("other")), MemoryVault()).use { other ->
                    listOf(one, other).forEach { it.enrol(hub.invitation) }
                    one.startShift(shift())
                    one.doors.addHousehold("A", NewHousehold(address = "behind the mill"))
                    val file = folder.resolve("out.fcb")
                    val exported = one.carry.exportFile(file)
                    failure<FieldException.Refused> { one.carry.exportFile(file) }
                    val taken = other.carry.importPaths(listOf(file))
                    assertEquals(exported.items to true, taken.taken to taken.whole)
                    assertTrue(taken.answers.all { it.device == one.device })
                    assertEquals(1uL, other.carry.carried().devices)
                    val shown = one.carry.exportBytes(65_536uL, CarryWay.SCREEN).bytes
                    val caught = caught(shown)
                    assertArrayEquals(shown, caught)
                    assertEquals(0uL, other.carry.importBytes(caught, CarryWay.SCREEN).refused)
                }
            }
        }
    }

    @Test
    fun `a phone without a delegation says so, and draws its own code`() = runBlocking<Unit> {
        atWork(folder).use { journal ->
            assertEquals(emptyList<Any>(), journal.helpers.delegations() + journal.helpers.enrolled())
            val picture = qrPicture(journal.helpers.code())
            assertEquals(picture.size * picture.size, picture.dark.size.toUInt())
            failure<FieldException.Invalid> { journal.helpers.accept("FCT00000001") }
            failure<FieldException.Invalid> { qrPicture("x".repeat(3_000)) }
        }
    }

    private fun found(household: String) = FoundAtDoor(household, VisitState.DONE)

    /** A reference to a record that is none of this device's visits. */
    private fun unknown(visit: Saved) = visit.copy(seq = visit.seq + 1_000u)

    /** What a camera catches of [bundle] that misses the first frame. */
    private fun caught(bundle: ByteArray): ByteArray = FrameMaker(bundle).use { maker ->
        FrameTaker().use { taker ->
            (1u..10_000u).first { taker.takeText(maker.text(it)).done }
            checkNotNull(taker.bundle())
        }
    }
}
