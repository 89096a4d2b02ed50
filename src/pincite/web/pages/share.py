"""How is a thread shown to others? The dialog that says first what a share tells, and the page at its address.

The page needs no login and no script, and holds nothing but what ``library/sharing.py`` lets through. Its address is
looked up for every request, so a share that was taken back is gone for the next one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from pincite.library.sharing import Left, Share, Shared, Visibility, revealed
from pincite.types import Answer, Status
from pincite.web.api.tables import CardId
from pincite.web.draw import picture
from pincite.web.draw.turns import turns
from pincite.web.looks import look, page
from pincite.web.pages.export import drawn
from pincite.web.rows import Form as RowsForm
from pincite.web.rows import file, table_of
from pincite.web.state import engine_of, house_of
from pincite.web.wire import ThreadId, whole_url

router = APIRouter(include_in_schema=False)

Token = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$")]
_MARKS = re.compile(r"[*_`#>|]+")
SUMMARY = 200
"""Characters of the first answer in a link's preview."""


@router.get("/t/{thread_id}/share")
async def dialog(request: Request, thread_id: ThreadId) -> Response:
    library = engine_of(request).library
    share = await library.share_of(thread_id)
    answers = await library.answers(thread_id)
    return page(
        request,
        "share.html",
        thread=await library.thread(thread_id),
        told=revealed(answers),
        count=len(turns([answer for answer in answers if answer.status is not Status.RUNNING])),
        asking=await library.askers(thread_id) if with_files(answers) else [],
        share=share,
        address=_address(request, share) if share else "",
    )


def with_files(answers: Sequence[Answer]) -> bool:
    """Whether something was asked about files that were handed in: follow-ups stay with these."""
    return any(answer.question.file_ids for answer in answers)


@router.post("/t/{thread_id}/share")
async def share(
    request: Request,
    thread_id: ThreadId,
    visibility: Annotated[Visibility, Form()],
    files: Annotated[bool, Form()] = False,
    names: Annotated[bool, Form()] = False,
    rows: Annotated[bool, Form()] = False,
) -> Response:
    """``files``, ``names`` and ``rows`` go with it only where they are ticked."""
    left = [part for part, goes in ((Left.FILES, files), (Left.NAMES, names), (Left.ROWS, rows)) if not goes]
    await engine_of(request).library.share(thread_id, visibility, left)
    return RedirectResponse(f"{look(request).root}/t/{thread_id}/share", 303)


# ── what others see ──


@router.get("/share/{token}")
async def shared(request: Request, token: Token) -> Response:
    found = await _found(request, token)
    return told(request, found, token=token, address=_address(request, found.share))


def told(request: Request, found: Shared, *, back: str = "", token: str = "", address: str = "") -> Response:
    """The page of a thread as others see it. ``back`` leads to the collection that it is shown in, ``token`` to going
    on with it; where it has an ``address`` of its own, links to it have a preview."""
    shown = turns(found.answers)
    summary = _plain(shown[0].answer.text)[:SUMMARY] if address and shown else ""
    response = page(
        request,
        "shared.html",
        title=found.title,
        updated=found.updated,
        public=found.share.visibility is Visibility.PUBLIC,
        turns=drawn(shown),
        summary=summary,
        back=back,
        token=token,
        address=address,
    )
    return told_to_robots(response, found.share.visibility)


@router.get("/share/{token}/picture.png")
async def preview(request: Request, token: Token) -> Response:
    """What chats and timelines show beside the link; made here, out of what the page says."""
    found = await _found(request, token)
    shown = turns(found.answers)
    sources = len({source.document.id for answer in found.answers for source in answer.sources})
    drawing = await asyncio.to_thread(picture.draw, found.title, _plain(shown[0].answer.text) if shown else "", sources)
    return told_to_robots(Response(drawing, media_type="image/png"), found.share.visibility)


@router.get("/share/{token}/tables/{card_id}.csv")
async def as_csv(request: Request, token: Token, card_id: CardId) -> Response:
    return await _rows(request, token, card_id, "csv")


@router.get("/share/{token}/tables/{card_id}.json")
async def as_json(request: Request, token: Token, card_id: CardId) -> Response:
    return await _rows(request, token, card_id, "json")


async def _rows(request: Request, token: str, card_id: str, form: RowsForm) -> Response:
    found = await _found(request, token)
    return told_to_robots(file(table_of(found.answers, card_id), form), found.share.visibility)


async def _found(request: Request, token: str) -> Shared:
    """Whoever has the address may read: nobody is asked who they are."""
    return await house_of(request).engine.library.shared(token)


def _plain(text: str) -> str:
    """One line, without the marks of Markdown."""
    return " ".join(_MARKS.sub("", text).split())


def told_to_robots(response: Response, visibility: Visibility) -> Response:
    if visibility is not Visibility.PUBLIC:
        response.headers["x-robots-tag"] = "noindex"
    return response


def _address(request: Request, share: Share) -> str:
    """Of the share's page, as others reach it."""
    return whole_url(request, f"/share/{share.token}")


# ── going on with it ──


@router.get("/continue/{token}")
async def ask_to_continue(request: Request, token: Token) -> Response:
    found = await _found(request, token)
    return page(request, "continue.html", title=found.title, count=len(turns(found.answers)), token=token)


@router.post("/continue/{token}")
async def go_on(request: Request, token: Token) -> Response:
    """A copy that belongs to the visitor, to ask on in. What was left out of the share is not in it."""
    made = await engine_of(request).library.continued(token)
    return RedirectResponse(f"{look(request).root}/t/{made}", 303)
