"""What does a question say about where to look? ``site:``, dates, languages, collections, "exact words" and ``-words``.

Read once, for every door. What is no operator for certain stays a part of the question: flags of a command, a minus
sign, inches, an address. A value that can't be meant as it stands is an error that says how to write it; a name that
there is not is one if it is near to one that there is, as a focus's is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pincite.errors import BadInput, BadQuestion
from pincite.text import named
from pincite.text.named import LANGUAGES
from pincite.types import Filters

MOST_WORDS = 12
"""Of a phrase; what is longer was pasted, and no passage has it word for word."""

MOST_VALUES = 200
"""Of one filter; a longer list slows down every search that it narrows, and is shown and kept with the answer."""

_NAMED = re.compile(r"(?<!\S)(?P<out>-?)(?P<name>site|before|after|lang|in):(?P<value>[^\s\"]\S*)", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?([\w-]+(?:\.[\w-]+)+)\S*", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_LIKE_A_DAY = re.compile(r"\d{4}|\d+[-/.]\d+[-/.]\d+")
_QUOTED = re.compile(
    r"(?<![^\s(\[])(?:\"(?P<straight>[^\"“”\n]+)\"|“(?P<curly>[^“”\"\n]+)”|„(?P<low>[^„“”\"\n]+)[“”])"
    r"(?=$|[\s?.,;:!)\]])"
)
_LEFT_OUT = re.compile(r"-([^\W\d_]{3,}|(?=[^\x00-\x7f])[^\W\d_]+)[?!.]*")


@dataclass
class _Read:
    """What was found so far."""

    filters: Filters
    collections: Callable[[], Collection[str]]
    said: list[str] = field(default_factory=list)

    def add(self, **more: tuple[str, ...]) -> None:
        """To what is there, each once."""
        now = {name: (*getattr(self.filters, name), *values) for name, values in more.items()}
        self.put(**{name: tuple(dict.fromkeys(values)) for name, values in now.items()})

    def put(self, **values: Any) -> None:
        self.filters = self.filters.model_copy(update=values)


def read(
    text: str, filters: Filters = Filters(), collections: Callable[[], Collection[str]] = tuple
) -> tuple[str, Filters]:
    """The question without its operators, and ``filters`` with what they say; a text without any is left as it is.

    A phrase stays in the question, and must be in a passage word for word. ``collections`` tells which there are.
    Raises ``BadQuestion`` for a value that can't be meant, and where nothing is left to look for.
    """
    found = _Read(filters, collections)
    rest = _NAMED.sub(lambda match: _taken(match, found), text)
    while len(parts := rest.split()) > 1 and (match := _LEFT_OUT.fullmatch(parts[-1])):
        found.add(exclude_words=(match[1].lower(),))
        found.said.append(match[0])
        rest = rest.rstrip()[: -len(match[0])]
    phrases = [match[match.lastgroup or 0] for match in _QUOTED.finditer(rest)]
    kept = [phrase for phrase in phrases if _is_phrase(phrase)]
    if kept:
        found.add(phrases=tuple(kept))
    ours = found.filters
    if ours.after and ours.before and ours.after > ours.before:
        raise BadQuestion(
            f"nothing is published on {ours.after} or later and on {ours.before} or earlier",
            hint="the year 2020 is: after:2020 before:2021",
        )
    if not found.said:
        return text, ours
    if not any(c.isalnum() for c in rest):
        said = " ".join(found.said)
        raise BadQuestion(f"there is nothing to look for beside {said}", hint=f"say what: {said} how do plants grow?")
    return re.sub(r" {2,}", " ", rest).strip(), ours


def check(filters: Filters) -> None:
    """Raises ``BadInput`` for a site or a language that is none, which would find nothing, or leave nothing out; and
    for more than ``MOST_VALUES`` of anything."""
    for name, values in filters:
        if isinstance(values, tuple) and len(values) > MOST_VALUES:
            raise BadInput(
                f"{name} has {len(values):,} values; {MOST_VALUES} are the most",
                hint="name fewer, or ask more than once",
            )
    for name in ("sites", "exclude_sites"):
        for site in getattr(filters, name):
            if not named.is_host(site):
                raise BadInput(f"{name}: {site!r} is no host", hint="name it as example.org, or give a page's address")
    for code in filters.langs:
        if code not in LANGUAGES:
            raise BadInput(f"langs: {code!r} is no language", hint="give its ISO 639-1 code, such as en")


def _is_phrase(text: str) -> bool:
    return text == text.strip() and any(c.isalnum() for c in text) and len(text.split()) <= MOST_WORDS


def _taken(match: re.Match[str], found: _Read) -> str:
    """Nothing, if it was an operator; else what was there."""
    name, out, value = match["name"].lower(), bool(match["out"]), match["value"].rstrip("?!.,;)")
    take = {"site": _site, "before": _before, "after": _after, "lang": _lang, "in": _in}[name]
    if (out and name != "site") or not value or not take(value, out, found):
        return match[0]
    found.said.append(match[0])
    return ""


def _site(value: str, out: bool, found: _Read) -> bool:
    host = _HOST.fullmatch(value)
    if host is None:
        return False
    found.add(**{"exclude_sites" if out else "sites": (named.host(host[1]),)})
    return True


def _before(value: str, _: bool, found: _Read) -> bool:
    day = _day("before", value)
    if day is None:
        return False
    if day == date.min:
        raise _no_day("before", value)
    found.put(before=day - timedelta(days=1))
    return True


def _after(value: str, _: bool, found: _Read) -> bool:
    day = _day("after", value)
    if day is not None:
        found.put(after=day)
    return day is not None


def _day(name: str, value: str) -> date | None:
    """The first day of a year, a month, or the day itself; ``None`` for what was not meant as one."""
    match = _DAY.fullmatch(value)
    if match is None and _LIKE_A_DAY.match(value) is None:
        return None
    try:
        if match is not None:
            return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        pass
    raise _no_day(name, value)


def _no_day(name: str, value: str) -> BadQuestion:
    return BadQuestion(f"{name}:{value} is no date", hint=f"write {name}:2020, {name}:2020-05 or {name}:2020-05-31")


def _lang(value: str, _: bool, found: _Read) -> bool:
    if value.lower() not in LANGUAGES:  # lang:go is about a programming language
        return False
    found.add(langs=(value.lower(),))
    return True


def _in(value: str, _: bool, found: _Read) -> bool:
    known = {name.lower(): name for name in found.collections()}
    if value.lower() in known:
        found.add(collections=(known[value.lower()],))
        return True
    near = difflib.get_close_matches(value.lower(), known, n=3, cutoff=0.75)
    if not near:
        return False
    meant = " or ".join(known[name] for name in near)
    raise BadQuestion(f"no collection called {value!r}; did you mean {meant}?", hint="pincite index status lists them")
