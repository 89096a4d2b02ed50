"""What happens to one question? Eight steps, never backwards, told as events: the spine of the house.

1 admit · 2 plan · 3 gather · 4 clarify (copilot) · 5 write · 6 cite · 7 suggest · 8 finish. Without a model, or when it
fails before its first word, step 5 extracts. A form that step 4 asks is the last that is told. Closing the generator
cancels whatever is under way; the one who closed it writes the last event.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pincite.answer.clarify import HITS as HITS_TO_SPLIT
from pincite.answer.clarify import clarify, may_ask
from pincite.answer.compare import things
from pincite.answer.extract import Extract, card, extract
from pincite.answer.fallback import InTime
from pincite.answer.gather import Gathered, gather
from pincite.answer.plan import Plan, plan, understood
from pincite.answer.reply import assumed, heard, narrowed, worded
from pincite.answer.suggest import suggest
from pincite.answer.write import Written, whole_tokens, write
from pincite.errors import ModelFailed, PinciteError
from pincite.events import Asked, Carded, Cited, Event, Failed, Finished, Sourced, Started, Stepped, Suggested, Wrote
from pincite.ports import Deadline, Embedder, Glance, ModelClient, Ranker, Reader, SearchBackend, SupportChecker
from pincite.settings import AnswerSettings, SearchSettings
from pincite.types import Answer, Card, Degradation, Question, Sentence, Span, Status, Usage, Verdict

SUGGESTIONS_LATE_S = 1.5
"""Suggestions that are later than this after the text are dropped; nobody waits for them."""


@dataclass(frozen=True)
class Crew:
    """Everybody who works on a question. ``model_problem`` says why ``model`` is ``None`` though one was wanted.

    Without any backend nothing is looked up: the model writes from what it knows, and cites nothing.
    """

    backends: Mapping[str, SearchBackend]
    ranker: Ranker
    embedder: Embedder | None
    checker: SupportChecker
    model: ModelClient | None = None
    model_problem: ModelFailed | None = None
    planner: ModelClient | None = None
    """Plans and asks where it is set; ``model`` does both where it is not."""
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    reader: Reader | None = None
    instructions: str = ""
    """What the thread's collection wants of every answer; in the words of its owner."""
    today: date | None = None
    """The date a model is told; the machine's where it is ``None``."""
    glance: Callable[[str], Awaitable[Glance]] | None = None
    """What a widget makes of the question's words, in time; ``None`` where none are wanted."""
    careful: SupportChecker | None = None
    """Checks what a model writes, as far as it comes in time; ``checker`` does the rest."""


async def ask(
    question: Question, answer_id: str, history: Sequence[Answer], crew: Crew, deadline: Deadline
) -> AsyncGenerator[Event, None]:
    """The events of one answer. ``Finished`` is the last, whatever fails, unless the generator is closed before.

    ``history`` holds the thread's earlier answers, oldest first, whoever asked them.
    """
    tally = _Tally(deadline)
    yield Started(answer_id=answer_id, question=question, model=crew.model.card.id if crew.model else None)
    try:
        async with aclosing(_with_card(question, history, crew, deadline, tally)) as events:
            async for event in events:
                tally.note(event)
                yield event
    except PinciteError as error:
        tally.status = Status.FAILED
        yield Failed(problem=error.problem())
    yield tally.finished()


@dataclass
class _Tally:
    """What is known only at the end: the cost, the times, what was missing, how it stands."""

    deadline: Deadline
    status: Status = Status.ANSWERED
    usage: Usage = field(default_factory=Usage)
    degraded: list[Degradation] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    card: Card | None = None
    """What a widget has worked out: it stands in where the sources have no answer."""

    def __post_init__(self) -> None:
        self._began = self.deadline.clock()

    def ms(self) -> float:
        """Milliseconds since the question came in."""
        return (self.deadline.clock() - self._began) * 1000

    def note(self, event: Event) -> None:
        if isinstance(event, Stepped):
            self.timings[event.step] = max(self.timings.get(event.step, 0.0), event.ms)
        elif isinstance(event, Wrote):
            self.timings.setdefault("first_token", self.ms())
        elif isinstance(event, Cited):
            self.timings.setdefault("first_sentence", self.ms())

    def finished(self) -> Finished:
        timings = {name: round(ms, 2) for name, ms in {**self.timings, "total": self.ms()}.items()}
        return Finished(status=self.status, degraded=tuple(self.degraded), usage=self.usage, timings=timings)


async def _with_card(
    question: Question, history: Sequence[Answer], crew: Crew, deadline: Deadline, tally: _Tally
) -> AsyncGenerator[Event, None]:
    """A widget's card, where one answers. Without a model that is the answer; a model waits for no widget."""
    looking = asyncio.create_task(_glanced(crew, question.text, tally))
    try:
        tally.card = await looking if crew.model is None else None
        if tally.card is not None:
            for event in (Carded(card=tally.card), *_worked_out(tally.card, tally)):
                yield event
            return
        waiting = crew.model is not None
        async with aclosing(_steps(question, history, crew, deadline, tally)) as events:
            async for event in events:
                if waiting and looking.done():
                    waiting, tally.card = False, looking.result()
                    if tally.card is not None:
                        yield Carded(card=tally.card)
                yield event
        if waiting and (late := await looking) is not None:
            yield Carded(card=late)
    finally:
        await _end(looking)


async def _glanced(crew: Crew, text: str, tally: _Tally) -> Card | None:
    made = await crew.glance(text) if crew.glance is not None else Glance()
    tally.degraded += made.missing
    return made.card


def _worked_out(card: Card, tally: _Tally) -> list[Event]:
    """A widget's sentence as the text. It rests on no source, and needs none."""
    at = card.text.find(card.body.value)
    short = Span(start=at, end=at + len(card.body.value)) if at >= 0 and card.body.value else None
    sentence = Sentence(start=0, end=len(card.text), verdict=Verdict.EXEMPT, short=short)
    step = Stepped(step="write", detail=f"worked out by {card.widget}", ms=tally.ms())
    return [Wrote(text=card.text), Cited(sentence=sentence), step]


async def _steps(
    question: Question, history: Sequence[Answer], crew: Crew, deadline: Deadline, tally: _Tally
) -> AsyncGenerator[Event, None]:
    history = heard(history, question.reply)
    planned = narrowed(plan(question, history), question.reply)
    yield Stepped(step="plan", detail=understood(planned, question.filters), ms=tally.ms())
    compared = things(planned.queries[0])
    asking = may_ask(question, planned, history)
    hits = max(crew.search.hits, HITS_TO_SPLIT) if asking else crew.search.hits
    gathered = await gather(
        (*planned.queries, *compared),
        question.filters,
        crew.backends,
        crew.ranker,
        crew.search.model_copy(update={"hits": hits}),
        crew.answer.sources,
        deadline,
        compared or (planned.about,),
        whole_tokens=whole_tokens(crew.model.card if crew.model else None, crew.answer),
        showing=crew.model is not None,
    )
    tally.usage = Usage(searches=gathered.searches)
    tally.degraded += gathered.degraded
    for step in gathered.steps:
        yield step
    if gathered.sources:
        yield Sourced(sources=gathered.sources)
    if asking:
        async for event in _clarified(question, planned, gathered, crew, deadline, tally):
            yield event
        if tally.status is Status.WAITING:
            return
    suggesting: asyncio.Task[tuple[str, ...]] | None = None
    try:
        text = _text(question, planned, gathered, history, crew, deadline, tally)
        async with aclosing(_after(assumed(question.reply), text)) as events:
            async for event in events:
                yield event
                if suggesting is None and isinstance(event, Wrote):
                    # Only now: before the first word nothing competes with it for the processor.
                    suggesting = asyncio.create_task(
                        suggest(planned, gathered, history, crew.backends, question.filters, deadline)
                    )
        if suggesting is not None and tally.status is Status.ANSWERED:
            async with aclosing(_suggested(suggesting, deadline, tally)) as events:
                async for event in events:
                    yield event
    finally:
        if suggesting is not None:
            await _end(suggesting)


async def _clarified(
    question: Question, planned: Plan, gathered: Gathered, crew: Crew, deadline: Deadline, tally: _Tally
) -> AsyncGenerator[Event, None]:
    """A form, which ends the turn, or the word that none was needed."""
    began = tally.ms()
    within = deadline.within(crew.answer.clarify_s)
    form = await clarify(planned, gathered.ranked, crew.backends, question.filters, crew.embedder, within)
    detail = f"asks back: {form.text}" if form else "no need to ask back"
    yield Stepped(step="clarify", detail=detail, ms=tally.ms() - began)
    if form is not None:
        tally.status = Status.WAITING
        yield Asked(form=form)


async def _after(said: str, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """The text with a sentence of our own before it, told when the text begins: it says what was taken for granted."""
    shift = 0
    async with aclosing(events):
        async for event in events:
            if said and not shift and isinstance(event, Wrote):
                shift = len(said) + 1
                yield Wrote(text=f"{said} ")
                yield Cited(sentence=Sentence(start=0, end=len(said), verdict=Verdict.EXEMPT))
            yield Cited(sentence=_moved(event.sentence, shift)) if isinstance(event, Cited) and shift else event


def _moved(sentence: Sentence, by: int) -> Sentence:
    short = sentence.short and Span(start=sentence.short.start + by, end=sentence.short.end + by)
    return sentence.model_copy(update={"start": sentence.start + by, "end": sentence.end + by, "short": short})


async def _suggested(
    suggesting: asyncio.Task[tuple[str, ...]], deadline: Deadline, tally: _Tally
) -> AsyncGenerator[Event, None]:
    """Suggestions are a courtesy: late ones are dropped, and a failed search costs no answer."""
    began = tally.ms()
    done, _ = await asyncio.wait([suggesting], timeout=deadline.within(SUGGESTIONS_LATE_S).left())
    late = not done
    error = None if late else suggesting.exception()
    if late or error is not None:
        yield Stepped(step="suggest", detail="late" if late else f"failed: {error}", ms=tally.ms() - began)
        return
    yield Stepped(step="suggest", detail=f"{len(suggesting.result())} questions", ms=tally.ms() - began)
    if suggesting.result():
        yield Suggested(follow_ups=suggesting.result())


# ── the text ──


async def _text(
    question: Question,
    planned: Plan,
    gathered: Gathered,
    history: Sequence[Answer],
    crew: Crew,
    deadline: Deadline,
    tally: _Tally,
) -> AsyncGenerator[Event, None]:
    if crew.model_problem is not None:
        tally.degraded.append(_without(crew.model_problem))
    drafting = asyncio.create_task(_draft(planned, gathered, crew, deadline, tally))
    try:
        if crew.model is not None and (gathered.sources or not crew.backends):
            wrote = False
            try:
                writing = _written(question, gathered, history, crew, crew.model, deadline, tally, drafting)
                async with aclosing(writing) as events:
                    async for event in events:
                        wrote = wrote or isinstance(event, Wrote)
                        yield event
                return
            except ModelFailed as failed:
                tally.degraded.append(_without(failed))
                yield Stepped(step="write", detail=f"{crew.model.card.id}: {failed.detail}", ms=tally.ms())
                if wrote:
                    tally.status = Status.INTERRUPTED
                    yield Failed(problem=failed.problem())
                    return
        for event in _told(await drafting, gathered, tally) if crew.backends else _unwritten(tally):
            yield event
    finally:
        await _end(drafting)


async def _draft(planned: Plan, gathered: Gathered, crew: Crew, deadline: Deadline, tally: _Tally) -> Extract:
    began = tally.ms()
    found = await asyncio.to_thread(
        extract,
        planned,
        gathered.hits,
        gathered.sources,
        crew.embedder,
        crew.answer.max_words,
        crew.checker,
        crew.reader,
        deadline.within(crew.answer.read_s),
    )
    tally.timings["extract"] = tally.ms() - began
    return found


def _told(found: Extract, gathered: Gathered, tally: _Tally) -> list[Event]:
    """An extract as events, sentence by sentence."""
    if not found.pieces:
        return _abstained(found, gathered, tally)
    events: list[Event] = []
    at = 0
    for piece in found.pieces:
        start = at + len(piece.lead_in)
        at = start + len(piece.text)
        strong = Span(start=start + piece.short[0], end=start + piece.short[1]) if piece.short else None
        verdict = Verdict.SUPPORTED if piece.citations else Verdict.EXEMPT
        sentence = Sentence(start=start, end=at, citations=piece.citations, verdict=verdict, short=strong)
        events += [Wrote(text=piece.lead_in + piece.text), Cited(sentence=sentence)]
    return [*events, Stepped(step="write", detail=f"{len(found.pieces)} sentences extracted", ms=tally.ms())]


def _abstained(found: Extract, gathered: Gathered, tally: _Tally) -> list[Event]:
    """Says honestly that there is no answer, and what is nearest. ``degraded`` tells programs the same."""
    if tally.card is not None:
        return _worked_out(tally.card, tally)
    if gathered.hits:
        titles = [f"“{title}”" for title in found.nearest if title]
        sentences = [
            "Nothing here answers this.",
            f"The nearest passages are from {_listed(titles)}." if titles else "",
        ]
        detail = f"the evidence is too weak ({found.evidence.chance:.2f})"
    else:
        sentences = ["Nothing here answers this: no passage was found."]
        detail = "no passage was found"
    return _declined(sentences, "no_answer", detail, tally)


def _unwritten(tally: _Tally) -> list[Event]:
    """Without a search there is nothing but a model to answer, and none could."""
    sentences = ["Writing without sources takes a model, and none could be used.", "Pick a model, or another focus."]
    return _declined(sentences, "no_model", "nothing was searched, and there is no model to write", tally)


def _declined(sentences: Sequence[str], reason: str, detail: str, tally: _Tally) -> list[Event]:
    tally.degraded.append(Degradation(part="sources", reason=reason, detail=detail))
    events: list[Event] = []
    at = 0
    for text in filter(None, sentences):
        lead_in = " " if at else ""
        start = at + len(lead_in)
        at = start + len(text)
        events += [
            Wrote(text=lead_in + text),
            Cited(sentence=Sentence(start=start, end=at, verdict=Verdict.EXEMPT)),
        ]
    return [*events, Stepped(step="write", detail=f"abstained: {detail}", ms=tally.ms())]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


async def _written(
    question: Question,
    gathered: Gathered,
    history: Sequence[Answer],
    crew: Crew,
    model: ModelClient,
    deadline: Deadline,
    tally: _Tally,
    drafting: asyncio.Task[Extract],
) -> AsyncGenerator[Event, None]:
    """The model's text, and the instant answer as a card as soon as it is there. Raises ``ModelFailed``.

    A careful checker begins to read when the instant answer has its words: both want the processor.
    """
    tally.usage = tally.usage.model_copy(update={"model_calls": 1})
    careful = InTime(crew.careful, crew.checker, crew.answer.check_s) if crew.careful else None
    writing = write(
        worded(question),
        gathered.sources,
        history,
        model,
        crew.checker,
        crew.answer,
        deadline,
        crew.today or date.today(),
        crew.instructions,
        gathered.whole,
        careful,
    )
    carded = False
    async with aclosing(writing):
        coming = asyncio.ensure_future(_next(writing))
        try:
            while True:
                await asyncio.wait([coming] if carded else [coming, drafting], return_when=asyncio.FIRST_COMPLETED)
                if drafting.done() and not carded:
                    carded = True
                    instant = card(drafting.result())
                    if instant is not None:
                        yield Carded(card=instant)
                    if careful is not None:
                        careful.read([passage for source in gathered.sources for passage in source.passages])
                if not coming.done():
                    continue
                event = coming.result()
                if event is None:
                    return
                if isinstance(event, Written):
                    _account(event, tally)
                    yield Stepped(step="write", detail=f"{model.card.id}: {event.finish}", ms=tally.ms())
                else:
                    yield event
                coming = asyncio.ensure_future(_next(writing))
        finally:
            await _end(coming)
            if careful is not None:
                careful.close()
                tally.degraded += filter(None, [careful.missed()])


async def _end(task: asyncio.Future[Any]) -> None:
    """Cancels what may still run, and waits until it has ended. A result or error nobody asked for is dropped."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _next(events: AsyncIterator[Wrote | Cited | Written]) -> Wrote | Cited | Written | None:
    return await anext(events, None)


def _account(written: Written, tally: _Tally) -> None:
    usage = tally.usage
    tally.usage = usage.model_copy(
        update={"input_tokens": written.usage.input_tokens, "output_tokens": written.usage.output_tokens}
    )
    if written.finish != "stop":
        detail = {
            "length": "the model reached its limit in mid-sentence",
            "filter": "the model's own filter cut it off",
        }
        tally.degraded.append(Degradation(part="model", reason=written.finish, detail=detail[written.finish]))


def _without(failed: ModelFailed) -> Degradation:
    return Degradation(part="model", reason=failed.reason, detail=failed.detail)
