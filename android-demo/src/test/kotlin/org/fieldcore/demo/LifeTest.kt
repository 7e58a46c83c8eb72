package org.fieldcore.demo

import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.content.Context
import android.content.ContextWrapper
import android.os.Bundle
import android.view.WindowManager
import android.view.accessibility.AccessibilityEvent
import android.view.accessibility.AccessibilityManager
import kotlinx.coroutines.runBlocking
import org.fieldcore.FieldJournal
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.Outcome
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadow.api.Shadow
import java.io.File
import kotlin.concurrent.thread

/** Turns of the phone, ends of the process, sleep, no network, frames, jobs. */
@RunWith(ParentRunner::class)
class LifeTest {
    private fun begin(): org.robolectric.android.controller.ActivityController<ScanActivity> {
        work {
            desk.journal().enrol(Hub.invitation)
            desk.journal().takeProfile(Hub.profile.readBytes())
        }
        return startShift()
    }

    private fun practice(): org.robolectric.android.controller.ActivityController<ScanActivity> {
        work { desk.practise(true) }
        return startShift()
    }

    private fun ring(scan: ScanActivity) = scan.requireViewById<TubeRing>(R.id.ring).contentDescription.toString()

    @Test
    fun `a turn of the phone in the middle of a tube and of a number`() {
        val controller = begin()
        var scan = controller.get()
        scan.scan(tube(1))
        for (one in 1..4) scan.scan(person(one))
        scan.requireViewById<Pad>(R.id.pad).show("11010118")
        RuntimeEnvironment.setQualifiers("+land")
        controller.configurationChange().visible()
        controller.recreate()
        scan = controller.get()
        await("the tube") { ring(scan).startsWith("4 of 10") }
        assertEquals("11010118", scan.requireViewById<Pad>(R.id.pad).text)
        assertTrue(scan.read(R.id.last).contains("*"))
        scan.scan(person(5))
        assertEquals("5 of 10 people in the tube", ring(scan))
    }

    @Test
    fun `the process ends in the middle of a tube`() {
        val before = begin()
        before.get().scan(tube(1))
        for (one in 1..6) before.get().scan(person(one))
        val saved = Bundle()
        before.saveInstanceState(saved)
        // What lies on the disk at this moment is what a killed process leaves: the journal was not closed.
        val copy = File(app.noBackupFilesDir.parentFile, "after-death")
        app.noBackupFilesDir.copyRecursively(copy)
        val moved = object : ContextWrapper(app) {
            override fun getNoBackupFilesDir(): File = copy
        }
        // The vault's keys are called after its folder, so they are found again.
        app.desk = Desk(moved, app.surroundings)
        val after = Robolectric.buildActivity(ScanActivity::class.java).setup(saved)
        await("the tube") { ring(after.get()).startsWith("6 of 10") }
        after.get().scan(person(7))
        assertEquals(Outcome.BOUND, desk.scene.value.answer?.outcome)
        after.get().scan(person(2))
        assertEquals(Outcome.DUPLICATE_PERSON, desk.scene.value.answer?.outcome)
        assertEquals("7 of 10 people in the tube", ring(after.get()))
    }

    @Test
    fun `the journal sleeps while no screen is shown`() {
        val controller = begin()
        controller.get().scan(tube(1))
        assertNotNull("it is held", opened())
        controller.pause().stop()
        await("sleep") { opened() == null }
        controller.start().resume()
        controller.get().scan(person(1))
        assertEquals(Outcome.BOUND, desk.scene.value.answer?.outcome)
    }

    /** Why the journal cannot be opened by another just now; null if it can. */
    private fun opened(): FieldException? {
        val options = JournalOptions(File(app.noBackupFilesDir, "journal-live").path, false, false, "test")
        val vault = app.surroundings.vault(app, File(app.noBackupFilesDir, "vault-live"))
        return try {
            runBlocking { FieldJournal.open(options, vault).close() }
            null
        } catch (locked: FieldException.Locked) {
            locked
        }
    }

    @Test
    fun `practice shows on every screen and people's screens are secure`() {
        val scan = practice().get()
        val screens =
            listOf(
                scan, open(ShiftActivity::class.java).get(), open(SyncActivity::class.java).get(), open(TubesActivity::class.java).get(),
                open(EnrolActivity::class.java).get(), open(TubeActivity::class.java) { putExtra(TubeActivity.LABEL, tube(1)) }.get(),
            )
        for (screen in screens) {
            assertEquals("PRACTICE", screen.read(R.id.practice_banner))
            val secure = screen.window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0
            assertEquals(screen.javaClass.simpleName, screen !is ShiftActivity && screen !is SyncActivity, secure)
        }
        assertEquals("practice has no campaign", "", screens[1].read(R.id.campaign))
        work { desk.practise(false) }
        assertNull(open(EnrolActivity::class.java).get().findViewById(R.id.practice_banner))
    }

    @Test
    fun `a label before the camera opens a tube, once`() {
        val scan = begin().get()
        scan.tap(R.id.type)
        val plane = Code39.frame(tube(5), 1280, 720, 1344)
        val before = desk.scene.value.answer
        val worker = thread { repeat(6) { scan.onFrame(plane, 1280, 720, 1344, 0) } }
        await("the frames") { !worker.isAlive }
        await("an answer") { desk.scene.value.answer !== before }
        assertEquals(Outcome.TUBE_OPENED, desk.scene.value.answer?.outcome)
        assertEquals(tube(5), desk.scene.value.answer?.tube)
    }

    @Test
    fun `without a network everything is kept and said so`() {
        app.network = false
        val scan = begin().get()
        scan.scan(tube(1))
        scan.scan(person(1))
        val unsent = desk.scene.value.status?.unsent
        val sync = open(SyncActivity::class.java).get()
        sync.tap(R.id.now)
        await("the answer") { sync.read(R.id.told).isNotEmpty() && sync.requireViewById<android.view.View>(R.id.now).isEnabled }
        assertTrue("$unsent", checkNotNull(desk.scene.value.status?.unsent) >= 2u)
        scan.scan(person(2))
        assertEquals(Outcome.BOUND, desk.scene.value.answer?.outcome)
        app.network = true
        sync.sendAll()
    }

    @Test
    fun `a real number in practice is a question`() {
        val scan = practice().get()
        scan.scan(tube(1))
        scan.scan(person(1))
        assertEquals(Outcome.NEEDS_CONFIRMATION, desk.scene.value.answer?.outcome)
        scan.tap(R.id.confirm)
        await("the confirmation") { desk.scene.value.answer?.outcome == Outcome.BOUND }
    }

    @Test
    fun `a screen reader is told each cue`() {
        val manager = app.getSystemService(AccessibilityManager::class.java)
        shadowOf(manager).setEnabled(true)
        val scan = begin().get()
        scan.scan(tube(1))
        val said =
            shadowOf(manager).sentAccessibilityEvents.filter { it.eventType == AccessibilityEvent.TYPE_ANNOUNCEMENT }.map { it.text.joinToString() }
        assertTrue("$said", said.any { it.startsWith("OK") && it.contains(tube(1)) })
    }

    @Test
    fun `the job of the background syncs and comes again`() {
        val controller = begin()
        controller.get().scan(tube(1))
        controller.pause().stop()
        val scheduler = checkNotNull(app.getSystemService(JobScheduler::class.java))
        val job = checkNotNull(scheduler.getPendingJob(SyncJob.ID))
        assertTrue(job.isPersisted && job.requiredNetwork != null)
        scheduler.cancel(SyncJob.ID)
        val service = Robolectric.buildService(SyncJob::class.java).create().get()
        assertTrue(service.onStartJob(Shadow.newInstanceOf(JobParameters::class.java)))
        await("the next job") { scheduler.getPendingJob(SyncJob.ID) != null }
        await("sleep") { opened() == null }
    }

    @Test
    fun `a vault that fails is told and nothing is taken as saved`() {
        app.wrapping.broken = true
        val shift = open(ShiftActivity::class.java)
        await("the failure") { desk.scene.value.failure is FieldException.Keys }
        assertFalse(shift.get().isFinishing)
        shift.pause().stop()
        app.wrapping.broken = false
        val scan = begin().get()
        scan.scan(tube(1))
        assertEquals(Outcome.TUBE_OPENED, desk.scene.value.answer?.outcome)
    }

    @Test
    fun `the vault keeps, gives back, and destroys for good`() {
        val folder = File(app.filesDir, "v")
        val wrapping = SoftWrapping()
        val secret = ByteArray(32) { it.toByte() }
        FileVault(folder, wrapping).create("a/b", secret)
        assertTrue(FileVault(folder, wrapping).read("a/b").contentEquals(secret))
        assertTrue(folder.walk().filter { it.isFile }.none { file -> file.readBytes().toList().windowed(32).any { it == secret.toList() } })
        assertNull(FileVault(folder, wrapping).read("b"))
        assertTrue(runCatching { FileVault(folder, wrapping).create("a/b", secret) }.isFailure)
        wrapping.broken = true
        assertTrue("a locked Keystore is no loss", runCatching { FileVault(folder, wrapping).read("a/b") }.isFailure)
        wrapping.broken = false
        FileVault(folder, wrapping).destroy("a/b")
        assertNull(FileVault(folder, wrapping).read("a/b"))
        FileVault(folder, wrapping).destroy("a/b")
        FileVault(folder, wrapping).create("a/b", secret)
    }
}
