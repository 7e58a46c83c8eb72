package org.fieldcore.demo

import android.app.Activity
import android.content.ActivityNotFoundException
import android.content.Context
import android.content.Intent
import android.net.Uri
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.io.ByteArrayOutputStream
import java.io.IOException

/** Files that a person chooses. */
internal object Files {
    private const val BYTES_MAX = 4 * 1024 * 1024
    private const val PART_BYTES = 16 * 1024

    fun choose(activity: Activity, request: Int) {
        val intent = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        try {
            activity.startActivityForResult(intent, request)
        } catch (_: ActivityNotFoundException) {
            // A phone without a file browser: pasting is left.
        }
    }

    /** What the file holds; null if it cannot be read or is far too long. */
    suspend fun read(context: Context, uri: Uri): ByteArray? =
        withContext(Dispatchers.IO) {
            try {
                context.contentResolver.openInputStream(uri)?.use { stream ->
                    val whole = ByteArrayOutputStream()
                    val part = ByteArray(PART_BYTES)
                    while (true) {
                        val count = stream.read(part)
                        if (count < 0) break
                        whole.write(part, 0, count)
                        if (whole.size() > BYTES_MAX) return@use null
                    }
                    whole.toByteArray()
                }
            } catch (_: IOException) {
                null
            } catch (_: SecurityException) {
                null
            }
        }
}
