"""Do widgets answer what they should, and keep silent elsewhere? Labelled queries, other people's questions, and traps.

Queries: ``{"text", "intent", "set"?}``, as CLINC150's are. A fire on a query of another intent is wrong; so is any fire
on a question of the sets without widgets and on a trap, even one that answers. Recall counts the *complete* queries:

- calculator: two numbers, or one and a word that needs no second (root, squared, factorial, half …)
- measurement_conversion: two units that measure the same thing; temperatures with a number
- time, timezone: *time* is asked for, at no place or at one that keeps one time, known to us or not
- date: a day, a date or a month is asked for
- exchange_rate: two currencies that we know are named
- weather: a town that we know is named

A widget that has to look something up counts by what it understands: nobody is asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pincite.errors import BadInput
from pincite.evals import sets
from pincite.evals.intervals import wilson
from pincite.evals.report import Report, Telling, silent
from pincite.widgets import currency, places, units
from pincite.widgets.glance import understood, widgets
from pincite.widgets.numerals import digits

INTENTS = {
    "calculator": "calculator",
    "measurement_conversion": "units",
    "time": "clock",
    "timezone": "clock",
    "date": "dates",
    "exchange_rate": "currency",
    "weather": "weather",
}
"""Which widget an intent of CLINC150 is for."""
ALONE = re.compile(r"\b(?:root|squared|cubed|factorial|half|double|twice)\b")
_NAMES = sorted((re.escape(n) for n in units.NAMES if len(n) > 2 or n in units.SHORT), key=len, reverse=True)
UNIT = re.compile(rf"(?<![a-z])(?:{'|'.join(_NAMES)})(?![a-z])")
_MONEY = sorted(map(re.escape, currency.NAMES), key=len, reverse=True)
MONEY = re.compile(rf"(?<![a-z])(?:{'|'.join(_MONEY)})(?![a-z])")
NOWHERE = re.compile(r"\b(?:here|there|we|the country|my|different|countries)\b")
SHARED = re.compile(r"\b(?:ist|bst)\b")
SHORTEST_PLACE = 4
"""Letters; the names of towns with fewer are words of every sentence."""


@dataclass(frozen=True)
class Query:
    text: str
    intent: str
    part: str


def complete(text: str, intent: str) -> bool:
    """Whether the query says all that its widget needs, by the rule above."""
    words = digits(text.lower())
    if intent == "calculator":
        return len(re.findall(r"\d+(?:\.\d+)?", words)) >= (1 if ALONE.search(words) else 2)
    if intent == "measurement_conversion":
        named = {units.NAMES[name] for name in UNIT.findall(words) if name in units.NAMES}
        kinds = ["volume" if one.key == "ounce" and _with_volume(named) else one.kind for one in named]
        same = len(kinds) > len(set(kinds))
        return same and ("temperature" not in kinds or re.search(r"\d", words) is not None)
    if intent == "date":
        return re.search(r"\b(?:date|day|days|month|today|tomorrow)\b", words) is not None
    if intent == "exchange_rate":
        return len({currency.NAMES[name] for name in MONEY.findall(words)}) > 1
    if intent == "weather":
        return any(places.town(run) is not None for run in _runs(words))
    if NOWHERE.search(words) or SHARED.search(words) or "time" not in words:
        return False
    known = [places.find(run) for run in _runs(words)]
    return not any(place is not None and place.zone is None for place in known) or any(
        place is not None and place.zone is not None and "," in place.name for place in known
    )


def _runs(words: str) -> list[str]:
    """What may be the name of a place: one to three words that follow one another."""
    parts = places.plain(words).split()
    runs = [" ".join(parts[at : at + size]) for size in (1, 2, 3) for at in range(len(parts) - size + 1)]
    return [run for run in runs if len(run) >= SHORTEST_PLACE]


def _with_volume(named: set[units.Unit]) -> bool:
    return any(unit.kind == "volume" for unit in named)


def run(
    queries: Sequence[Path],
    questions: Sequence[Path] = (),
    traps: Sequence[Path] = (),
    *,
    part: str = "",
    now: datetime | None = None,
    telling: Telling = silent,
) -> Report:
    """``part`` takes only the queries of one ``set``. Raises ``BadInput`` for a file without queries."""
    moment = now or datetime.now().astimezone()
    for widget in widgets():
        for question in widget.shows:
            understood(question, moment)  # loads what it needs, before anything is timed
    told = _Told(moment, telling)
    asked = [query for query in _queries(queries) if not part or query.part == part]
    if not asked:
        raise BadInput(f"no queries of the set {part!r}", hint="leave --part out, or name a set that the file has")
    rows, right, wrong = _by_intent(asked, told)
    others = {"questions": [one.text for one in sets.questions(questions)] if questions else [], "traps": _lines(traps)}
    for name, texts in others.items():
        fooled = [text for text in texts if told.fires(text, name)]
        wrong += fooled
        rows[name] = {"n": len(texts), "fired": len(fooled)}
    fired = right + len(wrong)
    facts: dict[str, Any] = {
        "precision": asdict(wilson(right, fired)) if fired else None,
        "fires": fired,
        "ms p50": told.ms(0.5),
        "ms p95": told.ms(0.95),
        "ms max": told.ms(1),
        "false": wrong,
    }
    return Report("widgets", facts, rows)


class _Told:
    """Asks the widgets, and keeps how long each question took."""

    def __init__(self, now: datetime, telling: Telling) -> None:
        self._now, self._telling, self._took = now, telling, [0.0]

    def fires(self, text: str, what: str) -> str:
        """The widget that understands the text; empty if none does."""
        began = time.perf_counter()
        found = understood(text, self._now)
        self._took.append((time.perf_counter() - began) * 1000)
        if len(self._took) % 1000 == 0:
            self._telling(what, len(self._took), None)
        return found[0].id if found else ""

    def ms(self, share: float) -> float:
        return sorted(self._took)[min(int(share * len(self._took)), len(self._took) - 1)]


def _by_intent(asked: Sequence[Query], told: _Told) -> tuple[dict[str, dict[str, Any]], int, list[str]]:
    """A row an intent and one for all others; how many fires were right, and the queries of those that were wrong."""
    counts = {name: {"n": 0, "complete": 0, "answered": 0} for name in (*INTENTS, "all")}
    none = {"n": 0, "fired": 0}
    right = 0
    wrong: list[str] = []
    for query in asked:
        fired = told.fires(query.text, "queries")
        if fired:
            meant = INTENTS.get(query.intent) == fired
            right += meant
            wrong += [] if meant else [query.text]
        if query.intent not in INTENTS:
            none["n"] += 1
            none["fired"] += bool(fired)
            continue
        whole = complete(query.text, query.intent)
        for name in (query.intent, "all"):
            counts[name]["n"] += 1
            counts[name]["complete"] += whole
            counts[name]["answered"] += whole and fired == INTENTS[query.intent]
    rows: dict[str, dict[str, Any]] = {}
    for name, row in counts.items():
        rows[name] = {**row, "recall": asdict(wilson(row["answered"], row["complete"]))} if row["complete"] else row
    return {**rows, "other intents": none}, right, wrong


def _queries(paths: Sequence[Path]) -> list[Query]:
    found = []
    for path in paths:
        for place, row in sets.rows(path):
            if not isinstance(row.get("text"), str) or not isinstance(row.get("intent"), str):
                raise BadInput(f"{place}: it has no text or no intent", hint='each line needs {"text": …, "intent": …}')
            found.append(Query(row["text"], row["intent"], str(row.get("set") or "")))
    return found


def _lines(paths: Sequence[Path]) -> list[str]:
    lines = [line.strip() for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]
