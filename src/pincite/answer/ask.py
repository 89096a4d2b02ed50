"""What happens to one question? Eight steps, never backwards, told as events: the spine of the house.

1 admit · 2 plan · 3 gather · 4 clarify (copilot) · 5 write · 6 cite · 7 suggest · 8 finish. Without a model, or when it
fails before its first word, step 5 extracts. A form that step 4 asks is the last that is told. Closing the generator
cancels whatever is under way; the one who closed it writes the last event.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from pincite.answer.clarify.clarify import HITS as HITS_TO_SPLIT
from pincite.answer.clarify.clarify import clarify, is_open, may_ask
from pincite.answer.clarify.form import Proposal, proposal
from pincite.answer.clarify.reply import assumed, heard, narrowed, worded
from pincite.answer.crew import Crew
from pincite.answer.gather import Gathered, gather
from pincite.answer.greet import greeted, greets
from pincite.answer.own_words import NO_PASSAGE, own_words
from pincite.answer.question.pair import things
from pincite.answer.question.plan import Plan, kept_to, plan, understood
from pincite.answer.quote.extract import Extract, card, extract
from pincite.answer.quote.read import UNREAD
from pincite.answer.research.both import both
from pincite.answer.research.research import affordable, research
from pincite.answer.research.sections import Researched
from pincite.answer.resume import moved
from pincite.answer.suggest.beside import with_suggestions
from pincite.answer.suggest.suggest import suggest
from pincite.answer.tables.tabulate import tabulate
from pincite.answer.tally import Tally
from pincite.answer.told import declined, told, unwritten, worked_out
from pincite.answer.write.fallback import InTime
from pincite.answer.write.route import First, Wanting, held
from pincite.answer.write.second import Opinions, seconded
from pincite.answer.write.write import Written, whole_tokens, write
from pincite.errors import ModelFailed, PinciteError
from pincite.events import Asked, Carded, Cited, Event, Failed, Sourced, Started, Stepped, Wrote
from pincite.ports import (
    Deadline,
    Glance,
    ModelClient,
)
from pincite.types import DECLINED, Answer, Card, Degradation, Question, Sentence, Status, Usage, Verdict


async def ask(
    question: Question, answer_id: str, history: Sequence[Answer], crew: Crew, deadline: Deadline
) -> AsyncGenerator[Event, None]:
    """The events of one answer. ``Finished`` is the last, whatever fails, unless the generator is closed before.

    ``history`` holds the thread's earlier answers, oldest first, whoever asked them.
    """
    tally = Tally(deadline)
    crew = crew.metered(tally.meter)
    history = [answer for answer in history if not greets(answer.question)]
    chatting = crew.model is not None and not crew.backends and crew.database is None
    greeting = greets(question) and not chatting
    yield Started(answer_id=answer_id, question=question, model=None if greeting else crew.opens)
    try:
        if greeting:
            answering = _greeted(crew, deadline, tally)
        elif crew.database is not None:
            tally.degraded += [_without(crew.model_problem)] if crew.model_problem is not None else []
            answering = tabulate(question, history, crew, crew.database, deadline, tally)
        else:
            answering = _with_card(question, history, crew, deadline, tally)
        async with aclosing(answering) as events:
            async for event in events:
                tally.note(event)
                yield event
    except PinciteError as error:
        tally.status = Status.FAILED
        yield Failed(problem=error.problem())
    yield tally.finished()


async def _greeted(crew: Crew, deadline: Deadline, tally: Tally) -> AsyncGenerator[Event, None]:
    examples = await crew.database.examples(deadline) if crew.database else ()
    for event in greeted(examples, tally):
        yield event


async def _with_card(
    question: Question, history: Sequence[Answer], crew: Crew, deadline: Deadline, tally: Tally
) -> AsyncGenerator[Event, None]:
    """A widget's card, where one answers. Without a model that is the answer; a model waits for no widget."""
    looking = asyncio.create_task(_glanced(crew, question.text, tally))
    try:
        tally.card = await looking if crew.model is None else None
        if tally.card is not None:
            for event in (Carded(card=tally.card), *worked_out(tally.card, tally)):
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


async def _glanced(crew: Crew, text: str, tally: Tally) -> Card | None:
    made = await crew.glance(text) if crew.glance is not None else Glance()
    tally.degraded += made.missing
    return made.card


async def _steps(
    question: Question, history: Sequence[Answer], crew: Crew, deadline: Deadline, tally: Tally
) -> AsyncGenerator[Event, None]:
    history = heard(history, question.reply)
    planned = narrowed(await asyncio.to_thread(plan, question, history, crew.lexicon), question.reply)
    deadline = deadline.within(crew.answer.research_s) if question.mode == "copilot" else deadline
    yield Stepped(step="plan", detail=understood(planned, question.filters), ms=tally.ms())
    pair = planned.both if question.mode != "copilot" and crew.backends else ()
    whole = planned
    if pair:
        planned = await asyncio.to_thread(plan, question.model_copy(update={"text": pair[0]}), history, crew.lexicon)
    compared = things(planned.queries[0])
    asking = may_ask(question, planned, history)
    hits = max(crew.search.hits, HITS_TO_SPLIT) if asking else crew.search.hits
    async with _proposing(planned if asking else None, crew, deadline) as proposing:
        gathered = await gather(
            _queries(question, planned, compared, crew),
            question.filters,
            crew.backends,
            crew.ranker,
            crew.search.model_copy(update={"hits": hits}),
            crew.answer.sources,
            deadline,
            compared or (planned.about,),
            whole_tokens=_whole_tokens(crew),
            showing=crew.model is not None,
        )
        tally.usage = Usage(searches=gathered.searches)
        tally.degraded += gathered.degraded
        for step in gathered.steps:
            yield step
        if gathered.sources:
            yield Sourced(sources=gathered.sources)
        if asking:
            async for event in _clarified(question, planned, gathered, crew, deadline, tally, proposing):
                yield event
            if tally.status is Status.WAITING:
                return
    steps = _further(question, pair, planned, gathered, history, crew, deadline, tally)
    if steps is not None:
        async with aclosing(_researched(steps, tally)) as events:
            async for event in events:
                yield event
        gathered = tally.found.gathered if tally.found else gathered
    text = _text(question, planned, gathered, history, crew, deadline, tally)
    told = _after(assumed(question.reply, gathered.hits), text)
    suggests = partial(suggest, whole, gathered, history, crew.backends, question.filters, deadline)
    async with aclosing(with_suggestions(told, suggests, deadline, tally)) as events:
        async for event in events:
            yield event


@asynccontextmanager
async def _proposing(
    planned: Plan | None, crew: Crew, deadline: Deadline
) -> AsyncGenerator[asyncio.Task[Proposal | None] | None, None]:
    """A model's form for an open question, made beside the search; ``None`` without a question or a model."""
    model = crew.planner or crew.model
    if planned is None or model is None or not is_open(planned) or not crew.answer.clarify_s:
        yield None
        return
    making = asyncio.create_task(proposal(planned.queries[0], model, deadline))
    try:
        yield making
    finally:
        await _end(making)


def _queries(question: Question, planned: Plan, compared: Sequence[str], crew: Crew) -> Sequence[str]:
    """What is searched for first. Research has a budget of searches, and more to look for than this."""
    queries = (*planned.queries, *compared)
    return affordable(queries, crew) if question.mode == "copilot" else queries


async def _clarified(
    question: Question,
    planned: Plan,
    gathered: Gathered,
    crew: Crew,
    deadline: Deadline,
    tally: Tally,
    proposing: asyncio.Task[Proposal | None] | None,
) -> AsyncGenerator[Event, None]:
    """A form, which ends the turn, or the word that none was needed."""
    began = tally.ms()
    within = deadline.within(crew.answer.clarify_s)
    form = await clarify(planned, gathered.ranked, crew.backends, question.filters, crew.embedder, within, proposing)
    detail = f"asks back: {form.text}" if form else "no need to ask back"
    yield Stepped(step="clarify", detail=detail, ms=tally.ms() - began)
    if form is not None:
        tally.status = Status.WAITING
        yield Asked(form=form)


def _further(
    question: Question,
    pair: Sequence[str],
    planned: Plan,
    gathered: Gathered,
    history: Sequence[Answer],
    crew: Crew,
    deadline: Deadline,
    tally: Tally,
) -> AsyncGenerator[Stepped | Researched] | None:
    """What else is searched for and read: for research, and for the second of two questions; for others nothing."""
    if question.mode == "copilot" and crew.backends:
        calls = tally.meter.usage(tally.usage).model_calls
        return research(question, planned, gathered, crew, deadline, calls)
    return both(question, pair, planned, gathered, history, crew, deadline) if pair else None


async def _researched(steps: AsyncGenerator[Stepped | Researched], tally: Tally) -> AsyncGenerator[Event, None]:
    """The steps, then their sources in place of the first ones. What came of them is ``tally.found``."""
    async with aclosing(steps):
        async for item in steps:
            if isinstance(item, Stepped):
                yield item
                continue
            tally.found = item
            tally.usage = Usage(searches=item.searches)
            tally.degraded += item.degraded
            if item.gathered.sources:
                yield Sourced(sources=item.gathered.sources)


async def _after(said: str, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """The text with a sentence of our own before it, told when the text begins: it says what was taken for granted."""
    shift = 0
    async with aclosing(events):
        async for event in events:
            if said and not shift and isinstance(event, Wrote):
                shift = len(said) + 1
                yield Wrote(text=f"{said} ")
                yield Cited(sentence=Sentence(start=0, end=len(said), verdict=Verdict.EXEMPT))
            yield Cited(sentence=moved(event.sentence, shift)) if isinstance(event, Cited) and shift else event


# ── the text ──


async def _text(
    question: Question,
    planned: Plan,
    gathered: Gathered,
    history: Sequence[Answer],
    crew: Crew,
    deadline: Deadline,
    tally: Tally,
) -> AsyncGenerator[Event, None]:
    if crew.model_problem is not None:
        tally.degraded.append(_without(crew.model_problem))
    if tally.found is not None and question.mode == "copilot":
        question = question.model_copy(update={"text": tally.found.asked(worded(question)), "reply": None})
        crew = replace(crew, answer=crew.answer.model_copy(update={"sources": crew.answer.research_sources}))
    drafting = asyncio.create_task(_draft(planned, gathered, crew, deadline, tally))
    lost = crew.model_problem
    try:
        for model, first in _writers(crew, gathered):
            wrote = False
            careful = InTime(crew.careful, crew.checker, crew.answer.check_s) if crew.careful else None
            writing = _writing(question, gathered, history, crew, model, deadline, tally, careful, first)
            try:
                async with aclosing(_written(writing, drafting, gathered, model, tally, careful)) as events:
                    async for event in events:
                        wrote = wrote or isinstance(event, Wrote)
                        yield event
                return
            except Wanting as why:
                yield Stepped(step="write", detail=f"{model.card.id} {why}: another model writes", ms=tally.ms())
            except ModelFailed as failed:
                yield Stepped(step="write", detail=f"{model.card.id}: {failed.detail}", ms=tally.ms())
                if first is not None and not wrote:
                    continue
                tally.degraded.append(_without(failed))
                lost = failed
                if wrote:
                    tally.status = Status.INTERRUPTED
                    yield Failed(problem=failed.problem())
                    return
        for event in _unwritten(question, await drafting, gathered, crew, tally, lost):
            yield event
    finally:
        await _end(drafting)


def _unwritten(
    question: Question, found: Extract, gathered: Gathered, crew: Crew, tally: Tally, lost: ModelFailed | None
) -> list[Event]:
    """The text where no model wrote it: an extract, or why there is none. Raises what the model was ``lost`` by where
    nothing was searched: then there is no answer at all."""
    if not crew.backends:
        if tally.card is not None:
            return worked_out(tally.card, tally)
        if lost is not None:
            raise lost
        return unwritten(tally)
    kept = "; ".join(kept_to(question.filters))
    if gathered.hits or tally.card is not None or not kept:
        return told(found, gathered, tally, question.text)
    sentences = [own_words(NO_PASSAGE, question.text), f"The search was narrowed: {kept}."]
    return declined(sentences, DECLINED, f"no passage was found; the search was narrowed: {kept}", tally)


def _writers(crew: Crew, gathered: Gathered) -> Sequence[tuple[ModelClient, First | None]]:
    """Who writes, one after the other. Without sources there is nothing to judge a first text by."""
    if crew.model is None or not (gathered.sources or not crew.backends):
        return []
    first = [(crew.first.model, crew.first)] if crew.first and gathered.sources else []
    return [*first, (crew.model, None)]


def _whole_tokens(crew: Crew) -> int:
    """What every model that may write can take in."""
    least = whole_tokens(crew.model.card if crew.model else None, crew.answer)
    return min(least, whole_tokens(crew.first.model.card, crew.answer)) if crew.first else least


async def _draft(planned: Plan, gathered: Gathered, crew: Crew, deadline: Deadline, tally: Tally) -> Extract:
    if tally.found is not None:
        return tally.found.extract
    began = tally.ms()
    found = await asyncio.to_thread(
        extract,
        planned,
        gathered.hits,
        gathered.sources,
        crew.embedder,
        crew.answer.max_words,
        crew.reader,
        deadline.within(crew.answer.read_s),
    )
    tally.timings["extract"] = tally.ms() - began
    if found.hurried and crew.model is None:
        tally.degraded.append(UNREAD)
    return found


def _writing(
    question: Question,
    gathered: Gathered,
    history: Sequence[Answer],
    crew: Crew,
    model: ModelClient,
    deadline: Deadline,
    tally: Tally,
    careful: InTime | None,
    first: First | None,
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The model's text, with what a second reader says of it, and held back as long as a first one is judged."""
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
        tally.card.text if tally.card else "",
    )
    if crew.second is not None:
        opinions = Opinions(crew.second, deadline, lowers=not crew.answer.strict)
        writing = seconded(writing, gathered.sources, opinions, crew.answer.second_s)
    return held(writing, first, deadline) if first is not None else writing


async def _written(
    writing: AsyncGenerator[Wrote | Cited | Written],
    drafting: asyncio.Task[Extract],
    gathered: Gathered,
    model: ModelClient,
    tally: Tally,
    careful: InTime | None,
) -> AsyncGenerator[Event, None]:
    """The model's text, and the instant answer as a card as soon as it is there. Raises ``ModelFailed``, and
    ``Wanting`` where the text is not what is asked of a first one. Ends ``careful``.

    A careful checker begins to read when the instant answer has its words: both want the processor.
    """
    drafted = False
    async with aclosing(writing):
        coming = asyncio.ensure_future(anext(writing, None))
        try:
            while True:
                await asyncio.wait([coming] if drafted else [coming, drafting], return_when=asyncio.FIRST_COMPLETED)
                if drafting.done() and not drafted:
                    drafted = True
                    for event in _instant(drafting.result(), tally):
                        yield event
                    if careful is not None:
                        careful.read([passage for source in gathered.sources for passage in source.passages])
                if not coming.done():
                    continue
                made = coming.result()
                if made is None:
                    return
                yield _accounted(made, model, tally)
                coming = asyncio.ensure_future(anext(writing, None))
        finally:
            await _end(coming)
            if careful is not None:
                careful.close()
                tally.degraded += filter(None, [careful.missed()])


async def _end(task: asyncio.Future[Any]) -> None:
    """Cancels what may still run, and waits until it has ended. A result or error nobody asked for is dropped."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _instant(found: Extract, tally: Tally) -> list[Carded]:
    """The instant answer, once however many models write."""
    instant = None if tally.instant else card(found)
    tally.instant = True
    return [Carded(card=instant)] if instant is not None else []


_SHORT = {
    "length": Degradation(
        part="model",
        reason="length",
        detail="the model reached its limit in mid-sentence",
        hint="raise answer.max_tokens",
    ),
    "filter": Degradation(
        part="model",
        reason="filter",
        detail="the model's own filter cut it off",
        hint="ask in other words, or pick another model",
    ),
}


def _accounted(event: Wrote | Cited | Written, model: ModelClient, tally: Tally) -> Wrote | Cited | Stepped:
    """The event as it is told, after the tally knows who wrote, and whether it is whole."""
    if isinstance(event, Wrote):
        tally.usage = tally.usage.model_copy(update={"writer": model.card.id})
    if not isinstance(event, Written):
        return event
    if event.finish != "stop":
        tally.degraded.append(_SHORT[event.finish])
    tally.degraded += [event.missed] if event.missed else []
    said = "; ".join(filter(None, [f"{model.card.id}: {event.finish}", event.opinions]))
    return Stepped(step="write", detail=said, ms=tally.ms())


def _without(failed: ModelFailed) -> Degradation:
    return Degradation(part="model", reason=failed.reason, detail=failed.detail, hint=failed.hint)
