"""Which files can be asked about? Hand in, list, look at, delete. A question names them in ``files``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi import Path as InPath
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pincite.errors import BadInput, Unfetchable
from pincite.types import Upload
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import reply, url

router = APIRouter(prefix="/api/files", tags=["files"], responses=RESPONSES)

FileId = Annotated[str, InPath(pattern=r"^[0-9a-f]{32}$", description="A file's id.")]


class Files(BaseModel):
    """Files, the latest first. ``status`` is reading, ready, or failed with the reason in ``why``."""

    files: list[Upload]


@router.post("", status_code=201, response_model=Upload, summary="Hand in a file")
async def take(
    request: Request,
    file: Annotated[UploadFile, File(description="The file.")],
    with_threads: Annotated[bool, Form(description="Delete it with the last thread that asks about it.")] = False,
) -> Response:
    """Takes one file, as ``multipart/form-data``, and begins to read it. It can be asked about at once: name its id in
    ``files`` of a question, which waits for it. A type that is not read is refused before anything is kept. It stays
    until it is deleted, or, ``with_threads``, until the last thread is gone for good in which it was asked about.
    """
    upload = await taken(request, file, with_threads=with_threads)
    return reply(upload, 201, {"location": url(request, f"/api/files/{upload.id}")})


class Page(BaseModel):
    """A page by its address."""

    url: str = Field(max_length=2000, description="Its address, http or https.")
    with_threads: bool = Field(False, description="Delete it with the last thread that asks about it.")


@router.post("/page", status_code=201, response_model=Upload, summary="Hand in a page by its address")
async def take_page(request: Request, body: Page) -> Response:
    """Fetches one page (HTML, text or PDF), follows none of its links, and takes it as a file: it is asked about and
    deleted as one. Whoever runs its host sees the request. Addresses of private networks are refused, but for those of
    `fetch.allow_private`.
    """
    try:
        upload = await engine_of(request).take_page(body.url, with_threads=body.with_threads)
    except Unfetchable as error:  # the address is the client's; nothing is wrong with this server
        raise BadInput(error.detail.strip(), hint=error.hint) from None
    return reply(upload, 201, {"location": url(request, f"/api/files/{upload.id}")})


async def taken(request: Request, file: UploadFile, *, with_threads: bool = False) -> Upload:
    """What came, moved to a file of its own and handed in."""
    with tempfile.TemporaryDirectory(prefix="pincite-upload-", ignore_cleanup_errors=True) as folder:
        content = Path(folder) / "content"
        await run_in_threadpool(_saved, file, content)
        return await engine_of(request).take(file.filename or "file", content, with_threads=with_threads)


def _saved(file: UploadFile, content: Path) -> None:
    with content.open("wb") as out:
        shutil.copyfileobj(file.file, out, 1 << 20)


@router.get("", response_model=Files, summary="List files")
async def files(request: Request) -> Response:
    return reply({"files": await engine_of(request).uploads()})


@router.get("/{file_id}", response_model=Upload, summary="See how far a file is read")
async def file(request: Request, file_id: FileId) -> Response:
    return reply(await engine_of(request).upload(file_id))


@router.delete("/{file_id}", status_code=204, response_class=Response, summary="Delete a file, its text and its index")
async def delete(request: Request, file_id: FileId) -> Response:
    """Answers that cited it keep the passages that they cited."""
    await engine_of(request).remove(file_id)
    return Response(status_code=204)
