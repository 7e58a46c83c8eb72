package org.fieldcore.demo

import android.content.Context
import android.graphics.Typeface
import android.util.AttributeSet
import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import android.widget.TextView

/**
 * The number that was read from the document in view, large, for a person to compare. It is personal: it stands on the
 * screen alone, in no saved state, and a screen reader says it when asked, not by itself.
 */
class NumberBand(context: Context, attributes: AttributeSet?) : LinearLayout(context, attributes) {
    private val digits = text(R.style.Words_Number).apply { typeface = Typeface.create(Typeface.MONOSPACE, Typeface.BOLD) }

    init {
        orientation = VERTICAL
        visibility = GONE
        addView(text(R.style.Words_Caption).apply { setText(R.string.scan_compare) })
        addView(digits)
    }

    /** Shows [number] in groups; without one there is nothing to be seen. */
    fun show(number: String?) {
        val groups = number?.let(::groups).orEmpty()
        val grouped = groups.joinToString(" ")
        if (digits.text.toString() == grouped) return
        digits.text = grouped
        contentDescription = if (groups.isEmpty()) null else said(groups)
        visibility = if (groups.isEmpty()) GONE else VISIBLE
    }

    /** Sign by sign, else a screen reader makes one huge figure of it. */
    private fun said(groups: List<String>): String =
        context.getString(R.string.scan_compare) + context.getString(R.string.colon) +
            groups.joinToString(", ") { it.toList().joinToString(" ") }

    private fun text(style: Int) = TextView(context, null, 0, style).apply {
        gravity = Gravity.CENTER
        isSaveEnabled = false
        importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO
        layoutParams = LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)
    }

    companion object {
        private const val RESIDENT = 18

        /** A number as people read it: region, birth and the rest of a resident's one, others as they are. */
        fun groups(number: String): List<String> =
            if (number.length == RESIDENT) listOf(number.take(6), number.substring(6, 14), number.drop(14)) else listOf(number)
    }
}
