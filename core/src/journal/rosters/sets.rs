//! Sets of pages as they lie in the file.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::crypto;
use crate::error::{Error, Result};
use crate::platform::Entropy;
use crate::roster::RosterPage;
use crate::secret::Secret;

/// Pages from which on opening is shared among threads, how many of these, and how many pages each opens at a time.
const SHARED_FROM: usize = 4;
const THREADS_MAX: usize = 4;
const PAGES_EACH: usize = 4;

const PAGE_TAG: &[u8] = b"fieldcore/roster-page/1\0";

/// Pages as they lie in the file: number and sealed bytes, in order.
pub(super) type SealedPages = Vec<(u16, Vec<u8>)>;

/// A whole roster or a difference, complete or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) id: i64,
    pub(super) campaign: Uuid,
    pub(super) roster: Uuid,
    pub(super) number: u32,
    /// 0 for a whole roster.
    pub(super) base: u32,
    pub(super) pages: u16,
    pub(super) force: bool,
    pub(super) doubt: bool,
}

const COLUMNS: &str = "id, campaign, roster, number, base, pages, force, doubt";

impl Set {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            campaign: Uuid::from_bytes(row.get(1)?),
            roster: Uuid::from_bytes(row.get(2)?),
            number: row.get(3)?,
            base: row.get(4)?,
            pages: row.get(5)?,
            force: row.get(6)?,
            doubt: row.get(7)?,
        })
    }

    /// Every set of a campaign: roster by roster, lower numbers first.
    pub(super) fn all(conn: &Connection, campaign: Uuid) -> Result<Vec<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM roster WHERE campaign = ?1 ORDER BY roster, number, base");
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement.query_map([campaign.as_bytes()], Self::read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The sets of one roster.
    pub(super) fn of(conn: &Connection, campaign: Uuid, roster: Uuid) -> Result<Vec<Self>> {
        Ok(Self::all(conn, campaign)?.into_iter().filter(|set| set.roster == roster).collect())
    }

    /// A new set without pages.
    pub(super) fn insert(conn: &Connection, set: Self) -> Result<Self> {
        let sql = "INSERT INTO roster (campaign, roster, number, base, pages, force, doubt)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (campaign, roster) = (set.campaign.as_bytes(), set.roster.as_bytes());
        let params = params![campaign, roster, set.number, set.base, set.pages, set.force, set.doubt];
        conn.prepare_cached(sql)?.execute(params)?;
        Ok(Self { id: conn.last_insert_rowid(), ..set })
    }

    /// Takes the set with its pages away.
    pub(super) fn delete(&self, conn: &Connection) -> Result<()> {
        conn.prepare_cached("DELETE FROM roster_page WHERE roster = ?1")?.execute([self.id])?;
        conn.prepare_cached("DELETE FROM roster WHERE id = ?1")?.execute([self.id])?;
        Ok(())
    }

    /// Writes whether it is in force and in doubt.
    pub(super) fn update(&self, conn: &Connection) -> Result<()> {
        let sql = "UPDATE roster SET force = ?2, doubt = ?3 WHERE id = ?1";
        conn.prepare_cached(sql)?.execute(params![self.id, self.force, self.doubt])?;
        Ok(())
    }

    /// The lowest page that is missing; `None` if it is complete.
    pub(super) fn missing(&self, conn: &Connection) -> Result<Option<u16>> {
        let mut statement = conn.prepare_cached("SELECT page FROM roster_page WHERE roster = ?1 ORDER BY page")?;
        let held = statement.query_map([self.id], |row| row.get::<_, u16>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok((1..=self.pages).find(|page| held.binary_search(page).is_err()))
    }

    fn scope(&self, page: u16) -> Vec<u8> {
        let mut scope = PAGE_TAG.to_vec();
        scope.extend_from_slice(self.campaign.as_bytes());
        scope.extend_from_slice(self.roster.as_bytes());
        scope.extend_from_slice(&self.number.to_be_bytes());
        scope.extend_from_slice(&self.base.to_be_bytes());
        scope.extend_from_slice(&page.to_be_bytes());
        scope
    }

    /// Seals a page and keeps it; the same page again changes nothing. Whether it was new.
    pub(super) fn keep(
        &self,
        conn: &Connection,
        key: &Secret,
        entropy: &dyn Entropy,
        page: u16,
        plain: &[u8],
    ) -> Result<bool> {
        let sealed = crypto::seal(key, entropy, &self.scope(page), plain)?;
        let sql = "INSERT OR IGNORE INTO roster_page (roster, page, sealed) VALUES (?1, ?2, ?3)";
        Ok(conn.prepare_cached(sql)?.execute(params![self.id, page, sealed])? > 0)
    }

    fn open(&self, key: &Secret, page: u16, sealed: &[u8]) -> Result<RosterPage> {
        RosterPage::parse(&crypto::open(key, &self.scope(page), sealed, "roster page")?)
    }

    /// One of its pages, the first that is there.
    pub(super) fn first(&self, conn: &Connection, key: &Secret) -> Result<Option<RosterPage>> {
        let sql = "SELECT page, sealed FROM roster_page WHERE roster = ?1 ORDER BY page LIMIT 1";
        let row: Option<(u16, Vec<u8>)> =
            conn.prepare_cached(sql)?.query_row([self.id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        row.map(|(page, sealed)| self.open(key, page, &sealed)).transpose()
    }

    /// All of its pages as they lie here, in order.
    pub(super) fn sealed(&self, conn: &Connection) -> Result<SealedPages> {
        let mut statement =
            conn.prepare_cached("SELECT page, sealed FROM roster_page WHERE roster = ?1 ORDER BY page")?;
        let rows = statement.query_map([self.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Opens its pages and hands them over one after the other; only a few are in memory at a time.
    pub(super) fn open_each(
        &self,
        key: &Secret,
        sealed: &[(u16, Vec<u8>)],
        mut take: impl FnMut(RosterPage) -> Result<()>,
    ) -> Result<()> {
        if sealed.len() != usize::from(self.pages) {
            let why = "some of the roster's pages are gone; the whole is asked for";
            return Err(Error::untrusted("roster page", why));
        }
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        for some in sealed.chunks(threads * PAGES_EACH) {
            for part in self.open_some(key, some, threads) {
                part?.into_iter().try_for_each(&mut take)?;
            }
        }
        Ok(())
    }

    /// Opens a few pages. Somebody waits for it, and pages open each by itself.
    fn open_some(&self, key: &Secret, sealed: &[(u16, Vec<u8>)], threads: usize) -> Vec<Result<Vec<RosterPage>>> {
        let open = |part: &[(u16, Vec<u8>)]| {
            part.iter().map(|(page, sealed)| self.open(key, *page, sealed)).collect::<Result<Vec<_>>>()
        };
        if sealed.len() < SHARED_FROM || threads < 2 {
            return vec![open(sealed)];
        }
        std::thread::scope(|scope| {
            let part = |part| scope.spawn(move || open(part));
            let workers: Vec<_> = sealed.chunks(sealed.len().div_ceil(threads)).map(part).collect();
            let broken = || Err(Error::refused("opening the roster", "a thread of it ended; try again"));
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| broken())).collect()
        })
    }

    /// All of its pages, opened, in order.
    pub(super) fn load(&self, conn: &Connection, key: &Secret) -> Result<Vec<RosterPage>> {
        let mut pages = Vec::with_capacity(usize::from(self.pages));
        self.open_each(key, &self.sealed(conn)?, |page| {
            pages.push(page);
            Ok(())
        })?;
        Ok(pages)
    }
}

/// Whether the file has these tables; one that is read beside its older writer may not.
pub(super) fn are_there(conn: &Connection) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'roster_page')";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Takes away every set of the campaign that has pages: nothing opens them any more.
pub(super) fn drop_unreadable(conn: &Connection, campaign: Uuid) -> Result<()> {
    Set::all(conn, campaign)?.iter().filter(|set| set.pages > 0).try_for_each(|set| set.delete(conn))
}
