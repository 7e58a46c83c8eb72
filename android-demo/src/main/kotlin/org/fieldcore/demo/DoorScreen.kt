package org.fieldcore.demo

import android.content.res.Configuration
import android.text.Editable
import android.text.TextWatcher
import android.widget.EditText
import android.widget.TextView
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import org.fieldcore.Doors
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.HomeLine

/** What a screen says where something was not recorded: it cannot be used, or is not possible now. */
class Why(val invalid: Int, val refused: Int)

/** What the screens of doors share: records that are told, and what is typed. */
abstract class DoorScreen : AnsweredScreen() {
    protected val doorWords: DoorWords by lazy { DoorWords(this, words) }
    private var writing: Job? = null
    private var leaving = false

    /** The household that the screen is about. */
    protected val household: String? get() = intent.getStringExtra(HOUSEHOLD)
    private val drafts: String get() = javaClass.simpleName + "/" + listOf(HOUSEHOLD, RESIDENT).map { intent.getStringExtra(it) } + "/"

    override fun onResume() {
        super.onResume()
        leaving = false
        desk.walk.told?.let { told ->
            desk.walk.told = null
            saved(told)
        }
    }

    override fun onDestroy() {
        if (isFinishing) forget()
        super.onDestroy()
    }

    /** Records by [work], to its end; what is pressed meanwhile is not heard. Then [then], or the reason is told. */
    protected fun <T : Any> record(why: Why, work: suspend (Doors, String) -> T, then: (T) -> Unit) {
        if (writing?.isActive == true) return
        writing =
            desk.scope.launch {
                val done =
                    try {
                        work(desk.journal().doors, desk.lane)
                    } catch (failure: FieldException) {
                        return@launch notSaved(reason(failure, why))
                    }
                SyncJob.plan(applicationContext, 0)
                then(done)
            }
    }

    /** Samples somebody by [work]; the answer is shown and heard like a scan's, wherever the screen went meanwhile. */
    protected fun sampling(refused: Int, work: suspend (Doors, String) -> Answer) {
        val at = household
        record(Why(refused, refused), work) { desk.answered(it, at) }
    }

    private fun reason(failure: FieldException, why: Why): String {
        val shift = desk.scene.value.status?.shift
        return when (failure) {
            is FieldException.Refused -> getString(if (shift == null) R.string.doors_no_shift else why.refused)
            is FieldException.Invalid -> getString(why.invalid)
            else -> words.failure(failure)
        }
    }

    /** Says that something was recorded. */
    protected fun saved(what: String) {
        if (!isDestroyed) give(Cues.OK, listOf(what), emptyList())
    }

    /** Says that nothing was recorded, and why. */
    protected fun notSaved(why: String) {
        if (!isDestroyed) give(Cues.REFUSED, listOf(getString(R.string.doors_not_saved)), listOf(why))
    }

    /** Leaves the screen; the next one says what was recorded. */
    protected fun leave(told: String) {
        forget()
        desk.walk.told = told
        finish()
    }

    /** Keeps what stands in these fields over a turn of the phone, in memory alone. */
    protected fun keep(vararg ids: Int) {
        for (id in ids) {
            val field = view<EditText>(id)
            field.setText(desk.walk.typed[drafts + id].orEmpty())
            field.addTextChangedListener(After { desk.walk.typed[drafts + id] = it })
        }
    }

    /** What is typed in a field, or what is chosen instead of it; null where that is nothing. */
    protected fun given(id: Int): String? = typed(id).ifEmpty { null }

    /** What the key to the next door says: which one, and where there is room how it stands. */
    protected fun nextDoor(next: HomeLine, place: String): CharSequence {
        val lines = getString(R.string.doors_next, place, doorWords.state(next.state))
        return Rows.firstLarge(if (isTight()) lines.substringBeforeLast('\n') else lines)
    }

    /** Whether the letters are large or the screen is low. */
    protected fun isTight(): Boolean =
        resources.configuration.let { it.fontScale > LARGE_FONT || it.orientation == Configuration.ORIENTATION_LANDSCAPE }

    /** Says something whose first line is large. */
    protected fun sayFirstLarge(id: Int, text: String?) {
        say(id, text)
        if (text != null) view<TextView>(id).text = Rows.firstLarge(text)
    }

    /** Lets go of what was typed. */
    protected fun forget() {
        desk.walk.typed.keys.removeAll { it.startsWith(drafts) }
    }

    protected fun draft(name: String): String = desk.walk.typed[drafts + name].orEmpty()

    protected fun draft(name: String, text: String) {
        desk.walk.typed[drafts + name] = text
    }

    /** Opens a household's screen; once, however often it is pressed. */
    protected fun visit(household: String) {
        if (leaving) return
        leaving = true
        go(HouseholdActivity::class.java) { putExtra(HOUSEHOLD, household) }
    }

    companion object {
        const val HOUSEHOLD = "household"
        const val RESIDENT = "resident"
        const val LARGE_FONT = 1.3f
    }
}

/** Calls [then] with the text after each change. */
class After(private val then: (String) -> Unit) : TextWatcher {
    override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

    override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

    override fun afterTextChanged(text: Editable) = then(text.toString())
}
