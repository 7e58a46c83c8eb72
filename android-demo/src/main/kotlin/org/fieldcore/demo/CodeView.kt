package org.fieldcore.demo

import android.content.Context
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.graphics.RectF
import android.util.AttributeSet
import android.view.View
import org.fieldcore.ffi.QrPicture
import kotlin.math.floor
import kotlin.math.min

/** A QR for another phone's camera: black on white in every theme, with its quiet zone, and no smoothing. */
class CodeView(context: Context, attributes: AttributeSet?) : View(context, attributes) {
    private var picture: QrPicture? = null

    init {
        keepScreenOn = true
        contentDescription = context.getString(R.string.code_view)
    }

    fun show(picture: QrPicture?) {
        this.picture = picture
        invalidate()
    }

    override fun onMeasure(widthSpec: Int, heightSpec: Int) {
        val width = MeasureSpec.getSize(widthSpec)
        // In a page that scrolls the height is free; more than the screen shows at once is of no use to a camera.
        val high = (resources.configuration.screenHeightDp * resources.displayMetrics.density * HEIGHT_SHARE).toInt()
        val free = if (MeasureSpec.getMode(heightSpec) == MeasureSpec.UNSPECIFIED) high else min(high, MeasureSpec.getSize(heightSpec))
        val side = min(width, free)
        setMeasuredDimension(side, side)
    }

    override fun onDraw(canvas: Canvas) {
        canvas.drawColor(Color.WHITE)
        picture?.let { draw(canvas, it, RectF(0f, 0f, width.toFloat(), height.toFloat())) }
    }

    companion object {
        private const val QUIET = 4
        private const val HEIGHT_SHARE = 0.85f
        private val ink = Paint().apply { color = Color.BLACK }

        /** Draws [picture] with its quiet zone into the middle of [place]: in [whole] pixels, or as large as it goes on paper. */
        fun draw(canvas: Canvas, picture: QrPicture, place: RectF, whole: Boolean = true) {
            val size = picture.size.toInt()
            val room = min(place.width(), place.height()) / (size + 2 * QUIET)
            val module = if (whole && room >= 1) floor(room) else room
            val left = place.left + floor((place.width() - module * size) / 2)
            val top = place.top + floor((place.height() - module * size) / 2)
            for (y in 0 until size) {
                var x = 0
                while (x < size) {
                    val begin = x
                    while (x < size && picture.dark[y * size + x] == DARK) x++
                    if (x > begin) canvas.drawRect(left + begin * module, top + y * module, left + x * module, top + (y + 1) * module, ink)
                    x++
                }
            }
        }

        private const val DARK: Byte = 1
    }
}
