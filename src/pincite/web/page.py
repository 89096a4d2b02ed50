"""What does a person see? The pages: home, thread, threads, reader, and what their forms do. All work without scripts.

A form posts, the answer is a redirect, the redirect's page refreshes itself until the answer is done; scripts only
make that smoother. Pages are drawn from the same log as everything else.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from starlette.requests import HTTPConnection
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from pincite.errors import Conflict, NotFound
from pincite.text import languages
from pincite.types import Answer, Passage, Problem, Question, Source, Span, Status, new_id
from pincite.web import looks, paint, parts, transcript
from pincite.web.looks import look, menu, page
from pincite.web.state import door_of, engine_of
from pincite.web.stream import Live
from pincite.web.wire import AnswerId, ThreadId, accepts

router = APIRouter(include_in_schema=False)

PAGE = 30
"""Threads on a page of the list."""
KEPT_VIEWS = 256
"""Finished answers whose HTML is kept in memory."""
STARTER = "starter"
STARTER_EXAMPLES = (
    "What causes earthquakes?",
    "Who built the Great Wall of China, and why?",
    "Who painted the Mona Lisa?",
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
async def ask(request: Request, text: Text = "", thread: Word = "", model: Word = "", key: Word = "") -> Response:
    if thread:
        await engine_of(request).library.thread(thread)
    answer_id, question = await _asked(request, text, thread or new_id(), model, key)
    response = await _to_answer(request, question.thread_id, answer_id)
    if model:
        _remember(response, request, "model", model)
    return response


async def ask_at_once(request: Request, q: str) -> Response:
    """``GET /search?q=`` from a browser's address bar: asks, and goes to the answer."""
    answer_id, question = await _asked(request, q, new_id(), "", "")
    return await _to_answer(request, question.thread_id, answer_id)


async def _asked(request: Request, text: str, thread_id: str, model: str, key: str) -> tuple[str, Question]:
    """Asks once for a form's ``key``, however often it is sent; a form that was changed since asks anew."""
    engine = engine_of(request)
    chosen = model or ((await menu(request)).chosen if "model" in request.cookies else None)
    question = Question(thread_id=thread_id, text=text.replace("\r\n", "\n").strip(), model=chosen)
    try:
        answer_id = await engine.ask(question, key=f"page-{key}" if key else None)
    except Conflict:
        answer_id = await engine.ask(question)
    door_of(request).asked("page", answer_id)
    return answer_id, (await engine.library.answer(answer_id)).question


async def _to_answer(request: Request, thread_id: str, answer_id: str) -> Response:
    turns = _turns(await engine_of(request).library.answers(thread_id), {})
    turn = next((t.number for t in turns if any(a.id == answer_id for a in t.versions)), len(turns))
    return RedirectResponse(f"{look(request).root}/t/{thread_id}#a{turn}", 303)


@router.post("/a/{answer_id}/retry")
async def retry(request: Request, answer_id: AnswerId, model: Word = "") -> Response:
    """The same question again, in the same thread: the page shows both as versions of one turn."""
    old = (await engine_of(request).library.answer(answer_id)).question
    new = old.model_copy(update={"id": new_id(), "model": model or old.model})
    fresh = await engine_of(request).ask(new)
    door_of(request).asked("page", fresh)
    return await _to_answer(request, old.thread_id, fresh)


@router.post("/a/{answer_id}/stop")
async def stop(request: Request, answer_id: AnswerId) -> Response:
    await engine_of(request).stop(answer_id)
    if accepts(request, "application/json"):
        return Response(status_code=204)
    answer = await engine_of(request).library.answer(answer_id)
    return await _to_answer(request, answer.question.thread_id, answer_id)


# ── reading ──


@dataclass(frozen=True)
class Turn:
    """A question of a thread with the answer that is shown. Asked again, it has several ``versions``."""

    number: int
    versions: Sequence[Answer]
    version: int
    view: paint.View
    lang: str

    @property
    def answer(self) -> Answer:
        return self.versions[self.version - 1]


def _turns(answers: Sequence[Answer], wanted: dict[int, int]) -> list[Turn]:
    """Answers to the same words, one after the other, are versions of one turn; ``wanted`` picks, else the last."""
    groups: list[list[Answer]] = []
    for answer in answers:
        if groups and groups[-1][0].question.text == answer.question.text:
            groups[-1].append(answer)
        else:
            groups.append([answer])
    return [
        Turn(
            number=i,
            versions=group,
            version=min(max(wanted.get(i, len(group)), 1), len(group)),
            view=paint.View(),
            lang=languages.detect(f"{group[0].question.text} {group[-1].text[:500]}"),
        )
        for i, group in enumerate(groups, start=1)
    ]


@router.get("/t/{thread_id}")
async def thread(request: Request, thread_id: ThreadId) -> Response:
    library = engine_of(request).library
    found = await library.thread(thread_id)
    wanted = {
        int(name[1:]): int(value)
        for name, value in request.query_params.items()
        if re.fullmatch(r"v\d{1,4}", name) and re.fullmatch(r"\d{1,4}", value)
    }
    answers = await library.answers(thread_id)
    turns = [Turn(t.number, t.versions, t.version, await _view(request, t), t.lang) for t in _turns(answers, wanted)]
    running = next((t.answer.id for t in reversed(turns) if t.view.status is Status.RUNNING), "")
    models = await menu(request)
    return page(request, "thread.html", thread=found, turns=turns, running=running, models=models, key=new_id())


async def _view(request: Request, turn: Turn) -> paint.View:
    """The picture of a turn's answer. A finished answer never changes, so its picture is kept."""
    kept: OrderedDict[tuple[str, int], paint.View] = _kept(request)
    place = (turn.answer.id, turn.number)
    if place in kept:
        kept.move_to_end(place)
        return kept[place]
    events = await engine_of(request).library.events(turn.answer.id)
    view = paint.paint([stamped.event for stamped in events], turn.number)
    if view.status is not Status.RUNNING:
        kept[place] = view
        if len(kept) > KEPT_VIEWS:
            kept.popitem(last=False)
    return view


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

    def address(place: int) -> str:
        return f"{root}/threads?offset={place}" + (f"&q={quote(words)}" if words else "")

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
