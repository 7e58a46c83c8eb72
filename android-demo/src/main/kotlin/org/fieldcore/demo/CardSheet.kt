package org.fieldcore.demo

import android.content.Context
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.graphics.RectF
import android.graphics.pdf.PdfDocument
import android.os.Bundle
import android.os.CancellationSignal
import android.os.ParcelFileDescriptor
import android.print.PageRange
import android.print.PrintAttributes
import android.print.PrintDocumentAdapter
import android.print.PrintDocumentInfo
import android.text.Layout
import android.text.StaticLayout
import android.text.TextPaint
import org.fieldcore.ffi.ProxyCard
import org.fieldcore.ffi.qrPicture
import java.io.FileOutputStream
import java.io.IOException
import java.io.OutputStream

/** Proxy cards on paper, six to a page of A4: the code, and beside it the name, the half hidden number and until when. */
class CardSheet(context: Context, private val cards: List<ProxyCard>) {
    private val words = Words(context)
    private val until = { card: ProxyCard -> context.getString(R.string.proxy_until, words.time(card.expiresMs)) }
    private val pictures = cards.map { qrPicture(it.code) }
    private val cut = Paint().apply {
        color = Color.GRAY
        style = Paint.Style.STROKE
        strokeWidth = 0.5f
    }

    val pages: Int = (cards.size + PER_PAGE - 1) / PER_PAGE

    /** Draws one page, in points. */
    fun draw(page: Int, canvas: Canvas) {
        canvas.drawColor(Color.WHITE)
        val (wide, high) = (WIDTH - 2f * MARGIN) / COLUMNS to (HEIGHT - 2f * MARGIN) / (PER_PAGE / COLUMNS)
        for (at in 0 until PER_PAGE) {
            val number = page * PER_PAGE + at
            if (number >= cards.size) return
            val (left, top) = MARGIN + at % COLUMNS * wide to MARGIN + at / COLUMNS * high
            card(canvas, number, RectF(left, top, left + wide, top + high))
        }
    }

    private fun card(canvas: Canvas, number: Int, place: RectF) {
        canvas.drawRect(place, cut)
        val code = RectF(place.left + GAP, place.centerY() - CODE / 2, place.left + GAP + CODE, place.centerY() + CODE / 2)
        CodeView.draw(canvas, pictures[number], code, whole = false)
        val (left, wide) = code.right + GAP to place.right - code.right - 2 * GAP
        var top = code.top + GAP * 2
        val card = cards[number]
        val lines = listOfNotNull(card.name?.let { it to NAME }, card.number?.let { it to SMALL }, until(card) to SMALL)
        for ((text, size) in lines) {
            val paint = TextPaint(Paint.ANTI_ALIAS_FLAG).apply {
                color = Color.BLACK
                textSize = size
                isFakeBoldText = size == NAME
            }
            val layout =
                StaticLayout.Builder.obtain(text, 0, text.length, paint, wide.toInt())
                    .setAlignment(Layout.Alignment.ALIGN_NORMAL).setMaxLines(LINES_MAX).build()
            canvas.save()
            canvas.translate(left, top)
            layout.draw(canvas)
            canvas.restore()
            top += layout.height + GAP
        }
    }

    /** Writes all pages as a PDF. */
    fun write(out: OutputStream) {
        val document = PdfDocument()
        try {
            for (number in 0 until pages) {
                val page = document.startPage(PdfDocument.PageInfo.Builder(WIDTH, HEIGHT, number + 1).create())
                draw(number, page.canvas)
                document.finishPage(page)
            }
            document.writeTo(out)
        } finally {
            document.close()
        }
    }

    companion object {
        /** A4 in points. */
        const val WIDTH = 595
        const val HEIGHT = 842
        const val PER_PAGE = 6
        private const val COLUMNS = 2
        private const val MARGIN = 24f
        private const val GAP = 6f
        private const val CODE = 170f
        private const val NAME = 14f
        private const val SMALL = 9f
        private const val LINES_MAX = 5
    }
}

/** A sheet on its way to the system's printing, which also saves it as a file. */
class CardPrint(private val name: String, private val sheet: CardSheet) : PrintDocumentAdapter() {
    override fun onLayout(old: PrintAttributes?, new: PrintAttributes?, cancel: CancellationSignal?, back: LayoutResultCallback, extras: Bundle?) {
        if (cancel?.isCanceled == true) return back.onLayoutCancelled()
        val info = PrintDocumentInfo.Builder(name).setContentType(PrintDocumentInfo.CONTENT_TYPE_DOCUMENT).setPageCount(sheet.pages).build()
        back.onLayoutFinished(info, old != new)
    }

    override fun onWrite(pages: Array<out PageRange>?, to: ParcelFileDescriptor, cancel: CancellationSignal?, back: WriteResultCallback) {
        if (cancel?.isCanceled == true) return back.onWriteCancelled()
        try {
            FileOutputStream(to.fileDescriptor).use(sheet::write)
            back.onWriteFinished(arrayOf(PageRange.ALL_PAGES))
        } catch (_: IOException) {
            back.onWriteFailed(null)
        }
    }
}
