"""Which passage does each sentence rest on, and does the passage say so?

A model's text comes in pieces with markers in it; ``Citer`` turns it into events: ``Wrote`` with clean text, and
``Cited`` once for each sentence, as soon as the text itself shows that the sentence has ended. Any cutting of one
text into pieces gives the same text and the same ``Cited`` events in the same order (marks.py holds back what is
undecided; a sentence is decided when the word after it is complete, as ``text.sentences.split`` needs to see it).

A marker belongs to the sentence it stands in or behind, before or after the full stop; at the beginning of a line,
to the sentence that follows. Every finished sentence is checked against all passages that the writer was shown:

- cited, and a cited source says so: kept;
- cited, and none of its sources comes near, but another passage says so: *swapped* for that one;
- cited, and nothing says so: kept for the reader to judge, and ``unsupported``, or ``unchecked`` where its sources are
  in another language;
- not cited, but a passage says so: its citation is *added*;
- not cited, and nothing says so: ``uncited``; not a statement about the world: ``exempt``.

Where marks stand in several places of a sentence and no one source says all of it, each part is checked by its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pincite.answer.check.foreign import foreign
from pincite.answer.write.asides import aside, silent, unframed
from pincite.answer.write.closing import Closing
from pincite.answer.write.marks import Mark, Marks
from pincite.answer.write.spellings import called
from pincite.events import Cited, Wrote
from pincite.ports import Bounds, Support, SupportChecker
from pincite.text.sentences import closes, opens, split
from pincite.text.tokens import content_words, words
from pincite.types import Citation, Passage, Sentence, Source, Verdict

_ENDS = frozenset(".!?…‽؟।۔。！？｡\n")
_CLOSERS = frozenset('。！？｡」』”’）)"')
_PARENTHESIS = 240
"""Sentences in one parenthesis this long stay together, as in ``text.sentences``."""
_PART_WORDS = 2
"""Content words of the shortest part of a sentence that is judged by itself."""
_KEPT = 500
"""Characters of a long line that are read again to decide the next sentence."""
_PATIENCE = 12
"""Decisions tried in vain before they are tried less and less often, which keeps odd text linear."""

_SIGNS = re.compile(r"^[\s>#*+•|-]*(?:\d{1,3}[.)]\s+)?|[*_`~|]+")
_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?\)")
_MATHS = re.compile(r"\$([^$\n]+)\$|\\\((.+?)\\\)|\\\[(.+?)\\\]")
_COMMAND = re.compile(r"\\(?:text|math\w+|operatorname)\{([^{}]*)\}|\\[a-zA-Z]+|\\[,;:! ]|[{}]")
_ORDER = (Verdict.SUPPORTED, Verdict.PARTIAL, Verdict.UNCHECKED, Verdict.UNSUPPORTED, Verdict.UNCITED)
"""From good to bad."""
_DOUBTFUL = (Verdict.PARTIAL, Verdict.UNSUPPORTED)


@dataclass(frozen=True)
class Stated:
    """A sentence that is complete and not yet judged: ``text[start:end]``, with the sources that its markers name."""

    start: int
    end: int
    numbers: tuple[int, ...]
    statement: str
    """What is to be checked."""
    exempt: bool
    """It cites nothing, and is no statement about the world: there is nothing to check."""
    silent: bool = False
    """It says that the sources do not say something."""
    parts: tuple[Stated, ...] = ()
    """Where marks stand in several places of the sentence: what stands before each, which the mark is for."""


class Citer:
    """Feed it a model's text; it gives events. One for each answer.

    Where a check takes longer than the caller may stand still, ``draft`` and ``last`` stand for ``feed`` and
    ``finish``: they check nothing, and ``judge`` takes what a checker said of each ``Stated``'s statement.
    """

    def __init__(self, sources: Sequence[Source], checker: SupportChecker, *, most: int = 3) -> None:
        self.text = ""
        """The clean text so far."""
        self._checker = checker
        self._most = most
        self._shown = [(source.number, passage) for source in sources for passage in source.passages]
        self.passages = [passage for _, passage in self._shown]
        """What every statement is checked against."""
        names = {source.number: called(source.document) for source in sources}
        self._marks = Marks(names, {s.document.url for s in sources if s.document.url}, names)
        self._closing_list = Closing([source.document.title for source in sources])
        self._marked: list[tuple[int, Mark]] = []
        self._given = 0
        """Text up to here has been given out as ``Wrote``, up to ``_settled`` its sentences as ``Cited``."""
        self._settled = 0
        self._from = 0
        """Where ``split`` begins to read: the line of the first sentence that is not settled."""
        self._ended = False
        self._tries = 0
        self._retry = 0
        """Nothing can be decided before this character, or before ``_closing`` if a parenthesis closes."""
        self._closing = 0

    def feed(self, piece: str) -> list[Wrote | Cited]:
        """What ``piece`` made certain."""
        return [self._checked(event) for event in self.draft(piece)]

    def finish(self) -> list[Wrote | Cited]:
        """The text held back, and the last sentences. Also where the model broke off."""
        return [self._checked(event) for event in self.last()]

    def draft(self, piece: str) -> list[Wrote | Stated]:
        """``feed`` without a check."""
        events: list[Wrote | Stated] = []
        for item in self._marks.feed(self._closing_list.feed(piece)):
            self._take(item, events)
        self._give(events)
        return events

    def last(self) -> list[Wrote | Stated]:
        """``finish`` without a check."""
        events: list[Wrote | Stated] = []
        for item in [*self._marks.feed(self._closing_list.finish()), *self._marks.finish()]:
            self._take(item, events)
        self._give(events)
        self._settle(len(self.text), events, final=True)
        return events

    def _checked(self, event: Wrote | Stated) -> Wrote | Cited:
        if isinstance(event, Wrote):
            return event
        supports = [] if event.exempt else self._checker.check(event.statement, self.passages)
        whole = self.judge(event, supports, self._checker.bounds)
        return together(
            whole,
            [
                self.judge(part, self._checker.check(part.statement, self.passages), self._checker.bounds)
                for part in parted(event, whole)
            ],
        )

    def _give(self, events: list[Wrote | Stated]) -> None:
        if self._given < len(self.text):
            events.append(Wrote(text=self.text[self._given :]))
            self._given = len(self.text)

    def _take(self, item: str | Mark, events: list[Wrote | Stated]) -> None:
        if isinstance(item, Mark):
            self._marked.append((len(self.text), item))
            return
        begin = len(self.text)
        before = self.text[-1:] or " "
        self.text += item
        for at, char in enumerate(item, begin):
            if char in ")]）":
                self._retry = min(self._retry, self._closing)
            if self._ended and at >= self._retry and self._decides(before, char):
                self._settle(at + 1, events)
            self._ended = self._ended or char in _ENDS
            before = char

    @staticmethod
    def _decides(before: str, char: str) -> bool:
        """Is a word complete, or a sentence of unspaced script followed by something?"""
        return (char.isspace() and not before.isspace()) or (before in _CLOSERS and char not in _CLOSERS)

    # ── sentences ──

    def _settle(self, upto: int, events: list[Wrote | Stated], *, final: bool = False) -> None:
        """Gives the sentences that the text up to ``upto`` decides."""
        text = self.text[self._from : upto]
        if not final and _in_fence(text):
            return
        spans = [(max(s + self._from, self._settled), e + self._from) for s, e in split(text)]
        spans = [(s, e) for s, e in spans if e > self._settled and self.text[s:e].strip()]
        settled, held = self._settled, 0
        for (start, end), (following, _) in pairwise([*spans, (upto, upto)]):
            if not final and following == upto:
                break
            if not final and self._parenthesis_open(start, end, upto):
                held = end + 2 * _PARENTHESIS
                break
            self._give(events)
            events.append(self._stated(start, end, following))
            self._settled = end
            self._advance(start, end, following)
        self._ended = False if settled != self._settled else self._ended
        self._ended = self._ended or any(c in _ENDS for c in self.text[self._settled : upto])
        self._tries = 0 if settled != self._settled else self._tries + 1
        self._closing = upto + (upto - self._settled) // 4 if self._tries > _PATIENCE else 0
        self._retry = max(self._closing, held)

    def _parenthesis_open(self, start: int, end: int, upto: int) -> bool:
        piece = self.text[start:end]
        opened = sum(piece.count(c) for c in "([（") > sum(piece.count(c) for c in ")]）")
        return opened and upto - end < _PARENTHESIS and "\n" not in self.text[end:upto]

    def _advance(self, start: int, end: int, following: int) -> None:
        if "\n" in self.text[end:following]:
            self._from = self.text.rfind("\n", end, following) + 1
        elif start - self._from > _KEPT:
            self._from = start

    def _stated(self, start: int, end: int, following: int) -> Stated:
        """The sentence with the markers that stand in it or between it and the following one."""
        mine: list[tuple[int, Mark]] = []
        later: list[tuple[int, Mark]] = []
        for at, mark in self._marked:
            ahead = at > following or (mark.leading and at >= end and "\n" not in self.text[at:following])
            (later if ahead and following < len(self.text) else mine).append((at, mark))
        self._marked = later
        raw = self.text[start:end]
        statement = plain(raw)
        numbers = tuple(dict.fromkeys(number for _, mark in mine for number in mark.numbers))
        states_nothing = not numbers and (exempt(raw, statement) or self._heads_table(start))
        parts = tuple(
            Stated(start, end, numbers, statement, False) for statement, numbers in _parts(self.text, start, end, mine)
        )
        return Stated(start, end, numbers, unframed(statement), states_nothing, silent(statement), parts)

    def _heads_table(self, start: int) -> bool:
        """Does a table's first row begin here? It names columns."""
        above = self.text[:start].rstrip(" \t").removesuffix("\n").rpartition("\n")[2]
        return self.text.startswith("|", start) and not above.lstrip().startswith("|")

    # ── checking ──

    def judge(self, stated: Stated, supports: Sequence[Support], bounds: Bounds) -> Cited:
        """The sentence with its verdict. ``supports`` are those of ``passages`` in order, by ``bounds``."""
        start, end = stated.start, stated.end
        if stated.exempt:
            return Cited(sentence=Sentence(start=start, end=end, verdict=Verdict.EXEMPT))
        found = self._citations(supports)
        best = found[0] if found else None
        cited = [next(c for c in found if c.source == number) for number in stated.numbers if any_of(found, number)]
        strongest = max((c.support for c in cited), default=0.0)
        repair = ""
        tells = _tells(stated.statement)
        if not cited:
            if tells and best is not None and best.support >= bounds.added:
                cited, repair = [best], "added"
        elif (
            tells
            and best is not None
            and strongest < bounds.partial
            and best.support >= max(bounds.supported, strongest + bounds.margin)
        ):
            cited, repair = [best], "swapped"
        verdict = _verdict(cited, bounds)
        if stated.silent and verdict is Verdict.UNSUPPORTED:
            return Cited(sentence=Sentence(start=start, end=end, verdict=Verdict.EXEMPT))
        if verdict in _DOUBTFUL and self._foreign(stated, cited):
            verdict = Verdict.UNCHECKED
        cited = sorted(cited, key=lambda c: -c.support)[: self._most]
        sentence = Sentence.model_validate(
            {"start": start, "end": end, "citations": cited, "verdict": verdict, "repair": repair}
        )
        return Cited(sentence=sentence)

    def _foreign(self, stated: Stated, cited: Sequence[Citation]) -> bool:
        rests_on = {citation.passage_id for citation in cited}
        passages = [passage for passage in self.passages if passage.id in rests_on]
        return foreign(self.text[: stated.end], stated.statement, passages)

    def _citations(self, supports: Sequence[Support]) -> list[Citation]:
        """A possible citation for each passage, best first; ties keep the order in which they were shown."""
        shown = zip(self._shown, supports, strict=True)
        found = [_citation(number, passage, support) for (number, passage), support in shown]
        return sorted(found, key=lambda c: -c.support)


def parted(stated: Stated, whole: Cited) -> Sequence[Stated]:
    """The parts to judge one by one: none where no single source had to say everything, or one does."""
    return () if whole.sentence.verdict is Verdict.SUPPORTED else stated.parts


def together(whole: Cited, parts: Sequence[Cited]) -> Cited:
    """The sentence as its worst part, if that is better than what the whole was found to be."""
    if not parts:
        return whole
    worst = max((part.sentence.verdict for part in parts), key=_ORDER.index)
    if whole.sentence.verdict not in _ORDER or _ORDER.index(worst) >= _ORDER.index(whole.sentence.verdict):
        return whole
    found: dict[tuple[int, str], Citation] = {}
    for citation in (citation for part in parts for citation in part.sentence.citations[:1]):
        known = found.get((citation.source, citation.passage_id))
        if known is None or known.support < citation.support:
            found[(citation.source, citation.passage_id)] = citation
    repair = "swapped" if any(part.sentence.repair == "swapped" for part in parts) else ""
    cited = tuple(sorted(found.values(), key=lambda c: -c.support))
    sentence = whole.sentence.model_copy(update={"citations": cited, "verdict": worst, "repair": repair})
    return Cited(sentence=sentence)


def _parts(
    text: str, start: int, end: int, marked: Sequence[tuple[int, Mark]]
) -> Sequence[tuple[str, tuple[int, ...]]]:
    """What stands before each place with marks, and the numbers there; nothing where there is one place.

    What is too short to be a statement goes with what follows; in a table with its row's name. What stands behind the
    last mark goes with what is before it.
    """
    numbers: dict[int, tuple[int, ...]] = {}
    for at, mark in marked:
        numbers[min(at, end)] = (*numbers.get(min(at, end), ()), *mark.numbers)
    row = text.startswith("|", start)
    name = plain(text[start:end].strip("|").partition("|")[0]) if row else ""
    found: list[tuple[str, tuple[int, ...]]] = []
    begin = start
    waiting: tuple[int, ...] = ()
    *places, last = sorted(place for place in numbers if place > start) or [end]
    for place in [*places, last]:
        piece = plain(text[begin : end if place == last else place]).lstrip(" ,;:–—-")
        short = len(content_words(piece)) < _PART_WORDS
        if short and not row and place != last:
            waiting = (*waiting, *numbers[place])
            continue
        said = f"{name}: {piece}" if row and short and found else piece
        found.append((said, tuple(dict.fromkeys((*waiting, *numbers.get(place, ()))))))
        begin, waiting = place, ()
    return found if len(found) > 1 else ()


def any_of(found: Iterable[Citation], number: int) -> bool:
    return any(c.source == number for c in found)


def _tells(statement: str) -> bool:
    """Is it more than one word, said of something that only what is before it names? "It is in London" stands in every
    passage that has London; a name alone is what the question asked for.
    """
    return len(content_words(statement)) >= _PART_WORDS or len(words(statement)) <= _PART_WORDS


def _citation(number: int, passage: Passage, support: Support) -> Citation:
    return Citation(source=number, passage_id=passage.id, quote=support.quote, support=support.score)


def _verdict(cited: Sequence[Citation], bounds: Bounds) -> Verdict:
    best = max((c.support for c in cited), default=None)
    if best is None:
        return Verdict.UNCITED
    if best >= bounds.supported:
        return Verdict.SUPPORTED
    return Verdict.PARTIAL if best >= bounds.partial else Verdict.UNSUPPORTED


def plain(sentence: str) -> str:
    """A sentence without Markdown signs, for a checker that reads words."""
    said = _MATHS.sub(lambda maths: _COMMAND.sub(lambda c: f" {c[1] or ''} ", maths[maths.lastindex or 0]), sentence)
    return _SIGNS.sub("", _LINK.sub(r"\1", said)).strip()


def exempt(raw: str, statement: str) -> bool:
    """Is it no statement about the world: a heading, a question, code, a lead-in, a sentence about the sources?"""
    if raw.startswith(("#", "```", "~~~", "$$", "\\[")) or statement.endswith(("?", "？", "؟", ":", "：")):
        return True
    if raw.startswith("**") and raw.endswith("**") and len(raw.split()) <= 8:
        return True
    return not content_words(statement) or aside(statement)


def _in_fence(text: str) -> bool:
    """Is a code fence open at the end? It may hold anything, so nothing in it is decided before it closes."""
    fence = ""
    if any(signs in text for signs in ("```", "~~~", "$$")):
        for line in text.split("\n"):
            fence = opens(line) if not fence else "" if closes(line, fence) else fence
    return bool(fence)
