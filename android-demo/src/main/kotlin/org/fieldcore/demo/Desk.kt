package org.fieldcore.demo

import android.content.Context
import android.net.ConnectivityManager
import android.os.Handler
import android.os.Looper
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.fieldcore.FieldJournal
import org.fieldcore.SyncResult
import org.fieldcore.ffi.Answer
import org.fieldcore.ffi.Cue
import org.fieldcore.ffi.FieldException
import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.LogLevel
import org.fieldcore.ffi.News
import org.fieldcore.ffi.Status
import java.io.File
import java.util.concurrent.Executor

/** What the screens show. It lives in memory only: people's names go into no saved state. */
data class Scene(
    val practice: Boolean,
    val status: Status? = null,
    val answer: Answer? = null,
    val lastPerson: String? = null,
    val failure: FieldException? = null,
    val asking: Boolean = false,
    /** The household at whose screen it was asked for; null for the lane's own scans. */
    val at: String? = null,
    val news: List<News> = emptyList(),
)

/** One thing to be heard and felt: an answer, or the machine's failure. */
sealed interface Told {
    val cue: Cue

    data class Of(val answer: Answer) : Told {
        override val cue: Cue get() = answer.cue
    }

    data class Failed(val failure: FieldException) : Told {
        override val cue: Cue get() = Cue.REFUSED
    }
}

/** Whose main looper the screens live on. */
internal val onMain = Handler(Looper.getMainLooper()).let { main -> Executor { main.post(it) }.asCoroutineDispatcher() }

/**
 * The one place of the process that has the journal open. Screens come and go; it opens, suspends and
 * resumes the journal, runs what they ask for to its end, and syncs. It decides nothing about records.
 */
class Desk(private val context: Context, private val surroundings: Surroundings) {
    val scope = CoroutineScope(SupervisorJob() + onMain)
    private val settings = context.getSharedPreferences("settings", Context.MODE_PRIVATE)
    private val scenes = MutableStateFlow(Scene(settings.getBoolean(PRACTICE, false)))
    private val heard = MutableSharedFlow<Told>(extraBufferCapacity = 16)
    private val gate = Mutex()
    private var journal: FieldJournal? = null
    private var asleep = false
    private var holders = 0
    private var housekeeping: Job? = null
    private var watch: Job? = null

    val scene: StateFlow<Scene> get() = scenes
    val told: SharedFlow<Told> get() = heard
    val practice: Boolean get() = scenes.value.practice

    /** What goes from screen to screen. */
    var hand = Hand()
        private set

    /** What is being typed, kept here over a turn of the phone. */
    var draft: String = ""

    /** What the walk from door to door keeps, in memory only. */
    var walk = Walk()
        private set

    var lane: String
        get() = settings.getString(LANE, null) ?: "1"
        set(value) = settings.edit().putString(LANE, value).apply()

    /** Somebody needs the journal awake. */
    fun hold() {
        holders++
        scope.launch { settle() }
        if (housekeeping == null) housekeeping = scope.launch { keepHouse() }
    }

    /** Nobody does any more once all who held it let go: the file is closed. */
    fun release(plan: Boolean = true) {
        if (--holders > 0) return
        housekeeping?.cancel()
        housekeeping = null
        scope.launch { settle() }
        if (plan) SyncJob.plan(context, 0)
    }

    private suspend fun settle(): Unit =
        gate.withLock {
            val open = journal ?: return
            if (asleep != (holders == 0)) {
                attempt { if (asleep) open.resume() else open.suspendJournal() }?.let { asleep = !asleep }
            }
        }

    /** The journal, opened if it is not. */
    suspend fun journal(): FieldJournal =
        gate.withLock {
            val open = journal ?: open(practice).also { journal = it }
            if (asleep) {
                open.resume()
                asleep = false
            }
            open
        }

    /** The lane's camera was put away: what it saw is forgotten, a person's number among it. */
    suspend fun lookAway(): Unit = gate.withLock { journal?.lookAway(lane) }

    private suspend fun open(practice: Boolean): FieldJournal {
        val name = if (practice) "practice" else "live"
        val folder = File(context.noBackupFilesDir, "journal-$name")
        val vault = surroundings.vault(context, File(context.noBackupFilesDir, "vault-$name"))
        val options = JournalOptions(folder.path, practice, false, "fieldcore-demo ${BuildVersion.NAME}")
        val open = FieldJournal.open(options, vault)
        scenes.value = scenes.value.copy(news = open.notes(), failure = null)
        watch = scope.launch { open.state.collect { now -> scenes.value = scenes.value.copy(status = now) } }
        return open
    }

    /** Goes over to the practice journal, or back. */
    suspend fun practise(on: Boolean) {
        gate.withLock {
            watch?.cancel()
            withContext(Dispatchers.IO) { journal?.close() }
            journal = null
            asleep = false
            settings.edit().putBoolean(PRACTICE, on).apply()
            scenes.value = Scene(on)
            walk = Walk()
            hand = Hand()
        }
    }

    /** Does what was scanned or pressed, [at] a household if it was there, and tells what came of it. It goes on if the screen goes. */
    fun act(at: String? = null, work: suspend (FieldJournal) -> Answer): Job =
        scope.launch {
            val answer = attempt { work(journal()) } ?: return@launch
            answered(answer, at)
            SyncJob.plan(context, 0)
        }

    /** Shows an answer and has it heard. */
    fun answered(answer: Answer, at: String? = null) {
        val before = scenes.value
        scenes.value =
            before.copy(
                answer = answer,
                failure = null,
                asking = Words.asks(answer),
                at = at,
                lastPerson = answer.subject ?: answer.people.lastOrNull()?.subject ?: before.lastPerson,
            )
        heard.tryEmit(Told.Of(answer))
    }

    /** Tells what a screen that closed has left to be told. */
    fun tellLater() {
        val answer = hand.told ?: return
        hand.told = null
        answered(answer)
    }

    /** The operator leaves the question unanswered. */
    fun leaveQuestion() {
        scenes.value = scenes.value.copy(asking = false)
    }

    /** Does [work]; a failure is shown and heard, and null comes back. */
    suspend fun <T : Any> attempt(work: suspend () -> T): T? =
        try {
            work()
        } catch (failure: FieldException) {
            failed(failure)
            null
        }

    /** Shows a failure and has it heard; the same one right after it only if [again]. */
    fun failed(failure: FieldException, again: Boolean = true) {
        if (!again && scenes.value.failure?.javaClass == failure.javaClass) return
        scenes.value = scenes.value.copy(failure = failure)
        heard.tryEmit(Told.Failed(failure))
    }

    /** Talks with the hub. [pressed] says that a person asked for it. */
    suspend fun sync(pressed: Boolean): SyncResult? =
        attempt {
            val open = journal()
            if (pressed) {
                open.sealNow()
                open.hurry()
            }
            open.sync(surroundings.transport()).also { told ->
                val news = scenes.value.news + told.news.filter { it.level != LogLevel.INFO }
                scenes.value = scenes.value.copy(news = news.distinct().takeLast(NEWS_MAX))
            }
        }

    fun hasNetwork(): Boolean = context.getSystemService(ConnectivityManager::class.java)?.activeNetwork != null

    private suspend fun keepHouse() {
        while (true) {
            delay(HOUSEKEEPING_MS)
            val network = hasNetwork()
            attempt { journal().maintain(network) }
            if (network) sync(pressed = false)
        }
    }

    private companion object {
        const val PRACTICE = "practice"
        const val LANE = "lane"
        const val HOUSEKEEPING_MS = 30_000L
        const val NEWS_MAX = 20
    }
}

/** The app's version, as the records say it. */
internal object BuildVersion {
    const val NAME = "0.1"
}
