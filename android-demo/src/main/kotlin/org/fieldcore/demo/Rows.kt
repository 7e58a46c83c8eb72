package org.fieldcore.demo

import android.content.Context
import android.graphics.Typeface
import android.text.SpannableString
import android.text.Spanned
import android.text.style.RelativeSizeSpan
import android.text.style.StyleSpan
import android.view.ContextThemeWrapper
import android.view.View
import android.view.ViewGroup
import android.widget.BaseAdapter
import android.widget.Button
import android.widget.TextView

/** One row: a heading, or something to be pressed whose first line is large. */
data class Row(val text: String, val press: (() -> Unit)? = null)

/** Rows of a list that may be long, thousands of doors: only those in view are made. */
class Rows(private val context: Context) : BaseAdapter() {
    // A theme is large: one serves all buttons of the list.
    private val pushes = ContextThemeWrapper(context, R.style.Push)
    private var rows: List<Row> = emptyList()

    fun show(fresh: List<Row>) {
        rows = fresh
        notifyDataSetChanged()
    }

    override fun getCount(): Int = rows.size

    override fun getItem(at: Int): Row = rows[at]

    override fun getItemId(at: Int): Long = at.toLong()

    override fun getViewTypeCount(): Int = 2

    override fun getItemViewType(at: Int): Int = if (rows[at].press == null) HEADING else BUTTON

    override fun areAllItemsEnabled(): Boolean = false

    // The buttons in the rows take the touches.
    override fun isEnabled(at: Int): Boolean = false

    override fun getView(at: Int, used: View?, parent: ViewGroup): View {
        val row = rows[at]
        val press = row.press ?: return heading(used as TextView?, row.text)
        val button = used as Button? ?: Button(pushes, null, 0, R.style.Push)
        button.text = firstLarge(row.text)
        button.setOnClickListener { press() }
        return button
    }

    private fun heading(used: TextView?, text: String): TextView =
        (used ?: TextView(context, null, 0, R.style.Words_Head)).also { it.text = text }

    companion object {
        private const val HEADING = 0
        private const val BUTTON = 1
        private const val LARGER = 1.2f

        /** The first line bold and larger than the others. */
        fun firstLarge(text: String): CharSequence {
            val end = text.indexOf('\n').takeIf { it > 0 } ?: return text
            return SpannableString(text).apply {
                setSpan(StyleSpan(Typeface.BOLD), 0, end, Spanned.SPAN_EXCLUSIVE_EXCLUSIVE)
                setSpan(RelativeSizeSpan(LARGER), 0, end, Spanned.SPAN_EXCLUSIVE_EXCLUSIVE)
            }
        }
    }
}
