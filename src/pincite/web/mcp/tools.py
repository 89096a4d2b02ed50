"""What can a model do here? Five tools, as functions over the engine that know nothing of the protocol.

``search`` and ``fetch`` are the pair that ChatGPT's connectors call, in its shapes. ``ask``, ``find`` and ``read`` say
more: checked citations, passages with the reason for their rank, and any part of a long document.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
from pydantic import BaseModel

from pincite.errors import NotFound, PinciteError
from pincite.events import Stepped
from pincite.ports import Hits, Query
from pincite.text.many import many
from pincite.types import Answer, Document, FormReply, Hit, Passage, Question, Sentence, new_id
from pincite.web.compat.asking import known_model
from pincite.web.compat.completion import problem_in
from pincite.web.compat.found import hits_of
from pincite.web.compat.known import document_at
from pincite.web.mcp.shapes import (
    Answered,
    Ask,
    Claim,
    Fetch,
    Fetched,
    Find,
    Findings,
    Found,
    Read,
    Result,
    Results,
    Search,
    Shown,
    Text,
)
from pincite.web.plain.marks import marked, sources_of

if TYPE_CHECKING:
    from pincite.web.acting import Acting

Progress = Callable[[str], Awaitable[None]]
"""Is told in words what was done."""

DOCUMENTS = 10
"""Documents that ``search`` gives."""
KEPT = 500
"""Documents of other services that were found lately and can still be read: they are not in the index."""


Lately = OrderedDict[str, dict[str, Passage]]
"""Passages of other services by their documents' ids: what one person found lately, and nobody else's business."""


class Tools:
    """The tools over one visitor's engine. ``asked`` is told the id of every answer that is begun."""

    def __init__(
        self, engine: Acting, lately: Lately | None = None, asked: Callable[[str], None] = lambda _: None
    ) -> None:
        self._engine = engine
        self._asked = asked
        self._lately: Lately = OrderedDict() if lately is None else lately

    async def ask(self, given: Ask, progress: Progress) -> Answered:
        """Raises what ``AnswerEngine.ask`` raises, and the answer's own problem. Cancelled, it stops the answer."""
        engine = self._engine
        if given.thread_id is not None:
            await engine.library.thread(given.thread_id)
        question = Question(
            thread_id=given.thread_id or new_id(),
            text=given.question,
            focus=given.aim,
            model=await known_model(given.model, engine.models.cards),
            filters=given.filters(datetime.now(UTC).date()),
            mode=given.mode or "quick",
            sql=given.sql,
        )
        return await self._answered(question, progress)

    async def reply(self, answer_id: str, reply: FormReply, progress: Progress) -> Answered:
        """The answer to a reply to the form that ``answer_id`` asked. Raises as ``ask``."""
        asked = (await self._engine.library.answer(answer_id)).question
        question = Question(thread_id=asked.thread_id, text=asked.text, mode=asked.mode, reply=reply)
        return await self._answered(question, progress)

    async def waiting(self, answer_id: str) -> Answered:
        """An answer that is there. Raises ``NotFound``."""
        return _answered(await self._engine.library.answer(answer_id))

    async def _answered(self, question: Question, progress: Progress) -> Answered:
        engine = self._engine
        answer_id = await engine.ask(question)
        self._asked(answer_id)
        whole = False
        try:
            async for stamped in engine.follow(answer_id):
                if isinstance(stamped.event, Stepped):
                    await progress(f"{stamped.event.step}: {stamped.event.detail}".rstrip(": "))
            whole = True
        finally:
            if not whole:
                with anyio.CancelScope(shield=True):
                    await engine.stop(answer_id)
        answer = await engine.library.answer(answer_id)
        if (problem := problem_in(answer)) is not None:
            raise PinciteError(problem.detail or problem.title, hint=problem.hint)
        return _answered(answer)

    async def find(self, given: Find, progress: Progress) -> Findings:
        """Raises what ``AnswerEngine.search`` raises."""
        filters = given.filters(datetime.now(UTC).date())
        hits = self._remembered(await self._engine.search(Query(given.query, given.limit, filters), given.aim))
        await progress(f"{many(len(hits), 'passage')} found")
        return Findings(results=[_found(hit) for hit in hits])

    async def search(self, given: Search, progress: Progress) -> Results:
        """The documents of the best passages, each once."""
        hits = self._remembered(await hits_of(self._engine, Query(given.query), "", DOCUMENTS))
        documents = list({hit.passage.document.id: hit.passage.document for hit in hits}.values())[:DOCUMENTS]
        await progress(f"{many(len(documents), 'document')} found")
        return Results(results=[Result(id=one.id, title=one.title, url=one.url) for one in documents])

    async def fetch(self, given: Fetch, progress: Progress) -> Fetched:
        """Raises ``NotFound``."""
        document, text = await self._text(given.id)
        await progress(f"{len(text)} characters read")
        known = {"site": document.site, "language": document.lang, "collection": document.collection}
        known |= {"published": document.published.isoformat()} if document.published else {}
        return Fetched(id=document.id, title=document.title, text=text, url=document.url, metadata=known)

    async def read(self, given: Read, progress: Progress) -> Text:
        """Raises ``NotFound``."""
        if given.passage_id:
            passage = await self._passage(given.passage_id)
            document, text = passage.document, passage.text
        else:
            found = None if given.document_id else await asyncio.to_thread(self._id_of, given.url or "")
            document, text = await self._text(given.document_id or found or "")
        part = text[given.start : given.start + given.characters]
        end = given.start + len(part)
        await progress(f"{len(part)} characters read")
        return Text(
            document_id=document.id,
            title=document.title,
            url=document.url,
            text=part,
            start=given.start,
            total_characters=len(text),
            next_start=end if part and end < len(text) else None,
        )

    def _remembered(self, hits: Hits) -> Hits:
        """``hits``, of which those from beyond the index can be read afterwards."""
        for hit in hits:
            if hit.backend != "index":
                self._lately.setdefault(hit.passage.document.id, {})[hit.passage.id] = hit.passage
                self._lately.move_to_end(hit.passage.document.id)
        while len(self._lately) > KEPT:
            self._lately.popitem(last=False)
        return hits

    async def _text(self, document_id: str) -> tuple[Document, str]:
        original = await asyncio.to_thread(self._engine.index.original, document_id)
        if original is not None:
            return original.document, original.text
        passages = list(self._lately.get(document_id, {}).values())
        if not passages:
            raise NotFound(f"there is no document {document_id!r}", hint="search again, and use an id of its results")
        return passages[0].document, "\n\n".join(passage.text for passage in passages)

    async def _passage(self, passage_id: str) -> Passage:
        passage = await asyncio.to_thread(self._engine.index.passage, passage_id)
        for kept in self._lately.values():
            passage = passage or kept.get(passage_id)
        if passage is None:
            raise NotFound(f"there is no passage {passage_id!r}", hint="find again, and use an id of its results")
        return passage

    def _id_of(self, url: str) -> str:
        """The id of the document under ``url``. Raises ``NotFound``."""
        original = document_at(self._engine.index, url)
        if original is not None:
            return original.document.id
        for name, passages in self._lately.items():
            if any(passage.document.url == url for passage in passages.values()):
                return name
        raise NotFound(f"nothing is indexed under {url!r}", hint="give document_id, passage_id or url of a result")


def _answered(answer: Answer) -> Answered:
    text, _ = marked(answer)
    passages = {passage.id: passage for source in answer.sources for passage in source.passages}
    return Answered(
        response=text,
        status=answer.status,
        answer_id=answer.id,
        thread_id=answer.question.thread_id,
        sources=[
            Shown(
                number=source.number,
                document_id=source.document.id,
                title=source.document.title,
                url=source.document.url,
                passages=[{"id": passage.id, "text": passage.text} for passage in source.passages],
            )
            for source in answer.sources
        ],
        sentences=[_claim(answer.text, sentence, passages) for sentence in answer.sentences],
        follow_ups=list(answer.follow_ups),
        declined=answer.declined,
        degraded=list(answer.degraded),
        form=answer.form,
    )


def _claim(text: str, sentence: Sentence, passages: dict[str, Passage]) -> Claim:
    quotes = [
        passages[citation.passage_id].text[citation.quote.start : citation.quote.end]
        for citation in sentence.citations
        if citation.quote is not None and citation.passage_id in passages
    ]
    return Claim(
        text=text[sentence.start : sentence.end],
        verdict=sentence.verdict,
        sources=sources_of(sentence),
        quotes=list(dict.fromkeys(quotes)),
    )


def _found(hit: Hit) -> Found:
    passage, document = hit.passage, hit.passage.document
    return Found(
        passage_id=passage.id,
        document_id=document.id,
        title=document.title,
        url=document.url,
        headings=list(passage.headings),
        text=passage.text,
        published=document.published.isoformat() if document.published else None,
        score=hit.score,
    )


def written(given: BaseModel) -> str:
    """A result as text, for the models whose program shows them no structured content."""
    if not isinstance(given, Answered):
        return given.model_dump_json()
    cited = [f"[{source.number}] {source.url}" for source in given.sources]
    again = (
        [f'\nTo reply, ask again with thread_id "{given.thread_id}" and the reply as the question.']
        if given.form
        else []
    )
    return "\n".join([given.response, *again, *(["", "Citations:", *cited] if cited else [])])
