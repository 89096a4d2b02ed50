"""Which passages hold these words? BM25 over title, file name, headings and text, by tantivy, derived from the store.

A marker document holds how far the store has been followed and is replaced in the same commit as the data, so
whatever was missed by a crash is added again on the next ``follow``. The query is built from the analyser's terms;
what a person types never reaches a query parser. Texts themselves are kept by the store alone.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import structlog
import tantivy
from tantivy import Occur
from tantivy import Query as Matcher

from pincite.errors import Damaged, DiskFull
from pincite.index import analysis, exact
from pincite.index.store import Row, Store
from pincite.types import Filters

log = structlog.get_logger()
_HEAP = 64_000_000
_MARKER = "here"
_STEP = 2_000
"""Passages read from the store at a time."""
MOST_TERMS = 64
"""Terms of a question that count. A pasted page is cut to its first words: searches stay fast whatever comes in."""


class Found(NamedTuple):
    """A passage's number and its BM25 score."""

    number: int
    score: float


class Narrowing(NamedTuple):
    """Passages ``among`` these numbers, if it is given, that hold none of the terms and stop words ``out``."""

    among: Sequence[int] | None = None
    out: Sequence[str] = ()


ANY = Narrowing()


class Reached(NamedTuple):
    """How far the store has been followed: its change number, and the highest passage number."""

    seq: int
    number: int


class FullText:
    """The directory ``text/``. Searching works on the snapshot of the last ``reload``; there is none at first."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._schema = _schema()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._searcher: tantivy.Searcher | None = None
        self.reached = Reached(0, 0)

    def reload(self) -> None:
        """Sees the latest commit, whichever process made it. Raises ``Damaged`` if it can't be read."""
        if self._index is None:
            if not (self._directory / "meta.json").exists():
                return
            with _explained(self._directory):
                self._index = tantivy.Index(self._schema, str(self._directory))
        with _explained(self._directory):
            self._index.reload()
            self._searcher = self._index.searcher()
            self.reached = self._marker(self._searcher)

    def _marker(self, searcher: tantivy.Searcher) -> Reached:
        hits = searcher.search(Matcher.term_query(self._schema, "marker", _MARKER, "basic"), 1, count=False).hits
        if not hits:
            return Reached(0, 0)
        marker = searcher.doc(hits[0][1])
        return Reached(int(marker.get_first("reached_seq") or 0), int(marker.get_first("reached_number") or 0))

    def check(self) -> None:
        """Raises ``Damaged`` if a file is missing or fails the checksum in its footer. Reads all of them."""
        meta = self._directory / "meta.json"
        if not meta.exists():
            return
        try:
            listed = [_stems(segment) for segment in json.loads(meta.read_bytes())["segments"]]
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(f"{meta} is not what was written: {error}", hint=_HINT) from None
        stems = {stem for each in listed for stem in each}
        for path in sorted(self._directory.iterdir()):
            if path.stem in stems and not _sound(path):
                raise Damaged(f"{path} fails its checksum", hint=_HINT)

    # ── writing ──

    def follow(self, store: Store) -> None:
        """Takes over what the store has and this has not. May be called again after any failure."""
        seq = int(store.state("text_seq"))
        if seq == self.reached.seq:
            return
        with _explained(self._directory):
            writer = self._writing()
            try:
                number = self._catch_up(store, writer)
                writer.delete_documents_by_term("marker", _MARKER)
                marker = tantivy.Document()
                marker.add_text("marker", _MARKER)
                marker.add_unsigned("reached_seq", seq)
                marker.add_unsigned("reached_number", number)
                writer.add_document(marker)
                writer.commit()
            except BaseException:
                # A writer that failed once is never trusted again; the marker says what is missing.
                self._discard(writer)
                raise
        self.reload()

    def compare(self, store: Store) -> None:
        """Raises ``Damaged`` unless as many passages are here as in the store. Counting costs nothing.

        Without it a passage that is gone could go on taking a place among the candidates: once in some 150 kills
        tantivy came back with deletions missing that it had committed.
        """
        here = self.passages
        there = int(store.state("passages"))
        if here != there:
            raise Damaged(f"{self._directory} holds {here} passages, the database {there}", hint=_HINT)

    def _discard(self, writer: tantivy.IndexWriter) -> None:
        """Lets go of the engine's lock now: the error's traceback would hold the writer, and so the lock, for long."""
        self._writer = None
        try:
            writer.wait_merging_threads()
        except ValueError as error:
            log.warning("text_writer_discarded", why=str(error))

    def _writing(self) -> tantivy.IndexWriter:
        if self._index is None:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, str(self._directory))
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
            # A writer that was killed may have left a file by the very name the next commit will choose.
            self._writer.garbage_collect_files()
        return self._writer

    def _catch_up(self, store: Store, writer: tantivy.IndexWriter) -> int:
        """Applies deletions, then additions, and returns the highest number seen. Both can be repeated."""
        if gone := store.tombstones(self.reached.seq):
            # By query: tantivy-py 0.27 takes an integer term for deletion but then deletes nothing.
            writer.delete_documents_by_query(Matcher.term_set_query(self._schema, "number", gone))
        number = self.reached.number
        while rows := store.after(number, _STEP):
            for row in rows:
                writer.add_document(_document(row))
            number = rows[-1].number
        return number

    def close(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
        self.drop()

    def drop(self) -> None:
        self._writer = self._searcher = self._index = None
        self.reached = Reached(0, 0)

    # ── searching ──

    def search(
        self, terms: Sequence[tuple[str, ...]], limit: int, filters: Filters, narrowing: Narrowing = ANY
    ) -> list[Found]:
        """Passages that hold any of the terms, best first.

        Each item is one word in its possible forms; the best form counts.
        """
        words = [self._word("terms", variants) for variants in terms[:MOST_TERMS]]
        return self._run([(Occur.Should, word) for word in words], limit, filters, narrowing)

    def search_small(
        self, words: Sequence[str], limit: int, filters: Filters, narrowing: Narrowing = ANY
    ) -> list[Found]:
        """Passages that hold all of these stop words, for questions made of nothing else."""
        each = [(Occur.Must, self._word("small", (word,))) for word in dict.fromkeys(words[:MOST_TERMS])]
        return self._run(each, limit, filters, narrowing)

    def search_all(
        self, all_: Sequence[tuple[str, ...]], any_: Sequence[tuple[str, ...]], limit: int, filters: Filters = Filters()
    ) -> list[Found]:
        """Passages that hold all of the first terms, better the more of the others they hold."""
        words = [(Occur.Must, self._word("terms", variants)) for variants in all_[:MOST_TERMS]]
        words += [(Occur.Should, self._word("terms", variants)) for variants in any_[:MOST_TERMS]]
        return self._run(words, limit, filters, ANY)

    def holding_any(self, out: Sequence[str], among: Sequence[int]) -> frozenset[int]:
        """Which of these passages hold any of the terms or stop words."""
        words = [(Occur.Should, Matcher.term_set_query(self._schema, name, list(out))) for name in ("terms", "small")]
        found = self._run(words, len(among), Filters(), Narrowing(among))
        return frozenset(each.number for each in found)

    @property
    def passages(self) -> int:
        """How many there are."""
        return self._searcher.num_docs - 1 if self._searcher else 0

    def holding(self, term: str) -> int:
        """In how many passages the term occurs."""
        return self._searcher.doc_freq("terms", term) if self._searcher else 0

    def holding_both(self, term: str, other: str) -> int:
        """In how many passages both terms occur, or a stop word and a term."""
        if self._searcher is None:
            return 0
        first = Matcher.boolean_query([(Occur.Should, self._word(name, (term,))) for name in ("terms", "small")])
        both = Matcher.boolean_query([(Occur.Must, first), (Occur.Must, self._word("terms", (other,)))])
        with _explained(self._directory):
            found: Any = self._searcher.search(both, 1, count=True)
        return int(found.count)

    def beginning(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Terms of ``terms`` or ``small`` that begin like this, with in how many passages each is, most first."""
        if self._searcher is None:
            return []
        with _explained(self._directory):
            return self._searcher.terms_with_prefix(field, prefix)

    def _word(self, field: str, variants: tuple[str, ...]) -> Matcher:
        forms = [Matcher.term_query(self._schema, field, variant, "freq") for variant in variants]
        return forms[0] if len(forms) == 1 else Matcher.disjunction_max_query(forms)

    def _run(
        self, words: list[tuple[Occur, Matcher]], limit: int, filters: Filters, narrowing: Narrowing
    ) -> list[Found]:
        searcher = self._searcher
        if not words or searcher is None or limit < 1:
            return []
        conditions = [*self._conditions(filters), *self._narrowed(narrowing)]
        query = Matcher.boolean_query([(Occur.Must, Matcher.boolean_query(words)), *conditions])
        with _explained(self._directory):
            hits = searcher.search(query, limit, count=False).hits
            numbers = searcher.fast_field_values("number", [address for _, address in hits])
        return [
            Found(int(number), float(hit[0])) for number, hit in zip(numbers, hits, strict=True) if number is not None
        ]

    def _conditions(self, filters: Filters) -> Iterator[tuple[Occur, Matcher]]:
        schema = self._schema
        if filters.sites:
            yield Occur.Must, _silent(Matcher.term_set_query(schema, "site", list(filters.sites)))
        if filters.exclude_sites:
            yield Occur.MustNot, Matcher.term_set_query(schema, "site", list(filters.exclude_sites))
        if filters.collections:
            yield Occur.Must, _silent(Matcher.term_set_query(schema, "collection", list(filters.collections)))
        if filters.langs:
            yield Occur.Must, _silent(Matcher.term_set_query(schema, "lang", list(filters.langs)))
        if filters.after or filters.before:
            after = filters.after.toordinal() if filters.after else 1
            before = filters.before.toordinal() if filters.before else 4_000_000
            days = Matcher.range_query(schema, "day", tantivy.FieldType.Unsigned, after, before)
            yield Occur.Must, _silent(days)

    def _narrowed(self, narrowing: Narrowing) -> Iterator[tuple[Occur, Matcher]]:
        if narrowing.among is not None:
            yield Occur.Must, _silent(Matcher.term_set_query(self._schema, "number", list(narrowing.among)))
        if narrowing.out:
            for field in ("terms", "small"):
                yield Occur.MustNot, Matcher.term_set_query(self._schema, field, list(narrowing.out))


_HINT = "run: pincite index repair"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", indexed=True, fast=True)
    for name in ("terms", "small"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in ("site", "collection", "lang", "marker"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    for name in ("reached_seq", "reached_number"):
        builder.add_unsigned_field(name, stored=True)
    return builder.build()


def _document(row: Row) -> tantivy.Document:
    passage = row.passage
    about = passage.document
    whole = "\n".join(exact.parts(passage))
    made = tantivy.Document()
    made.add_unsigned("number", row.number)
    made.add_text("terms", " ".join(analysis.terms(whole, about.lang)))
    made.add_text("small", " ".join(analysis.small_words(whole, about.lang)))
    for site in _suffixes(about.site):
        made.add_text("site", site)
    made.add_text("collection", about.collection)
    made.add_text("lang", about.lang)
    if about.published:
        made.add_unsigned("day", about.published.toordinal())
    return made


def _suffixes(site: str) -> list[str]:
    """``a.b.c``, ``b.c``, ``c``: a filter on a site admits its subdomains."""
    labels = site.lower().split(".")
    return [".".join(labels[at:]) for at in range(len(labels))] if site else []


def _silent(condition: Matcher) -> Matcher:
    """A condition that must hold but says nothing about how good a hit is."""
    return Matcher.const_score_query(condition, 0.0)


def _stems(segment: dict[str, Any]) -> list[str]:
    """Names, less their endings, of the files that make up a segment. Others were left by a crash and don't count."""
    name = str(segment["segment_id"]).replace("-", "")
    deletes = segment.get("deletes")
    return [name, f"{name}.{deletes['opstamp']}"] if deletes else [name]


def _sound(path: Path) -> bool:
    """Whether the file's body has the CRC-32 that tantivy wrote into its footer."""
    raw = path.read_bytes()
    if len(raw) < 8:
        return False
    size = int.from_bytes(raw[-8:-4], "little")
    body = len(raw) - 8 - size
    if body < 0:
        return False
    try:
        footer: Any = json.loads(raw[body:-8])
        return bool(zlib.crc32(raw[:body]) == footer["crc"])
    except (ValueError, KeyError, TypeError):
        return False


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """The engine's errors, its panics too, in the house's own words."""
    try:
        yield
    except (ValueError, OSError) as error:
        if "No space left" in str(error) or "StorageFull" in str(error):
            raise DiskFull(f"no room for {directory}", hint="free some space and try again") from error
        raise Damaged(f"{directory}: {error}", hint=_HINT) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Damaged(f"{directory}: {error}", hint=_HINT) from error
        raise
