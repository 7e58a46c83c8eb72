import org.fieldcore.FieldJournal
import org.fieldcore.UrlTransport
import org.fieldcore.ffi.JournalOptions
import org.fieldcore.ffi.KeyVault
import org.fieldcore.ffi.ShiftPlan

suspend fun quickStart(folder: String, vault: KeyVault, invitation: String, scans: List<String>) {
    FieldJournal.open(JournalOptions(folder = folder, app = "quick-start/1"), vault).use { journal ->
        journal.enrol(invitation)
        journal.sync(UrlTransport())
        journal.startShift(ShiftPlan(site = "Hall", operator = "Lin"))
        scans.forEach { println(journal.line("A", it).cue) }
        journal.sealNow()
        val sync = journal.sync(UrlTransport())
        println("${journal.state.value.unsent} records wait (${sync.waiting})")
    }
}
