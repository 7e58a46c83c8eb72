package org.fieldcore.demo

import android.content.Context
import android.media.AudioManager
import android.media.ToneGenerator
import android.os.VibrationEffect
import android.os.Vibrator
import org.fieldcore.ffi.Cue

/** How a cue looks, sounds and feels. Each differs from all others in every one of these. */
enum class Cues(val ground: Int, val ink: Int, val word: Int, val tone: Int, val toneMs: Int, private val buzz: List<Long>) {
    OK(R.color.cue_ok, R.color.on_cue_ok, R.string.cue_ok, ToneGenerator.TONE_PROP_ACK, 150, listOf(0, 60)),
    ATTENTION(
        R.color.cue_attention, R.color.on_cue_attention, R.string.cue_attention,
        ToneGenerator.TONE_PROP_BEEP2, 400, listOf(0, 150, 100, 150),
    ),
    DUPLICATE(
        R.color.cue_duplicate, R.color.on_cue_duplicate, R.string.cue_duplicate,
        ToneGenerator.TONE_CDMA_ABBR_INTERCEPT, 600, listOf(0, 120, 80, 120, 80, 120),
    ),
    WRONG_KIND(
        R.color.cue_wrong_kind, R.color.on_cue_wrong_kind, R.string.cue_wrong_kind,
        ToneGenerator.TONE_PROP_NACK, 400, listOf(0, 300, 120, 100),
    ),
    FULL(
        R.color.cue_full, R.color.on_cue_full, R.string.cue_full,
        ToneGenerator.TONE_CDMA_CONFIRM, 600, listOf(0, 80, 60, 80, 60, 400),
    ),
    REFUSED(
        R.color.cue_refused, R.color.on_cue_refused, R.string.cue_refused,
        ToneGenerator.TONE_SUP_ERROR, 800, listOf(0, 600),
    ),
    ;

    val pattern: LongArray get() = buzz.toLongArray()

    companion object {
        fun of(cue: Cue): Cues =
            when (cue) {
                Cue.OK -> OK
                Cue.ATTENTION -> ATTENTION
                Cue.DUPLICATE -> DUPLICATE
                Cue.WRONG_KIND -> WRONG_KIND
                Cue.FULL -> FULL
                Cue.REFUSED -> REFUSED
            }
    }
}

/** Sounds and vibrates. A phone that cannot is no reason to fail: the screen says the same. */
class Signaller(context: Context) {
    private val vibrator: Vibrator? = context.getSystemService(Vibrator::class.java)
    private val tones: ToneGenerator? =
        try {
            ToneGenerator(AudioManager.STREAM_MUSIC, ToneGenerator.MAX_VOLUME)
        } catch (_: RuntimeException) {
            null
        }

    fun give(cue: Cues) {
        tones?.startTone(cue.tone, cue.toneMs)
        if (vibrator?.hasVibrator() == true) vibrator.vibrate(VibrationEffect.createWaveform(cue.pattern, -1))
    }

    fun close() {
        tones?.release()
    }
}
