"""Which signs are there that a line is read, or that nobody reads it? Numbers by name; what they weigh is learned.

``first`` looks at a line and at where it stands. ``second`` is asked once every line has a probability, and looks at
what its neighbours and its regions got: a short line among read ones is read. Lines that stand in one place share what
the place says.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

import numpy as np
from numpy.typing import NDArray

from pincite.text.lines import Line, Region
from pincite.text.places import Places, distance

Signals = dict[str, float]
Numbers = NDArray[np.float64]
_LOOKED_AT = 2000
"""Characters of a line that are looked at."""
_SENTENCE = re.compile(r"[.!?…。！？:;\"”»)](?:\s|$)")
_STOP = re.compile(
    r"^\W*(?:\d+ )?(?:comments?|responses?|repl(?:y|ies)|kommentare?|commentaires?|coment[aá]rios?|leave a|"
    r"post a comment|related|you (?:may|might)|more (?:from|on|stories|news|in)|read (?:next|more|also)|recommended|"
    r"most (?:read|popular)|see also|trending|latest|popular|mehr zum|auch interessant|lesen sie|verwandte|à lire|"
    r"sur le même|lee también|te puede|zobacz|sign up|subscribe|newsletter|about the author|share this|tags?\b|"
    r"filed under|follow us|join the)",
    re.IGNORECASE,
)
"""How the parts begin that come after a text."""
_BARS = ("|", "·", "•")
_OWN_TAGS = frozenset({"t:p", "t:td", "t:figcaption", "t:label"})
_SIZES = (("c1", 3), ("c2", 8), ("c3", 20))
"""Lines that a region must have to be asked; the nearest that has as many."""
_SECOND_SIZES = (("c2", 2), ("c3", 4), ("c4", 10), ("c5", 30))
_WINDOWS = (("w1", 1), ("w3", 3), ("w8", 8))
_MOST = 400
"""Characters beyond which a line weighs no more on its neighbours."""


@dataclass(frozen=True)
class Signs:
    """Those of a page's lines."""

    names: tuple[str, ...]
    table: Numbers
    """(lines, names)"""
    places: Sequence[Signals]
    """What each place where lines stand says, beside the table."""
    stands: NDArray[np.intp]
    """(lines,), which of ``places`` a line stands in."""

    def weighed(self, weights: Mapping[str, float]) -> Numbers:
        """(lines,), the sum of each line's signs, each times its weight, and of the weight ``""`` that all lines have.

        ``weights`` has one for any sign.
        """
        total: Numbers = weights[""] + self.table @ np.array([weights[name] for name in self.names])
        if self.places:
            sums = [sum(map(mul, map(weights.__getitem__, signs), signs.values())) for signs in self.places]
            total += np.array(sums)[self.stands]
        return total

    def rows(self) -> list[Signals]:
        """The signs of each line by name."""
        rows = [dict(zip(self.names, row, strict=True)) for row in self.table.tolist()]
        return [row | self.places[at] for row, at in zip(rows, self.stands, strict=True)] if self.places else rows


def _standing(lines: Sequence[Line]) -> tuple[list[Region], NDArray[np.intp]]:
    """The regions that have lines of their own, and for each line which of them it stands in."""
    numbers: dict[Region, int] = {}
    stands = [numbers.setdefault(line.region, len(numbers)) for line in lines]
    return list(numbers), np.array(stands, dtype=np.intp)


def first(lines: Sequence[Line], places: Places) -> Signs:
    """Of each line: its own signs, those of its place, and those of the lines beside it."""
    repeated = Counter(line.text for line in lines)
    stops = [_STOP.match(line.text) is not None for line in lines]
    order = _Order(lines, places)
    rows = [
        (*_text(line), *order.of(at, line), repeated[line.text] > 1, stops[at], stopped)
        for at, (line, stopped) in enumerate(zip(lines, _stopped(lines, stops), strict=True))
    ]
    table = np.concatenate([np.array(rows, dtype=np.float64), _beside(lines)], axis=1)
    regions, stands = _standing(lines)
    return Signs(_FIRST, table, [_place(region, places) for region in regions], stands)


_TEXT = tuple(
    """logc short mid long ld allink ld_short nolink ends colon sents commas bar copy digits upper lower1 q k:heading
    k:item k:row k:code itemshort itemlink h1 h23 h46""".split()
)


def _text(line: Line) -> tuple[float, ...]:
    """The signs in ``_TEXT``."""
    text, size = line.text, len(line.text)
    linked = line.linked / size
    heading, item = line.kind == "heading", line.kind == "item"
    return (
        min(math.log1p(size), 7),
        size < 25,
        25 <= size < 80,
        size >= 160,
        linked,
        linked > 0.9,
        linked * (size < 100),
        linked == 0,
        text[-1] in '.!?…。！？”"»',
        text[-1] == ":",
        min(len(_SENTENCE.findall(text, 0, _LOOKED_AT)), 8) / 8,
        min(text.count(","), 6) / 6,
        any(bar in text for bar in _BARS) or "»" in text[-2:],
        "©" in text,
        sum(map(str.isdigit, text[:200])) / min(size, 200),
        text.isupper(),
        text[0].islower(),
        text[0] in '"“„«',
        heading,
        item,
        line.kind == "row",
        line.kind == "code",
        item and size < 60,
        item and linked > 0.8,
        heading and line.level == 1,
        heading and line.level in (2, 3),
        heading and line.level > 3,
    )


def _place(region: Region, places: Places) -> Signals:
    page = places.regions[0]
    signals: Signals = {f"a:{hint}": 1 for hint in places.around(region)}
    for hint in places.close(region):
        if not hint.startswith("t:") or hint in _OWN_TAGS:
            signals[f"s:{hint}"] = 1
    up, down = distance(region, places.trunk)
    signals |= {
        "up0": up == 0,
        "up1": up == 1,
        "up2": up == 2,
        "upfar": min(max(up - 2, 0), 5) / 5,
        "down": min(down, 6) / 6,
        "near": up == 0 and down <= 1,
    }
    own = places.article.get(region)
    signals |= {"art1": own is True, "art2": own is False, "noart": own is None and bool(places.article)}
    around = region
    for name, size in _SIZES:
        around = _of_size(around, size)
        signals[f"{name}ld"] = around.linked / max(1, around.chars)
        signals[f"{name}pr"] = around.prose / max(1, around.chars)
    whole = max(1, page.prose)
    return signals | {"cshare": around.prose / whole, "fewprose": whole < 600}


def _of_size(region: Region, lines: int) -> Region:
    while region.lines < lines and region.above is not None:
        region = region.above
    return region


class _Order:
    """Where a line stands in the order of the page: among, before or after the text, and which headings it has seen."""

    def __init__(self, lines: Sequence[Line], places: Places) -> None:
        main = [at for at, line in enumerate(lines) if line.prose and distance(line.region, places.trunk)[0] == 0]
        self._count = len(lines)
        self._first, self._last = (main[0], main[-1]) if main else (0, len(lines) - 1)
        titles = (at for at, line in enumerate(lines) if line.kind == "heading" and line.level == 1)
        self._title = next(titles, None)
        self._titles = 0

    def of(self, at: int, line: Line) -> tuple[float, ...]:
        """The signs in ``_ORDER``, to be asked of each line in turn."""
        self._titles += line.kind == "heading" and line.level == 1
        return (
            at / self._count,
            at < self._first,
            at > self._last,
            self._first <= at <= self._last,
            min(max(at - self._last, 0), 10) / 10,
            min(max(self._first - at, 0), 10) / 10,
            self._title is not None and at >= self._title,
            self._title is not None and at < self._title,
            self._titles >= 2,
        )


_ORDER = tuple("pos before after between distend distbeg afterh1 beforeh1 h1s".split())


def _stopped(lines: Sequence[Line], stops: Sequence[bool]) -> Iterator[bool]:
    """Whether each line is in the region of the last line that said "Comments", "Related" or the like."""
    stop: Region | None = None
    for line, stops_here in zip(lines, stops, strict=True):
        if stops_here and (line.kind == "heading" or len(line.text) < 60):
            stop = line.region
            for _ in range(3):
                if stop.above is not None and stop.lines < 2:
                    stop = stop.above
        above: Region | None = line.region if stop else None
        for _ in range(12):
            if above is None or above is stop:
                break
            above = above.above
        if above is not stop:
            stop = None
        yield stop is not None


_AWAY = (-2, -1, 1, 2)
_BESIDE = tuple(f"n{away}{what}" for away in _AWAY for what in ("pr", "ld", "h"))
_FIRST = (*_TEXT, *_ORDER, "dup", "stopline", "stop", *_BESIDE)


def _beside(lines: Sequence[Line]) -> Numbers:
    """(lines, ``_BESIDE``); beyond the page's ends there is no text, and all of it is linked."""
    own = [(min(math.log1p(line.prose), 7) / 7, line.linked / len(line.text), line.kind == "heading") for line in lines]
    most = max(_AWAY)
    end = [(0.0, 1.0, False)] * most
    padded = np.array([*end, *own, *end], dtype=np.float64)
    return np.concatenate([padded[most + away : most + away + len(lines)] for away in _AWAY], axis=1)


def second(lines: Sequence[Line], places: Places, chances: Sequence[float]) -> Signs:
    """Of each line: what it got, and what those got that are around it. ``chances`` are between 0 and 1."""
    chance = np.array(chances)
    weights = np.array([min(len(line.text), _MOST) for line in lines], dtype=np.float64)
    trunk = places.densest(lines, lambda at: chances[at] ** 2)
    regions, stands = _standing(lines)
    up, down = np.array([distance(region, trunk) for region in regions], dtype=np.float64)[stands].T
    columns = {
        "p": np.log((chance + 1e-3) / (1 - chance + 1e-3)) / 4,
        "up0": up == 0,
        "up1": up == 1,
        "upfar": np.clip(up - 1, 0, 5) / 5,
        "near": (up == 0) & (down <= 1),
    }
    sums = _shares(lines, places.regions, chance * weights, weights)
    for name, size in _SECOND_SIZES:
        read, whole = np.array([sums[_of_size(region, size)] for region in regions])[stands].T
        columns[name] = read / np.maximum(1, whole)
        columns[f"{name}x"] = (read - chance * weights) / np.maximum(1, whole - weights)
    columns |= _windows(chance * weights, weights)
    columns |= _together(lines, columns)
    return Signs(tuple(columns), np.column_stack(list(columns.values())), (), stands)


def _windows(read: Numbers, whole: Numbers) -> dict[str, Numbers]:
    """For each line the share that is likely read of the few lines before it and of those after it."""
    count = len(read)
    reads, wholes = (np.concatenate([[0.0], np.cumsum(each)]) for each in (read, whole))
    at = np.arange(count)
    found = {}
    for name, reach in _WINDOWS:
        for side, begin, end in (
            ("b", np.maximum(0, at - reach), at),
            ("a", at + 1, np.minimum(count, at + reach + 1)),
        ):
            mass = wholes[end] - wholes[begin]
            found[name + side] = (reads[end] - reads[begin]) / np.where(mass > 0, mass, 1)
    return found


def _shares(
    lines: Sequence[Line], regions: Sequence[Region], reads: Numbers, wholes: Numbers
) -> Mapping[Region, tuple[float, float]]:
    """Of each region: characters that are likely read, and all."""
    read, whole = dict.fromkeys(regions, 0.0), dict.fromkeys(regions, 0.0)
    for line, some, all_ in zip(lines, reads.tolist(), wholes.tolist(), strict=True):
        read[line.region] += some
        whole[line.region] += all_
    for region in reversed(regions):
        if region.above is not None:
            read[region.above] += read[region]
            whole[region.above] += whole[region]
    return {region: (read[region], whole[region]) for region in regions}


def _together(lines: Sequence[Line], columns: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """What two signs say that each alone does not."""
    heading, item = (np.array([line.kind == kind for line in lines], dtype=np.float64) for kind in ("heading", "item"))
    short = np.array([len(line.text) < 30 for line in lines], dtype=np.float64)
    both, both3, both8 = (columns[f"{window}b"] * columns[f"{window}a"] for window, _ in _WINDOWS)
    return {
        "both": both,
        "both3": both3,
        "both8": both8,
        "head": heading,
        "head_a": heading * columns["w1a"],
        "head_b": heading * columns["w1b"],
        "item": item,
        "item_both": item * both3,
        "ld": np.array([line.linked / len(line.text) for line in lines]),
        "short": short,
        "short_both": short * both3,
    }
