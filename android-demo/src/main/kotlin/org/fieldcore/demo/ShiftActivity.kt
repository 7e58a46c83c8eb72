package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import android.widget.Button
import android.widget.EditText
import kotlinx.coroutines.launch
import org.fieldcore.FieldJournal
import org.fieldcore.ffi.ProfileView
import org.fieldcore.ffi.ShiftPlan

/** Where the day begins: site, lane and operator; and where it ends. */
class ShiftActivity : Screen() {
    override val showsPeople = false
    private var profile: ProfileView? = null
    private var round = 0
    private var sure = false

    override fun name() = getString(R.string.shift_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.shift)
        press(R.id.go_on) { go(ScanActivity::class.java) }
        press(R.id.doors) { go(DoorsActivity::class.java) }
        press(R.id.start, ::start)
        press(R.id.sync) { go(SyncActivity::class.java) }
        press(R.id.boxes) { go(BoxesActivity::class.java) }
        press(R.id.carry) { go(CarryActivity::class.java) }
        press(R.id.proxies) { go(ProxyActivity::class.java) }
        press(R.id.helpers) { go(ChiefActivity::class.java) }
        press(R.id.profile) { Files.choose(this, FILE) }
        press(R.id.practice, ::practise)
        press(R.id.round) {
            round++
            showRound()
        }
        press(R.id.end, ::end)
        view<EditText>(R.id.lane).setText(desk.lane)
        view<Button>(R.id.practice).setText(if (desk.practice) R.string.shift_practice_off else R.string.shift_practice_on)
    }

    override fun onStart() {
        super.onStart()
        scope.launch { desk.attempt { load(desk.journal()) } }
    }

    private suspend fun load(journal: FieldJournal) {
        if (!desk.practice && !journal.isEnrolled()) {
            go(EnrolActivity::class.java)
            return finish()
        }
        say(R.id.campaign, journal.campaignName()?.let { getString(R.string.campaign, it) })
        say(R.id.device, getString(R.string.shift_device, journal.device))
        val found = journal.profile()
        profile = found
        buttons(R.id.sites, found.sites.map { site -> site to { view<EditText>(R.id.site).setText(site) } })
        showRound()
    }

    private fun showRound() {
        val rounds = profile?.rounds.orEmpty()
        shown(R.id.round, rounds.size > 1)
        if (rounds.isNotEmpty()) view<Button>(R.id.round).text = getString(R.string.shift_round, rounds[round % rounds.size])
    }

    override fun render(scene: Scene) {
        val running = scene.status?.shift != null
        shown(R.id.go_on, running)
        shown(R.id.doors, running)
        shown(R.id.end, running)
    }

    private fun start() {
        val rounds = profile?.rounds.orEmpty()
        val plan =
            ShiftPlan(
                site = typed(R.id.site), operator = typed(R.id.operator),
                round = rounds.getOrNull(if (rounds.isEmpty()) 0 else round % rounds.size), place = null, organisation = null,
            )
        val lane = typed(R.id.lane)
        scope.launch {
            desk.attempt { desk.journal().startShift(plan, lane) } ?: return@launch
            desk.lane = lane
            go(ScanActivity::class.java)
        }
    }

    private fun end() {
        if (!sure) {
            sure = true
            return say(R.id.told, getString(R.string.shift_end_sure))
        }
        sure = false
        scope.launch {
            desk.attempt {
                val figures = desk.journal().endShift(desk.lane)
                say(R.id.told, figures?.let { getString(R.string.shift_ended, it.people.toInt(), it.tubes.toInt(), it.short.toInt(), it.spoiled.toInt()) } ?: getString(R.string.shift_none))
            }
        }
    }

    private fun practise() {
        scope.launch {
            desk.practise(!desk.practice)
            recreate()
        }
    }

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val uri = data?.data
        if (request != FILE || result != Activity.RESULT_OK || uri == null) return
        scope.launch {
            val bytes = Files.read(this@ShiftActivity, uri) ?: return@launch say(R.id.told, getString(R.string.failure_invalid))
            desk.attempt {
                desk.journal().takeProfile(bytes)
                load(desk.journal())
                say(R.id.told, getString(R.string.shift_profile_taken, profile?.version?.toInt() ?: 0))
            }
        }
    }

    private companion object {
        const val FILE = 1
    }
}
