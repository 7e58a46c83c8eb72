package org.fieldcore

import org.fieldcore.ffi.Carried
import org.fieldcore.ffi.CarryBytes
import org.fieldcore.ffi.CarryExported
import org.fieldcore.ffi.CarryImported
import org.fieldcore.ffi.CarryWay
import org.fieldcore.ffi.Journal
import org.fieldcore.ffi.Station
import java.nio.file.Path

/**
 * Records leave and come without a network: [FieldJournal.carry]. What left goes on waiting until the hub's receipt is
 * there. For animated codes give the bytes to an [org.fieldcore.ffi.FrameMaker]; the other side's
 * [org.fieldcore.ffi.FrameTaker] catches them.
 */
public class Carry internal constructor(
    private val journal: Journal,
    private val station: Station,
    private val desk: Desk,
) {
    /** Writes what waits to a new file; one of that name stays as it is and is refused. */
    public suspend fun exportFile(file: Path): CarryExported =
        desk.act { journal.exportFile(file.toAbsolutePath().toString()) }

    /** Writes what waits to new files of about [partBytes] bytes in [folder]. */
    public suspend fun exportFolder(folder: Path, partBytes: ULong): CarryExported =
        desk.act { journal.exportFolder(folder.toAbsolutePath().toString(), partBytes) }

    /** What waits as at most [bytesMax] bytes, but at least one item: for a share sheet or a screen. */
    public suspend fun exportBytes(bytesMax: ULong, way: CarryWay): CarryBytes =
        desk.act { journal.exportBytes(bytesMax, way) }

    /** Takes carries from files and folders; what became of each item is in the answer. */
    public suspend fun importPaths(paths: List<Path>): CarryImported = desk.act {
        journal.importPaths(paths.map { it.toAbsolutePath().toString() }).also { station.refreshRoster() }
    }

    /** Takes a carry in memory. */
    public suspend fun importBytes(bytes: ByteArray, way: CarryWay): CarryImported =
        desk.act { journal.importBytes(bytes, way).also { station.refreshRoster() } }

    /** What is carried for others. */
    public suspend fun carried(): Carried = desk.ask { journal.carries() }
}
