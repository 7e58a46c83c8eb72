package org.fieldcore.demo

import android.app.Activity
import android.content.ClipboardManager
import android.content.Intent
import android.os.Bundle
import android.widget.EditText
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.InvitationView
import org.fieldcore.ffi.readInvitation
import java.nio.charset.CharacterCodingException

/** Joins a campaign: the invitation's text is pasted, typed or read from a file, shown, and taken. */
class EnrolActivity : Screen() {
    private var text = ""

    override fun name() = getString(R.string.enrol_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.enrol)
        press(R.id.paste, ::paste)
        press(R.id.file) { Files.choose(this, FILE) }
        press(R.id.look) { look(typed(R.id.invitation)) }
        press(R.id.join, ::join)
        press(R.id.other) { ask(true) }
        press(R.id.practise) {
            scope.launch {
                desk.practise(true)
                leave()
            }
        }
    }

    private fun paste() {
        val clip = getSystemService(ClipboardManager::class.java)?.primaryClip
        val pasted = clip?.takeIf { it.itemCount > 0 }?.getItemAt(0)?.coerceToText(this)?.toString().orEmpty()
        if (pasted.isBlank()) return say(R.id.told, getString(R.string.enrol_paste_none))
        view<EditText>(R.id.invitation).setText(pasted.trim())
        look(pasted.trim())
    }

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val uri = data?.data
        if (request != FILE || result != Activity.RESULT_OK || uri == null) return
        scope.launch { Files.read(this@EnrolActivity, uri)?.let { look(it.toString(Charsets.UTF_8).trim()) } ?: refused() }
    }

    private fun look(given: String) {
        scope.launch {
            try {
                val view = withContext(Dispatchers.Default) { readInvitation(given) }
                text = given
                question(view)
            } catch (failure: FieldException) {
                say(R.id.told, words.failure(failure))
            } catch (_: CharacterCodingException) {
                // Text that is no Unicode fails on its way to the core.
                refused()
            }
        }
    }

    private fun refused() = say(R.id.told, getString(R.string.failure_invalid))

    private fun question(view: InvitationView) {
        say(R.id.told, null)
        say(R.id.campaign, view.campaignName)
        say(R.id.hub, view.hubUrl?.let { getString(R.string.enrol_hub, it) } ?: getString(R.string.enrol_no_hub))
        say(R.id.until, getString(R.string.enrol_until, words.time(view.expiresMs)))
        ask(false)
    }

    private fun ask(yes: Boolean) {
        shown(R.id.ask, yes)
        shown(R.id.question, !yes)
    }

    private fun join() {
        scope.launch {
            desk.attempt { desk.journal().enrol(text) } ?: return@launch
            leave()
        }
    }

    private fun leave() {
        go(ShiftActivity::class.java)
        finish()
    }

    private companion object {
        const val FILE = 1
    }
}
