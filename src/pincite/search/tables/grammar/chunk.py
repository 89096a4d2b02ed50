"""How does a question fall into pieces? Its best cover by links and operators, cut into chunks where clauses begin.

A chunk is what stands between two markers (*of, in, that, with, and* …): at most one noun phrase with what modifies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pincite.search.tables import wording
from pincite.search.tables.grammar.period import Dated
from pincite.search.tables.link import Link, Token

Kind = Literal["link", "operator", "number", "date", "word", "silent", "comma"]


@dataclass(frozen=True)
class Item:
    """Tokens ``first:last`` and what they are taken for."""

    kind: Kind
    first: int
    last: int
    text: str
    links: tuple[Link, ...] = ()
    operator: str = ""
    which: str = ""
    number: float | None = None
    measures: tuple[str, ...] = ()
    """Of a superlative or a *how*: what its adjective measures."""

    def of(self, kind: str) -> tuple[Link, ...]:
        """Its links of one kind, the surest first."""
        return tuple(sorted((link for link in self.links if link.kind == kind), key=lambda link: -link.score))

    @property
    def is_row(self) -> bool:
        """Whether it is the number of a row: *order 1591*."""
        return any(link.numbered for link in self.links)

    def best(self, kind: str) -> float:
        return max((link.score for link in self.links if link.kind == kind), default=0.0)


@dataclass
class Chunk:
    """What stands between two markers. ``marker`` is the word that opens it, ``role`` what kind of word that is."""

    marker: str = ""
    role: Literal["", "of", "with", "and", "or", "is", "each", "order", "trend"] = ""
    which: str = ""
    negated: bool = False
    items: list[Item] = field(default_factory=list)

    def operators(self, name: str) -> list[Item]:
        return [item for item in self.items if item.operator == name]

    @property
    def links(self) -> list[Item]:
        return [item for item in self.items if item.links]

    @property
    def is_bare(self) -> bool:
        """Whether it has but words that mean nothing here: *have not gone | through*."""
        return not any(item.kind in ("link", "operator", "number", "date") for item in self.items)

    @property
    def is_empty(self) -> bool:
        return not any(item.kind in ("link", "operator", "number", "date", "word") for item in self.items)


def items(words: Sequence[Token], links: Sequence[Link], dates: Sequence[Dated] = ()) -> list[Item]:
    """The cover of the question that explains most of it: longest and surest stretches, each token once."""
    days = {dated.first: dated for dated in dates}
    at: dict[int, dict[int, list[Link]]] = {}
    for link in links:
        at.setdefault(link.first, {}).setdefault(link.last, []).append(link)
    best: list[tuple[float, tuple[Item, ...]]] = [(0.0, ())] * (len(words) + 1)
    for first in range(len(words) - 1, -1, -1):
        options = [*_options(words, first, at), *_dated(words, days.get(first))]
        best[first] = max(
            ((worth + best[item.last][0], (item, *best[item.last][1])) for worth, item in options),
            key=lambda option: option[0],
        )
    return list(best[0][1])


def _options(words: Sequence[Token], first: int, at: dict[int, dict[int, list[Link]]]) -> Iterator[tuple[float, Item]]:
    """What may begin at a token, and how much it explains."""
    for last, found in at.get(first, {}).items():
        text = " ".join(word.text for word in words[first:last])
        # The number of a row is its name: order 1591.
        number = words[first].number if last == first + 1 and not any(link.numbered for link in found) else None
        yield _worth(found, first, last, at), Item("link", first, last, text, tuple(found), number=number)
    for last in range(min(len(words), first + wording.LONGEST), first, -1):
        phrase = " ".join(word.low for word in words[first:last])
        if any(word.quoted for word in words[first:last]):
            continue
        if phrase in wording.OPERATORS:
            name, which = wording.OPERATORS[phrase]
            # Before a number *since* compares, even where a column is called so.
            compares = name == "compare" and last < len(words) and words[last].number is not None
            # After a table *mention* is a verb, even where a table is called so.
            compares |= which == "mention" and _is_verb(words, first, last, at)
            yield (
                0.9 * (last - first) + 0.05 + 0.1 * (last - first - 1) + 0.2 * compares,
                Item("operator", first, last, phrase, operator=name, which=which),
            )
    yield from _graded(words, first)
    word = words[first]
    if first == 0 and len(words) > 1 and word.low in _IMPERATIVES and words[1].low in _ARTICLES:
        yield 1.5, Item("silent", 0, 1, word.low)
    if word.text in ",;.?!":
        yield 0.0, Item("comma", first, first + 1, "," if word.text in ",;" else ".")
    elif word.number is not None:
        yield 0.7, Item("number", first, first + 1, word.text, number=word.number)
    elif word.low in wording.SILENT:
        yield 0.3, Item("silent", first, first + 1, word.low)
    else:
        yield 0.0, Item("word", first, first + 1, word.text)


def _is_verb(words: Sequence[Token], first: int, last: int, at: dict[int, dict[int, list[Link]]]) -> bool:
    """Whether a stretch stands between rows of a table, or *that*, and what they do it to."""
    before = any(link.kind == "table" for link in at.get(first - 1, {}).get(first, ()))
    if first > 0:
        said = words[first - 1].low
        denied = wording.OPERATORS.get(said, ("", ""))[0] == "not"
        before |= said in ("that", "which", "who", "to") or denied or words[first].low.endswith("ing")
    return before and last < len(words) and words[last].low not in wording.OPERATORS


_IMPERATIVES = frozenset("state name list show return give find tell report number order rank".split())
_ARTICLES = frozenset("the all each every me us".split())


def _dated(words: Sequence[Token], dated: Dated | None) -> Iterator[tuple[float, Item]]:
    """Days; a bare year is left to be a number as well."""
    if dated is not None and not (dated.last == dated.first + 1 and words[dated.first].number is not None):
        text = " ".join(word.text for word in words[dated.first : dated.last])
        yield 1.1 * (dated.last - dated.first), Item("date", dated.first, dated.last, text)


def _worth(found: Sequence[Link], first: int, last: int, at: dict[int, dict[int, list[Link]]]) -> float:
    """Longer stretches are worth more than their parts; the Mississippi River is first of all a river."""
    size = last - first
    score = max(link.score for link in found)
    if size > 1 and all(link.kind == "value" for link in found) and _is_named_row(first, last, at):
        score = 0.5
    return score * size * (1.0 + 0.08 * (size - 1))


def _is_named_row(first: int, last: int, at: dict[int, dict[int, list[Link]]]) -> bool:
    """Whether the stretch is a value followed by the name of its table, or the other way round."""
    for middle in range(first + 1, last):
        for left, right in (((first, middle), (middle, last)), ((middle, last), (first, middle))):
            held = {link.table for link in at.get(left[0], {}).get(left[1], ()) if link.kind == "value"}
            named = {link.table for link in at.get(right[0], {}).get(right[1], ()) if link.kind == "table"}
            if held & named:
                return True
    return False


def _graded(words: Sequence[Token], first: int) -> Iterator[tuple[float, Item]]:
    """Superlatives, alone or as *most* with an adjective; *how* with an adjective."""
    word = words[first].low
    following = words[first + 1].low if first + 1 < len(words) else ""
    if word in wording.SUPERLATIVES and not words[first].quoted:
        greatest, measures = wording.SUPERLATIVES[word]
        which = "+" if greatest else "-"
        if word in ("most", "least") and following in wording.GRADED:
            text = f"{word} {following}"
            yield 1.9, Item("operator", first, first + 2, text, (), "best", which, measures=wording.GRADED[following])
        yield 0.92, Item("operator", first, first + 1, word, (), "best", which, measures=measures)
    if f"{word} {following}" in wording.SUPERLATIVES:
        greatest, measures = wording.SUPERLATIVES[f"{word} {following}"]
        text, which = f"{word} {following}", "+" if greatest else "-"
        yield 1.95, Item("operator", first, first + 2, text, (), "best", which, measures=measures)
    if word == "how" and following in wording.HOW:
        yield 1.9, Item("operator", first, first + 2, f"how {following}", (), "how", measures=wording.HOW[following])
    if word in wording.GRADED and word.endswith("populous"):
        yield 0.5, Item("operator", first, first + 1, word, (), "best", "+", measures=wording.GRADED[word])


def chunks(found: Sequence[Item]) -> list[Chunk]:
    """The items cut at markers. Negation, *each* and order open a chunk and stay with it."""
    made = [Chunk()]
    for at, item in enumerate(found):
        here = made[-1]
        if _joins_numbers(found, at):
            here.items.append(Item("operator", item.first, item.last, item.text, (), "compare", "between"))
        elif item.kind == "comma":
            made.append(Chunk(item.text, "and" if item.text == "," else ""))
        elif item.operator in ("and", "or"):
            if here.is_empty and here.role == "and":
                here.marker, here.role = item.text, item.operator  # type: ignore[assignment]
            else:
                made.append(Chunk(item.text, item.operator))  # type: ignore[arg-type]
        elif item.operator == "clause":
            if len(made) == 1 and here.is_empty and at + 1 < len(found) and found[at + 1].text in ("which", "what"):
                continue
            _open(made, item.text, item.which)
        elif item.operator == "both" or (item.text in ("each", "every") and len(made) == 1 and here.is_empty):
            continue
        elif item.operator == "trend" and item.text.endswith(("ly", "annual")):
            made[-1:] = [Chunk(item.text, "trend", item.which), here]
        elif item.operator in ("each", "order", "trend"):
            if here.role == item.operator and here.is_empty:
                here.which = item.which or here.which
            else:
                made.append(Chunk(item.text, item.operator, item.which))  # type: ignore[arg-type]
        elif item.operator == "not":
            if not here.is_empty:
                made.append(Chunk(item.text, "with"))
            made[-1].negated = True
        elif item.text in _AUXILIARY and item.kind == "silent" and _splits(here, found[at + 1 :]):
            made.append(Chunk(item.text, "is"))
        else:
            here.items.append(item)
    return [chunk for chunk in made if not chunk.is_empty or chunk.role in ("order", "trend")]


def _joins_numbers(found: Sequence[Item], at: int) -> bool:
    """*from 1 to 2*, *between 1 and 2*."""
    if found[at].text not in ("to", "and") or not 0 < at < len(found) - 1:
        return False
    between = any(item.which == "between" for item in found[max(0, at - 3) : at])
    if found[at - 1].kind == found[at + 1].kind == "date":
        return found[at].text == "to" or between
    if found[at - 1].number is None or found[at + 1].number is None:
        return False
    return found[at].text == "to" or between


_AUXILIARY = frozenset("is are was were do does did".split())


def _open(made: list[Chunk], marker: str, role: str) -> None:
    here = made[-1]
    if role == "with" and len(made) == 1 and here.is_empty:
        return
    if here.is_bare and here.role not in ("", "each", "order", "trend"):
        if here.role in ("", "of", "is") or role == "with":
            here.role = role  # type: ignore[assignment]
        here.marker = marker
    elif not (here.is_empty and here.role in ("each", "order", "trend")):
        made.append(Chunk(marker, role))  # type: ignore[arg-type]


def _splits(here: Chunk, rest: Sequence[Item]) -> bool:
    """Whether an auxiliary ends the noun phrase before it. In *whose age is over 20* it does not."""
    if not here.links and not here.operators("how"):
        return False
    following = next((item for item in rest if item.kind != "silent"), None)
    if following is None:
        return False
    if here.role == "with" and here.marker in ("whose", "where", "that", "which", "when"):
        return following.operator == "best"
    return not (following.operator in ("compare", "like", "null", "average") and here.role != "")
