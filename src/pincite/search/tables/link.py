"""Which words mean which table, column or value? Every reading of every stretch of the question, with how sure it is.

Names are compared by their plain forms, a thesaurus of general English and the layer's synonyms; values by exact,
case-folded and near spelling. What was put in place of the words is told, so that a person can object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from pincite.search.tables.kinds import split_words
from pincite.search.tables.layer import Layer
from pincite.search.tables.schema import SCANNED, Column, Schema, Table, identifier
from pincite.search.tables.wording import ACTS, SILENT, THESAURUS
from pincite.text.tokens import STOP_WORDS, normal

LONGEST = 8
"""Words of the longest stretch that is looked up."""
NEAR = 0.86
"""How alike two spellings must be (Ratcliff and Obershelp), from 0 to 1."""
_GENERIC = frozenset(
    "name id code num number no of the count amount total text value date info type details description".split()
)
_PLAIN_TABLE = frozenset("ref tbl table info data dim fact list master lookup tb t".split())
_TOKEN = re.compile(
    r"\"(?P<double>[^\"]*)\"|“(?P<curly>[^”]*)”|(?<![^\W_])'(?P<single>[^']+)'(?![^\W_])|`(?P<tick>[^`]*)`"
    r"|(?P<day>\d{4}-\d{1,2}(?:-\d{1,2})?(?!\w))|(?P<number>(?<!\d\s)(?:(?<=\s)[-−])?[$€£]?\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th|k|m|bn)?%?(?![^\W_]))|(?P<word>[^\W_]+(?:[.'’_&-][^\W_]+)*(?:(?<=s)['’](?!\w))?)|(?P<mark>[,;]|(?<!\b[A-Z])(?<!\b[DMS][rst])(?<!\bMrs)(?<!\bProf)[.?!](?=\s))"
)
_DROPPED = re.compile(r"[^\w\s.'’&-]|(?:(?<=\b[A-Z])|(?<=\b[DMS][rst])|(?<=\bMrs)|(?<=\bProf))\.(?=\s)")
_PLAIN_WORDS = STOP_WORDS | ACTS
"""Words that are values only where they are written as the value is: a track may be called Release."""
_MARKS = frozenset(",;.?!")
_PLAINLY = (
    (re.compile(r"\b(?:his or her|his/her|her or his|his for her)\b", re.IGNORECASE), "their"),
    (re.compile(r"\bfull (names?)\b", re.IGNORECASE), r"\1"),
    (re.compile(r"\b(?:no|nr)\.\s*(?=\d)", re.IGNORECASE), "number "),
    (re.compile(r"\b(?:he or she|he/she|she or he)\b", re.IGNORECASE), "they"),
    (re.compile(r"\b(?:right )?next to\b", re.IGNORECASE), "adjacent"),
    (re.compile(r"\b(first|last) and (last|first) names?\b", re.IGNORECASE), r"\1 name and \2 name"),
)
"""Wordings that are read as plainer ones."""
_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {
    "hundred": 100,
    "thousand": 1000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "once": 1,
    "twice": 2,
    "dozen": 12,
    "single": 1,
}


@dataclass(frozen=True)
class Token:
    """A word, a number or something in quotation marks. ``start:end`` are characters of the question."""

    text: str
    start: int
    end: int
    quoted: bool = False
    number: float | None = None

    @property
    def low(self) -> str:
        return self.text.lower()

    possessive: bool = False

    @property
    def stem(self) -> str:
        if self.low == "not":
            # A note has the same stem, and is a column of half of all tables.
            return "not "
        return "id" if self.low == "ids" else normal(self.low)


def tokens(question: str) -> list[Token]:
    """Words, numbers, commas and what stands in quotation marks, in order."""
    for pattern, plain in _PLAINLY:
        question = pattern.sub(plain, question)
    return _scaled([_token(match) for match in _TOKEN.finditer(question)])


def _scaled(found: Sequence[Token]) -> list[Token]:
    """*two million* and *a hundred thousand* are one number."""
    made: list[Token] = []
    for token in found:
        before = made[-1] if made else None
        if (
            before is not None
            and before.number is not None
            and token.low in ("hundred", "thousand", "million", "billion")
        ):
            scale = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}[token.low]
            made[-1] = Token(f"{before.text} {token.text}", before.start, token.end, number=before.number * scale)
        else:
            made.append(token)
    return made


def _token(match: re.Match[str]) -> Token:
    for name in ("double", "curly", "single", "tick"):
        if match[name] is not None:
            return Token(match[name].strip(), match.start(), match.end(), quoted=True)
    text = match[0].replace("’", "'")
    possessive = bool(match["word"]) and text.lower().endswith(("'s", "s'"))
    if possessive:
        text = text[:-2] if text.lower().endswith("'s") else text[:-1]
    return Token(text, match.start(), match.end(), number=_number(text.lower()), possessive=possessive)


def _number(text: str) -> float | None:
    if text in _NUMBERS:
        return float(_NUMBERS[text])
    match = re.fullmatch(r"([-−]?)[$€£]?(\d[\d,]*(?:\.\d+)?)(st|nd|rd|th|k|m|bn)?%?", text)
    if match is None:
        return None
    scale = {"k": 1e3, "m": 1e6, "bn": 1e9}.get(match[3] or "", 1.0) * (-1 if match[1] else 1)
    return float(match[2].replace(",", "")) * scale


@dataclass(frozen=True)
class Link:
    """Tokens ``first:last`` may mean this."""

    first: int
    last: int
    kind: Literal["table", "column", "value", "metric"]
    table: str
    column: str = ""
    """Of a metric its name."""
    value: str = ""
    score: float = 1.0
    told: str = ""
    """What was put in place of the words, where it is not what they say."""
    numbered: bool = False
    """A value that is the number of one row: *order 1591*."""


class Linker:
    """Finds links in questions about one schema. Made once, then asked often."""

    def __init__(self, schema: Schema, layer: Layer | None = None) -> None:
        self.layer = layer or Layer()
        self.schema = self.layer.applied(schema)
        self._names: dict[tuple[str, ...], list[Link]] = {}
        self._columns: list[tuple[Table, Column, frozenset[str]]] = []
        self._values: dict[tuple[str, ...], list[tuple[str, str, str]]] = {}
        self._openings: dict[str, list[tuple[tuple[str, ...], tuple[str, str, str]]]] = {}
        for table in self.schema.tables:
            self._add_table(table)
            for column in table.columns:
                self._add_column(table, column)
        self._add_layer(self.layer)
        self._keys = _numbers_of_rows(self.schema)

    def _add_layer(self, layer: Layer) -> None:
        for table, column, word in layer.names:
            self._name(_stems(split_words(word)), "column" if column else "table", table, column, 1.0)
        for metric in layer.metrics:
            for word in metric.names:
                self._name(_stems(split_words(word)), "metric", metric.table, metric.name, 1.0)
        for table, column, value, word in layer.values:
            self._values.setdefault(_value_key(word), []).append((table, column, value))

    # ── names ──

    def _add_table(self, table: Table) -> None:
        words = _stems(table.words)
        self._name(words, "table", table.name, "", 1.0)
        self._name(("".join(table.words),), "table", table.name, "", 1.0)
        core = tuple(word for word in words if word not in _PLAIN_TABLE)
        self._name(_stems(split_words(table.name)), "table", table.name, "", 1.0)
        self._name(core, "table", table.name, "", 0.97)
        self._name((normal("".join(core)),), "table", table.name, "", 0.95)
        if len(core) > 1:
            self._name(core[-1:], "table", table.name, "", 0.7)
            self._name(core[:1], "table", table.name, "", 0.35)

    def _add_column(self, table: Table, column: Column) -> None:
        words = _stems(column.words)
        own = {*_stems(table.words)}
        self._name(words, "column", table.name, column.name, 1.0)
        if "of" in words or "per" in words:
            self._name(tuple(w for w in words if w not in ("of", "per")), "column", table.name, column.name, 0.95)
        if len(words) == 2:
            self._name((words[1], words[0]), "column", table.name, column.name, 0.95)
        core = tuple(word for word in words if word not in own)
        if core and core != words and not set(core) <= STOP_WORDS:
            self._name(core, "column", table.name, column.name, 0.96)
        short = tuple(word for word in words if word not in _GENERIC_STEMS)
        if short and short != words:
            self._name(short, "column", table.name, column.name, 0.8)
        for size in range(1, len(words)):
            for part in (words[-size:], words[:size]):
                generic = all(word in _GENERIC_STEMS for word in part)
                self._name(part, "column", table.name, column.name, 0.6 if generic else 0.72)
        for word in words[1:-1]:
            if word not in _GENERIC_STEMS:
                self._name((word,), "column", table.name, column.name, 0.55)
        if column.kind == "text" and not column.quoted_number:
            for value in column.values:
                self._add_value(table, column, value)

    def _name(
        self, words: tuple[str, ...], kind: Literal["table", "column", "metric"], table: str, column: str, score: float
    ) -> None:
        if not words or words == ("",):
            return
        known = self._names.setdefault(words, [])
        for at, link in enumerate(known):
            if (link.kind, link.table, link.column) == (kind, table, column):
                if score > link.score:
                    known[at] = Link(0, 0, kind, table, column, score=score)
                return
        known.append(Link(0, 0, kind, table, column, score=score))

    # ── values ──

    def _add_value(self, table: Table, column: Column, value: str) -> None:
        key = _value_key(value)
        if key:
            self._values.setdefault(key, []).append((table.name, column.name, value))
            self._openings.setdefault(key[0], []).append((key, (table.name, column.name, value)))

    # ── finding ──

    def links(self, words: Sequence[Token]) -> list[Link]:
        """Every reading of every stretch, in the order of the question; a stretch may have many."""
        found: list[Link] = []
        for first in range(len(words)):
            for last in range(first + 1, min(len(words), first + LONGEST) + 1):
                part = words[first:last]
                if any(token.text in _MARKS for token in part):
                    break
                found += self._named(part, first, last)
                found += self._valued(part, first, last)
        return [*found, *(link for at in range(1, len(words)) for link in self._numbered(words, at))]

    def _named(self, part: Sequence[Token], first: int, last: int) -> Iterator[Link]:
        if len(part) > 5 or (part[0].quoted and len(part) > 1):
            return
        stems = tuple(token.stem for token in part)
        if len(part) == 1 and part[0].low in STOP_WORDS and stems not in self._names:
            return
        best: dict[tuple[str, str, str], Link] = {}
        for variant, worth in _variants(stems):
            for link in self._names.get(variant, ()):
                # A table is named by its name; another word for it is more often a column's.
                score = link.score * (worth if link.kind == "column" or worth == 1.0 else worth * 0.75)
                if worth < 1.0 and (link.table, link.column) in self._keys:
                    # Songs are tracks, not their numbers.
                    score *= 0.7
                key = (link.kind, link.table, link.column)
                if key not in best or best[key].score < score:
                    best[key] = Link(first, last, link.kind, link.table, link.column, score=score)
        if not best and len(part) == 1:
            best = {(k.kind, k.table, k.column): k for k in self._misspelt(part[0], first, last)}
        yield from best.values()

    def _misspelt(self, token: Token, first: int, last: int) -> Iterator[Link]:
        word = token.stem
        if len(word) < 5 or token.number is not None or token.low in SILENT or token.low in STOP_WORDS:
            return
        for name, links in self._names.items():
            if (
                len(name) == 1
                and abs(len(name[0]) - len(word)) <= 2
                and name[0][0] == word[0]
                and _alike(word, name[0])
            ):
                for link in links:
                    told = f"“{token.text}” read as {name[0]}"
                    yield Link(first, last, link.kind, link.table, link.column, score=link.score * 0.85, told=told)

    def _valued(self, part: Sequence[Token], first: int, last: int) -> Iterator[Link]:
        text = " ".join(token.text for token in part)
        key = _value_key(text)
        if not key:
            return
        quoted = len(part) == 1 and part[0].quoted
        exact = [
            *self._values.get(key, ()),
            *(v for alias in _ALIASES.get(key, ()) for v in self._values.get(alias, ())),
        ]
        for table, column, value in exact:
            if len(part) == 1 and not quoted and part[0].low in _PLAIN_WORDS and part[0].text != value:
                continue
            if len(part) == 1 and not quoted and len(value) == 1 and part[0].text != value:
                continue
            same = _as_tokens(value) == text.casefold()
            told = "" if same else f"“{text}” read as {value}"
            yield Link(first, last, "value", table, column, value, 1.0 if same else 0.95, told)
        if not exact:
            yield from self._near(text, key, part, first, last)
        if quoted and not exact:
            yield Link(first, last, "value", "", "", part[0].text, 0.8)

    def _near(self, text: str, key: tuple[str, ...], part: Sequence[Token], first: int, last: int) -> Iterator[Link]:
        """Values that open with these words, or are spelt nearly so; for names only, as one recognises them."""
        quoted = len(part) == 1 and part[0].quoted
        named = quoted or all(token.text[:1].isupper() or token.number is not None for token in part)
        named = named and (quoted or first > 0) and len(text) >= 4 and not all(t.low in STOP_WORDS for t in part)
        if not named:
            return
        for full, (table, column, value) in self._openings.get(key[0], ()):
            if full[: len(key)] == key or (len(text) >= 5 and _alike(" ".join(key), " ".join(full))):
                yield Link(first, last, "value", table, column, value, 0.75, f"“{text}” read as {value}")

    def _numbered(self, words: Sequence[Token], at: int) -> Iterator[Link]:
        """*order 1591*, *customer no. 7*, *order id 2024*: the number of one row, after what its table is called."""
        number, end = words[at].number, at
        while end > 0 and words[end - 1].low in _COUNTERS:
            end -= 1
        if number is None or not number.is_integer() or words[at].low in _NUMBERS or end == 0:
            return
        if words[end - 1].low.endswith("s") or words[end - 1].quoted:
            return
        called = {
            (link.table, link.column)
            for first in range(max(0, end - 3), end)
            for link in self._named(words[first:end], first, end)
            if link.score >= _SURELY
        }
        before = [tuple(token.stem for token in words[first:end]) for first in range(max(0, end - 3), end)]
        for table in self.schema.tables:
            column = _numbering(table)
            if column is None or not _may_number(table, column, number):
                continue
            if (table.name, "") in called or (table.name, column.name) in called or _stems(column.words[:-1]) in before:
                yield Link(at, at + 1, "value", table.name, column.name, str(int(number)), numbered=True)


def _numbering(table: Table) -> Column | None:
    """The column by whose number a person asks for a row: its own number rather than the database's."""
    numbers = [column for column in table.columns if column.kind == "number" and column.unique]
    own = [column for column in numbers if column.words[-1:] in (("number",), ("no",), ("nr",), ("num",))]
    if len(own) == 1:
        return own[0]
    key = identifier(table)
    return key if key is not None and key.kind == "number" else None


def _may_number(table: Table, column: Column, number: float) -> bool:
    """Whether some row may have that number: *order 2024* is one of the year where the orders end at 500."""
    if not 1000 <= number < 3000 or not any(c.kind in ("date", "time") for c in table.columns):
        return True
    if table.rows is None or table.rows > SCANNED or not isinstance(column.least, float | int):
        return True
    return column.least <= number <= column.greatest  # type: ignore[operator]


def _numbers_of_rows(schema: Schema) -> set[tuple[str, str]]:
    """The columns that number rows: keys, and foreign keys, of numbers."""
    foreign = {(key.table, key.column) for key in schema.foreign_keys}
    return {
        (table.name, column.name)
        for table in schema.tables
        for column in table.columns
        if column.kind == "number" and (column.key or (table.name, column.name) in foreign)
    }


_COUNTERS = frozenset("number no nr num id".split())
"""What may stand before the number of a row."""
_SURELY = 0.6
"""From here on a stretch may be what a table is called."""
_GENERIC_STEMS = frozenset(normal(word) for word in _GENERIC)


def _stems(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(normal(word.lower()) for word in words)


_ALIASES: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
for _names in (
    ("usa", "us", "u s", "u s a", "united states", "the united states", "united states of america", "america"),
    ("uk", "u k", "united kingdom", "great britain", "britain", "gb"),
    ("uae", "united arab emirates"),
    ("eu", "european union"),
):
    for _name in _names:
        _ALIASES[tuple(_name.split())] = tuple(tuple(other.split()) for other in _names if other != _name)
"""Names of one country."""


def _value_key(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def _as_tokens(value: str) -> str:
    """A value as a question holds it: its tokens know neither a slash nor the point after an initial."""
    return " ".join(_DROPPED.sub(" ", value).split()).casefold()


def _variants(stems: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The words, then the words with one of them replaced by its kin."""
    yield stems, 1.0
    for at, stem in enumerate(stems):
        for kin in sorted(THESAURUS.get(stem, frozenset()) - {stem}):
            yield (*stems[:at], kin, *stems[at + 1 :]), 0.85


@lru_cache(maxsize=4096)
def _alike(left: str, right: str) -> bool:
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= NEAR
