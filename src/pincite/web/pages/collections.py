"""How are threads kept together and worked on by several people? The pages of collections, and their forms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from pincite.library.access import Part, Verb
from pincite.library.collecting import Plan
from pincite.library.sharing import Visibility, revealed
from pincite.types import new_id
from pincite.web.looks import focus_menu, look, menu, page
from pincite.web.pages.share import told, told_to_robots, with_files
from pincite.web.state import engine_of, house_of, visitor_of
from pincite.web.wire import ThreadId, whole_url

router = APIRouter(include_in_schema=False)

PAGE = 30
"""Threads on a page of a collection."""

CollectionId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$")]
Token = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$")]
Text = Annotated[str, Form(max_length=10_000)]
Id = Annotated[str, Form(max_length=100)]


def _plan(
    title: Text = "",
    emoji: Text = "",
    description: Text = "",
    instructions: Text = "",
    visibility: Annotated[Visibility, Form()] = Visibility.PRIVATE,
) -> Plan:
    return Plan(_clean(title), _clean(emoji), _clean(description), _clean(instructions), visibility)


def _clean(text: str) -> str:
    return text.replace("\0", " ").replace("\r\n", "\n").strip()


Planned = Annotated[Plan, Depends(_plan)]
"""What the form of a collection says of it."""


@router.get("/collections")
async def every(request: Request) -> Response:
    return page(request, "collections.html", collections=await engine_of(request).library.collections.all())


@router.post("/collections")
async def make(request: Request, plan: Planned) -> Response:
    made = await engine_of(request).library.collections.make(plan)
    return _to(request, f"/c/{made}/settings")


@router.get("/c/{collection_id}")
async def one(
    request: Request, collection_id: CollectionId, offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0
) -> Response:
    collections = engine_of(request).library.collections
    found = await collections.threads(collection_id, PAGE + 1, offset)
    here = f"{look(request).root}/c/{collection_id}?offset="
    return page(
        request,
        "collection.html",
        collection=await collections.one(collection_id),
        members=await collections.members(collection_id),
        may_ask=await collections.may(Verb.ASK, collection_id),
        owns=await collections.may(Verb.SHARE, collection_id),
        threads=found[:PAGE],
        newer=f"{here}{max(0, offset - PAGE)}" if offset else None,
        older=f"{here}{offset + PAGE}" if len(found) > PAGE else None,
        models=await menu(request),
        focuses=await focus_menu(request),
        key=new_id(),
    )


@router.get("/c/{collection_id}/settings")
async def settings(request: Request, collection_id: CollectionId) -> Response:
    collections = engine_of(request).library.collections
    invitations = await collections.invitations(collection_id)
    found = await collections.one(collection_id)
    return page(
        request,
        "collection_settings.html",
        collection=found,
        address=whole_url(request, f"/shared/{found.token}") if found.token else "",
        members=await collections.members(collection_id),
        invitations={one.part: whole_url(request, f"/join/{one.token}") for one in invitations},
        alone=visitor_of(request).alone,
    )


@router.post("/c/{collection_id}/settings")
async def change(request: Request, collection_id: CollectionId, plan: Planned) -> Response:
    await engine_of(request).library.collections.change(collection_id, plan)
    return _to(request, f"/c/{collection_id}/settings")


@router.post("/c/{collection_id}/delete")
async def delete(request: Request, collection_id: CollectionId) -> Response:
    """The collection; its threads stay."""
    await engine_of(request).library.collections.remove(collection_id)
    return _to(request, "/collections")


# ── its people ──


@router.post("/c/{collection_id}/invite")
async def invite(request: Request, collection_id: CollectionId, part: Annotated[Part, Form()]) -> Response:
    await engine_of(request).library.collections.invite(collection_id, part)
    return _to(request, f"/c/{collection_id}/settings#people")


@router.post("/c/{collection_id}/uninvite")
async def uninvite(request: Request, collection_id: CollectionId, part: Annotated[Part, Form()]) -> Response:
    await engine_of(request).library.collections.uninvite(collection_id, part)
    return _to(request, f"/c/{collection_id}/settings#people")


@router.post("/c/{collection_id}/part")
async def set_part(
    request: Request, collection_id: CollectionId, person: Id, part: Annotated[Part, Form()]
) -> Response:
    await engine_of(request).library.collections.set_part(collection_id, person, part)
    return _to(request, f"/c/{collection_id}/settings#people")


@router.post("/c/{collection_id}/leave")
async def leave(request: Request, collection_id: CollectionId, person: Id = "") -> Response:
    """The visitor leaves; or its owner takes ``person`` out."""
    who = person or visitor_of(request).actor.id
    await engine_of(request).library.collections.remove_member(collection_id, who)
    return _to(request, f"/c/{collection_id}/settings#people" if person else "/collections")


@router.get("/join/{token}")
async def invitation(request: Request, token: Token) -> Response:
    offered = await engine_of(request).library.collections.invitation(token)
    return page(request, "join.html", offered=offered)


@router.post("/join/{token}")
async def join(request: Request, token: Token) -> Response:
    joined = await engine_of(request).library.collections.join(token)
    return _to(request, f"/c/{joined}")


# ── where a thread belongs ──


@router.get("/t/{thread_id}/move")
async def places(request: Request, thread_id: ThreadId) -> Response:
    """Where it may go, and what that changes for its readers, before it is done."""
    library = engine_of(request).library
    await library.allow(Verb.SHARE, thread_id)
    collections = await library.collections.all()
    answers = await library.answers(thread_id)
    return page(
        request,
        "move.html",
        thread=await library.thread(thread_id),
        files=with_files(answers),
        rows=bool(revealed(answers).databases),
        places=[
            (one, await library.collections.members(one.id))
            for one in collections
            if await library.collections.may(Verb.ASK, one.id)
        ],
    )


@router.post("/t/{thread_id}/move")
async def move(request: Request, thread_id: ThreadId, collection: Id = "") -> Response:
    await engine_of(request).library.collections.move(thread_id, collection or None)
    return _to(request, f"/t/{thread_id}")


# ── what strangers see ──


@router.get("/shared/{token}")
async def opened(request: Request, token: Token) -> Response:
    found = await house_of(request).engine.library.collections.opened(token)
    response = page(request, "opened.html", found=found, public=found.plan.visibility is Visibility.PUBLIC)
    return told_to_robots(response, found.plan.visibility)


@router.get("/shared/{token}/{thread_id}")
async def opened_thread(request: Request, token: Token, thread_id: ThreadId) -> Response:
    found = await house_of(request).engine.library.collections.opened_thread(token, thread_id)
    return told(request, found, back=f"/shared/{token}")


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(look(request).root + path, 303)
