package org.fieldcore.demo

import android.os.Bundle
import android.view.View
import android.widget.Button
import kotlinx.coroutines.launch
import org.fieldcore.ffi.Ledger

/** What is with the hub and what is not, and the round's ledger. */
class SyncActivity : Screen() {
    override val showsPeople = false

    override fun name() = getString(R.string.sync_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.sync)
        press(R.id.now, ::sync)
        press(R.id.report, ::report)
        press(R.id.carry) { go(CarryActivity::class.java) }
        press(R.id.back, ::finish)
    }

    override fun onStart() {
        super.onStart()
        scope.launch {
            desk.attempt {
                say(R.id.campaign, desk.journal().campaignName()?.let { getString(R.string.campaign, it) })
                ledger(desk.journal().ledger())
            }
        }
    }

    override fun render(scene: Scene) {
        val status = scene.status ?: return
        say(R.id.unsent, getString(R.string.sync_unsent, status.unsent.toInt()))
        say(R.id.last, getString(R.string.sync_last, status.lastSyncMs?.let(words::time) ?: getString(R.string.sync_never)))
        say(R.id.sealed, getString(R.string.sync_sealed, status.sealed.toInt()))
        say(R.id.held, getString(R.string.sync_held, status.held.toInt()))
        say(R.id.notices, getString(R.string.sync_notices, status.notices.toInt()))
        say(R.id.quarantined, getString(R.string.sync_quarantined, status.quarantined.toInt()))
        lines(R.id.news, scene.news.map(words::news).ifEmpty { listOf(getString(R.string.sync_quarantined_none)) })
    }

    private fun sync() {
        val button = view<Button>(R.id.now)
        button.isEnabled = false
        say(R.id.told, getString(R.string.sync_under_way))
        scope.launch {
            val told = desk.sync(pressed = true)
            val line = told?.let { words.waiting(it.waiting) } ?: getString(R.string.failure)
            say(R.id.told, if (desk.hasNetwork()) line else line + "\n" + getString(R.string.sync_no_network))
            button.isEnabled = true
            desk.attempt { ledger(desk.journal().ledger()) }
        }
    }

    private fun ledger(ledger: Ledger) {
        say(R.id.ledger, getString(R.string.sync_ledger, ledger.round ?: "-"))
        lines(
            R.id.rows,
            ledger.rows.map {
                val whose = getString(R.string.sync_row, it.site ?: "-", it.lane ?: "-", it.operator ?: "-")
                whose + "\n" + figures(it.people, it.tubes, it.short, it.spoiled, it.voided)
            },
        )
        say(R.id.total, getString(R.string.sync_total, figures(ledger.people, ledger.tubes, ledger.short, ledger.spoiled, ledger.voided)))
    }

    private fun figures(people: UInt, tubes: UInt, short: UInt, spoiled: UInt, voided: UInt) =
        getString(R.string.sync_figures, people.toInt(), tubes.toInt(), short.toInt(), spoiled.toInt(), voided.toInt())

    private fun report() {
        scope.launch {
            desk.attempt {
                say(R.id.report_words, desk.journal().closingReport(words.language))
                view<View>(R.id.report_words).requestFocus()
            }
        }
    }
}
