package org.fieldcore.demo

import android.content.ActivityNotFoundException
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.os.Bundle
import android.widget.Button
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.IOException

/** The progress as a line for a chat, and the day sheet on paper: figures and places, never a person. */
class ProgressActivity : DoorScreen() {
    override val showsPeople = false
    private var byBuilding = false

    override fun name() = getString(R.string.doors_progress_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        byBuilding = saved?.getBoolean(BY_BUILDING) ?: false
        show(R.layout.progress)
        press(R.id.by_building) {
            byBuilding = !byBuilding
            loadAnew { load() }
        }
        press(R.id.copy, ::copy)
        press(R.id.share) { send(Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, typed(R.id.text))) }
        press(R.id.print) { sheet { DaySheet.print(this, it) } }
        press(R.id.share_sheet) { sheet { send(DaySheet.share(this)) } }
        press(R.id.back, ::finish)
    }

    override fun onSaveInstanceState(state: Bundle) {
        super.onSaveInstanceState(state)
        state.putBoolean(BY_BUILDING, byBuilding)
    }

    override fun render(scene: Scene) = loadOnChange(scene) { load() }

    private suspend fun load() {
        say(R.id.text, desk.journal().doors.progress(words.language, byBuilding))
        view<Button>(R.id.by_building).setText(if (byBuilding) R.string.doors_progress_all else R.string.doors_progress_by_building)
    }

    private fun copy() {
        val clipboard = getSystemService(ClipboardManager::class.java) ?: return say(R.id.told, getString(R.string.doors_no_clipboard))
        clipboard.setPrimaryClip(ClipData.newPlainText(name(), typed(R.id.text)))
        say(R.id.told, getString(R.string.doors_copied))
    }

    private fun send(intent: Intent) {
        try {
            startActivity(Intent.createChooser(intent, getString(R.string.doors_share)))
        } catch (_: ActivityNotFoundException) {
            say(R.id.told, getString(R.string.doors_share_none))
        }
    }

    /** Makes the sheet anew and does [what] with it; says where that cannot be done here. */
    private fun sheet(what: (String) -> Unit) = loadAnew {
        val html = desk.journal().doors.daySheet(words.language)
        try {
            withContext(Dispatchers.IO) { DaySheet.keep(this@ProgressActivity, html) }
            what(html)
            say(R.id.told, null)
        } catch (_: IOException) {
            say(R.id.told, getString(R.string.doors_sheet_failed))
        } catch (_: DaySheet.NoPrinter) {
            say(R.id.told, getString(R.string.doors_no_printer))
        }
    }

    private companion object {
        const val BY_BUILDING = "by_building"
    }
}
