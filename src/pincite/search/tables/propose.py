"""What query would a model write for this question? One call, plain text: what the rows are, then SQL.

No tool is called and no JSON is asked for, so any model can. Models talk, fence and number all the same; what is no
query is left out. Whatever the model writes goes through the guard like any other text.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot.errors import SqlglotError

from pincite.errors import ModelGarbled, ModelStalled, Unanswerable
from pincite.ports import Deadline, ModelClient, Prompt, Token, Turn
from pincite.prompts import render
from pincite.types import Table

MAX_TOKENS = 800
MENDS = 2
"""Calls that a query which does not run is worth, after the first."""
EARLIER = 3
"""Queries of the thread that a model is told."""
TITLE = 120
"""Characters of a title."""

_NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "mysql": "MySQL", "duckdb": "DuckDB"}
_NOTHING = re.compile(r"\W*nothing\W*", re.IGNORECASE)
_FENCED = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n(.*?)(?:^[ \t]*(?:```|~~~)|\Z)", re.MULTILINE | re.DOTALL)
_BEGIN = re.compile(r"^[ \t(]*(?:SELECT|WITH)\b", re.IGNORECASE | re.MULTILINE)
_MARK = re.compile(r"^(?:[-#>*•\s`]|\d{1,2}[.)]\s|(?:title|noun phrase|query)\s*:)+", re.IGNORECASE)
_TALK = re.compile(r"[:!][\s*_`]*$")
"""How a line ends that announces what follows."""
_LINKED = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True)
class Proposed:
    """A query that nobody has checked, and what its rows are: a noun phrase; empty where none was said."""

    sql: str
    title: str


async def propose(
    question: str,
    told: str,
    earlier: Sequence[Table],
    model: ModelClient,
    deadline: Deadline,
    dialect: str,
    *,
    today: date,
) -> Proposed:
    """A query for ``question`` over the tables that ``told`` describes; ``earlier``, oldest first, are the thread's.

    Raises ``Unanswerable`` where the model says that the tables do not hold it, ``ModelFailed``.
    """
    turns = _asked(question, told, earlier, today)
    return await _said(turns, f"sql {json.dumps([question, told, _earlier(earlier)])}", model, deadline, dialect)


async def mend(
    failed: Proposed,
    said: str,
    question: str,
    told: str,
    earlier: Sequence[Table],
    model: ModelClient,
    deadline: Deadline,
    dialect: str,
    *,
    today: date,
) -> Proposed:
    """Another query in the place of ``failed``, which could not be run: ``said`` is what the guard or database said.

    At most ``MENDS`` are worth their calls. Raises as ``propose``.
    """
    turns = (
        *_asked(question, told, earlier, today),
        Turn("assistant", f"{failed.title}\n{failed.sql}"),
        Turn("user", render("sql_mend", fence=secrets.token_hex(4), said=said)),
    )
    key = f"sql_mend {json.dumps([question, told, _earlier(earlier), failed.sql, said])}"
    return await _said(turns, key, model, deadline, dialect)


def parsed(said: str, dialect: str) -> Proposed | None:
    """The query in a model's words and its title; ``None`` where there is none."""
    text = said.replace("\r\n", "\n").strip()
    from_json = _from_json(text)
    if from_json is not None:
        return from_json
    for fenced in _FENCED.finditer(text):
        begin = _BEGIN.search(fenced[1])
        if begin:
            before = text[: fenced.start()] + "\n" + fenced[1][: begin.start()]
            return Proposed(_query(fenced[1][begin.start() :], dialect), _title(before))
    begin = _BEGIN.search(text)
    return Proposed(_query(text[begin.start() :], dialect), _title(text[: begin.start()])) if begin else None


def _asked(question: str, told: str, earlier: Sequence[Table], today: date) -> tuple[Turn, ...]:
    text = render(
        "sql_asked",
        fence=secrets.token_hex(4),
        tables=told,
        earlier=_earlier(earlier) or "none",
        today=today.strftime("%A, %Y-%m-%d"),
        question=question,
    )
    return (Turn("user", text),)


def _earlier(earlier: Sequence[Table]) -> str:
    return "\n\n".join(f"{table.title}\n{table.sql}" for table in earlier[-EARLIER:])


async def _said(turns: tuple[Turn, ...], key: str, model: ModelClient, deadline: Deadline, dialect: str) -> Proposed:
    prompt = Prompt(render("sql", dialect=_NAMES[dialect]), turns, MAX_TOKENS, temperature=0.0, key=key)
    stream = model.stream(prompt, deadline)
    try:
        async with asyncio.timeout(deadline.left()):
            said = "".join([piece.text async for piece in stream if isinstance(piece, Token)])
    except TimeoutError:
        raise ModelStalled(
            f"{model.card.id} had not written a query when its time was over",
            reason="timeout",
            hint="raise answer.deadline_s, or name a faster model",
        ) from None
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
    if _NOTHING.fullmatch(said):
        raise Unanswerable(
            f"{model.card.name} finds nothing in this database that answers it",
            hint="Ask for something that its tables hold.",
        )
    found = parsed(said, dialect)
    if found is None:
        raise ModelGarbled(
            f"{model.card.id} wrote no query: {' '.join(said.split())[:80] or 'nothing at all'}",
            reason="garbled",
            hint="name another model in models.default",
        )
    return found


def _query(text: str, dialect: str) -> str:
    """The query that ``text`` begins with, without what a model says after it."""
    return next((one for one in _shorter(text.strip()) if _reads(one, dialect)), text.strip())


def _shorter(text: str) -> Iterator[str]:
    """``text``, and then what is left of it when it is cut at a semicolon or at an empty line."""
    yield text
    for cut in sorted({match.start() for match in re.finditer(r";[ \t]*(?:\n|$)|\n[ \t]*\n", text)}, reverse=True):
        yield text[:cut].rstrip()


def _reads(sql: str, dialect: str) -> bool:
    try:
        return len([one for one in sqlglot.parse(sql, read=dialect) if one is not None]) == 1
    except (SqlglotError, RecursionError):
        return False


def _title(before: str) -> str:
    """The last line before the query that says something: what comes first is talk, and so is *Here it is:*."""
    told = [_LINKED.sub(r"\1", _TAG.sub("", line)).replace("**", "") for line in before.splitlines()]
    lines = [" ".join(_MARK.sub("", line).strip(' *`"“”_').split()) for line in told if not _TALK.search(line)]
    said = [line.rstrip(":.") for line in lines if any(c.isalpha() for c in line) and line.isprintable()]
    return said[-1][:TITLE] if said else ""


def _from_json(text: str) -> Proposed | None:
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not isinstance(tree.get("sql"), str):
        return None
    title = tree.get("title")
    return Proposed(tree["sql"].strip(), _title(title) if isinstance(title, str) else "")
