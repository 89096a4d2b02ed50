"""What does a person see? The pages: home, thread, threads, reader, and what their forms do. All work without scripts.

A form posts, the answer is a redirect, the redirect's page refreshes itself until the answer is done; scripts only
make that smoother. Pages are drawn from the same log as everything else.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from starlette.requests import HTTPConnection
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from pincite.errors import BadInput, Conflict, NotFound
from pincite.types import Answer, Passage, Problem, Question, Source, Span, Status, new_id
from pincite.web import looks, paint, parts, transcript
from pincite.web.looks import look, menu, page, part
from pincite.web.state import door_of, engine_of
from pincite.web.stream import Live, Streams
from pincite.web.turns import Turn, history, place, turns
from pincite.web.watch import Told, Watches
from pincite.web.wire import AnswerId, ThreadId, accepts

router = APIRouter(include_in_schema=False)

PAGE = 30
"""Threads on a page of the list."""
KEPT_VIEWS = 256
"""Finished answers whose HTML is kept in memory."""
STARTER = "starter"
STARTER_EXAMPLES = (
    "What is a black hole?",
    "How are stars formed?",
    "What are the symptoms of malaria?",
)

Text = Annotated[str, Form(max_length=200_000)]
Word = Annotated[str, Form(max_length=300)]


# ── asking ──


@router.get("/")
async def home(request: Request, q: Annotated[str, Query(max_length=looks.LONGEST)] = "") -> Response:
    status = engine_of(request).index.status()
    collections = set(status.collections)
    return page(
        request,
        "home.html",
        models=await menu(request),
        key=new_id(),
        prefill=q,
        examples=_examples(request, collections) if status.passages else (),
        passages=status.passages,
        documents=status.documents,
        starter=STARTER in collections,
    )


def _examples(request: Request, collections: set[str]) -> Sequence[str]:
    """Three questions that this index can answer."""
    if STARTER in collections:
        return STARTER_EXAMPLES
    index = engine_of(request).index
    titles: list[str] = []
    for letter in "tcmesabdfghiklnoprw":
        titles += [title for title in index.titles(letter, 1) if 3 <= len(title) <= 40][:1]
        if len(titles) == 3:
            break
    return [f"What is known about {title}?" for title in titles]


@router.post("/ask")
async def ask(
    request: Request, text: Text = "", thread: Word = "", model: Word = "", key: Word = "", replaces: Word = ""
) -> Response:
    """``replaces`` is the answer whose question was edited: the new one is a version of its turn."""
    question = Question(text=_cleaned(text), **({"thread_id": thread} if thread else {}))
    if replaces:
        question = await _edited(request, question, replaces)
    answer_id, question = await _asked(request, question, model, key, new=not thread)
    response = await _to_answer(request, question.thread_id, answer_id)
    if model:
        _remember(response, request, "model", model)
    return response


async def ask_at_once(request: Request, q: str) -> Response:
    """``GET /search?q=`` from a browser's address bar: asks, and goes to the answer."""
    answer_id, question = await _asked(request, Question(text=_cleaned(q)), "", "", new=True)
    return await _to_answer(request, question.thread_id, answer_id)


def _cleaned(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


async def _edited(request: Request, question: Question, replaces: str) -> Question:
    """The question in the place of an older one, with what had been chosen for that."""
    old = (await engine_of(request).library.answer(replaces)).question
    if old.thread_id != question.thread_id:
        raise BadInput(f"answer {replaces!r} is of another thread", hint="go back to its thread and edit it there")
    return question.model_copy(update={"filters": old.filters, "focus": old.focus, "replaces": replaces})


async def _asked(
    request: Request, question: Question, model: str, key: str, *, new: bool = False
) -> tuple[str, Question]:
    """Asks once for a form's ``key``, however often it is sent; a form that was changed since asks anew."""
    engine = engine_of(request)
    chosen = model or ((await menu(request)).chosen if "model" in request.cookies else None)
    question = question.model_copy(update={"model": chosen})
    earlier = [] if new else history(await engine.library.answers(question.thread_id), question.replaces)
    try:
        answer_id = await engine.ask(question, key=f"page-{key}" if key else None, history=earlier)
    except Conflict:
        answer_id = await engine.ask(question, history=earlier)
    door_of(request).asked("page", answer_id)
    return answer_id, (await engine.library.answer(answer_id)).question


async def _to_answer(request: Request, thread_id: str, answer_id: str) -> Response:
    number = place(await engine_of(request).library.answers(thread_id), answer_id)
    return RedirectResponse(f"{look(request).root}/t/{thread_id}#a{number}", 303)


@router.post("/a/{answer_id}/retry")
async def retry(request: Request, answer_id: AnswerId, model: Word = "") -> Response:
    """The same question again, in the same thread: the page shows both as versions of one turn."""
    old = await engine_of(request).library.answer(answer_id)
    return await _again(request, old, {"model": model or old.question.model})


@router.post("/a/{answer_id}/rewrite")
async def rewrite(request: Request, answer_id: AnswerId, leave_out: Word = "") -> Response:
    """The same question again without one more document; or with all of them, if none is named."""
    old = await engine_of(request).library.answer(answer_id)
    if leave_out and all(source.document.id != leave_out for source in old.sources):
        raise NotFound(f"answer {answer_id} has no source {leave_out!r}", hint="go back to the answer and pick one")
    filters = old.question.filters
    out = (*filters.exclude_documents, leave_out) if leave_out else ()
    return await _again(request, old, {"filters": filters.model_copy(update={"exclude_documents": out})})


async def _again(request: Request, old: Answer, changes: dict[str, object]) -> Response:
    """The question of an answer as a new version of its turn."""
    engine = engine_of(request)
    question = old.question.model_copy(update={**changes, "id": new_id(), "replaces": old.id})
    earlier = history(await engine.library.answers(question.thread_id), old.id)
    fresh = await engine.ask(question, history=earlier)
    door_of(request).asked("page", fresh)
    return await _to_answer(request, question.thread_id, fresh)


@router.post("/a/{answer_id}/stop")
async def stop(request: Request, answer_id: AnswerId) -> Response:
    await engine_of(request).stop(answer_id)
    if accepts(request, "application/json"):
        return Response(status_code=204)
    answer = await engine_of(request).library.answer(answer_id)
    return await _to_answer(request, answer.question.thread_id, answer_id)


# ── reading ──


@router.get("/t/{thread_id}")
async def thread(request: Request, thread_id: ThreadId, edit: Annotated[str, Query(max_length=100)] = "") -> Response:
    """A thread. ``v2=1`` shows the first version of turn 2; ``edit`` puts the question of that answer into the box."""
    library = engine_of(request).library
    found = await library.thread(thread_id)
    wanted = {
        int(name[1:]): int(value)
        for name, value in request.query_params.items()
        if re.fullmatch(r"v\d{1,4}", name) and re.fullmatch(r"\d{1,4}", value)
    }
    answers = await library.answers(thread_id)
    shown = [await _drawn(request, turn) for turn in turns(answers, wanted)]
    mine = [turn for turn in shown if turn.answer.question.asker.id == look(request).me]
    return page(
        request,
        "thread.html",
        thread=found,
        turns=shown,
        running=next((t.answer.id for t in reversed(mine) if t.view.status is Status.RUNNING), ""),
        edited=next((answer for answer in answers if answer.id == edit), None),
        models=await menu(request),
        key=new_id(),
    )


async def _drawn(request: Request, turn: Turn) -> Turn:
    return replace(turn, view=await _view(request, turn))


async def _view(request: Request, turn: Turn) -> paint.View:
    """The picture of a turn's answer. A finished answer never changes, so its picture is kept."""
    kept: OrderedDict[tuple[str, int], paint.View] = _kept(request)
    name = (turn.answer.id, turn.number)
    if name in kept:
        kept.move_to_end(name)
        return kept[name]
    events = await engine_of(request).library.events(turn.answer.id)
    view = paint.paint([stamped.event for stamped in events], turn.number)
    if view.status is not Status.RUNNING:
        kept[name] = view
        if len(kept) > KEPT_VIEWS:
            kept.popitem(last=False)
    return view


@router.get("/t/{thread_id}/watch")
async def watch(request: Request, thread_id: ThreadId, after: Annotated[int, Query(ge=0, le=9999)] = 0) -> Response:
    """The turns after the first ``after``, as they are asked by whomever. Open as long as the page is looked at."""
    door = door_of(request)
    await door.engine.library.thread(thread_id)
    state = request.app.state
    if not hasattr(state, "watches"):
        # Counted apart: whoever only looks takes no place from an answer.
        state.watches = Watches(door.engine.library, door.closing)
        state.watching = Streams(door.settings.server.max_streams)
    return Live(state.watching, _new_turns(request, state.watches, thread_id, after), Told())


async def _new_turns(request: Request, watches: Watches, thread_id: str, after: int) -> AsyncIterator[str]:
    async with aclosing(watches.answers(thread_id)) as changes:
        async for answers in changes:
            for turn in turns(answers)[after:]:
                after = turn.number
                yield part(request, "turn.html", turn=await _drawn(request, turn), models=await menu(request))


def _kept(request: Request) -> OrderedDict[tuple[str, int], paint.View]:
    if not hasattr(request.app.state, "views"):
        request.app.state.views = OrderedDict()
    views: OrderedDict[tuple[str, int], paint.View] = request.app.state.views
    return views


@router.get("/a/{answer_id}/paint")
async def painted(request: Request, answer_id: AnswerId, turn: Annotated[int, Query(ge=1, le=9999)] = 1) -> Response:
    """The picture as it changes; see ``paint.py`` for the frames."""
    door = door_of(request)
    await door.engine.library.answer(answer_id)
    if not hasattr(request.app.state, "gallery"):
        request.app.state.gallery = paint.Gallery(door.engine.follow)
    views: AsyncIterator[paint.View] = request.app.state.gallery.watch(answer_id, turn)
    return Live(door.streams, views, paint.Strokes())


@router.get("/a/{answer_id}/answer.md")
async def as_markdown(request: Request, answer_id: AnswerId) -> Response:
    return PlainTextResponse(transcript.markdown(await engine_of(request).library.answer(answer_id)))


@router.get("/a/{answer_id}/answer.txt")
async def as_text(request: Request, answer_id: AnswerId) -> Response:
    return PlainTextResponse(transcript.plain(await engine_of(request).library.answer(answer_id)))


@router.get("/threads")
async def threads(
    request: Request,
    q: Annotated[str, Query(max_length=500)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    words = q.replace("\0", " ").strip()
    found = await engine_of(request).library.threads(search=words, limit=PAGE + 1, offset=offset)
    root = look(request).root

    def address(start: int) -> str:
        return f"{root}/threads?offset={start}" + (f"&q={quote(words)}" if words else "")

    return page(
        request,
        "threads.html",
        q=words,
        threads=found[:PAGE],
        newer=address(max(0, offset - PAGE)) if offset else None,
        older=address(offset + PAGE) if len(found) > PAGE else None,
    )


@router.get("/models")
async def models_page(request: Request) -> Response:
    return page(request, "models.html", models=await menu(request))


# ── a source in context ──

AROUND = 900
"""Characters of the document shown before and after a kept passage."""


@router.get("/s/{answer_id}/{number}")
async def reader(
    request: Request,
    answer_id: AnswerId,
    number: int,
    p: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(pattern=r"^(\d{1,9}-\d{1,9})?$")] = "",
) -> Response:
    """The cited passages of a source, their sentences marked, with what stands around them in the document."""
    answer = await engine_of(request).library.answer(answer_id)
    source = next((source for source in answer.sources if source.number == number), None)
    if source is None:
        raise NotFound(f"answer {answer_id} has no source {number}", hint="go back to the answer and pick one")
    document = engine_of(request).index.original(source.document.id)
    text = document.text if document else ""
    current = all(text[passage.start : passage.end] == passage.text for passage in source.passages)
    start, _, end = q.partition("-")
    chosen = Span(start=int(start), end=int(end)) if q else None
    shown = [_shown(answer, source, passage, text if current else "", p, chosen) for passage in source.passages]
    shown = [one for one in shown if one["chosen"]] or shown
    return page(
        request,
        "reader.html",
        source=source,
        thread_id=f"{answer.question.thread_id}",
        site=parts.site(source),
        original=parts.original_link(source.document.url, ""),
        current=current,
        passages=shown,
    )


def _shown(
    answer: Answer, source: Source, passage: Passage, text: str, wanted: str, chosen: Span | None
) -> dict[str, object]:
    cited = [
        citation.quote
        for sentence in answer.sentences
        for citation in sentence.citations
        if citation.source == source.number and citation.passage_id == passage.id and citation.quote
    ]
    here = passage.id == wanted
    spans = sorted({(s.start, s.end) for s in [*cited, *([chosen] if here and chosen else [])]})
    pieces, done, anchor = [], 0, -1
    for start, end in spans:
        if done <= start < end <= len(passage.text):
            pieces += [(passage.text[done:start], False), (passage.text[start:end], True)]
            if anchor < 0 and here and (chosen is None or chosen.start == start):
                anchor = len(pieces) - 1
            done = end
    pieces.append((passage.text[done:], False))
    return {
        "headings": passage.headings,
        "pieces": pieces,
        "anchor": anchor,
        "chosen": here or not wanted,
        "lead": ("… " if passage.start > AROUND else "") + text[max(0, passage.start - AROUND) : passage.start],
        "trail": text[passage.end : passage.end + AROUND] + ("… " if passage.end + AROUND < len(text) else ""),
    }


# ── choices, files, errors ──


@router.post("/preferences")
async def preferences(request: Request, theme: Word = "", send: Word = "enter", back: Word = "/") -> Response:
    safe = back if re.match(r"/(?![/\\])", back) else "/"
    response = RedirectResponse(look(request).root + safe, 303)
    _remember(response, request, "theme", theme if theme in {"light", "dark"} else "")
    _remember(response, request, "send", "ctrl" if send == "ctrl" else "")
    return response


def _remember(response: Response, request: Request, name: str, value: str) -> None:
    path = look(request).root or "/"
    if value:
        response.set_cookie(name, quote(value, safe=""), looks.YEAR_S, path=path, samesite="lax", httponly=True)
    else:
        response.delete_cookie(name, path=path)


@router.get("/static/{version}/{name}")
async def static(version: str, name: str) -> Response:
    """Files beside this module. Those of the right version never change, so a browser may keep them for good."""
    if name not in looks.static_files():
        raise NotFound(f"there is no file {name!r}")
    kept = "public, max-age=31536000, immutable" if version == looks.static_version() else "no-cache"
    return FileResponse(looks.static_files()[name], headers={"cache-control": kept})


@router.get("/favicon.ico")
async def favicon() -> Response:
    return FileResponse(looks.static_files()["icon.svg"], media_type="image/svg+xml")


def problem_page(request: HTTPConnection, problem: Problem) -> Response:
    """A problem as a page, for a browser that went to one."""
    return page(request, "problem.html", problem.status, problem=problem)
