"""Which lines are told as they stand? A file's start, a code, a day, what failed, what is new, a list's items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from urllib.parse import unquote

from pincite.answer.check.check import titled
from pincite.answer.question.plan import Kind, Plan
from pincite.answer.question.release import release
from pincite.answer.question.thing import identifier, opened
from pincite.answer.question.trouble import trouble
from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.likeness import says_again
from pincite.answer.quote.score import Scored
from pincite.types import Hit

MAX_SENTENCES = 6
LIST_ITEMS = 3
"""Items from which on a list is told as a list."""


def lines(plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored, max_words: int) -> list[int]:
    """As many of the first ones as may be written; none where no such thing is asked for, or there."""
    told = _opened(plan, hits, sentences) or _called(plan, hits, sentences, scored)
    told = told or _failed(plan, hits, sentences) or _released(plan, hits, sentences)
    sizes = accumulate(sentences[at].size for at in told[:MAX_SENTENCES])
    return [at for at, size in zip(told, sizes, strict=False) if size <= max_words]


def _opened(plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate]) -> list[int]:
    """How a file begins that is asked for by its name."""
    names = [unquote(hit.passage.document.url).rpartition("/")[2] for hit in hits]
    name = opened(plan.text, names)
    if not name:
        return []
    url = hits[names.index(name)].passage.document.url
    own = [at for at, one in enumerate(sentences) if hits[one.hit].passage.document.url == url]
    return _in_order([at for at in own if not sentences[at].heading and sentences[at].text], hits, sentences)


def _called(plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored) -> list[int]:
    """All that names a thing that is asked for by its code alone, or a time of which is asked what happened then.

    What stands behind "E4012:" says what it is, and comes first.
    """
    code, day = re.escape(identifier(plan.about)), scored.asked.day
    told = re.compile(rf"(?<![\w-]){code}(?:\s?[:=–—]|\s(?:is|means)\b)", re.IGNORECASE)
    named = re.compile(rf"(?<![\w-]){code}(?![\w-])", re.IGNORECASE)
    if code:
        found = [at for at, one in enumerate(sentences) if named.search(one.text)]
        found.sort(key=lambda at: (not told.search(sentences[at].text), -scored.chance[at]))
    elif day is not None and day.all:
        found = [at for at, one in enumerate(sentences) if day.held(one.text) and not one.heading]
        of_it = [] if day.time else [at for at, hit in enumerate(hits) if day.held(titled(hit.passage))]
        found += [at for at, one in enumerate(sentences) if one.hit in of_it and not one.heading and at not in found]
    else:
        return []
    taken: list[int] = []
    for at in found:
        if not says_again(at, taken, sentences, scored):
            taken.append(at)
    return taken


def _failed(plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate]) -> list[int]:
    """The lines of a log that say what failed, where nothing else is asked."""
    asked = trouble(plan.queries[0])
    return _in_order([at for at, one in enumerate(sentences) if asked.held(one.text)], hits, sentences) if asked else []


def _released(plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate]) -> list[int]:
    """What a changelog has below the version that is asked about; of one kind of change where that is asked for."""
    asked = release(plan.queries[0])
    if asked is None:
        return []
    below = [at for at, hit in enumerate(hits) if asked.told(hit.passage)]
    below = [at for at in below if asked.of_its_kind(hits[at].passage)] or below
    return _in_order([at for at, one in enumerate(sentences) if one.hit in below and not one.heading], hits, sentences)


def _in_order(some: Sequence[int], hits: Sequence[Hit], sentences: Sequence[Candidate]) -> list[int]:
    """As their documents have them, the document of the best hit first."""
    documents = [hit.passage.document.id for hit in hits]

    def place(at: int) -> tuple[int, int, int]:
        hit = sentences[at].hit
        return documents.index(documents[hit]), hits[hit].passage.start, at

    return sorted(some, key=place)


def listed(plan: Plan, sentences: Sequence[Candidate], scored: Scored, max_words: int) -> list[int]:
    """For a list or instructions: the items of the best passage as they stand there, with the line that opens them."""
    if plan.kind not in (Kind.LIST, Kind.HOW_TO):
        return []
    best = sentences[int(scored.chance.argmax())].hit
    items = [at for at, one in enumerate(sentences) if one.hit == best and one.item and one.text]
    if len(items) < LIST_ITEMS:
        return []
    opening = items[0] - 1
    if opening >= 0 and sentences[opening].hit == best and not sentences[opening].heading:
        items.insert(0, opening)
    sizes = accumulate(sentences[at].size for at in items)
    return [at for at, size in zip(items, sizes, strict=True) if size <= max_words]
