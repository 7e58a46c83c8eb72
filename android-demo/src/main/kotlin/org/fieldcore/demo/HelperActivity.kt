package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import kotlinx.coroutines.launch

/** As a helper: takes part by a chief's codes, without any network. One step at a time is the large one. */
class HelperActivity : Screen() {
    override val showsPeople = false

    override fun name() = getString(R.string.helper_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.helper)
        press(R.id.code, ::code)
        press(R.id.read) { read(WelcomeRead()) }
        press(R.id.film) { read(KitFilm()) }
        press(R.id.file) { Files.choose(this, FILE) }
        press(R.id.start, ::begin)
        press(R.id.without, ::begin)
        press(R.id.back, ::finish)
    }

    private fun code() {
        scope.launch {
            val code = desk.attempt { desk.journal().helpers.code() } ?: return@launch
            showCode(Showing(getString(R.string.helper_code), listOf(getString(R.string.helper_code_how)), Drawn.Still(code), WelcomeRead()))
        }
    }

    override fun onStart() {
        super.onStart()
        scope.launch {
            desk.attempt {
                val journal = desk.journal()
                stand(journal.isEnrolled(), journal.campaignName())
            }
        }
    }

    private fun stand(enrolled: Boolean, campaign: String?) {
        val (welcome, kit) = desk.hand.welcome to desk.hand.kit
        shown(R.id.ask, !enrolled)
        shown(R.id.kit, enrolled && kit == null)
        shown(R.id.ready, enrolled && kit != null)
        say(R.id.campaign, campaign?.let { getString(R.string.campaign, it) })
        say(R.id.until, welcome?.let { getString(R.string.helper_until, words.time(it.expiresMs)) })
        say(R.id.state, kit?.let { getString(R.string.helper_ready, it.toInt()) })
    }

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val uri = data?.data
        if (result != Activity.RESULT_OK || uri == null) return say(R.id.told, getString(R.string.carry_cancelled))
        scope.launch {
            val bytes = Files.read(this@HelperActivity, uri) ?: return@launch say(R.id.told, getString(R.string.failure_invalid))
            desk.hand.kit = desk.attempt { desk.journal().helpers.takeKit(bytes) } ?: return@launch
            say(R.id.told, null)
            stand(true, desk.journal().campaignName())
        }
    }

    private fun begin() {
        startActivity(Intent(this, ShiftActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK or Intent.FLAG_ACTIVITY_CLEAR_TASK))
        finish()
    }

    private companion object {
        const val FILE = 1
    }
}
