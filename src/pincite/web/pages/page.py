"""What does a person see? The home page, a thread, and what their forms do. All work without scripts.

A form posts, the answer is a redirect, the redirect's page refreshes itself until the answer is done; scripts only
make that smoother. Pages are drawn from the same log as everything else.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.requests import HTTPConnection
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from pincite.errors import BadInput, Conflict, NotFound
from pincite.library.access import Verb
from pincite.types import Answer, Problem, Question, Status, Upload, new_id
from pincite.web import hints, looks, problems
from pincite.web.draw import paint
from pincite.web.draw.turns import Turn, history, place, turns
from pincite.web.gate.guard import led_by_another_site
from pincite.web.looks import focus_menu, look, menu, on_no_device, page, part
from pincite.web.pages.examples import STARTER, examples
from pincite.web.pages.files import attached
from pincite.web.pages.preferences import remember
from pincite.web.pages.watch import Told, Watches
from pincite.web.plain import transcript
from pincite.web.state import door_of, engine_of, house_of, visitor_of
from pincite.web.stream import Streamed, Streams
from pincite.web.wire import AnswerId, ThreadId, accepts
from pincite.web.words import count, language, t

router = APIRouter(include_in_schema=False)

KEPT_VIEWS = 256
"""Finished answers whose HTML is kept in memory."""
NAMED_FILES = 3
"""A turn names so many files that it was asked about; of more it says how many they are."""
MODES = ("quick", "copilot")
Text = Annotated[str, Form(max_length=200_000)]
Word = Annotated[str, Form(max_length=300)]
Named = Annotated[Sequence[str], Query(max_length=20)]
"""Files to ask about."""


# ── asking ──


@router.get("/")
async def home(
    request: Request,
    q: Annotated[str, Query(max_length=looks.LONGEST)] = "",
    title: Annotated[str, Query(max_length=looks.LONGEST)] = "",
    url: Annotated[str, Query(max_length=looks.LONGEST)] = "",
    file: Named = (),
) -> Response:
    """``q`` stands in the box already; ``title`` and ``url`` come with a page that was shared to this one."""
    counts = engine_of(request).index.counts()
    focuses = await focus_menu(request)
    return page(
        request,
        "home.html",
        models=await menu(request),
        focuses=focuses,
        key=new_id(),
        files=await attached(request, file),
        prefill=" ".join(filter(None, (q or title, url)))[: looks.LONGEST],
        tried=await examples(request, focuses.chosen),
        documents=counts.documents,
        starter=STARTER in counts.collections,
    )


@router.get("/examples")
async def asked_there(request: Request, focus: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The questions that the home page shows when another focus is picked: a piece of it."""
    places = await focus_menu(request, focus)
    return page(request, "examples.html", tried=await examples(request, places.chosen))


@router.post("/ask")
async def ask(
    request: Request,
    text: Text = "",
    example: Text = "",
    thread: Word = "",
    model: Word = "",
    focus: Word = "",
    key: Word = "",
    replaces: Word = "",
    mode: Word = "",
    file: Annotated[Sequence[str], Form()] = (),
    collection: Word = "",
    files_offered: Annotated[bool, Form()] = False,
    temporary: Annotated[bool, Form()] = False,
    sql: Text = "",
) -> Response:
    """``replaces`` is the answer whose question was edited: the new one is a version of its turn. ``temporary`` opens a
    thread that leaves no trace. An ``example`` that was clicked is asked as everything beside the box is set; what
    stands in the box as ``text`` stays there. ``sql`` is run in a database's focus, in place of what the words ask.
    ``files_offered`` says that the box showed the thread's files: those that it does not send back are not asked about.
    """
    opened = {"thread_id": thread} if thread else {"collection": collection or None, "temporary": temporary}
    question = Question(text=_cleaned(example or text), focus=focus, mode=_mode(request, mode), **opened)
    question = question.model_copy(
        update={"file_ids": tuple(dict.fromkeys(file)), "files_off": files_offered and not file, "sql": _cleaned(sql)}
    )
    if replaces:
        question = await _edited(request, question, replaces)
    answer_id, question = await _asked(request, question, model, key, new=not thread)
    response = await _to_answer(request, question.thread_id, answer_id)
    for name, value in (("model", model), ("focus", focus)):
        if value:
            remember(response, request, name, value)
    if mode in MODES:
        remember(response, request, "mode", mode if mode == "copilot" else "")
    return response


def _mode(request: Request, wanted: str) -> Literal["quick", "copilot"]:
    """As the form says; else as this browser asked last."""
    return "copilot" if (wanted if wanted in MODES else look(request).mode) == "copilot" else "quick"


_NOT_AHEAD = Problem(
    type="prefetched",
    title="Nothing is asked ahead of time",
    status=503,
    detail="the browser fetched this page before anybody wanted it",
    hint="open it",
    retryable=True,
)


async def ask_at_once(request: Request, q: str) -> Response:
    """``GET /search?q=`` from a browser's address bar: asks, and goes to the answer.

    Asking is work, and opens a thread: where another site led here the question only stands in the box, and a page that
    a browser fetches before anybody wants it is refused.
    """
    if "prefetch" in request.headers.get("sec-purpose", ""):
        return problems.respond(request, _NOT_AHEAD)
    if led_by_another_site(request.headers):
        return RedirectResponse(f"{look(request).root}/?{urlencode({'q': q[: looks.LONGEST]})}", 303)
    question = Question(text=_cleaned(q), mode=_mode(request, ""))
    answer_id, question = await _asked(request, question, "", "", new=True)
    return await _to_answer(request, question.thread_id, answer_id)


def _cleaned(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


async def _edited(request: Request, question: Question, replaces: str) -> Question:
    """The question in the place of an older one, with what had been chosen for that."""
    old = (await engine_of(request).library.answer(replaces)).question
    if old.thread_id != question.thread_id:
        raise BadInput(f"answer {replaces!r} is of another thread", hint="go back to its thread and edit it there")
    off = question.files_off or (old.files_off and not question.file_ids)
    kept = {"filters": old.filters, "focus": question.focus or old.focus, "files_off": off}
    return question.model_copy(update={**kept, "replaces": replaces})


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
async def retry(request: Request, answer_id: AnswerId, model: Word = "", focus: Word = "") -> Response:
    """The same question again, in the same thread: the page shows both as versions of one turn."""
    old = await engine_of(request).library.answer(answer_id)
    changes: dict[str, object] = {"model": model or old.question.model, "focus": focus or old.question.focus}
    if focus:  # whoever says where to look asks the words, and neither the query that somebody wrote nor the files
        changes |= {"sql": "", "file_ids": (), "files_off": bool(old.question.file_ids) or old.question.files_off}
    return await _again(request, old, changes)


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
    return await _heard(request, answer_id)


@router.post("/a/{answer_id}/now")
async def answer_now(request: Request, answer_id: AnswerId) -> Response:
    await engine_of(request).answer_now(answer_id)
    return await _heard(request, answer_id)


async def _heard(request: Request, answer_id: str) -> Response:
    """To a script, nothing more; to a browser without one, the answer."""
    if accepts(request, "application/json"):
        return Response(status_code=204)
    answer = await engine_of(request).library.answer(answer_id)
    return await _to_answer(request, answer.question.thread_id, answer_id)


# ── reading ──


@router.get("/t/{thread_id}")
async def thread(
    request: Request,
    thread_id: ThreadId,
    edit: Annotated[str, Query(max_length=100)] = "",
    deleted: Annotated[str, Query(max_length=100)] = "",
    file: Named = (),
) -> Response:
    """A thread. ``v2=1`` shows the first version of turn 2; ``edit`` puts the question of that answer into the box;
    ``deleted`` is the answer that was put into the bin just now.
    """
    library = engine_of(request).library
    try:
        found = await library.thread(thread_id)
    except NotFound:
        binned = next((one for one in await library.binned() if one.id == thread_id), None)
        if binned is None:
            raise
        return page(request, "binned.html", 404, binned=binned)
    wanted = {
        int(name[1:]): int(value)
        for name, value in request.query_params.items()
        if re.fullmatch(r"v\d{1,4}", name) and re.fullmatch(r"\d{1,4}", value)
    }
    answers = await library.answers(thread_id)
    may = await library.rights(thread_id)
    shown = [await _drawn(request, turn, may) for turn in turns(answers, wanted)]
    mine = {turn.answer.id: turn.view.status for turn in shown if turn.answer.question.asker.id == look(request).me}
    edited = next((answer for answer in answers if answer.id == edit), None)
    inherited, files = await _inherited(request, edited.question if edited else None, answers)
    response = page(
        request,
        "thread.html",
        thread=found,
        turns=shown,
        # The first that was asked is the one that is written; the others wait for it.
        running=next((answer.id for answer in answers if mine.get(answer.id) is Status.RUNNING), ""),
        feedback=await library.judged(thread_id),
        edited=edited,
        files=[*files, *(one for one in await attached(request, file) if one not in files)],
        files_offered=inherited,
        models=await menu(request),
        focuses=await focus_menu(request, answers[-1].question.focus if answers else ""),
        key=new_id(),
        may=may,
        undo=next((one for one in await library.binned() if one.id == deleted), None) if deleted else None,
        temporary=library.is_temporary(thread_id),
    )
    return on_no_device(response) if library.is_temporary(thread_id) else response


async def _drawn(request: Request, turn: Turn, may: Collection[Verb]) -> Turn:
    view = await _view(request, turn)
    inside = await _inside(request, turn.answer.question)
    return replace(turn, view=view if Verb.ASK in may else paint.for_readers(view), inside=inside)


async def _inherited(request: Request, edited: Question | None, answers: Sequence[Answer]) -> tuple[bool, list[Upload]]:
    """Whether the box says which files the next question, or the ``edited`` one, is about; those that it shows. Whose
    files are gone is not bound to them; who is only not to know them takes them from nobody."""
    engine = engine_of(request)
    last = edited or engine.followed(history(answers))
    if last is None:
        return False, []
    files = await engine.files_of(last)
    return bool(files) or (bool(last.file_ids) and await engine.are_gone(last)), files


async def _inside(request: Request, question: Question) -> str:
    """The files in which alone it was looked for an answer; by their number where the reader is not to know them."""
    engine = engine_of(request)
    if not question.file_ids or engine.focuses.is_database(question.focus):
        return ""
    names, number = [upload.name for upload in await engine.files_of(question)], len(question.file_ids)
    told = len(names) == number <= NAMED_FILES
    return t("In {names}", names=looks.listed(names) if told else count(number, "file"))


async def _view(request: Request, turn: Turn) -> paint.View:
    """The picture of a turn's answer. A finished answer never changes, so its picture is kept."""
    kept: OrderedDict[tuple[str, int, str], paint.View] = _kept(request)
    name = (turn.answer.id, turn.number, language())
    if name in kept:
        kept.move_to_end(name)
        return kept[name]
    events = await engine_of(request).library.events(turn.answer.id)
    view = paint.paint([stamped.event for stamped in events], turn.number)
    if look(request).whole:
        view = _held(view)
    if view.status is not Status.RUNNING and not turn.answer.question.temporary:
        kept[name] = view
        if len(kept) > KEPT_VIEWS:
            kept.popitem(last=False)
    return view


@router.get("/t/{thread_id}/watch")
async def watch(
    request: Request,
    thread_id: ThreadId,
    after: Annotated[int, Query(ge=0, le=9999)] = 0,
    asking: Annotated[Sequence[str], Query(max_length=100)] = (),
) -> Response:
    """The turns after the first ``after``, as they are asked by whomever, and those whose form, which the answer
    ``asking`` asks, is answered. Open as long as the page is looked at."""
    door = door_of(request)
    await door.engine.library.thread(thread_id)
    state = request.app.state
    if not hasattr(state, "watches"):
        # Counted apart: whoever only looks takes no place from an answer.
        state.watches = Watches(house_of(request).engine.library, door.closing)
        state.watching = Streams(door.settings.server.max_streams, door.metrics.watches, door.metrics.refused)
    return Streamed(state.watching, _told(request, state.watches, thread_id, after, asking), Told())


async def _told(
    request: Request, watches: Watches, thread_id: str, after: int, asking: Sequence[str]
) -> AsyncIterator[paint.Frame]:
    known: list[str] | None = None
    here: tuple[str, ...] = ()
    async with aclosing(watches.now(thread_id, visitor_of(request).actor)) as changes:
        async for now in changes:
            await engine_of(request).library.allow(Verb.READ, thread_id)
            if now.others != here:
                here = now.others
                yield "here", {"text": t("Also here: {names}", names=", ".join(here)) if here else ""}
            found = turns(now.answers)
            before = asking if known is None else known
            answered = {turn.asked.id: turn for turn in found[:after] if turn.asked and turn.asked.id in before}
            for turn in answered.values():
                yield "answered", {"html": await _whole(request, turn), "text": turn.chosen}
            shown = [turn.answer.id for turn in found[:after]]
            if known is not None and shown != [answered[id_].answer.id if id_ in answered else id_ for id_ in known]:
                yield "changed", {}
                after = min(after, len(found))
            for turn in found[after:]:
                after = turn.number
                yield "turn", {"html": await _whole(request, turn)}
            known = [turn.answer.id for turn in found[:after]]


async def _whole(request: Request, turn: Turn) -> str:
    """A turn as it stands on the page."""
    may = await engine_of(request).library.rights(turn.answer.question.thread_id)
    drawn = await _drawn(request, turn, may)
    picked = {"models": await menu(request), "focuses": await focus_menu(request)}
    return part(request, "turn.html", turn=drawn, may=may, feedback={}, **picked)


def _held(view: paint.View) -> paint.View:
    """For who wants answers when they are whole: what is not finished shows its state and its sources, and no text."""
    return replace(view, blocks=(), tail="", card="", data="") if view.status is Status.RUNNING else view


def _kept(request: Request) -> OrderedDict[tuple[str, int, str], paint.View]:
    if not hasattr(request.app.state, "views"):
        request.app.state.views = OrderedDict()
    views: OrderedDict[tuple[str, int, str], paint.View] = request.app.state.views
    return views


@router.get("/a/{answer_id}/paint")
async def painted(request: Request, answer_id: AnswerId, turn: Annotated[int, Query(ge=1, le=9999)] = 1) -> Response:
    """The picture as it changes; see ``paint.py`` for the frames."""
    door = door_of(request)
    answer = await door.engine.library.answer(answer_id)
    may = await door.engine.library.rights(answer.question.thread_id)
    if not hasattr(request.app.state, "gallery"):
        request.app.state.gallery = paint.Gallery(house_of(request).engine.follow)
    seen: AsyncIterator[paint.View] = request.app.state.gallery.watch(answer_id, turn)
    views = door.engine.library.while_allowed(answer_id, seen)
    if look(request).whole:
        views = (_held(view) async for view in views)
    if Verb.ASK not in may:
        views = (paint.for_readers(view) async for view in views)
    return Streamed(door.streams, views, paint.Strokes())


@router.get("/a/{answer_id}/answer.md")
async def as_markdown(request: Request, answer_id: AnswerId) -> Response:
    return PlainTextResponse(transcript.markdown(await engine_of(request).library.answer(answer_id)))


@router.get("/a/{answer_id}/answer.txt")
async def as_text(request: Request, answer_id: AnswerId) -> Response:
    return PlainTextResponse(transcript.plain(await engine_of(request).library.answer(answer_id)))


@router.get("/models")
async def models_page(request: Request) -> Response:
    return page(request, "models.html", models=await menu(request))


# ── files, errors ──


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
    return page(request, "problem.html", problem.status, problem=problem, ways=hints.ways(problem.hint))
