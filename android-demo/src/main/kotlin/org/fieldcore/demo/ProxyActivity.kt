package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import android.print.PrintAttributes
import android.print.PrintManager
import android.widget.EditText
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.fieldcore.ffi.NewProxy
import org.fieldcore.ffi.ProxyCard
import org.fieldcore.ffi.Saved
import org.fieldcore.ffi.Scan
import org.fieldcore.ffi.Target
import java.io.IOException

/** People who cannot come to a lane by themselves are registered ahead: their cards, on the screen and on paper. */
class ProxyActivity : Screen() {
    override fun name() = getString(R.string.proxy_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.proxy)
        press(R.id.read) { read(DocumentRead()) }
        press(R.id.forget) {
            desk.hand.document = null
            document()
        }
        press(R.id.issue, ::issue)
        press(R.id.print, ::print)
        press(R.id.write, ::write)
        press(R.id.back, ::finish)
        // What was typed names a person: over a turn of the phone it stays in memory and goes into no saved state.
        @Suppress("UNCHECKED_CAST")
        (lastNonConfigurationInstance as? Map<Int, String>)?.forEach { (id, text) -> view<EditText>(id).setText(text) }
    }

    override fun onRetainNonConfigurationInstance(): Any = ENTRIES.associateWith(::typed)

    override fun onStart() {
        super.onStart()
        document()
        scope.launch { desk.attempt { right() } }
    }

    override fun render(scene: Scene) = loadOnChange(scene) { issued(desk.journal().proxiesOfShift(desk.lane)) }

    /** Whether this phone may do it at all, before anybody is asked for a document. */
    private suspend fun right() {
        val held = desk.journal().helpers.delegations().filter { it.issues }
        val good = held.firstOrNull { !it.over }
        val why = if (held.isEmpty()) R.string.proxy_no_right else R.string.proxy_right_over
        say(R.id.state, good?.let { getString(R.string.proxy_right, words.time(it.expiresMs)) } ?: getString(why))
    }

    private fun document() {
        val read = desk.hand.document
        shown(R.id.was_read, read != null)
        shown(R.id.typing, read == null)
        view<NumberBand>(R.id.number).show(read?.number)
        say(R.id.kind, getString(R.string.proxy_document_here).takeIf { read != null })
    }

    private fun some(id: Int): String? = typed(id).ifEmpty { null }

    private fun issue() {
        val document = desk.hand.document?.scan ?: some(R.id.document)?.let { Scan.Typed(it, null) }
        val (name, description) = some(R.id.name) to some(R.id.description)
        if (document == null && name == null) return give(Cues.REFUSED, listOf(getString(R.string.proxy_person_due)), emptyList())
        val new = NewProxy(document, name, null, description, some(R.id.guardian), some(R.id.contact), null)
        scope.launch {
            val told = desk.attempt { desk.journal().issueProxy(desk.lane, new) } ?: return@launch
            desk.answered(told.answer)
            val card = told.card ?: return@launch
            clear()
            showCode(showing(card))
        }
    }

    private fun clear() {
        desk.hand.document = null
        for (id in ENTRIES) view<EditText>(id).setText("")
        document()
    }

    private fun showing(card: ProxyCard): Showing {
        val lines = listOfNotNull(card.number.takeIf { card.name != null }, getString(R.string.proxy_until, words.time(card.expiresMs)))
        return Showing(card.name ?: card.number.orEmpty(), lines, Drawn.Still(card.code))
    }

    private fun issued(all: List<Saved>) {
        shown(R.id.sheets, all.isNotEmpty())
        shown(R.id.none, all.isEmpty())
        say(R.id.count, getString(R.string.proxy_count, all.size))
        buttons(R.id.list, all.mapIndexed { at, saved -> getString(R.string.proxy_card, at + 1) to { again(saved) } })
    }

    private fun again(saved: Saved) {
        scope.launch {
            desk.attempt {
                val card = desk.journal().proxyAgain(saved)
                if (card != null) showCode(showing(card)) else give(Cues.REFUSED, listOf(getString(R.string.proxy_gone)), emptyList())
            }
        }
    }

    /** Everybody's card of the shift, once it is on record that they leave readable. */
    private suspend fun sheet(target: Target): CardSheet? = desk.attempt {
        val journal = desk.journal()
        val cards = journal.proxiesOfShift(desk.lane).mapNotNull { journal.proxyAgain(it) }
        journal.proxiesLeave(cards.size.toUInt(), target)
        withContext(Dispatchers.Default) { CardSheet(this@ProxyActivity, cards) }
    }

    private fun print() {
        val manager = getSystemService(PrintManager::class.java) ?: return say(R.id.told, getString(R.string.proxy_no_printing))
        scope.launch {
            val sheet = sheet(Target.SHARE) ?: return@launch
            val attributes = PrintAttributes.Builder().setMediaSize(PrintAttributes.MediaSize.ISO_A4).build()
            manager.print(FILE, CardPrint(FILE, sheet), attributes)
        }
    }

    private fun write() {
        if (!CarryFiles.create(this, WRITE, FILE, PDF)) say(R.id.told, getString(R.string.carry_no_browser))
    }

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val to = data?.data
        if (request != WRITE || result != Activity.RESULT_OK || to == null) return say(R.id.told, getString(R.string.carry_cancelled))
        scope.launch {
            val sheet = sheet(Target.FILE) ?: return@launch
            val done = withContext(Dispatchers.IO) {
                try {
                    contentResolver.openOutputStream(to, "wt")?.use(sheet::write) != null
                } catch (_: IOException) {
                    false
                } catch (_: SecurityException) {
                    false
                }
            }
            say(R.id.told, getString(if (done) R.string.proxy_saved else R.string.carry_not_written))
        }
    }

    private companion object {
        const val WRITE = 1
        const val FILE = "fieldcore-cards.pdf"
        const val PDF = "application/pdf"
        val ENTRIES = listOf(R.id.document, R.id.name, R.id.description, R.id.guardian, R.id.contact)
    }
}
