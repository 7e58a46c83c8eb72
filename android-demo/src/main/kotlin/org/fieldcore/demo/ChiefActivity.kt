package org.fieldcore.demo

import android.app.Activity
import android.content.Intent
import android.os.Bundle
import kotlinx.coroutines.launch
import org.fieldcore.ffi.HeldDelegation
import org.fieldcore.ffi.HelperLine
import org.fieldcore.ffi.HelperPlace

/** As a chief: helpers are enrolled on the spot, by codes alone. */
class ChiefActivity : Screen() {
    override val showsPeople = false
    private var told: HelperPlace? = null

    override fun name() = getString(R.string.helper_chief_title)

    override fun onCreate(saved: Bundle?) {
        super.onCreate(saved)
        show(R.layout.chief)
        // A place that was shown before the turn of the phone is not shown again by itself.
        told = desk.hand.place.takeIf { saved != null }
        press(R.id.read) { read(HelperKeysRead()) }
        press(R.id.welcome) { desk.hand.place?.let { showCode(welcome(it)) } }
        press(R.id.kit) { desk.hand.place?.let { showCode(kit(it)) } }
        press(R.id.write) { if (!CarryFiles.create(this, WRITE, KIT_FILE, CarryFiles.TYPE)) say(R.id.told, getString(R.string.carry_no_browser)) }
        press(R.id.back, ::finish)
    }

    override fun onStart() {
        super.onStart()
        val place = desk.hand.place
        shown(R.id.place, place != null)
        if (place != null) {
            say(R.id.who, getString(R.string.helper_place, place.ordinal.toInt(), place.device, place.left.toInt()))
            if (place !== told) showCode(welcome(place))
            told = place
        }
        scope.launch {
            desk.attempt {
                val helpers = desk.journal().helpers
                list(helpers.delegations().filter { it.enrols }, helpers.enrolled())
            }
        }
    }

    private fun list(held: List<HeldDelegation>, enrolled: List<HelperLine>) {
        lines(R.id.held, held.map(::delegation).ifEmpty { listOf(getString(R.string.helper_no_right)) })
        shown(R.id.none, enrolled.isEmpty())
        lines(R.id.list, enrolled.map { getString(R.string.helper_line, it.ordinal.toInt(), it.device, words.time(it.expiresMs)) })
    }

    private fun delegation(one: HeldDelegation): String {
        val left = (one.helpers - minOf(one.used, one.helpers)).toInt()
        val text = getString(R.string.helper_right, left, one.helpers.toInt(), words.time(one.expiresMs))
        return if (one.over) getString(R.string.helper_right_over) + getString(R.string.separator) + text else text
    }

    private fun welcome(place: HelperPlace) =
        Showing(getString(R.string.helper_welcome), listOf(getString(R.string.helper_welcome_how)), Drawn.Still(place.welcome), then = kit(place))

    private fun kit(place: HelperPlace) = Showing(getString(R.string.helper_kit), listOf(getString(R.string.helper_kit_how)), Drawn.Moving(place.kit))

    override fun onActivityResult(request: Int, result: Int, data: Intent?) {
        val to = data?.data
        val place = desk.hand.place
        if (result != Activity.RESULT_OK || to == null || place == null) return say(R.id.told, getString(R.string.carry_cancelled))
        scope.launch {
            val copy = CarryFiles.fresh(this@ChiefActivity)
            try {
                copy.writeBytes(place.kit)
                val done = CarryFiles.write(this@ChiefActivity, copy, to)
                say(R.id.told, getString(if (done) R.string.helper_kit_written else R.string.carry_not_written))
            } finally {
                copy.delete()
            }
        }
    }

    private companion object {
        const val WRITE = 1
        const val KIT_FILE = "fieldcore-kit.fck"
    }
}
