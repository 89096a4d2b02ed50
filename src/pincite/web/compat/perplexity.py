"""Does a client of Perplexity or OpenAI work unchanged? Chat completions, search and the list of models.

``/chat/completions`` behaves as Perplexity's, ``/v1/chat/completions`` as OpenAI's; they differ in one default,
``stream_mode``. A client that leaves in the middle stops its answer, since nobody can come back to it here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from pincite.errors import UnknownModel
from pincite.ports import Query
from pincite.types import Document, Hit, new_id
from pincite.web.compat.ask import ask
from pincite.web.compat.asking import Chat, Lookup, known_model
from pincite.web.compat.completion import Chunks, completion, problem_in
from pincite.web.compat.found import hits_of
from pincite.web.compat.routes import Json
from pincite.web.compat.sent import WHOLE
from pincite.web.compat.whole import finished
from pincite.web.problems import respond
from pincite.web.state import door_of, engine_of
from pincite.web.stream import Streamed
from pincite.web.wire import reply

_ERROR = {"content": {"application/json": {"schema": {"type": "object"}}}, "description": '{"error": {…}}'}
router = APIRouter(tags=["compatible"], responses={"4XX": _ERROR, "5XX": _ERROR})

_CHARACTERS = 4
"""Characters of a token, roughly: what max_tokens_per_page means here."""


@router.post("/chat/completions", response_model=None, responses=WHOLE, summary="Perplexity's chat completions")
async def perplexity(request: Request, body: Chat) -> Response:
    return await _chat(request, body, body.stream_mode or "full")


@router.post("/v1/chat/completions", response_model=None, responses=WHOLE, summary="OpenAI's chat completions")
async def openai(request: Request, body: Chat) -> Response:
    return await _chat(request, body, body.stream_mode or "plain")


async def _chat(request: Request, body: Chat, mode: str) -> Response:
    door = door_of(request)
    engine = door.engine
    if body.stream:
        door.streams.admit()
    question, history = body.question(await known_model(body.model, engine.models.cards), _today())
    answer_id = await ask(engine, question, history)
    door.asked("chat", answer_id)
    related = bool(body.return_related_questions)

    async def gone() -> None:
        await engine.stop(answer_id)

    if body.stream:
        return Streamed(door.streams, engine.follow(answer_id), Chunks(mode, related), gone=gone)
    answer = await finished(request, door, answer_id)
    problem = problem_in(answer)
    if problem is not None:
        return respond(request, problem)
    return reply(completion(answer, related))


@router.get("/v1/models", response_model=None, summary="OpenAI's list of models")
async def models(request: Request) -> Response:
    """``pincite`` is whoever is configured to write; ``none`` is the answer without a model."""
    return reply({"object": "list", "data": list((await _models(request)).values())})


@router.get("/v1/models/{model_id:path}", response_model=None, summary="OpenAI's models: one of them")
async def model(request: Request, model_id: Annotated[str, Path(max_length=300)]) -> Response:
    """One of those that are listed."""
    found = (await _models(request)).get(model_id)
    if found is None:
        raise UnknownModel(f"no model called {model_id!r}", hint="GET /v1/models lists them")
    return reply(found)


async def _models(request: Request) -> dict[str, dict[str, Any]]:
    cards = await engine_of(request).models.cards()
    own = {"pincite": "pincite", "none": "pincite"}
    names = own | {card.id: card.endpoint for card in cards if not card.locked}
    return {name: {"id": name, "object": "model", "created": 0, "owned_by": by} for name, by in names.items()}


search_router = APIRouter(tags=["compatible"], responses={"4XX": _ERROR, "5XX": _ERROR}, route_class=Json)


@search_router.post("/search", response_model=None, summary="Perplexity's search")
async def search(request: Request, body: Lookup) -> Response:
    """One result a document, best first. Several queries take turns; a document is there once."""
    engine = engine_of(request)
    most = body.max_results or 10
    filters = body.filters(_today())
    queries = body.queries()
    asked = [Query(text, filters=filters) for text in queries]
    found = await asyncio.gather(*(hits_of(engine, query, body.aim, most) for query in asked))
    results = by_document(found, most)
    budget = (body.max_tokens or 10**9) * _CHARACTERS
    out: list[dict[str, Any]] = []
    for document, texts in results:
        snippet = "\n\n".join(texts)[: min(budget, (body.max_tokens_per_page or 1024) * _CHARACTERS)]
        budget -= len(snippet)
        published = document.published.isoformat() if document.published else None
        out.append(
            {"title": document.title, "url": document.url, "snippet": snippet, "date": published, "last_updated": None}
        )
    now = datetime.now(UTC).isoformat(timespec="seconds") if body.display_server_time else None
    return reply({"id": new_id(), "results": out, "server_time": now})


def by_document(lists: Sequence[Sequence[Hit]], most: int) -> list[tuple[Document, list[str]]]:
    """The documents of ``lists`` in turn, each once, with the texts of its passages, the best first."""
    texts: dict[str, list[str]] = {}
    documents: dict[str, Document] = {}
    for rank in range(max(map(len, lists), default=0)):
        for hits in lists:
            if rank < len(hits):
                passage = hits[rank].passage
                documents.setdefault(passage.document.id, passage.document)
                kept = texts.setdefault(passage.document.id, [])
                if passage.text not in kept:
                    kept.append(passage.text)
    return [(document, texts[name]) for name, document in list(documents.items())[:most]]


def _today() -> date:
    return datetime.now(UTC).date()
