"""What is in the database? The only commit point of the index: a file, a text, a vector counts once a row says so.

Numbers grow and are never used again (AUTOINCREMENT), so a number that a derived store still holds can't come to
mean another passage. ``seq`` is the one change number of the index; rows carry the one that made them.
"""

_DOCUMENTS = """
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,          -- case folded, for lookups by prefix
    site TEXT NOT NULL,
    published TEXT,                   -- ISO date
    lang TEXT NOT NULL,
    collection TEXT NOT NULL,
    hash BLOB NOT NULL,               -- of the whole original: equal means unchanged
    file INTEGER NOT NULL,            -- where the original lies in the journal
    at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    seq INTEGER NOT NULL
);
CREATE INDEX documents_title ON documents (title_key);
CREATE INDEX documents_url ON documents (url);
CREATE INDEX documents_collection ON documents (collection);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    headings TEXT NOT NULL,           -- JSON array
    text TEXT NOT NULL,
    page INTEGER,
    crc INTEGER NOT NULL,             -- of the text: SQLite itself does not notice a flipped bit in a value
    seq INTEGER NOT NULL
);
CREATE INDEX passages_document ON passages (document);
-- passages that are gone but that derived stores may hold
CREATE TABLE tombstones (number INTEGER PRIMARY KEY, seq INTEGER NOT NULL);
-- passages without a vector
CREATE TABLE pending (number INTEGER PRIMARY KEY);
CREATE TABLE vectors (number INTEGER PRIMARY KEY, scale REAL NOT NULL, vector BLOB NOT NULL);
CREATE TABLE segments (file TEXT PRIMARY KEY, rows INTEGER NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tallies (kind TEXT, name TEXT, documents INTEGER NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
INSERT INTO state VALUES ('seq', 0), ('text_seq', 0), ('documents', 0), ('passages', 0), ('embedded', 0),
    ('embedder', ''), ('journal_file', 1), ('journal_end', 0);
"""
_LINKS = """
-- every address that is a document's or that a document links to, in its one spelling, see addresses.py
CREATE TABLE addresses (number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);
ALTER TABLE documents ADD COLUMN address INTEGER REFERENCES addresses;
CREATE INDEX documents_address ON documents (address);
CREATE TABLE links (
    document INTEGER NOT NULL,
    target INTEGER NOT NULL,          -- an address
    anchor TEXT NOT NULL,
    nofollow INTEGER NOT NULL,
    PRIMARY KEY (document, target, anchor)
) WITHOUT ROWID;
-- derived from the links: see links.Standing
CREATE TABLE standings (
    address INTEGER PRIMARY KEY, rank REAL NOT NULL, site_rank REAL NOT NULL, anchors TEXT NOT NULL
);
INSERT INTO state VALUES ('links', 0), ('links_new', 0), ('standings_seq', 0);
"""
_SPOTS = """
-- where the passage stands in its file: JSON array of [start, label, page]
ALTER TABLE passages ADD COLUMN spots TEXT NOT NULL DEFAULT '[]';
"""
STEPS = (_DOCUMENTS, _LINKS, _SPOTS)
"""Step n leads from format n to n + 1; a new database takes all of them, an older one those that it lacks."""
FORMAT = len(STEPS)
