"""What does a browser see of an answer's log? A projection of the ten events to finished HTML, and its differences.

Text that no later token can change is sent once, as settled blocks; the rest is the tail, sent as a prefix difference.
Every connection begins with ``sync``, the whole view; so reload, a second tab and a lost network are one code path.
Law: the view after the last event is the view that a reloaded page is made of.

Wire: ``sync`` (the whole view), ``block {i, html}`` (create or replace), ``tail {k, x}``, ``sources {i, k, x}``;
``step``, ``strip``, ``card``, ``data``, ``form``, ``problem``, ``followups``, ``done`` (``{html}`` each); ``say``,
and ``hb`` in silence.
"""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from pincite.events import (
    Asked,
    Carded,
    Cited,
    Event,
    Failed,
    Finished,
    Sourced,
    Stamped,
    Started,
    Stepped,
    Suggested,
    Wrote,
)
from pincite.types import Answer, Card, Citation, Sentence, Source, Status, Verdict
from pincite.web.draw import markdown, parts, tables
from pincite.web.draw.weave import Mark
from pincite.web.words import language, t

EAGER_S, EAGER_HZ, CALM_HZ = 1.0, 30, 20
"""First words at 30 Hz, for they are waited for; then 20 Hz, which the eye can't tell from it."""
FIRST_SOURCES = 4


@dataclass(frozen=True)
class View:
    """All that is drawn of an answer. Equal views are equal pages."""

    blocks: tuple[str, ...] = ()
    tail: str = ""
    sources: tuple[str, ...] = ()
    step: str = ""
    strip: str = ""
    card: str = ""
    data: str = ""
    """The tables."""
    form: str = ""
    told_form: str = ""
    """The form for who may read and not answer; not sent, but put in the place of ``form`` by ``for_readers``."""
    problem: str = ""
    followups: str = ""
    done: str = ""
    status: Status = Status.RUNNING
    say: str = ""


Frame = tuple[str, dict[str, object]]
_SLOTS = ("step", "strip", "card", "data", "form", "problem", "followups")


def for_readers(view: View) -> View:
    """As it is for who may not ask where the answer is."""
    return replace(view, form=view.told_form)


def frames(old: View | None, new: View) -> list[Frame]:
    """What turns a page that shows ``old`` into one that shows ``new``."""
    if old is None or len(new.sources) < len(old.sources) or len(new.blocks) < len(old.blocks):
        return [("sync", _sync(new)), *([("done", _done(new))] if new.done else [])]
    found: list[Frame] = [
        ("sources", {"i": i, **_difference(old.sources[i] if i < len(old.sources) else "", html)})
        for i, html in _changed(old.sources, new.sources)
    ]
    found += [(slot, {"html": getattr(new, slot)}) for slot in _SLOTS if getattr(old, slot) != getattr(new, slot)]
    found += [("block", {"i": i, "html": html}) for i, html in _changed(old.blocks, new.blocks)]
    if old.tail != new.tail:
        found.append(("tail", _difference(old.tail, new.tail)))
    if new.done != old.done:
        found.append(("done", _done(new)))
    elif new.say != old.say:
        found.append(("say", {"say": new.say}))
    return found


def _sync(view: View) -> dict[str, object]:
    slots: dict[str, object] = {slot: getattr(view, slot) for slot in _SLOTS}
    lists = {"blocks": view.blocks, "tail": view.tail, "sources": view.sources}
    return {**lists, **slots, "status": view.status, "say": view.say}


def _done(view: View) -> dict[str, object]:
    return {"html": view.done, "status": view.status, "say": view.say}


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[int, str]]:
    return [(i, html) for i, html in enumerate(new) if i >= len(old) or old[i] != html]


def _difference(old: str, new: str) -> dict[str, object]:
    """``old`` cut after its first ``k`` units, and ``x`` behind that, is ``new``."""
    k = common_prefix(old, new)
    return {"k": utf16(old[:k]), "x": new[k:]}


def common_prefix(a: str, b: str) -> int:
    """Characters that ``a`` and ``b`` begin with alike; by halving, since slices compare at memory speed."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def utf16(text: str) -> int:
    """Length in UTF-16 units, which is how the page's JavaScript counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def wire(frame: Frame) -> bytes:
    name, data = frame
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


class Strokes:
    """Views to the bytes of one viewer's stream: the difference between what it has and the newest."""

    media_type = "text/event-stream"

    def __init__(self) -> None:
        self._seen: View | None = None

    def head(self) -> bytes:
        return b"retry: 1000\n\n"

    def render(self, batch: Sequence[View]) -> bytes:
        old, self._seen = self._seen, batch[-1]
        return b"".join(wire(frame) for frame in frames(old, batch[-1]))

    def holds(self, batch: Sequence[View]) -> bool:  # noqa: ARG002 -- views are complete, nothing waits
        return False

    def beat(self) -> bytes:
        return b"event: hb\ndata: {}\n\n"

    def tail(self) -> bytes:
        return b""

    def broken(self, error: Exception) -> bytes:  # noqa: ARG002
        """Nothing: the stream ends without ``done``, and the page comes back by itself."""
        return b""


# ── projecting ──


class Painting:
    """An answer's picture while its events come in. Each event costs what it changes, not the whole text.

    ``turn`` is the answer's place in its thread, from 1; it names the anchors and sets the heading levels. ``alone``
    is a picture for where nothing can be done and nothing of this server may be linked to: a share, a file.
    """

    def __init__(self, turn: int = 1, *, alone: bool = False) -> None:
        self.turn = turn
        self.alone = alone
        self.finished = False
        self._level = 1 if turn == 1 else 2
        self._answer: Answer | None = None
        self._pending: list[str] = []
        self._text = ""
        self._starts = [0]
        self._first = 0
        self._blocks: list[str | None] = []
        self._sentences: dict[tuple[int, int], Sentence] = {}
        self._sources: dict[int, Source] = {}
        self._drawn: dict[int, tuple[object, str]] = {}
        self._cards: dict[str, Card] = {}
        self._data: str | None = None
        self._steps: list[Stepped] = []
        self._changes: dict[str, object] = {}

    def apply(self, event: Event) -> None:
        match event:
            case Started(answer_id=answer_id, question=question, model=model):
                self._answer = Answer(id=answer_id, question=question, model=model)
            case Stepped():
                self._steps.append(event)
            case Sourced(sources=sources):
                self._sources = {source.number: source for source in sources}
                self._drawn.clear()
                self._blocks = [None] * len(self._blocks)
            case Carded(card=card):
                self._cards[card.id] = card
                self._data = None
            case Asked(form=form):
                self._changes["form"] = form
            case Wrote(text=text):
                self._pending.append(text)
            case Cited(sentence=sentence):
                self._cite(sentence)
            case Suggested(follow_ups=follow_ups):
                self._changes["follow_ups"] = follow_ups
            case Failed(problem=problem):
                self._changes["problem"] = problem
            case Finished(status=status, degraded=degraded, usage=usage, timings=timings):
                self._changes |= {"status": status, "degraded": degraded, "usage": usage, "timings": timings}
                self._changes |= {"model": usage.writer} if usage.writer else {}
                self.finished = True
            case _:
                assert_never(event)

    def _cite(self, sentence: Sentence) -> None:
        self._sentences[sentence.start, sentence.end] = sentence
        block = bisect_right(self._starts, sentence.start) - 1
        # Sentences are numbered over the whole answer, so a new one renumbers those after it.
        for i in range(block, len(self._blocks)):
            self._blocks[i] = None

    def view(self) -> View:
        """The picture now. Before ``Started`` it is empty."""
        if self._answer is None:
            return View(step=parts.step(t("Searching")), say=t("Searching"))
        answer = self._folded()
        self._settle()
        ordered = sorted(self._sentences.values(), key=lambda s: (s.start, s.end))
        begin = next((self._starts[i] for i, html in enumerate(self._blocks) if html is None), self._starts[-1])
        rows = [
            (s, *parts.sentence_mark(s, i, self.turn, self._sources)) for i, s in enumerate(ordered) if s.start >= begin
        ]
        for i, html in enumerate(self._blocks):
            if html is None:
                self._blocks[i] = self._render(self._starts[i], self._starts[i + 1], rows)
        running = answer.status is Status.RUNNING
        return View(
            blocks=tuple(html or "" for html in self._blocks),
            tail="" if self.finished else self._tail(rows),
            sources=self._cards_of_sources(answer, ordered),
            step=self._step(answer) if running else "",
            strip=parts.strip(answer, self.turn),
            card=parts.instant(answer.cards, self.turn, self._sources, answer.text),
            data=self._tables(answer),
            form=parts.form(answer, alone=self.alone),
            told_form=parts.form(answer, alone=True),
            problem=parts.problem(answer, alone=self.alone) + tables.failed(answer, alone=self.alone),
            followups=parts.followups(answer),
            done=parts.done(answer, self._steps),
            status=answer.status,
            say=parts.announced(answer),
        )

    def _tables(self, answer: Answer) -> str:
        """Drawn once: they come whole, and do not change."""
        if self._data is None:
            self._data = tables.drawn(answer, self.turn, alone=self.alone)
        return self._data

    def _folded(self) -> Answer:
        assert self._answer is not None
        if self._pending:
            self._text += markdown.plain("".join(self._pending))
            self._pending.clear()
        self._changes |= {
            "text": self._text,
            "cards": tuple(self._cards.values()),
            "sources": tuple(self._sources[n] for n in sorted(self._sources)),
        }
        return self._answer.model_copy(update=self._changes)

    def _step(self, answer: Answer) -> str:
        words = parts.state_words(len(answer.sources), bool(answer.text), answer.model, self._steps)
        searching = answer.question.mode == "copilot" and not answer.text
        return parts.step(words, self._steps, answer.id if searching else "")

    def _settle(self) -> None:
        """Moves the border between blocks and tail to the last place that no later token can change."""
        tail = self._starts[-1]
        rest = self._text[tail:] + ("\n" if self.finished else "")
        if not self._first:
            # Whole lines only: "#" may be the beginning of "###".
            self._first = markdown.first_heading(rest[: rest.rfind("\n") + 1])
        ends = [tail + cut for cut in markdown.cuts(rest)]
        if self.finished and tail < len(self._text):
            ends.append(len(self._text))
        self._starts += ends
        self._blocks += [None] * len(ends)

    def _tail(self, rows: Sequence[tuple[Sentence, str, str]]) -> str:
        start = self._starts[-1]
        return self._render(start, start + markdown.shown(self._text[start:]), rows)

    def _render(self, start: int, end: int, rows: Sequence[tuple[Sentence, str, str]]) -> str:
        first = bisect_right(rows, start - 1, key=lambda row: row[0].start)
        marks = []
        for sentence, attributes, after in rows[first:]:
            if sentence.start >= end:
                break
            stop, doubt = min(sentence.end, end) - start, sentence.verdict in {Verdict.UNCITED, Verdict.UNSUPPORTED}
            marks.append(Mark(sentence.start - start, stop, attributes, after, of_words=doubt))
            if sentence.short is not None and sentence.short.end <= end:
                strong = attributes.replace('class="', 'class="short ', 1)
                marks.append(Mark(sentence.short.start - start, sentence.short.end - start, strong, ""))
        return markdown.render(self._text[start:end], marks, level=self._level, first=self._first)

    def _cards_of_sources(self, answer: Answer, sentences: Sequence[Sentence]) -> tuple[str, ...]:
        shown = [s for s in sentences if s.verdict is not Verdict.UNSUPPORTED]
        quotes: dict[int, dict[str, Citation]] = {}
        of_cards = [c for card in answer.cards for c in card.citations]
        for citation in [*of_cards, *(c for s in shown for c in s.citations)]:
            quotes.setdefault(citation.source, {}).setdefault(parts.quote_key(citation), citation)
        times = Counter(number for s in shown for number in {c.source for c in s.citations})
        cards = []
        for place, source in enumerate(answer.sources):
            cited = quotes.get(source.number, {})
            hidden = (not cited) if quotes and self.finished else place >= FIRST_SOURCES
            # How often is told at the end: in front of the quotes it would send all of them again with each new one.
            number = times[source.number] if self.finished else 0
            looks = (tuple(cited), number, hidden, self.finished)
            was, html = self._drawn.get(source.number, (None, ""))
            if looks != was:
                html = parts.source_card(
                    source,
                    list(cited.values()),
                    answer.id,
                    self.turn,
                    question=answer.question.text,
                    more=hidden,
                    finished=self.finished,
                    alone=self.alone,
                    times=number,
                )
                self._drawn[source.number] = looks, html
            cards.append(html)
        return tuple(cards)


def paint(events: Iterable[Event], turn: int = 1, *, alone: bool = False) -> View:
    """The view after all of ``events``."""
    painting = Painting(turn, alone=alone)
    for event in events:
        painting.apply(event)
    return painting.view()


# ── painting live, once for all who watch ──


@dataclass
class _Easel:
    """One running answer, followed and painted once, however many look at it."""

    painting: Painting
    view: View
    news: asyncio.Event = field(default_factory=asyncio.Event)
    watchers: int = 0
    shown: bool = False
    over: bool = False
    error: Exception | None = None
    task: asyncio.Task[None] | None = None

    def show(self) -> None:
        self.view = self.painting.view()
        self.shown = True
        self.wake()

    def wake(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()


class Gallery:
    """Where running answers are painted. ``watch`` gives the newest view, then newer ones; slow watchers skip some."""

    def __init__(self, follow: Callable[[str], AsyncIterator[Stamped]]) -> None:
        self._follow = follow
        self._easels: dict[tuple[str, int, str], _Easel] = {}

    async def watch(self, answer_id: str, turn: int) -> AsyncIterator[View]:
        """Views to the last one. Raises what following the log raises."""
        # Who paints speaks the language of the first who watches; others share it only in the same one.
        name = (answer_id, turn, language())
        easel = self._easels.get(name)
        if easel is None or easel.over:
            easel = self._easels[name] = _Easel(Painting(turn), View())
            easel.task = asyncio.create_task(self._paint(easel, answer_id), name=f"paint {answer_id}")
        easel.watchers += 1
        seen: View | None = None
        try:
            while True:
                news = easel.news
                if easel.shown and easel.view is not seen:
                    seen = easel.view
                    yield seen
                elif easel.over:
                    break
                else:
                    await news.wait()
            if easel.error is not None:
                raise easel.error
        finally:
            easel.watchers -= 1
            self._leave(name, easel)

    def _leave(self, name: tuple[str, int, str], easel: _Easel) -> None:
        if easel.watchers == 0 and self._easels.get(name) is easel:
            del self._easels[name]
            if easel.task is not None:
                easel.task.cancel()

    async def _paint(self, easel: _Easel, answer_id: str) -> None:
        """Follows the log and paints at most so many times a second; the first change at once."""
        changed = asyncio.Event()
        pulling = asyncio.create_task(self._pull(easel, answer_id, changed))
        begun = asyncio.get_running_loop().time()
        try:
            while not easel.over:
                await changed.wait()
                changed.clear()
                easel.show()
                early = asyncio.get_running_loop().time() - begun < EAGER_S
                await asyncio.sleep(1 / (EAGER_HZ if early else CALM_HZ))
            if changed.is_set():
                easel.show()
        except Exception as error:
            easel.error = error  # raised to whoever watches
        finally:
            pulling.cancel()
            easel.over = True
            easel.wake()

    async def _pull(self, easel: _Easel, answer_id: str, changed: asyncio.Event) -> None:
        try:
            async for stamped in self._follow(answer_id):
                easel.painting.apply(stamped.event)
                changed.set()
        except Exception as error:
            easel.error = error
        finally:
            easel.over = True
            changed.set()
