package org.fieldcore.demo

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.graphics.RectF
import android.util.AttributeSet
import android.view.View
import org.fieldcore.ffi.FramePoint
import kotlin.math.cos
import kotlin.math.min
import kotlin.math.sin

/** A tube as a ring of as many parts as it takes people: full ones thick, empty ones thin, the count in the middle. */
class TubeRing(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG)
    private val ring = RectF()
    private var count = 0
    private var capacity = 0

    fun show(count: Int, capacity: Int) {
        this.count = count
        this.capacity = capacity
        contentDescription =
            if (capacity == 0) context.getString(R.string.scan_ring_none)
            else context.getString(R.string.scan_ring, count, capacity)
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        val size = min(width, height).toFloat()
        val thick = size / 9
        val (x, y) = width / 2f to height / 2f
        val radius = size / 2 - thick
        ring.set(x - radius, y - radius, x + radius, y + radius)
        paint.style = Paint.Style.STROKE
        val parts = maxOf(capacity, 1)
        val sweep = 360f / parts
        val gap = if (parts > 1) min(8f, sweep / 3) else 0f
        repeat(parts) { part ->
            val full = part < count
            paint.color = context.getColor(if (full) R.color.primary else R.color.line)
            paint.strokeWidth = if (full) thick else thick / 5
            canvas.drawArc(ring, -90 + part * sweep + gap / 2, sweep - gap, false, paint)
        }
        paint.style = Paint.Style.FILL
        paint.color = context.getColor(R.color.ink)
        paint.textAlign = Paint.Align.CENTER
        paint.isFakeBoldText = true
        paint.textSize = size * 0.32f
        canvas.drawText(if (capacity == 0) "–" else count.toString(), x, y + size * 0.06f, paint)
        if (capacity == 0) return
        paint.isFakeBoldText = false
        paint.textSize = size * 0.16f
        canvas.drawText("/ $capacity", x, y + size * 0.24f, paint)
    }
}

/** The sign of a cue: each has a shape of its own, so that no colour is needed. */
class CueSymbol(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        style = Paint.Style.STROKE
        strokeCap = Paint.Cap.ROUND
        strokeJoin = Paint.Join.ROUND
    }
    private val path = Path()
    private var cue: Cues? = null

    fun show(cue: Cues) {
        this.cue = cue
        paint.color = context.getColor(cue.ink)
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        val size = min(width, height).toFloat()
        canvas.translate((width - size) / 2, (height - size) / 2)
        canvas.scale(size / 100, size / 100)
        paint.strokeWidth = 9f
        path.rewind()
        when (cue) {
            Cues.OK -> line(18f, 54f, 42f, 78f, 84f, 24f)
            Cues.ATTENTION -> {
                line(50f, 12f, 92f, 86f, 8f, 86f, 50f, 12f)
                line(50f, 40f, 50f, 60f)
                line(50f, 73f, 50f, 74f)
            }
            Cues.DUPLICATE -> {
                path.addRect(12f, 12f, 64f, 64f, Path.Direction.CW)
                path.addRect(36f, 36f, 88f, 88f, Path.Direction.CW)
            }
            Cues.WRONG_KIND -> {
                line(14f, 38f, 86f, 38f)
                line(14f, 64f, 86f, 64f)
                line(68f, 12f, 32f, 90f)
            }
            Cues.FULL -> {
                line(34f, 10f, 34f, 72f)
                path.arcTo(34f, 56f, 66f, 88f, 180f, -180f, false)
                line(66f, 72f, 66f, 10f)
                line(24f, 10f, 76f, 10f)
                for (level in 30..78 step 12) line(40f, level.toFloat(), 60f, level.toFloat())
            }
            Cues.REFUSED -> {
                octagon()
                line(36f, 36f, 64f, 64f)
                line(64f, 36f, 36f, 64f)
            }
            null -> return
        }
        canvas.drawPath(path, paint)
    }

    private fun line(vararg at: Float) {
        path.moveTo(at[0], at[1])
        for (i in 2 until at.size step 2) path.lineTo(at[i], at[i + 1])
    }

    private fun octagon() {
        for (corner in 0..8) {
            val angle = Math.toRadians(22.5 + 45 * corner)
            val (x, y) = 50 + 43 * cos(angle).toFloat() to 50 + 43 * sin(angle).toFloat()
            if (corner == 0) path.moveTo(x, y) else path.lineTo(x, y)
        }
    }
}

/** What the eyes read, drawn over the preview: a full line round what was read, a broken one round what was not. */
class Outlines(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private val path = Path()
    private val under = stroke(7f, 0xFF000000.toInt())
    private val over = stroke(3f, 0xFFFFFFFF.toInt())
    private val broken = stroke(3f, 0xFFFFFFFF.toInt()).apply {
        pathEffect = android.graphics.DashPathEffect(floatArrayOf(18f, 14f), 0f)
    }
    private var read: List<List<FramePoint>> = emptyList()
    private var unread: List<FramePoint>? = null
    private var upright = 1f to 1f

    private fun stroke(dp: Float, colour: Int) = Paint(Paint.ANTI_ALIAS_FLAG).apply {
        style = Paint.Style.STROKE
        strokeWidth = dp * resources.displayMetrics.density
        color = colour
    }

    fun show(read: List<List<FramePoint>>, unread: List<FramePoint>?, upright: Pair<Float, Float>) {
        this.read = read
        this.unread = unread
        this.upright = upright
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        read.forEach { draw(canvas, it, over) }
        unread?.let { draw(canvas, it, broken) }
    }

    private fun draw(canvas: Canvas, corners: List<FramePoint>, paint: Paint) {
        // The preview fills its place and is cut at the longer side, and so is this.
        val scale = maxOf(width / upright.first, height / upright.second)
        val (left, top) = (width - upright.first * scale) / 2 to (height - upright.second * scale) / 2
        path.rewind()
        corners.forEachIndexed { i, at ->
            val (x, y) = left + at.x * scale to top + at.y * scale
            if (i == 0) path.moveTo(x, y) else path.lineTo(x, y)
        }
        path.close()
        canvas.drawPath(path, under)
        canvas.drawPath(path, paint)
    }
}
