"""Where did I ask about this? Full-text search over threads: titles, questions, answers and their sources' titles.

One row a thread, holding its distinct words, so that the words of a search may be spread over its answers and come in
any order. Both databases get the words ready-made (``words``), so both find the same: SQLite in an FTS5 table,
PostgreSQL in a ``tsvector`` built without its parser. Every word of a search is a prefix, but a single Latin letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, text

from pincite.library.tables import threads
from pincite.text import tokens
from pincite.text.sentences import split

LONGEST_WORD = 64
MOST_WORDS = 20_000
"""A ``tsvector`` holds 1 MB; 20,000 words of 64 letters is the most that can come near."""

EXCERPT = 160
"""Characters of a sentence that are shown."""

_MARKS = re.compile(r"\*\*|__|`|^\s*(?:#{1,6}|[-*+>])\s+", re.MULTILINE)
"""Of Markdown, which an answer's text may hold: an excerpt is plain."""
_WORD = re.compile(r"[^\W_]+")
_FIRST_UNSPACED = "\u0e00"


def words(*texts: str) -> set[str]:
    """Distinct words of the texts: folded case, no accents, pairs of characters where a script has no spaces.

    The last character of such a run is also a word of its own, so that each single character can be found.
    """
    found: set[str] = set()
    for piece in texts:
        found.update(_plain(tokens.segment(piece)))
    found.update(word[1] for word in tuple(found) if len(word) == 2 and word[0] >= _FIRST_UNSPACED)
    return found


def _plain(segmented: str) -> Iterable[str]:
    if not segmented.isascii():
        decomposed = unicodedata.normalize("NFKD", segmented)
        bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
        segmented = unicodedata.normalize("NFC", bare)
    return (word[:LONGEST_WORD] for word in _WORD.findall(segmented.casefold()))


def _opens_others(word: str) -> bool:
    """May it be the beginning of another word? A single Latin letter would be that of half of all (577 ms)."""
    return len(word) > 1 or not word.isascii()


def add(connection: Connection, thread: int, more: set[str]) -> None:
    """The words of ``thread`` are now also ``more``."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "INSERT INTO history (thread, words) VALUES (:thread, array_to_tsvector(CAST(:words AS text[]))) "
                "ON CONFLICT (thread) DO UPDATE SET words = history.words || excluded.words "
                "WHERE length(history.words) < :most"
            ),
            {"thread": thread, "words": sorted(more)[:MOST_WORDS], "most": MOST_WORDS},
        )
        return
    row = connection.execute(text("SELECT words FROM history WHERE rowid = :thread"), {"thread": thread}).scalar()
    known = set(row.split()) if row else set()
    if more <= known or len(known) >= MOST_WORDS:
        return
    statement = (
        "INSERT INTO history (rowid, words) VALUES (:thread, :words)"
        if row is None
        else "UPDATE history SET words = :words WHERE rowid = :thread"
    )
    joined = " ".join(sorted(known | more)[:MOST_WORDS])
    connection.execute(text(statement), {"thread": thread, "words": joined})


def remove(connection: Connection, thread: int) -> None:
    """Forget the words of ``thread``."""
    column = "thread" if connection.dialect.name == "postgresql" else "rowid"
    connection.execute(text(f"DELETE FROM history WHERE {column} = :thread"), {"thread": thread})  # noqa: S608


def found(connection: Connection, search: str) -> ColumnElement[bool] | None:
    """The condition that a thread has a word beginning with each word of ``search``; ``None`` if it has no words."""
    wanted = sorted(words(search))[:64]
    if not wanted:
        return None
    if connection.dialect.name == "postgresql":
        matching = text("SELECT thread FROM history WHERE words @@ CAST(:wanted AS tsquery)")
        query = " & ".join(f"'{word}'{':*' if _opens_others(word) else ''}" for word in wanted)
    else:
        matching = text("SELECT rowid FROM history WHERE history MATCH :wanted")
        query = " ".join(f'"{word}"{"*" if _opens_others(word) else ""}' for word in wanted)
    return threads.c.number.in_(matching.bindparams(wanted=query).columns(threads.c.number))


def excerpt(wanted: set[str], texts: Iterable[str]) -> str:
    """The sentence of ``texts`` that has most of the ``wanted`` words, the first of several, cut to ``EXCERPT``
    characters around them; empty where none has any."""
    found, best = set[str](), ""
    for sentence in (piece[start:end] for piece in texts for start, end in split(piece)):
        if len(here := held(wanted, words(sentence))) > len(found):
            found, best = here, sentence
        if found == wanted:
            break
    if not found:
        return ""
    line = " ".join(_MARKS.sub("", best).split())
    first = next((word.start() for word in re.finditer(r"\S+", line) if held(found, words(word[0]))), 0)
    begin = 0 if first < EXCERPT // 2 else line.rfind(" ", 0, first - EXCERPT // 4) + 1
    shown = line[begin : begin + EXCERPT]
    if begin + EXCERPT < len(line):
        shown = f"{shown[: shown.rfind(' ')] if ' ' in shown else shown} …"
    return f"… {shown}" if begin else shown


def held(wanted: set[str], has: set[str]) -> set[str]:
    """Those of the ``wanted`` words that one of these begins with, as a search finds them."""
    return {
        word for word in wanted if word in has or (_opens_others(word) and any(one.startswith(word) for one in has))
    }
