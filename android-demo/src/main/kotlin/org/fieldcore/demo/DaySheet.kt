package org.fieldcore.demo

import android.app.Activity
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.print.PrintManager
import android.provider.OpenableColumns
import android.util.AndroidRuntimeException
import android.webkit.WebView
import android.webkit.WebViewClient
import java.io.File
import java.io.FileNotFoundException

/** The day sheet on its way to a printer or another app. It holds no person. */
object DaySheet {
    /** Nothing here prints. */
    class NoPrinter : Exception()

    private const val NAME = "day-sheet.html"
    private const val AUTHORITY = "org.fieldcore.demo.sheet"

    internal fun file(context: Context) = File(context.cacheDir, NAME)

    /** Puts the sheet where another app may be let to read it, in place of the last one. */
    fun keep(context: Context, html: String) = file(context).writeText(html)

    /** What hands the sheet that was kept to an app that the operator chooses. */
    fun share(context: Context): Intent {
        val uri = Uri.parse("content://$AUTHORITY/$NAME")
        return Intent(Intent.ACTION_SEND).setType("text/html").putExtra(Intent.EXTRA_STREAM, uri)
            .putExtra(Intent.EXTRA_SUBJECT, context.getString(R.string.doors_sheet))
            .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
    }

    /** Opens the system's print dialog, which also makes a PDF. */
    fun print(activity: Activity, html: String) {
        val printer = activity.getSystemService(PrintManager::class.java) ?: throw NoPrinter()
        val page =
            try {
                WebView(activity)
            } catch (_: AndroidRuntimeException) {
                // A phone without a browser engine.
                throw NoPrinter()
            }
        page.settings.javaScriptEnabled = false
        val name = activity.getString(R.string.doors_sheet)
        page.webViewClient =
            object : WebViewClient() {
                override fun onPageFinished(view: WebView, url: String) {
                    if (!activity.isDestroyed) printer.print(name, view.createPrintDocumentAdapter(name), null)
                }
            }
        page.loadDataWithBaseURL(null, html, "text/html", "utf-8", null)
    }
}

/** Lets an app that the operator chose read the day sheet, and nothing else. */
class SheetProvider : ContentProvider() {
    private fun file(): File = DaySheet.file(checkNotNull(context))

    private fun isSheet(uri: Uri) = uri.pathSegments.singleOrNull() == file().name

    override fun onCreate(): Boolean = true

    override fun getType(uri: Uri): String = "text/html"

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (!isSheet(uri) || mode != "r") throw FileNotFoundException("only the day sheet is read here")
        return ParcelFileDescriptor.open(file(), ParcelFileDescriptor.MODE_READ_ONLY)
    }

    override fun query(uri: Uri, columns: Array<out String>?, where: String?, values: Array<out String>?, order: String?): Cursor {
        val asked = columns ?: arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE)
        val row = asked.map { if (it == OpenableColumns.DISPLAY_NAME) file().name else if (it == OpenableColumns.SIZE) file().length() else null }
        return MatrixCursor(asked).apply { if (isSheet(uri)) addRow(row) }
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun update(uri: Uri, values: ContentValues?, where: String?, args: Array<out String>?): Int = 0

    override fun delete(uri: Uri, where: String?, args: Array<out String>?): Int = 0
}
