package org.fieldcore.demo

import android.content.Context
import android.graphics.Typeface
import android.util.AttributeSet
import android.view.ContextThemeWrapper
import android.view.View
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView
import org.fieldcore.checkTyping
import org.fieldcore.ffi.DocumentKind
import org.fieldcore.ffi.FieldException

/** Digits and X, or letters, large enough for gloves. What may come next and what is wrong is the core's word. */
class Pad(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    /** Called with every change of the text. */
    var onText: (String) -> Unit = {}

    /** Called with the text and the kind once it is to be taken. */
    var onTake: (String, DocumentKind?) -> Unit = { _, _ -> }

    var text: String = ""
        private set
    // A theme is large: one serves all keys of a style.
    private val themed = mutableMapOf<Int, Context>()
    private val words = Words(context)
    private val keys = mutableListOf<Button>()
    private val shown = label(R.style.Words_Big, R.id.pad_shown)
    private val told = label(R.style.Words, R.id.pad_told)
    private val digits = page(listOf("123", "456", "789", "X0"))
    private val letters = page(listOf("ABCD", "EFGH", "IJKL", "MNOP", "QRST", "UVWX", "YZ-"))
    private val turn: Button
    private val kindKey: Button
    private var kind: DocumentKind? = null

    init {
        orientation = VERTICAL
        shown.setBackgroundResource(R.drawable.entry)
        shown.typeface = Typeface.MONOSPACE
        val inner = dp(10)
        shown.setPadding(inner, inner, inner, inner)
        told.accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
        kindKey = wide(R.style.Push, R.id.key_kind) { nextKind() }
        addView(shown)
        addView(told)
        addView(digits)
        addView(letters)
        letters.visibility = GONE
        (digits.getChildAt(digits.childCount - 1) as LinearLayout).addView(deleteKey())
        (letters.getChildAt(letters.childCount - 1) as LinearLayout).addView(deleteKey())
        turn = share(R.style.Push_Share, R.id.key_page) { turnPage() }
        val clear = share(R.style.Push_Share, R.id.key_clear) { show("") }
        clear.setText(R.string.pad_clear)
        val take = share(R.style.Push_Share_Primary, R.id.key_take) { if (text.isNotEmpty()) onTake(text, kind) }
        take.setText(R.string.pad_take)
        addView(LinearLayout(context).apply { listOf(turn, clear, take).forEach(::addView) })
        addView(kindKey)
        face()
        show("")
    }

    /** Puts [fresh] in as what is typed. */
    fun show(fresh: String) {
        text = fresh
        shown.text = fresh.chunked(GROUP).joinToString(" ").ifEmpty { context.getString(R.string.pad_empty) }
        shown.contentDescription = fresh.toList().joinToString(" ").ifEmpty { context.getString(R.string.pad_empty) }
        judge()
        onText(fresh)
    }

    private fun judge() {
        val typing =
            try {
                checkTyping(text, kind, today())
            } catch (_: FieldException) {
                null
            }
        keys.forEach { it.isSelected = typing != null && text.isNotEmpty() && it.text.toString() in typing.next }
        val problem = typing?.problem
        told.text =
            when {
                text.isEmpty() -> ""
                typing?.complete == true -> "✓ " + context.getString(R.string.pad_complete)
                problem != null -> context.getString(R.string.pad_wrong, words.problem(problem), (typing.position ?: 0u).toInt() + 1)
                else -> ""
            }
        told.visibility = if (told.text.isEmpty()) INVISIBLE else VISIBLE
    }

    private fun nextKind() {
        kind = if (kind == null) DocumentKind.entries.first() else DocumentKind.entries.getOrNull(kind!!.ordinal + 1)
        face()
        judge()
    }

    private fun turnPage() {
        val toLetters = letters.visibility == GONE
        letters.visibility = if (toLetters) VISIBLE else GONE
        digits.visibility = if (toLetters) GONE else VISIBLE
        face()
    }

    private fun face() {
        val onLetters = letters.visibility == VISIBLE
        turn.setText(if (onLetters) R.string.pad_digits else R.string.pad_letters)
        turn.contentDescription = context.getString(if (onLetters) R.string.pad_digits_label else R.string.pad_letters_label)
        val name = kind?.let { words.kind(it.name.lowercase()) } ?: context.getString(R.string.pad_kind_any)
        kindKey.text = context.getString(R.string.pad_kind, name)
    }

    private fun page(rows: List<String>): LinearLayout =
        LinearLayout(context).apply {
            orientation = VERTICAL
            for (row in rows) {
                addView(
                    LinearLayout(context).apply {
                        for (key in row) addView(share(R.style.Push_Share, View.NO_ID) { show(text + key) }.also { face(it, key) })
                    },
                )
            }
        }

    private fun face(button: Button, key: Char) {
        button.text = key.toString()
        button.textSize = KEY_SP
        button.setTypeface(button.typeface, Typeface.BOLD)
        keys += button
    }

    private fun deleteKey() =
        share(R.style.Push_Share, R.id.key_delete) { show(text.dropLast(1)) }.apply {
            text = "⌫"
            textSize = KEY_SP
            contentDescription = context.getString(R.string.pad_delete)
        }

    private fun wide(style: Int, id: Int, press: () -> Unit) =
        Button(themed.getOrPut(style) { ContextThemeWrapper(context, style) }, null, 0, style).apply {
            this.id = id
            layoutParams = LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT).apply { setMargins(dp(3), dp(3), dp(3), dp(3)) }
            setOnClickListener { press() }
        }

    private fun share(style: Int, id: Int, press: () -> Unit) =
        wide(style, id, press).apply {
            layoutParams = LayoutParams(0, LayoutParams.MATCH_PARENT, 1f).apply { setMargins(dp(3), dp(3), dp(3), dp(3)) }
        }

    private fun label(style: Int, id: Int) = TextView(context, null, 0, style).apply { this.id = id }

    private fun dp(value: Int) = (value * resources.displayMetrics.density).toInt()

    private companion object {
        /** Characters that stand together: a long number is read back in groups. */
        const val GROUP = 6
        const val KEY_SP = 24f
    }
}
