"""Which lines of a page would a person read? Two logistic models over signs that the page gives.

The first gives each line a chance by its own signs and its places, the second corrects it by the chances around it.
The weights (``main.json``) are made by ``scripts/fit_reading.py`` from pages whose text is known; a sign that it does
not name weighs nothing. When in doubt text stays: a passage too many is outranked, a passage too few can't be found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from importlib import resources

import numpy as np

from pincite.text import frame, signals
from pincite.text.lines import Line, Region
from pincite.text.places import Places


class Weights(dict[str, float]):
    """What each sign weighs; one without a weight weighs nothing."""

    def __missing__(self, sign: str) -> float:
        return 0.0


_LEARNED = json.loads((resources.files("pincite.text") / "main.json").read_text("utf-8"))
FIRST = Weights(_LEARNED["first"])
SECOND = Weights(_LEARNED["second"])
"""The weight of each sign; ``""`` is the one that every line has."""
READ = 0.5
"""The chance from which a line is read."""
_TITLE = 0.45
"""The chance from which a heading stays over what is read."""
_OWN = 0.2
"""The chance from which a line is read in the one article that must be."""
_PART = 0.3
"""The share of a list from which all of it is read; of a table, any row is enough."""
_HOLDERS = frozenset({"table", "ul", "ol", "dl"})
_FEW = 250
"""Characters of prose on a page below which it is no article: all but its frame is read."""
_ENOUGH = 0.25
"""Less than this share of the page's prose, and what was found was the wrong part of it."""
_FRAME = frozenset({"nav", "t:nav", "t:footer", "t:aside", "foot", "sign"})


def read(lines: Sequence[Line], regions: Sequence[Region]) -> list[Line]:
    """The lines that are read, in their order, headings only with something under them."""
    if not lines:
        return []
    places = Places(lines, regions)
    likely = chances(lines, places)
    outside = set(map(id, frame.cut(lines, regions)))
    kept = [
        chance > READ and id(line) in outside and not _is_caption(line)
        for line, chance in zip(lines, likely, strict=True)
    ]
    kept = _whole(lines, _own_article(lines, kept, likely, places), outside)
    running = sum(line.prose for line in lines)
    found = sum(line.prose for line, keep in zip(lines, kept, strict=True) if keep)
    if running < _FEW or found < _ENOUGH * running:
        framed = [bool(places.around(line.region) & _FRAME) or id(line) not in outside for line in lines]
        kept = [keep or not frame for keep, frame in zip(kept, framed, strict=True)]
    if not any(kept):
        kept = [True] * len(lines)
    return list(_closed(lines, _with_headings(lines, kept, likely)))


def _is_caption(line: Line) -> bool:
    """What stands under a picture that is not there; galleries say it twice."""
    for region in (line.region, line.region.above):
        if region is not None and (region.tag == "figcaption" or "caption" in region.names.lower()):
            return line.kind != "code"
    return False


def _own_article(
    lines: Sequence[Line], kept: Sequence[bool], likely: Sequence[float], places: Places
) -> Sequence[bool]:
    """Where only articles below the page's own seemed to be read, the own one is read and not they."""
    own = [places.article.get(line.region) for line in lines]
    chosen = {article for article, keep in zip(own, kept, strict=True) if keep}
    if chosen != {False}:
        return kept
    return [article is True and chance > _OWN for article, chance in zip(own, likely, strict=True)]


def chances(lines: Sequence[Line], places: Places) -> list[float]:
    """Of each line, how likely it is read, 0 to 1."""
    first = _chances(signals.first(lines, places).weighed(FIRST))
    return _chances(signals.second(lines, places, first).weighed(SECOND))


def _chances(sums: signals.Numbers) -> list[float]:
    chances: list[float] = (1 / (1 + np.exp(-np.clip(sums, -30, 30)))).tolist()
    return chances


def _whole(lines: Sequence[Line], kept: Sequence[bool], outside: Set[int]) -> list[bool]:
    """A table or list that is read in part is read whole: its rows differ in links, not in worth."""
    shares: dict[Region, tuple[int, int]] = {}
    holders = [_holder(line.region) for line in lines]
    for line, keep, holder in zip(lines, kept, holders, strict=True):
        if holder is not None:
            read, whole = shares.get(holder, (0, 0))
            shares[holder] = read + keep * len(line.text), whole + len(line.text)
    wholes = {each for each, (read, whole) in shares.items() if read and (each.tag == "table" or read >= _PART * whole)}
    return [
        keep or (holder in wholes and line.kind in ("row", "item") and id(line) in outside and not _is_caption(line))
        for line, keep, holder in zip(lines, kept, holders, strict=True)
    ]


def _holder(region: Region) -> Region | None:
    """The nearest table or list within three steps."""
    for _ in range(4):
        if region.tag in _HOLDERS:
            return region
        if region.above is None:
            return None
        region = region.above
    return None


def _with_headings(lines: Sequence[Line], kept: Sequence[bool], likely: Sequence[float]) -> list[bool]:
    """A heading stays while something under it does, and goes with the last of it."""
    result = list(kept)
    under = [False] * 7
    """By level: whether something stays between here and the next heading of that level or above."""
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        if line.kind == "heading":
            result[at] = under[line.level] and (kept[at] or likely[at] >= _TITLE)
            under[line.level :] = [False] * (7 - line.level)
        elif kept[at]:
            under = [True] * 7
    return result


def _closed(lines: Iterable[Line], kept: Iterable[bool]) -> Iterator[Line]:
    """The lines that stay; each is as far from the one before as anything between them was."""
    gap = 1
    for line, keep in zip(lines, kept, strict=True):
        gap = max(gap, line.gap)
        if keep:
            yield replace(line, gap=gap) if gap != line.gap else line
            gap = 1
