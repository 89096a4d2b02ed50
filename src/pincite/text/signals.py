"""Which signs are there that a line is read, or that nobody reads it? Numbers by name; what they weigh is learned.

``first`` looks at a line and at where it stands. ``second`` is asked once every line has a probability, and looks at
what its neighbours and its regions got: a short line among read ones is read.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pincite.text.lines import Line, Region, prose
from pincite.text.places import Places, distance

Signals = dict[str, float]
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


def first(lines: Sequence[Line], places: Places) -> list[Signals]:
    """Of each line: its own signs, those of its places, and those of the lines beside it."""
    repeated = Counter(line.text for line in lines)
    stopped = list(_stopped(lines))
    order = _Order(lines, places)
    found = []
    for at, line in enumerate(lines):
        signals = _text(line) | _place(line, places) | order.of(at, line)
        signals["dup"] = repeated[line.text] > 1
        signals["stop"] = stopped[at]
        found.append(signals)
    _beside(lines, found)
    return found


def _text(line: Line) -> Signals:
    text, size = line.text, len(line.text)
    head = text[:_LOOKED_AT]
    linked = line.linked / size
    heading, item = line.kind == "heading", line.kind == "item"
    signals = {
        "logc": min(math.log1p(size), 7),
        "short": size < 25,
        "mid": 25 <= size < 80,
        "long": size >= 160,
        "ld": linked,
        "allink": linked > 0.9,
        "ld_short": linked * (size < 100),
        "nolink": linked == 0,
        "ends": text[-1] in '.!?…。！？”"»',
        "colon": text.endswith(":"),
        "sents": min(sum(1 for _ in _SENTENCE.finditer(head)), 8) / 8,
        "commas": min(text.count(","), 6) / 6,
        "bar": any(bar in text for bar in _BARS) or "»" in text[-2:],
        "copy": "©" in text,
        "digits": sum(map(str.isdigit, text[:200])) / min(size, 200),
        "upper": text.isupper(),
        "lower1": text[:1].islower(),
        "q": text[:1] in '"“„«',
        "k:heading": heading,
        "k:item": item,
        "k:row": line.kind == "row",
        "k:code": line.kind == "code",
        "itemshort": item and size < 60,
        "itemlink": item and linked > 0.8,
        "stopline": _STOP.match(text) is not None,
    }
    if heading:
        signals |= {"h1": line.level == 1, "h23": line.level in (2, 3), "h46": line.level > 3}
    return signals


def _place(line: Line, places: Places) -> Signals:
    region, page = line.region, places.regions[0]
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
    for name, size in _SIZES:
        around = _of_size(region, size)
        signals[f"{name}ld"] = around.linked / max(1, around.chars)
        signals[f"{name}pr"] = around.prose / max(1, around.chars)
        last = around
    whole = max(1, page.prose)
    return signals | {"cshare": last.prose / whole, "fewprose": whole < 600}


def _of_size(region: Region, lines: int) -> Region:
    while region.lines < lines and region.above is not None:
        region = region.above
    return region


class _Order:
    """Where a line stands in the order of the page: among, before or after the text, and which headings it has seen."""

    def __init__(self, lines: Sequence[Line], places: Places) -> None:
        main = [at for at, line in enumerate(lines) if prose(line) and distance(line.region, places.trunk)[0] == 0]
        self._count = len(lines)
        self._first, self._last = (main[0], main[-1]) if main else (0, len(lines) - 1)
        titles = (at for at, line in enumerate(lines) if line.kind == "heading" and line.level == 1)
        self._title = next(titles, None)
        self._titles = 0

    def of(self, at: int, line: Line) -> Signals:
        """To be asked of each line in turn."""
        self._titles += line.kind == "heading" and line.level == 1
        return {
            "pos": at / self._count,
            "before": at < self._first,
            "after": at > self._last,
            "between": self._first <= at <= self._last,
            "distend": min(max(at - self._last, 0), 10) / 10,
            "distbeg": min(max(self._first - at, 0), 10) / 10,
            "afterh1": self._title is not None and at >= self._title,
            "beforeh1": self._title is not None and at < self._title,
            "h1s": self._titles >= 2,
        }


def _stopped(lines: Sequence[Line]) -> Iterator[bool]:
    """Whether each line is in the region of the last line that said "Comments", "Related" or the like."""
    stop: Region | None = None
    for line in lines:
        if (line.kind == "heading" or len(line.text) < 60) and _STOP.match(line.text):
            stop = line.region
            for _ in range(3):
                if stop.above is not None and stop.lines < 2:
                    stop = stop.above
        above: Region | None = line.region
        for _ in range(12):
            if above is None or above is stop:
                break
            above = above.above
        if above is not stop:
            stop = None
        yield stop is not None


def _beside(lines: Sequence[Line], found: Sequence[Signals]) -> None:
    running = [min(math.log1p(prose(line)), 7) / 7 for line in lines]
    linked = [line.linked / len(line.text) for line in lines]
    for at, signals in enumerate(found):
        for away in (-2, -1, 1, 2):
            other = at + away
            there = 0 <= other < len(lines)
            signals[f"n{away}pr"] = running[other] if there else 0
            signals[f"n{away}ld"] = linked[other] if there else 1
            signals[f"n{away}h"] = there and lines[other].kind == "heading"


def second(lines: Sequence[Line], places: Places, chances: Sequence[float]) -> list[Signals]:
    """Of each line: what it got, and what those got that are around it. ``chances`` are between 0 and 1."""
    weights = [min(len(line.text), _MOST) for line in lines]
    shares = _shares(lines, places.regions, chances, weights)
    trunk = places.densest(lines, lambda at: chances[at] ** 2)
    running = [0.0]
    passed = [0]
    for chance, weight in zip(chances, weights, strict=True):
        running.append(running[-1] + chance * weight)
        passed.append(passed[-1] + weight)
    found = []
    for at, line in enumerate(lines):
        up, down = distance(line.region, trunk)
        chance = chances[at]
        signals: Signals = {
            "p": math.log((chance + 1e-3) / (1 - chance + 1e-3)) / 4,
            "up0": up == 0,
            "up1": up == 1,
            "upfar": min(max(up - 1, 0), 5) / 5,
            "near": up == 0 and down <= 1,
        }
        region = line.region
        for name, size in _SECOND_SIZES:
            region = _of_size(region, size)
            read, whole = shares[region]
            signals[name] = read / max(1, whole)
            signals[f"{name}x"] = (read - chance * weights[at]) / max(1, whole - weights[at])
        for name, reach in _WINDOWS:
            for side, begin, end in (("b", max(0, at - reach), at), ("a", at + 1, min(len(lines), at + reach + 1))):
                mass = passed[end] - passed[begin] if end > begin else 0
                signals[name + side] = (running[end] - running[begin]) / mass if mass else 0
        found.append(signals | _together(line, signals))
    return found


def _shares(
    lines: Sequence[Line], regions: Sequence[Region], chances: Sequence[float], weights: Sequence[int]
) -> Mapping[Region, tuple[float, float]]:
    """Of each region: characters that are likely read, and all."""
    read, whole = dict.fromkeys(regions, 0.0), dict.fromkeys(regions, 0.0)
    for line, chance, weight in zip(lines, chances, weights, strict=True):
        read[line.region] += chance * weight
        whole[line.region] += weight
    for region in reversed(regions):
        if region.above is not None:
            read[region.above] += read[region]
            whole[region.above] += whole[region]
    return {region: (read[region], whole[region]) for region in regions}


def _together(line: Line, signals: Signals) -> Signals:
    """What two signs say that each alone does not."""
    both = {
        name: signals[f"{window}b"] * signals[f"{window}a"]
        for name, window in (("both", "w1"), ("both3", "w3"), ("both8", "w8"))
    }
    heading, item, short = line.kind == "heading", line.kind == "item", len(line.text) < 30
    return both | {
        "head": heading,
        "head_a": heading * signals["w1a"],
        "head_b": heading * signals["w1b"],
        "item": item,
        "item_both": item * both["both3"],
        "ld": line.linked / len(line.text),
        "short": short,
        "short_both": short * both["both3"],
    }
