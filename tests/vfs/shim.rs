//! The C side: a `sqlite3_vfs` whose files pass everything on to the system's own.
#![allow(unsafe_code, reason = "SQLite's VFS is a C interface")]

use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_void};
use std::mem::size_of;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rusqlite::ffi::{
    self, SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR, SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, SQLITE_OK, sqlite3_file,
    sqlite3_int64, sqlite3_io_methods, sqlite3_vfs,
};

use super::{Shared, Verdict};

/// One open file: SQLite's part first, then ours, then (in the same block) the system's.
#[repr(C)]
struct File {
    base: sqlite3_file,
    ours: *mut Ours,
}

struct Ours {
    shared: Arc<Shared>,
    path: PathBuf,
    inode: Option<u64>,
}

/// What `pAppData` points to.
struct App {
    shared: Arc<Shared>,
    under: *mut sqlite3_vfs,
}

/// A registered VFS; taken off SQLite's list when dropped. Its few bytes stay, so that a
/// connection closed late still finds its methods.
#[derive(Debug)]
pub(super) struct Registered {
    name: String,
    vfs: *mut sqlite3_vfs,
}

// SAFETY: the pointer is only handed to SQLite, whose list of VFSs has a lock of its own.
unsafe impl Send for Registered {}
// SAFETY: as above; `&Registered` gives no access to the pointer.
unsafe impl Sync for Registered {}

impl Registered {
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: `vfs` was registered by `register` and is never freed.
        unsafe { ffi::sqlite3_vfs_unregister(self.vfs) };
    }
}

pub(super) fn register(shared: &Arc<Shared>) -> Registered {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("fieldcore-test-{}", NEXT.fetch_add(1, Relaxed));
    let c_name = CString::new(name.clone()).expect("the name has no zero byte");
    // SAFETY: SQLite initialises itself; the unix VFS is static.
    let under = unsafe {
        ffi::sqlite3_initialize();
        ffi::sqlite3_vfs_find(c"unix".as_ptr())
    };
    assert!(!under.is_null(), "SQLite has its unix VFS");
    let app = Box::into_raw(Box::new(App { shared: shared.clone(), under }));
    // SAFETY: `under` points to the static unix VFS.
    let (size, longest_path) = unsafe { ((*under).szOsFile, (*under).mxPathname) };
    let vfs = Box::into_raw(Box::new(sqlite3_vfs {
        iVersion: 2,
        szOsFile: c_int::try_from(size_of::<File>()).expect("a file is small") + size,
        mxPathname: longest_path,
        pNext: ptr::null_mut(),
        zName: c_name.into_raw(),
        pAppData: app.cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: Some(current_time_int64),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    }));
    // SAFETY: `vfs` is complete and lives for ever.
    let code = unsafe { ffi::sqlite3_vfs_register(vfs, 0) };
    assert_eq!(code, SQLITE_OK, "the VFS can be registered");
    Registered { name, vfs }
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The VFS beneath and what is ours.
///
/// # Safety
/// `vfs` must be one that [`register`] made.
unsafe fn app<'a>(vfs: *mut sqlite3_vfs) -> &'a App {
    // SAFETY: `register` set `pAppData` to an `App` that is never freed.
    unsafe { &*(*vfs).pAppData.cast::<App>() }
}

/// The system's file, which lies behind ours in the same block.
///
/// # Safety
/// `file` must be a block of `szOsFile` bytes handed over by SQLite.
unsafe fn under(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: the block is `size_of::<File>()` plus the system's size long.
    unsafe { file.cast::<u8>().add(size_of::<File>()).cast() }
}

/// What we keep of an open file.
///
/// # Safety
/// `file` must have been opened by [`open`] and not closed yet.
unsafe fn ours<'a>(file: *mut sqlite3_file) -> &'a Ours {
    // SAFETY: `open` set it; `close` frees it last.
    unsafe { &*(*file.cast::<File>()).ours }
}

/// Calls a method of the system's file.
macro_rules! pass {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: SQLite calls a file's methods only between open and close, so the system's
        // file behind it is open and has the method.
        unsafe {
            let under = under($file);
            match (*(*under).pMethods).$method {
                Some(method) => method(under $(, $argument)*),
                None => SQLITE_IOERR,
            }
        }
    }};
}

/// Calls a method of the VFS beneath.
macro_rules! pass_vfs {
    ($vfs:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: the unix VFS is static and has every method that is passed on.
        unsafe {
            let under = app($vfs).under;
            match (*under).$method {
                Some(method) => method(under $(, $argument)*),
                None => SQLITE_IOERR,
            }
        }
    }};
}

/// # Safety
/// `name` must be null or a C string.
unsafe fn path_of(name: *const c_char) -> Option<PathBuf> {
    // SAFETY: as required.
    (!name.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())).to_path_buf())
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over a block of `szOsFile` bytes.
    unsafe { (*file).pMethods = ptr::null() };
    // SAFETY: the arguments are SQLite's own.
    let (app, path) = unsafe { (app(vfs), path_of(name)) };
    let mut state = app.shared.state();
    if state.after_cut.is_some() {
        return SQLITE_CANTOPEN;
    }
    let there = path.as_ref().is_some_and(|path| path.exists());
    // SAFETY: the system's file lies behind ours, see `under`.
    let below = unsafe { under(file) };
    let code = pass_vfs!(vfs, xOpen, name, below, flags, out);
    if code != SQLITE_OK {
        // SAFETY: SQLite's rule: a file whose methods were set must be closed even when open failed.
        unsafe {
            if let Some(close) = (*below).pMethods.as_ref().and_then(|methods| methods.xClose) {
                close(below);
            }
        }
        return code;
    }
    let inode = path.as_ref().and_then(|path| state.model.opened(path, !there));
    drop(state);
    let ours = Ours { shared: app.shared.clone(), path: path.unwrap_or_default(), inode };
    // SAFETY: the block is ours until `close`.
    unsafe {
        (*file.cast::<File>()).ours = Box::into_raw(Box::new(ours));
        (*file).pMethods = &raw const METHODS;
    }
    SQLITE_OK
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let code = pass!(file, xClose);
    // SAFETY: `open` made the box; nobody uses the file after this.
    drop(unsafe { Box::from_raw((*file.cast::<File>()).ours) });
    code
}

unsafe extern "C" fn read(file: *mut sqlite3_file, to: *mut c_void, amount: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: the file is open.
    if unsafe { ours(file) }.shared.state().after_cut.is_some() {
        return SQLITE_IOERR;
    }
    pass!(file, xRead, to, amount, at)
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, amount: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: the file is open.
    let ours = unsafe { ours(file) };
    let length = usize::try_from(amount).unwrap_or(0);
    let mut state = ours.shared.state();
    match state.on_write(&ours.path, u64::try_from(at).unwrap_or(0), length) {
        Verdict::Go => {}
        Verdict::Full => return SQLITE_FULL,
        _ => return SQLITE_IOERR_WRITE,
    }
    let code = pass!(file, xWrite, from, amount, at);
    if let (SQLITE_OK, Some(inode), Ok(at)) = (code, ours.inode, usize::try_from(at)) {
        // SAFETY: SQLite hands over `amount` readable bytes.
        let data = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), length) };
        state.model.wrote(inode, at, data);
    }
    code
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: the file is open.
    let ours = unsafe { ours(file) };
    let mut state = ours.shared.state();
    if state.off() {
        return SQLITE_IOERR;
    }
    let code = pass!(file, xTruncate, size);
    if let (SQLITE_OK, Some(inode), Ok(size)) = (code, ours.inode, usize::try_from(size)) {
        state.model.truncated(inode, size);
    }
    code
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: the file is open.
    let ours = unsafe { ours(file) };
    let mut state = ours.shared.state();
    let verdict = state.on_sync(&ours.path);
    let Some(inode) = ours.inode else { return SQLITE_OK };
    match verdict {
        Verdict::Go => state.model.synced(inode),
        Verdict::Lie => {}
        Verdict::Fail => {
            state.model.sync_failed(inode);
            return SQLITE_IOERR_FSYNC;
        }
        Verdict::Off | Verdict::Full => return SQLITE_IOERR_FSYNC,
    }
    SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    // SAFETY: the arguments are SQLite's own.
    let (app, path) = unsafe { (app(vfs), path_of(name)) };
    let mut state = app.shared.state();
    if state.off() {
        return SQLITE_IOERR;
    }
    if let Some(path) = &path {
        state.model.deleting(path);
    }
    drop(state);
    pass_vfs!(vfs, xDelete, name, sync_folder)
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    pass!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    pass!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    pass!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    pass!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    pass!(file, xFileControl, what, argument)
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    pass!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    pass!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    pass!(file, xShmMap, page, size, extend, out)
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    pass!(file, xShmLock, offset, count, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    // SAFETY: as in `pass`.
    unsafe {
        let under = under(file);
        if let Some(barrier) = (*(*under).pMethods).xShmBarrier {
            barrier(under);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    pass!(file, xShmUnmap, delete)
}

unsafe extern "C" fn access(vfs: *mut sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    pass_vfs!(vfs, xAccess, name, flags, out)
}

unsafe extern "C" fn full_pathname(vfs: *mut sqlite3_vfs, name: *const c_char, size: c_int, out: *mut c_char) -> c_int {
    pass_vfs!(vfs, xFullPathname, name, size, out)
}

unsafe extern "C" fn randomness(vfs: *mut sqlite3_vfs, size: c_int, out: *mut c_char) -> c_int {
    pass_vfs!(vfs, xRandomness, size, out)
}

unsafe extern "C" fn sleep(vfs: *mut sqlite3_vfs, microseconds: c_int) -> c_int {
    pass_vfs!(vfs, xSleep, microseconds)
}

unsafe extern "C" fn current_time(vfs: *mut sqlite3_vfs, out: *mut f64) -> c_int {
    pass_vfs!(vfs, xCurrentTime, out)
}

unsafe extern "C" fn last_error(vfs: *mut sqlite3_vfs, size: c_int, out: *mut c_char) -> c_int {
    pass_vfs!(vfs, xGetLastError, size, out)
}

unsafe extern "C" fn current_time_int64(vfs: *mut sqlite3_vfs, out: *mut sqlite3_int64) -> c_int {
    pass_vfs!(vfs, xCurrentTimeInt64, out)
}
