"""How does a program get the rows that a database gave? As a file, of an answer that it may read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from pincite.types import Table
from pincite.web import rows
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import AnswerId

router = APIRouter(prefix="/api/answers/{answer_id}/tables", tags=["answers"], responses=RESPONSES)

CardId = Annotated[
    str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$", description="The id of a card of the answer whose body is a table.")
]
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"description": "RFC 4180, UTF-8, with a header.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/{card_id}.csv", response_class=Response, summary="Download a table as CSV", responses=_CSV)
async def as_csv(request: Request, answer_id: AnswerId, card_id: CardId) -> Response:
    """The rows that the answer shows. Text that a spreadsheet would run as a formula begins with an apostrophe."""
    return await _file(request, answer_id, card_id, "csv")


@router.get("/{card_id}.json", response_model=Table, summary="Download a table as JSON, with its query")
async def as_json(request: Request, answer_id: AnswerId, card_id: CardId) -> Response:
    return await _file(request, answer_id, card_id, "json")


async def _file(request: Request, answer_id: str, card_id: str, form: rows.Form) -> Response:
    answer = await engine_of(request).library.answer(answer_id)
    return rows.file(rows.table_of([answer], card_id), form)
