"""What do I have here, and what does it say? The list of files, and a reader that opens them at the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from pincite.errors import NotFound, PinciteError, Refused
from pincite.types import Original, Upload
from pincite.web.api.files import FileId, taken
from pincite.web.looks import look, page
from pincite.web.state import engine_of

router = APIRouter(include_in_schema=False)

SHOWN = 40_000
"""Characters of a file on one page of the reader; whole pages of it, as far as it has any."""
_SPAN = r"^(\d{1,9}-\d{1,9})?$"


@router.get("/files")
async def files(request: Request, deleted: Annotated[str, Query(max_length=200)] = "") -> Response:
    return await _list(request, deleted=deleted)


async def _list(request: Request, *, deleted: str = "", refused: Sequence[tuple[str, str]] = ()) -> Response:
    found = await engine_of(request).uploads()
    reading = any(upload.status == "reading" for upload in found)
    status = 422 if refused else 200
    return page(request, "files.html", status, files=found, reading=reading, deleted=deleted, refused=refused)


@router.post("/files")
async def take(request: Request, file: Annotated[list[UploadFile], File()]) -> Response:
    """Takes what can be read of them, and says what of the rest can't be."""
    refused = []
    for one in file:
        try:
            await taken(request, one)
        except Refused:  # so will the others be
            raise
        except PinciteError as error:
            refused.append((error.detail, error.hint))
    return await _list(request, refused=refused) if refused else RedirectResponse(f"{look(request).root}/files", 303)


@router.post("/files/{file_id}/delete")
async def delete(request: Request, file_id: FileId) -> Response:
    await engine_of(request).remove(file_id)
    return RedirectResponse(f"{look(request).root}/files", 303)


async def attached(request: Request, file_ids: Sequence[str]) -> list[Upload]:
    """The files that an address names, for the box in which is asked about them."""
    return [await engine_of(request).upload(file_id) for file_id in file_ids]


@router.get("/f/{file_id}")
async def reader(
    request: Request,
    file_id: FileId,
    at: Annotated[str, Query(pattern=_SPAN)] = "",
    start: Annotated[int, Query(ge=0, alias="from")] = 0,
) -> Response:
    """A file's text by its pages, with the characters ``at`` marked; ``#page=7`` goes to page 7."""
    engine = engine_of(request)
    upload = await engine.upload(file_id)
    original = await engine.text(file_id)
    if original is None:
        raise NotFound(
            upload.why or f"the text of {upload.name} can't be shown as one document",
            hint="see /files" if upload.status != "reading" else "it is still being read; reload in a moment",
        )
    begin, _, end = at.partition("-")
    mark = (int(begin), int(end)) if at else None
    pages = list(_pages(original))
    first = max((n for n, each in enumerate(pages) if each[0] <= (mark[0] if mark else start)), default=0)
    last = first
    while last + 1 < len(pages) and pages[last + 1][1] - pages[first][0] <= SHOWN:
        last += 1
    while first and pages[last][1] - pages[first - 1][0] <= SHOWN:
        first -= 1
    return page(
        request,
        "file.html",
        file=upload,
        lang=original.document.lang,
        title=original.document.title,
        pages=[_drawn(original, each, mark) for each in pages[first : last + 1]],
        earlier=_before(pages, first) if first else None,
        later=pages[last + 1][0] if last + 1 < len(pages) else None,
    )


_Page = tuple[int, int, str, int | None]
"""Start, end, label, number."""


def _pages(original: Original) -> Iterator[_Page]:
    """The text cut where its pages end; where it has none, at blank lines."""
    numbered = [spot for spot in original.spots if spot.page]
    starts = [(spot.start, spot.label, spot.page) for spot in numbered] or [(0, "", None)]
    if starts[0][0]:
        starts[0] = (0, *starts[0][1:])
    for place, (start, label, number) in enumerate(starts):
        end = starts[place + 1][0] if place + 1 < len(starts) else len(original.text)
        while end - start > SHOWN:
            cut = original.text.rfind("\n", start, start + SHOWN) + 1
            cut = cut if cut > start else start + SHOWN
            yield start, cut, label, number
            start, label, number = cut, "", None
        yield start, end, label, number


def _before(pages: Sequence[_Page], first: int) -> int:
    """Where the page of the reader begins that ends before ``first``."""
    begin = first - 1
    while begin and pages[first - 1][1] - pages[begin - 1][0] <= SHOWN:
        begin -= 1
    return pages[begin][0]


def _drawn(original: Original, shown: _Page, mark: tuple[int, int] | None) -> dict[str, object]:
    """A page as paragraphs of pieces, each marked or not."""
    start, end, label, number = shown
    titles = {heading.start: heading for heading in original.headings if start <= heading.start < end}
    paragraphs = []
    at = start
    for text in original.text[start:end].split("\n\n"):
        if text.strip():
            heading = titles.get(at + len(text) - len(text.lstrip("\n")))
            paragraphs.append({"heading": heading is not None, "pieces": list(_pieces(text, at, mark))})
        at += len(text) + 2
    return {"label": label, "number": number, "paragraphs": paragraphs}


def _pieces(text: str, at: int, mark: tuple[int, int] | None) -> Iterator[tuple[str, str]]:
    """Each with ``mark`` where the marked characters begin, ``marked`` where they go on, else with nothing."""
    begin, end = mark or (0, 0)
    left, right = (min(max(edge - at, 0), len(text)) for edge in (begin, end))
    kind = "mark" if at <= begin < at + len(text) else "marked"
    yield from (piece for piece in ((text[:left], ""), (text[left:right], kind), (text[right:], "")) if piece[0])
