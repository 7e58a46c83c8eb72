-- Rosters, schema 2. Never edited after a release: a later step is a new file.
--
-- The hub sends again whatever is lost of these, so they have no tags and are not rescued from a damaged file.
-- Nothing here is personal, nor a hash of anything that is: pages are sealed, the rest is ids, numbers and counts.

-- Sets of pages. `base` is 0 for a whole roster, else the number that a difference leads on from. `force` is 1 for what is
-- in force, `doubt` for what could not be opened and is asked for again; `pages` is 0 for an empty roster in force.
CREATE TABLE roster (
    id INTEGER PRIMARY KEY,
    campaign BLOB NOT NULL,
    roster BLOB NOT NULL,
    number INTEGER NOT NULL,
    base INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    force INTEGER NOT NULL,
    doubt INTEGER NOT NULL,
    UNIQUE (campaign, roster, number, base)
) STRICT;

-- Their pages, sealed one by one under the campaign's roster key.
CREATE TABLE roster_page (
    id INTEGER PRIMARY KEY,
    roster INTEGER NOT NULL,
    page INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (roster, page)
) STRICT;
