"""What can be done with a whole thread? The list, the bin, and renaming, deleting, forking and exporting by form."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import BadInput
from pincite.library.binning import KEPT_DAYS
from pincite.library.reads import Sought
from pincite.web.draw.turns import history, place
from pincite.web.looks import focus_menu, look, page
from pincite.web.pages import export
from pincite.web.state import engine_of
from pincite.web.wire import AnswerId, ThreadId

router = APIRouter(include_in_schema=False)

PAGE = 30
"""Threads on a page of the list."""

Id = Annotated[str, Query(pattern=r"^[0-9A-Za-z_-]{0,100}$")]


@router.get("/threads")
async def threads(
    request: Request,
    q: Annotated[str, Query(max_length=500)] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    collection: Id = "",
    focus: Id = "",
    after: Annotated[date | Literal[""], Query()] = "",
    before: Annotated[date | Literal[""], Query()] = "",
    select: Annotated[bool, Query()] = False,
    deleted: Id = "",
) -> Response:
    """``select`` shows boxes, to move or delete many at once. ``deleted`` is the thread that was put into the bin just
    now, to be put back with one click.
    """
    library = engine_of(request).library
    words = q.replace("\0", " ").strip()
    sought = Sought(words, None, collection or None, focus, after or None, before or None)
    found = await library.threads(sought=sought, limit=PAGE + 1, offset=offset)
    given = {"q": words, "collection": collection, "focus": focus, "after": after, "before": before}
    narrowed = urlencode({name: str(value) for name, value in given.items() if value})
    here = f"{look(request).root}/threads?{narrowed}{'&' if narrowed else ''}"
    binned = await library.binned()
    return page(
        request,
        "threads.html",
        q=words,
        sought=sought,
        narrowed=bool(narrowed),
        here=here,
        select=select,
        threads=found[:PAGE],
        collections=await library.collections.all(),
        focuses=await focus_menu(request),
        newer=f"{here}offset={max(0, offset - PAGE)}" if offset else None,
        older=f"{here}offset={offset + PAGE}" if len(found) > PAGE else None,
        undo=next((one for one in binned if one.id == deleted), None),
        binned=len(binned),
    )


@router.post("/threads")
async def many(
    request: Request,
    thread: Annotated[list[str], Form(max_length=PAGE)] = [],  # noqa: B006 -- FastAPI copies it
    act: Annotated[Literal["delete", "move"], Form()] = "move",
    collection: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Many threads at once: into the bin, or into a collection."""
    if not thread:
        raise BadInput("no thread is picked", hint="go back and tick some")
    for thread_id in thread:
        if act == "delete":
            await to_bin(request, thread_id)
        else:
            await engine_of(request).library.collections.move(thread_id, collection or None)
    return _to(request, "/bin" if act == "delete" else f"/c/{collection}" if collection else "/threads")


# ── the bin ──


@router.get("/bin")
async def content(request: Request) -> Response:
    return page(request, "bin.html", binned=await engine_of(request).library.binned(), days=KEPT_DAYS)


@router.post("/bin/empty")
async def empty(request: Request) -> Response:
    """All that is in the bin, now and for good."""
    await engine_of(request).library.empty_bin(-1)
    return _to(request, "/bin")


@router.post("/t/{thread_id}/delete")
async def delete(request: Request, thread_id: ThreadId) -> Response:
    """Into the bin; a temporary one is gone at once."""
    library = engine_of(request).library
    if library.is_temporary(thread_id):
        await engine_of(request).stop_thread(thread_id)
        await library.delete(thread_id)
        return _to(request, "/")
    await to_bin(request, thread_id)
    return _to(request, f"/threads?deleted={thread_id}")


async def to_bin(request: Request, thread_id: str) -> None:
    """An answer that is still being made is stopped first."""
    engine = engine_of(request)
    await engine.stop_thread(thread_id)
    await engine.library.bin_thread(thread_id)


@router.post("/t/{thread_id}/restore")
async def restore(request: Request, thread_id: ThreadId) -> Response:
    await engine_of(request).library.restore_thread(thread_id)
    return _to(request, f"/t/{thread_id}")


@router.post("/a/{answer_id}/delete")
async def delete_answer(request: Request, answer_id: AnswerId) -> Response:
    """One answer alone; the last one takes its thread along."""
    engine = engine_of(request)
    await engine.stop(answer_id)
    one = await engine.library.bin_answer(answer_id)
    if one.kind == "thread":
        return _to(request, f"/threads?deleted={one.id}")
    return _to(request, f"/t/{one.thread_id}?deleted={answer_id}#undo")


@router.post("/a/{answer_id}/restore")
async def restore_answer(request: Request, answer_id: AnswerId) -> Response:
    library = engine_of(request).library
    await library.restore_answer(answer_id)
    thread_id = (await library.answer(answer_id)).question.thread_id
    return _to(request, f"/t/{thread_id}#a{place(await library.answers(thread_id), answer_id)}")


# ── its name, its copies ──


@router.post("/t/{thread_id}/rename")
async def rename(request: Request, thread_id: ThreadId, title: Annotated[str, Form(max_length=1000)] = "") -> Response:
    await engine_of(request).library.rename(thread_id, title)
    return _to(request, f"/t/{thread_id}")


@router.post("/a/{answer_id}/fork")
async def fork(request: Request, answer_id: AnswerId) -> Response:
    """A new thread that begins with what led to this answer, and with it."""
    library = engine_of(request).library
    answer = await library.answer(answer_id)
    thread = await library.thread(answer.question.thread_id)
    before = history(await library.answers(thread.id), answer_id)
    made = await library.fork([*before, answer], f"{thread.title} (fork)")
    return _to(request, f"/t/{made}#a{len(before) + 1}")


@router.get("/t/{thread_id}/thread.{form}")
async def file(request: Request, thread_id: ThreadId, form: export.Form) -> Response:
    """The whole thread as one file."""
    library = engine_of(request).library
    thread, answers = await library.thread(thread_id), await library.answers(thread_id)
    name = quote(export.file_name(thread, form))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(export.written(thread, answers, form), media_type=export.MEDIA_TYPES[form], headers=headers)


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(look(request).root + path, 303)
