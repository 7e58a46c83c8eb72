package org.fieldcore.demo

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Rect
import android.os.Build
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.view.WindowInsets
import android.widget.FrameLayout
import android.widget.LinearLayout
import android.widget.TextView

/** Round every screen: room for the system's bars, and in practice a hatched border with the word above it. */
@SuppressLint("ViewConstructor")
class Frame(context: Context, content: View, over: View, val practice: Boolean) : FrameLayout(context) {
    private val edge = if (practice) dp(10) else 0
    private val stripe = dp(10).toFloat()
    private val ground = Paint().apply { color = context.getColor(R.color.practice) }
    private val hatch = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        color = context.getColor(R.color.on_practice)
        strokeWidth = stripe / 2
    }
    private val clip = Rect()

    init {
        setBackgroundColor(context.getColor(R.color.ground))
        val column = LinearLayout(context).apply { orientation = LinearLayout.VERTICAL }
        if (practice) column.addView(banner())
        val stage = FrameLayout(context).apply { listOf(content, over).forEach(::addView) }
        column.addView(stage, LinearLayout.LayoutParams(LinearLayout.LayoutParams.MATCH_PARENT, 0, 1f))
        addView(column)
        pad(0, 0, 0, 0)
        setOnApplyWindowInsetsListener { _, insets ->
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
                val kinds = WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime()
                insets.getInsets(kinds).let { pad(it.left, it.top, it.right, it.bottom) }
            } else {
                old(insets)
            }
            insets
        }
    }

    @Suppress("DEPRECATION")
    private fun old(insets: WindowInsets) = pad(
        insets.systemWindowInsetLeft, insets.systemWindowInsetTop, insets.systemWindowInsetRight, insets.systemWindowInsetBottom,
    )

    private fun pad(left: Int, top: Int, right: Int, bottom: Int) = setPadding(left + edge, top + edge, right + edge, bottom + edge)

    private fun banner() = TextView(context).apply {
        id = R.id.practice_banner
        setText(R.string.practice)
        contentDescription = context.getString(R.string.practice_long)
        setTextSize(TypedValue.COMPLEX_UNIT_SP, 20f)
        setTypeface(typeface, android.graphics.Typeface.BOLD)
        gravity = Gravity.CENTER
        setPadding(0, dp(4), 0, dp(4))
        setTextColor(context.getColor(R.color.on_practice))
        setBackgroundColor(context.getColor(R.color.practice))
    }

    override fun dispatchDraw(canvas: Canvas) {
        super.dispatchDraw(canvas)
        if (!practice) return
        val inner = Rect(paddingLeft, paddingTop, width - paddingRight, height - paddingBottom)
        val outer = Rect(inner).apply { inset(-edge, -edge) }
        for (side in listOf(
            Rect(outer.left, outer.top, outer.right, inner.top),
            Rect(outer.left, inner.bottom, outer.right, outer.bottom),
            Rect(outer.left, inner.top, inner.left, inner.bottom),
            Rect(inner.right, inner.top, outer.right, inner.bottom),
        )) {
            clip.set(side)
            canvas.save()
            canvas.clipRect(clip)
            canvas.drawRect(clip, ground)
            var at = -height.toFloat()
            while (at < width) {
                canvas.drawLine(at, 0f, at + height, height.toFloat(), hatch)
                at += stripe * 1.6f
            }
            canvas.restore()
        }
    }

    private fun dp(value: Int) = (value * resources.displayMetrics.density).toInt()
}
