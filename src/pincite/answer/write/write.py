"""How does a model write the answer? One call, its text cited and checked as it streams.

The face::

    async for event in write(question, sources, history, model, checker, settings, deadline, today):
        match event:
            case Wrote() | Cited(): ...     # hand on, in order
            case Written(): ...             # the last one: how the model declared the end

``write`` makes exactly one call of ``model.stream``. A ``ModelFailed`` raised before the first ``Wrote`` means that
nobody has seen anything: extract the answer instead. One raised after it means that the text is a part; the text so
far, and the ``Cited`` of its last sentence, have been yielded before. Closing the generator cancels the model's call.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pincite.answer.write.asides import may_refuse, refuses
from pincite.answer.write.cite import Citer, Stated, parted, together
from pincite.answer.write.fallback import InTime
from pincite.answer.write.strict import Strict
from pincite.errors import ModelFailed, ModelGarbled, ModelRefused, ModelStalled
from pincite.events import Cited, Wrote
from pincite.ports import Clock, Deadline, ModelCard, ModelClient, Prompt, Stop, SupportChecker, Token, Turn
from pincite.prompts import render
from pincite.settings import AnswerSettings
from pincite.text.sentences import split
from pincite.text.size import tokens
from pincite.types import Answer, Degradation, Source

GAP_S = 0.04
"""Text is given at most this often: 25 events a second cost the wire and the log a fifth of what single tokens do."""
GRACE_S = 0.5
"""A model client keeps the deadline by itself; one that does not is ended this much later."""

_AGAIN = 5
"""A statement made this often …"""
_SAYING = 3
"""… of more words than these …"""
_LOOP, _TURN = 240, 60
"""… or so many characters that repeat their last few is a model that runs in circles."""
_LOOPS = "ask again, or pick a larger model"
_REFUSED = "pick another model, or ask in other words"
_TURNS = 3
_TURN_WORDS = 60
_WORDS_A_TOKEN = 0.6
_SMALL = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)b\b", re.IGNORECASE)
_SMALL_BILLIONS = 4
_THINKS = re.compile(r"\br1\b|\bqwq\b|think|reason|magistral|qwen-?3|gpt-oss|nemotron", re.IGNORECASE)
"""Names of models whose servers count thoughts as a part of the answer, which then needs room beside them."""
_THOUGHTS = 3
_FOREIGN_MARK = re.compile(r"[ \t]?(?:\[\^?\d{1,3}\]|【[^】\n]{0,20}】)")
_CONTROL = re.compile(r"<\|[^|<>\n]{0,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """The reply is complete. ``finish`` is ``length`` where the model hit its limit in mid-sentence."""

    finish: Literal["stop", "length", "filter"]
    opinions: str = ""
    """What a second reader's opinions came to, in words; empty where none was asked."""
    missed: Degradation | None = None
    """Why there were none, though some were asked for."""


@dataclass(frozen=True)
class Profile:
    """How much a model is given: a small one loses the thread in long sources."""

    orders: str
    sources: int
    words: int
    """Words of one passage at the most; of all together as many as so many ``sources`` of one passage have."""
    max_tokens: int


def profile(card: ModelCard, settings: AnswerSettings, taken: int = 0) -> Profile:
    """By the parameters in the model's name, and by what fits into its context beside ``taken`` tokens."""
    small = _is_small(card)
    max_tokens = _max_tokens(card, settings)
    sources, words = (min(5, settings.sources), 90) if small else (settings.sources, 150)
    room = int((card.context_tokens - max_tokens - taken) * _WORDS_A_TOKEN) - 500
    return Profile("write_small" if small else "write", sources, max(30, min(words, room // sources)), max_tokens)


def whole_tokens(card: ModelCard | None, settings: AnswerSettings) -> int:
    """Tokens that files may have together to be shown to a model whole: half of what it can take in, of a small one a
    quarter. Without a model, those of which every passage is a candidate.
    """
    if card is None:
        return settings.whole_tokens
    return min(
        settings.whole_tokens, (card.context_tokens - _max_tokens(card, settings)) // (4 if _is_small(card) else 2)
    )


def _is_small(card: ModelCard) -> bool:
    size = _SMALL.search(card.name)
    return size is not None and float(size[1]) < _SMALL_BILLIONS


def _max_tokens(card: ModelCard, settings: AnswerSettings) -> int:
    if _THINKS.search(card.name):
        return min(settings.max_tokens * (1 + _THOUGHTS), card.context_tokens // 2)
    return min(settings.max_tokens, card.context_tokens // 4)


async def write(
    question: str,
    sources: Sequence[Source],
    history: Sequence[Answer],
    model: ModelClient,
    checker: SupportChecker,
    settings: AnswerSettings,
    deadline: Deadline,
    today: date,
    instructions: str = "",
    whole: Collection[str] = (),
    careful: InTime | None = None,
    worked_out: str = "",
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The model's answer to ``question`` from ``sources``, as events. ``[n]`` is the source numbered n.

    A strict one has no sentence that no source supports; where there are no sources, there is nothing to be strict by.
    ``whole`` are the ids of documents of which the sources hold every passage: the model is shown all of these.
    Sentences are checked by ``careful`` where it comes in time, and by ``checker`` where there is none.
    ``worked_out`` is what a widget shows above the answer, if it was there in time; it can't be cited.
    """
    taken = sum(tokens(_whole(source)) for source in sources if source.document.id in whole)
    given = profile(model.card, settings, taken)
    prompt = compose(
        question, sources, history, given, today, instructions=instructions, whole=whole, worked_out=worked_out
    )
    citer = Citer(sources, checker)
    citing = _Citing(citer, Strict(citer) if settings.strict and sources else None, checker, careful)
    written = _cited(model, prompt, citing, deadline)
    async with aclosing(coalesce(_willing(written, model) if sources else written)) as events:
        async for event in events:
            yield event


@dataclass(frozen=True)
class _Citing:
    """A model's text on its way to the reader: cut into sentences, checked, and sifted where it is strict."""

    citer: Citer
    strict: Strict | None
    checker: SupportChecker
    careful: InTime | None

    said: Counter[str] = field(default_factory=Counter)
    """How often each statement was made."""

    @property
    def text(self) -> str:
        """What the reader has been given."""
        return self.strict.text if self.strict else self.citer.text

    async def feed(self, piece: str) -> AsyncGenerator[Wrote | Cited]:
        for item in self.citer.draft(piece):
            for event in await self._judged(item):
                yield event

    async def finish(self) -> AsyncGenerator[Wrote | Cited]:
        for item in self.citer.last():
            for event in await self._judged(item):
                yield event
        for event in self.strict.rest() if self.strict else ():
            yield event

    async def _judged(self, item: Wrote | Stated) -> Sequence[Wrote | Cited]:
        event = item if isinstance(item, Wrote) else await self._checked(item)
        return self.strict.sift([event]) if self.strict else [event]

    @property
    def loops(self) -> bool:
        """Does the model say the same again and again? It would go on to its limit, which takes minutes at home."""
        text = self.citer.text
        turning = any(text[-_LOOP:] == text[-_LOOP - turn : -turn] for turn in range(8, _TURN + 1))
        return max(self.said.values(), default=0) >= _AGAIN or (
            turning and len(text) > _LOOP + _TURN and any(c.isalpha() for c in text[-_TURN:])
        )

    async def _checked(self, stated: Stated) -> Cited:
        if not stated.exempt and len(stated.statement.split()) > _SAYING:
            self.said[stated.statement] += 1
        whole = await self._weighed(stated)
        return together(whole, [await self._weighed(part) for part in parted(stated, whole)])

    async def _weighed(self, stated: Stated) -> Cited:
        passages = self.citer.passages
        if self.careful is None or stated.exempt or not passages:
            supports = [] if stated.exempt else self.checker.check(stated.statement, passages)
            return self.citer.judge(stated, supports, self.checker.bounds)
        return self.citer.judge(stated, *await self.careful.check(stated.statement, passages))


async def _cited(
    model: ModelClient, prompt: Prompt, citing: _Citing, deadline: Deadline
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The reply, cited, and at its end how it ended. What broke off is given as far as it came."""
    stop: Stop | None = None
    try:
        async for piece in _within(model, prompt, deadline):
            match piece:
                case Token(text=text):
                    async for event in citing.feed(text):
                        yield event
                    if citing.loops:
                        raise ModelGarbled(
                            f"{model.card.id} said the same again and again", reason="garbled", hint=_LOOPS
                        )
                case Stop():
                    stop = piece
        if stop is None:
            raise ModelGarbled(f"{model.card.id} ended without saying that it had finished", reason="cut")
    except ModelFailed:
        if citing.text.strip():
            async for event in citing.finish():
                yield event
        raise
    async for event in citing.finish():
        yield event
    if not citing.text.strip():
        raise ModelGarbled(f"{model.card.id} sent an empty answer", reason="empty")
    yield Written(stop.reason)


async def _willing(
    events: AsyncGenerator[Wrote | Cited | Written], model: ModelClient
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The same events. What begins as a refusal does is held back until it is none; raises ``ModelRefused`` for one, so
    that the sources answer in its place.
    """
    held: list[Wrote | Cited | Written] = []
    text, deciding = "", True
    async with aclosing(events):
        try:
            async for event in events:
                if not deciding:
                    yield event
                    continue
                held.append(event)
                text += event.text if isinstance(event, Wrote) else ""
                if isinstance(event, Written) and refuses(text):
                    held.clear()
                    raise ModelRefused(f"{model.card.id} refused to answer", reason="refused", hint=_REFUSED)
                deciding = not isinstance(event, Written) and may_refuse(text)
                if not deciding:
                    for each in held:
                        yield each
        except ModelFailed:
            if deciding:
                for each in held:
                    yield each
            raise


async def _within(model: ModelClient, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
    stream = model.stream(prompt, deadline)
    try:
        while True:
            try:
                async with asyncio.timeout(deadline.left() + GRACE_S):
                    piece = await anext(stream, None)
            except TimeoutError:
                raise ModelStalled(
                    f"{model.card.id} had not finished when the time for the answer was over",
                    reason="timeout",
                    hint="raise answer.deadline_s, or pick a faster model",
                ) from None
            if piece is None:
                return
            yield piece
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


# ── the prompt ──


def compose(
    question: str,
    sources: Sequence[Source],
    history: Sequence[Answer],
    given: Profile,
    today: date,
    fence: str | None = None,
    instructions: str = "",
    whole: Collection[str] = (),
    worked_out: str = "",
) -> Prompt:
    """All that the model is told: orders, what its collection wants, sources, what was said before, the question last.

    Without sources it is told to write from what it knows. ``fence`` is the random word around
    the sources; a text that does not know it can't pretend to end them.
    """
    changing = {
        "history": _history(history),
        "worked_out": render("worked_out", text=_one_line(worked_out)) if worked_out else "",
        "today": today.isoformat(),
        "question": _harmless(question),
    }
    if sources:
        parts = [source for source in sources if source.document.id not in whole][: given.sources]
        passages = sum(len(source.passages) for source in parts)
        words = min(given.words, max(30, given.sources * given.words // max(1, passages)))
        shown = "\n\n".join(
            _source(source, words, whole) for source in sources if source in parts or source.document.id in whole
        )
        body = render("question", fence=fence or secrets.token_hex(4), sources=shown, **changing)
    else:
        body = render("question_alone", **changing)
    text = re.sub(r"\n{3,}", "\n\n", body)
    orders = render(given.orders if sources else "write_alone")
    if instructions:
        orders += "\n\n" + render("collection", instructions=_harmless(instructions))
    return Prompt(system=orders, turns=(Turn("user", text),), max_tokens=given.max_tokens)


def _source(source: Source, words: int, whole: Collection[str]) -> str:
    """Whole, or by its passages, so many ``words`` of each."""
    document = source.document
    about = ", ".join(filter(None, (document.site, document.published.isoformat() if document.published else "")))
    title = _one_line(document.title or document.url)
    if document.id in whole:
        text, extent = _whole(source), " (the whole text)"
    else:
        text = "\n…\n".join(_below_headings(source, lambda said: _shortened(said, words)))
        extent = " (parts of it)" if whole else ""
    return f"[{source.number}] {title}{f' — {about}' if about else ''}{extent}\n{text}"


def _whole(source: Source) -> str:
    return "\n".join(_below_headings(source, str))


def _below_headings(source: Source, told: Callable[[str], str]) -> Iterator[str]:
    """Each passage, below its headings if those are others than before: *they cost 12 euros* says nothing without them.
    The document's title stands above already.
    """
    above: tuple[str, ...] = ()
    for passage in source.passages:
        headings = tuple(one for one in passage.headings if one != source.document.title)
        heading = f"# {_one_line(' › '.join(headings))}\n" if headings and headings != above else ""
        above = headings
        yield heading + told(_harmless(passage.text))


def _history(history: Sequence[Answer]) -> str:
    turns = [
        f"Question: {_one_line(_harmless(answer.question.text))}\n"
        f"Answer: {_one_line(_shortened(_harmless(answer.text), _TURN_WORDS))}"
        for answer in history[-_TURNS:]
        if answer.text
    ]
    return render("history", turns="\n".join(turns)) if turns else ""


def _shortened(text: str, words: int) -> str:
    """Whole sentences from the beginning, up to about so many words; at least the first."""
    taken = 0
    for number, (start, end) in enumerate(split(text)):
        taken += len(text[start:end].split())
        if taken > words and number:
            return text[:start].rstrip() + " …"
    return text.strip()


def _harmless(text: str) -> str:
    """Without the source's own reference marks, which the model would take for ours, and without control words."""
    return _CONTROL.sub(" ", _FOREIGN_MARK.sub("", text))


def _one_line(text: str) -> str:
    return " ".join(_harmless(text).split())[:400]


# ── the pace ──


async def coalesce(
    events: AsyncGenerator[Wrote | Cited | Written], gap_s: float = GAP_S, clock: Clock = time.monotonic
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The same events with neighbouring ``Wrote`` joined: the first at once, then one every ``gap_s`` at the most.

    Any other event sends the text before it on its way. The text is never late by more than ``gap_s``.
    """
    queue: asyncio.Queue[Wrote | Cited | Written | None] = asyncio.Queue()
    producer = asyncio.create_task(_pump(events, queue))
    text, due = "", clock()
    try:
        while True:
            try:
                async with asyncio.timeout(max(0.0, due - clock()) if text else None):
                    event = await queue.get()
            except TimeoutError:
                yield Wrote(text=text)
                text, due = "", clock() + gap_s
                continue
            if isinstance(event, Wrote):
                text += event.text
                if clock() < due:
                    continue
            if text:
                yield Wrote(text=text)
                text, due = "", clock() + gap_s
            if event is None:
                break
            if not isinstance(event, Wrote):
                yield event
        await producer
    finally:
        producer.cancel()
        await asyncio.gather(producer, return_exceptions=True)


async def _pump(
    events: AsyncGenerator[Wrote | Cited | Written], queue: asyncio.Queue[Wrote | Cited | Written | None]
) -> None:
    try:
        async with aclosing(events):
            async for event in events:
                queue.put_nowait(event)
    finally:
        queue.put_nowait(None)
