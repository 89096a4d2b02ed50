"""Who reads a sentence again that words can't decide? A model, beside the writing; no sentence waits for it.

A sentence is told with its first verdict at once, and once more if the second reader's opinion comes in time and
differs. Text is never changed.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

import structlog

from pincite.answer.check.opinion import CHANCE, Evidence, Label, Opinion, opinion
from pincite.answer.write.cite import plain
from pincite.answer.write.write import Written
from pincite.errors import ModelFailed
from pincite.events import Cited, Wrote
from pincite.ports import Deadline, ModelClient
from pincite.types import Citation, Degradation, Passage, Sentence, Source, Verdict

log = structlog.get_logger()

PART = "second opinion"
UNSURE = (Verdict.PARTIAL, Verdict.UNCHECKED, Verdict.UNSUPPORTED)
"""Of a sentence that cites something: words found too little, which a paraphrase looks like too."""
MOST, AT_ONCE = 6, 2
"""Sentences of one answer that are asked about, and calls at the same time."""
_RANK = [Verdict.UNSUPPORTED, Verdict.UNCHECKED, Verdict.PARTIAL, Verdict.SUPPORTED]
_VERDICT = {Label.FULL: Verdict.SUPPORTED, Label.PARTIAL: Verdict.PARTIAL}


async def seconded(
    writing: AsyncGenerator[Wrote | Cited | Written],
    sources: Sequence[Source],
    opinions: Opinions,
    seconds: float,
) -> AsyncGenerator[Wrote | Cited | Written]:
    """The same events, and sentences again whose opinion differs. After the text opinions have so many ``seconds``.

    Closes ``opinions``. Raises whatever ``writing`` raises.
    """
    passages = [passage for source in sources for passage in source.passages]
    text = ""
    try:
        async with aclosing(writing):
            async for event in writing:
                match event:
                    case Wrote():
                        text += event.text
                        yield event
                    case Cited(sentence=sentence):
                        yield event
                        opinions.ask(plain(text[sentence.start : sentence.end]), sentence, passages)
                    case Written():
                        for late in await opinions.rest(seconds):
                            yield late
                        yield replace(event, opinions=opinions.told, missed=opinions.missed)
                for early in opinions.ready():
                    yield early
    finally:
        await opinions.close()


class Opinions:
    """Opinions on the unsure sentences of one answer. ``close`` it; what has not come by then is dropped."""

    def __init__(self, model: ModelClient, deadline: Deadline, *, lowers: bool = True) -> None:
        """Without ``lowers`` an opinion can only make a verdict better, as where unsupported text may not stand."""
        self._model = model
        self._deadline = deadline
        self._lowers = lowers
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._asked: list[asyncio.Task[Cited | None]] = []
        self._told = 0
        self._changed = 0
        self.missed: Degradation | None = None
        """What the answer goes without, where a call failed."""

    def ask(self, statement: str, sentence: Sentence, passages: Sequence[Passage]) -> None:
        """Begins to ask, if the sentence is unsure. Waits for nothing; after a failure nobody is asked any more."""
        wanted = {citation.passage_id for citation in sentence.citations}
        shown = [passage for passage in passages if passage.id in wanted]
        if sentence.verdict in UNSURE and shown and len(self._asked) < MOST and self.missed is None:
            self._asked.append(asyncio.create_task(self._weighed(statement, sentence, shown)))

    async def _weighed(self, statement: str, sentence: Sentence, shown: Sequence[Passage]) -> Cited | None:
        async with self._turn:
            if self.missed is not None:
                return None
            try:
                said = await opinion(self._model, statement, shown, self._deadline, fence=secrets.token_hex(4))
            except ModelFailed as failed:
                self.missed = Degradation(part=PART, reason=failed.reason, detail=failed.detail)
                return None
            except Exception as error:
                # Whatever it is, it costs no answer. Without the trace, which might print a question.
                log.error("opinion_failed", error=type(error).__name__)
                self.missed = Degradation(part=PART, reason="failed", detail=f"it failed with {type(error).__name__}")
                return None
        better = revised(sentence, said)
        lowered = _RANK.index(better.verdict) < _RANK.index(sentence.verdict)
        return None if better == sentence or (lowered and not self._lowers) else Cited(sentence=better)

    def ready(self) -> list[Cited]:
        """Sentences of which the opinion has come and differs, each once, in the order of the text."""
        events: list[Cited] = []
        while self._told < len(self._asked) and self._asked[self._told].done():
            event = self._asked[self._told].result()
            self._told += 1
            events += [event] if event is not None else []
        self._changed += len(events)
        return events

    async def rest(self, seconds: float) -> list[Cited]:
        """As ``ready``, after waiting so long at the most for those that are still out."""
        if self._told < len(self._asked):
            await asyncio.wait(self._asked[self._told :], timeout=self._deadline.within(seconds).left())
        return self.ready()

    @property
    def told(self) -> str:
        """What came of it, in words; empty where no sentence was unsure."""
        if not self._asked:
            return ""
        late = sum(not task.done() for task in self._asked)
        return (
            f"{self._model.card.id} on {len(self._asked)} unsure sentences: {self._changed} changed"
            f"{f', {late} came too late' if late else ''}"
        )

    async def close(self) -> None:
        for task in self._asked:
            task.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)


def revised(sentence: Sentence, said: Opinion) -> Sentence:
    """The sentence with what the opinion found: its verdict, and the evidence as the quote of its citation."""
    verdict = _VERDICT.get(said.label, Verdict.UNSUPPORTED)
    chance = CHANCE[said.label]
    citations = tuple(_weighed(citation, said.evidence, chance) for citation in sentence.citations)
    return sentence.model_copy(update={"verdict": verdict, "citations": citations})


def _weighed(citation: Citation, evidence: Evidence | None, chance: float) -> Citation:
    if chance == 0.0:
        return citation.model_copy(update={"support": 0.0})
    if evidence is None or evidence.passage_id != citation.passage_id:
        return citation
    return citation.model_copy(update={"quote": evidence.span, "support": max(chance, citation.support)})
