package org.fieldcore.demo

import android.annotation.SuppressLint
import android.content.Context
import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView

/** The cue over the whole screen: colour, sign, word and what it came to. A touch closes it; a good one goes by itself. */
@SuppressLint("ViewConstructor")
class Overlay(context: Context) : ScrollView(context) {
    private val symbol = CueSymbol(context, null)
    private val word = TextView(context, null, 0, R.style.Words_Title)
    private val line = TextView(context, null, 0, R.style.Words_Big)
    private val more = TextView(context, null, 0, R.style.Words)
    private val close = TextView(context, null, 0, R.style.Words)
    private val hide = Runnable { visibility = View.GONE }

    init {
        id = R.id.overlay
        isFillViewport = true
        visibility = View.GONE
        importantForAccessibility = View.IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS
        val column = LinearLayout(context).apply { orientation = LinearLayout.VERTICAL; gravity = Gravity.CENTER }
        val pad = dp(14)
        column.setPadding(pad, pad, pad, pad)
        val size = dp(if (resources.configuration.screenHeightDp < LOW_DP) 72 else 140)
        column.addView(symbol, LinearLayout.LayoutParams(size, size))
        word.textSize = 40f
        line.textSize = 24f
        for (text in listOf(word, line, more, close)) {
            text.gravity = Gravity.CENTER
            column.addView(text, LinearLayout.LayoutParams(LinearLayout.LayoutParams.MATCH_PARENT, LinearLayout.LayoutParams.WRAP_CONTENT))
        }
        close.setText(R.string.answer_close)
        close.setPadding(0, pad, 0, 0)
        column.setOnClickListener { hide.run() }
        addView(column)
    }

    fun show(cue: Cues, lines: List<String>, details: List<String>) {
        removeCallbacks(hide)
        setBackgroundColor(context.getColor(cue.ground))
        val ink = context.getColor(cue.ink)
        symbol.show(cue)
        word.setText(cue.word)
        line.text = lines.joinToString("\n")
        more.text = details.joinToString("\n")
        for (text in listOf(word, line, more, close)) text.setTextColor(ink)
        visibility = View.VISIBLE
        scrollTo(0, 0)
        postDelayed(hide, if (cue == Cues.OK) SHORT_MS else LONG_MS)
    }

    private fun dp(value: Int) = (value * resources.displayMetrics.density).toInt()

    private companion object {
        const val LOW_DP = 560
        const val SHORT_MS = 900L
        const val LONG_MS = 3_000L
    }
}
