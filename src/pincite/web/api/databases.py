"""What is in a database? For who may ask it: its tables, and questions that it can answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel
from starlette.responses import Response

from pincite.ports import Deadline, TableCard
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import reply

router = APIRouter(prefix="/api/databases", tags=["choices"], responses=RESPONSES)

READING_S = 30.0
"""The longest that one that is seen for the first time is waited for."""

Name = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description="The focus of the database: GET /api/focuses.")
]


class Held(BaseModel):
    """What may be asked of a database. ``rows`` of a table is null where nobody counted."""

    name: str
    label: str
    tables: list[TableCard]
    examples: list[str]


@router.get("/{database}", response_model=Held, summary="See what is in a database")
async def held(request: Request, database: Name) -> Response:
    """Its tables with their columns, without what is hidden, and questions that it can answer."""
    found = engine_of(request).focuses.database(database)
    deadline = Deadline.after(READING_S)
    tables, examples = await found.tables(deadline), await found.examples(deadline)
    return reply({"name": database, "label": found.label, "tables": list(tables), "examples": list(examples)})
