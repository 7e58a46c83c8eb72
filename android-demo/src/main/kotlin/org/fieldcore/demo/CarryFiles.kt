package org.fieldcore.demo

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream

/** Throw-away copies of what leaves and comes, in the app's cache. */
internal object CarryFiles {
    const val TYPE = "application/octet-stream"
    const val END = ".fcb"

    fun folder(context: Context): File = File(context.cacheDir, "carry").apply { mkdirs() }

    /** A name that is not there yet, told to people and in no way about them. */
    fun fresh(context: Context, end: String = END): File = File(folder(context), "fieldcore-" + System.currentTimeMillis().toString(36) + end)

    /** Removes copies of earlier days: somebody may still read one that was shared today. */
    fun sweep(context: Context) {
        val before = System.currentTimeMillis() - KEPT_MS
        folder(context).listFiles { file -> file.lastModified() < before }?.forEach(File::delete)
    }

    /** Asks where to write. Whether a phone has something that can be asked. */
    fun create(activity: Activity, request: Int, name: String, type: String): Boolean =
        start(activity, request, Intent(Intent.ACTION_CREATE_DOCUMENT).setType(type).putExtra(Intent.EXTRA_TITLE, name))

    /** Asks for files to take. */
    fun choose(activity: Activity, request: Int): Boolean =
        start(activity, request, Intent(Intent.ACTION_OPEN_DOCUMENT).setType("*/*").putExtra(Intent.EXTRA_ALLOW_MULTIPLE, true))

    private fun start(activity: Activity, request: Int, intent: Intent): Boolean =
        try {
            activity.startActivityForResult(intent.addCategory(Intent.CATEGORY_OPENABLE), request)
            true
        } catch (_: ActivityNotFoundException) {
            false
        }

    /** What a picker gave back: one or several. */
    fun chosen(data: Intent?): List<Uri> {
        val clip = data?.clipData ?: return listOfNotNull(data?.data)
        return List(clip.itemCount) { clip.getItemAt(it).uri }
    }

    /** Writes [file] to where a person said; whether it is there whole. */
    suspend fun write(context: Context, file: File, to: Uri): Boolean =
        moved { context.contentResolver.openOutputStream(to, "wt")?.use { out -> file.inputStream().use { copy(it, out, Long.MAX_VALUE) } } }

    /** Copies what a person chose to [file]; whether that worked. */
    suspend fun read(context: Context, from: Uri, file: File): Boolean =
        moved { context.contentResolver.openInputStream(from)?.use { stream -> file.outputStream().use { copy(stream, it, BYTES_MAX) } } }

    private suspend fun moved(work: () -> Boolean?): Boolean =
        withContext(Dispatchers.IO) {
            try {
                work() ?: false
            } catch (_: IOException) {
                false
            } catch (_: SecurityException) {
                false
            }
        }

    private fun copy(from: InputStream, to: OutputStream, most: Long): Boolean {
        val part = ByteArray(PART_BYTES)
        var whole = 0L
        while (true) {
            val count = from.read(part)
            if (count < 0) return true
            whole += count
            if (whole > most) return false
            to.write(part, 0, count)
        }
    }

    private const val BYTES_MAX = 512L * 1024 * 1024
    private const val PART_BYTES = 64 * 1024
    private const val KEPT_MS = 24L * 60 * 60 * 1000
}

/** Hands a shared carry to the app that a person chose, and to no other. */
class CarryProvider : ContentProvider() {
    override fun onCreate(): Boolean = true

    private fun file(uri: Uri): File {
        val folder = CarryFiles.folder(checkNotNull(context))
        // The last part alone: no path leads out of the folder.
        return File(folder, File(uri.lastPathSegment.orEmpty()).name).takeIf(File::isFile) ?: throw FileNotFoundException("no such carry")
    }

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor = ParcelFileDescriptor.open(file(uri), ParcelFileDescriptor.MODE_READ_ONLY)

    override fun query(uri: Uri, columns: Array<out String>?, where: String?, values: Array<out String>?, order: String?): Cursor {
        val names = arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE)
        return MatrixCursor(names, 1).apply { file(uri).let { addRow(arrayOf<Any>(it.name, it.length())) } }
    }

    override fun getType(uri: Uri): String = CarryFiles.TYPE

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, where: String?, values: Array<out String>?): Int = 0

    override fun update(uri: Uri, values: ContentValues?, where: String?, given: Array<out String>?): Int = 0

    companion object {
        fun uri(context: Context, file: File): Uri = Uri.Builder().scheme("content").authority(context.packageName + ".carry").appendPath(file.name).build()
    }
}
