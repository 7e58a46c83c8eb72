package org.fieldcore.demo

import android.app.Activity
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.DocumentsContract
import android.view.View
import kotlinx.coroutines.launch
import org.fieldcore.ffi.Carried
import org.fieldcore.ffi.CarryExported
import org.fieldcore.ffi.CarryImported
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.Status
import java.io.File

/** Records leave and come without a network: by a file, the share sheet, or codes from screen to camera. */
class CarryActivity : Screen() {
    override val showsPeople = false

    override fun name() = getString(R.string.carry_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.carry)
        CarryFiles.sweep(this)
        press(R.id.write) { if (!CarryFiles.create(this, WRITE, CarryFiles.fresh(this).name, CarryFiles.TYPE)) noBrowser() }
        press(R.id.share, ::share)
        press(R.id.screen, ::screen)
        press(R.id.take) { if (!CarryFiles.choose(this, TAKE)) noBrowser() }
        press(R.id.film) { read(CarryFilm()) }
        press(R.id.back, ::finish)
    }

    override fun onStart() {
        super.onStart()
        val carrying = desk.hand.carrying
        scope.launch { carrying.told.collect { say(R.id.told, it) } }
        scope.launch { carrying.brought.collect { it?.let(::brought) } }
        scope.launch {
            carrying.busy.collect { busy -> for (key in KEYS) view<View>(key).isEnabled = !busy }
        }
    }

    private fun told(text: String) {
        desk.hand.carrying.told.value = text
    }

    override fun render(scene: Scene) = loadOnChange(scene) { status -> waits(status, desk.journal().carry.carried()) }

    private fun waits(status: Status, carried: Carried) {
        say(R.id.own, getString(R.string.carry_own, status.unsent.toInt()))
        val others = getString(R.string.carry_others, carried.waiting.toInt(), carried.devices.toInt())
        say(R.id.others, if (carried.waiting == 0uL) getString(R.string.carry_others_none) else others)
        say(R.id.down, getString(R.string.carry_down, carried.down.toInt()).takeIf { carried.down > 0uL })
        say(R.id.receipted, getString(R.string.carry_receipted, carried.receipted.toInt()).takeIf { carried.receipted > 0uL })
        say(R.id.refused, getString(R.string.carry_refused_others, carried.refused.toInt()).takeIf { carried.refused > 0uL })
    }

    private fun noBrowser() = told(getString(R.string.carry_no_browser))

    /** What left. It goes on waiting: only the hub's receipt ends that. */
    private fun left(done: CarryExported): String {
        val some = getString(R.string.carry_left, done.own.toInt(), (done.items - done.own).toInt())
        return if (done.left == 0uL) some else some + "\n" + getString(R.string.carry_no_room, done.left.toInt())
    }

    private fun share() {
        busy(R.string.carry_writing) {
            val made = desk.journal().carry.exportBytes(SHARE_BYTES, CarryWay.SHARE)
            if (made.exported.items == 0uL) return@busy told(getString(R.string.carry_nothing))
            val file = CarryFiles.fresh(this).apply { writeBytes(made.bytes) }
            val uri = CarryProvider.uri(this, file)
            val send = Intent(Intent.ACTION_SEND).setType(CarryFiles.TYPE).putExtra(Intent.EXTRA_STREAM, uri)
            send.clipData = ClipData.newRawUri(file.name, uri)
            send.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
            startActivity(Intent.createChooser(send, getString(R.string.carry_share)).addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION))
            told(left(made.exported))
        }
    }

    private fun screen() {
        busy(R.string.carry_writing) {
            val made = desk.journal().carry.exportBytes(SCREEN_BYTES, CarryWay.SCREEN)
            if (made.exported.items == 0uL) return@busy told(getString(R.string.carry_nothing))
            told(left(made.exported))
            showCode(Showing(getString(R.string.carry_screen), listOf(getString(R.string.carry_screen_how), left(made.exported)), Drawn.Moving(made.bytes)))
        }
    }

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val uris = CarryFiles.chosen(data)
        if (result != Activity.RESULT_OK || uris.isEmpty()) return told(getString(R.string.carry_cancelled))
        if (request == WRITE) write(uris.first()) else take(uris)
    }

    private fun write(to: Uri) {
        busy(R.string.carry_writing) {
            val file = CarryFiles.fresh(this)
            try {
                val done = desk.journal().carry.exportFile(file.toPath())
                if (done.items > 0uL && CarryFiles.write(this, file, to)) return@busy told(left(done))
                remove(to)
                told(getString(if (done.items == 0uL) R.string.carry_nothing else R.string.carry_not_written))
            } finally {
                file.delete()
            }
        }
    }

    /** A file that is not whole is no use to anybody. */
    private fun remove(uri: Uri) {
        runCatching { DocumentsContract.deleteDocument(contentResolver, uri) }
    }

    private fun take(from: List<Uri>) {
        busy(R.string.carry_reading) {
            val copies = mutableListOf<File>()
            try {
                var unread = 0
                from.forEachIndexed { at, uri ->
                    val copy = CarryFiles.fresh(this, "-${at + 1}" + CarryFiles.END)
                    if (CarryFiles.read(this, uri, copy)) copies += copy else unread++
                    if (copy !in copies) copy.delete()
                }
                if (copies.isNotEmpty()) desk.hand.carrying.brought.value = desk.journal().carry.importPaths(copies.map(File::toPath))
                told(if (unread == 0) getString(R.string.carry_read) else getString(R.string.carry_unread, unread))
            } finally {
                copies.forEach(File::delete)
            }
        }
    }

    private fun brought(done: CarryImported) {
        shown(R.id.brought_head, true)
        val told = words.imported(done)
        lines(R.id.list, told)
        view<View>(R.id.list).announceForAccessibility(told.joinToString(getString(R.string.semicolon)))
    }

    /** One at a time, to its end: a turn of the phone stops nothing. */
    private fun busy(what: Int, work: suspend () -> Unit) {
        val carrying = desk.hand.carrying
        carrying.busy.value = true
        told(getString(what))
        desk.scope.launch {
            desk.attempt { work() } ?: told(getString(R.string.carry_failed))
            carrying.busy.value = false
        }
    }

    private companion object {
        const val WRITE = 1
        const val TAKE = 2

        /** What messengers take. */
        const val SHARE_BYTES: ULong = 16_777_216u

        /** What animated codes hold. */
        const val SCREEN_BYTES: ULong = 262_144u
        val KEYS = listOf(R.id.write, R.id.share, R.id.screen, R.id.take, R.id.film)
    }
}
