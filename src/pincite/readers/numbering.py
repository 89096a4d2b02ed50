"""Which number does a paragraph of a Word file bear? The file says how to count, not the number that Word shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pincite.readers.archive import Archive, attribute, local

_DEEPEST = 9
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_HIGHEST = 10_000
"""Beyond it, or below 1, a number is told in digits whatever the list says."""


@dataclass
class _Level:
    start: int = 1
    kind: str = "decimal"
    look: str = ""
    """Such as ``%1.%2``: each number of this level and those above it."""


@dataclass
class _List:
    """One way to count, and how far it has come."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        level = self.levels.get(depth, _Level())
        for above in range(depth):
            self.counts.setdefault(above, self.levels.get(above, _Level()).start)
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        for below in [each for each in self.counts if each > depth]:
            del self.counts[below]
        if level.kind == "bullet":
            return "-"
        return _PLACE.sub(lambda match: self._told(int(match[1]) - 1), level.look).strip()

    def _told(self, depth: int) -> str:
        level = self.levels.get(depth, _Level())
        return _written(self.counts.get(depth, level.start), level.kind)


class Numbering:
    """The numbers of a file's paragraphs, asked for in their order, each once."""

    def __init__(self, archive: Archive, numbering: str, styles: str) -> None:
        """Of the parts of these names, which may be missing."""
        self._lists: dict[str, _List] = {}
        self._anew: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, str, str]] = {}
        if archive.has(numbering):
            self._read(archive.xml(numbering))
        if archive.has(styles):
            for style in archive.xml(styles).iter("{*}style"):
                based = "".join(attribute(each, "val") for each in style.iterchildren("{*}basedOn"))
                self._styles[attribute(style, "styleId")] = (*_numbered(style), based)

    def of(self, paragraph: etree._Element) -> str:
        """What stands before its text: ``2.1``, ``(a)``, ``-`` for a bullet; empty for most."""
        number, depth = _numbered(paragraph)
        style = _style(paragraph)
        for _ in range(_DEEPEST):  # styles may be based on each other in a ring
            if number and depth:
                break
            own, own_depth, style = self._styles.get(style, ("", "", ""))
            number, depth = number or own, depth or own_depth
        if number not in self._lists:
            return ""
        at = min(int(depth), _DEEPEST - 1) if depth.isdigit() else 0
        counting = self._lists[number]
        for level, start in self._anew.pop(number, {}).items():
            counting.counts[level] = start - 1
        return counting.next(at)

    def _read(self, root: etree._Element) -> None:
        abstract = {attribute(each, "abstractNumId"): _List(_levels(each)) for each in root.iter("{*}abstractNum")}
        for each in root.iter("{*}num"):
            number = attribute(each, "numId")
            kind = "".join(attribute(child, "val") for child in each.iterchildren("{*}abstractNumId"))
            if kind in abstract and number != "0":
                self._lists[number] = abstract[kind]
                self._anew[number] = dict(_starts(each))


def _numbered(element: etree._Element) -> tuple[str, str]:
    """The list and the level that a paragraph or a style names; empty where it names none."""
    found = {"numId": "", "ilvl": ""}
    for properties in element.iterchildren("{*}pPr"):
        for numbered in properties.iterchildren("{*}numPr"):
            found.update({local(each): attribute(each, "val") for each in numbered})
    return found["numId"], found["ilvl"]


def _style(paragraph: etree._Element) -> str:
    named = (each for properties in paragraph.iterchildren("{*}pPr") for each in properties.iterchildren("{*}pStyle"))
    return next((attribute(each, "val") for each in named), "")


def _levels(abstract: etree._Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for each in abstract.iterchildren("{*}lvl"):
        said = {local(child): attribute(child, "val") for child in each}
        place, start = attribute(each, "ilvl"), said.get("start", "")
        kind = said.get("numFmt", "decimal")
        look = "" if kind == "none" else said.get("lvlText", "")
        if place.isdigit() and int(place) < _DEEPEST:
            found[int(place)] = _Level(int(start) if start.isdigit() else 1, kind, look)
    return found


def _starts(number: etree._Element) -> Iterator[tuple[int, int]]:
    """Levels that a list counts anew, and from where on."""
    for override in number.iterchildren("{*}lvlOverride"):
        for each in override.iterchildren("{*}startOverride"):
            level, start = attribute(override, "ilvl"), attribute(each, "val")
            if level.isdigit() and start.isdigit():
                yield int(level), int(start)


def _written(number: int, kind: str) -> str:
    if not 0 < number < _HIGHEST:
        return str(number)
    match kind:
        case "lowerLetter":
            return _letters(number)
        case "upperLetter":
            return _letters(number).upper()
        case "lowerRoman":
            return _roman(number)
        case "upperRoman":
            return _roman(number).upper()
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word counts."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    said = ""
    for value, letters in _ROMAN:
        said += letters * (number // value)
        number %= value
    return said + _ONES[number]
