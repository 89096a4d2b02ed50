"""What is a column by its name, its type and its cells? Words, one of five kinds, a value as JSON has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import MONEY

Kind = Literal["number", "text", "date", "time", "flag"]


def of_type(type_: sa.types.TypeEngine[Any]) -> Kind:
    """Of which kind a column's cells are, by its type."""
    kinds: tuple[tuple[type[Any], Kind], ...] = (
        (sa.types.Boolean, "flag"),
        (sa.types.DateTime, "time"),
        (sa.types.Date, "date"),
        (sa.types.Time, "text"),
        (sa.types.Numeric, "number"),
        (sa.types.Float, "number"),
        (sa.types.Integer, "number"),
        (MONEY, "number"),
    )
    return next((kind for class_, kind in kinds if isinstance(type_, class_)), "text")


_DAY = re.compile(r"(?:\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2})$")
_MOMENT = re.compile(r"\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$", re.IGNORECASE)


def shape(values: Sequence[str], kind: Kind = "text") -> dict[str, Any]:
    """What text really is where all of it looks alike: days, moments or numbers.

    ``kind`` is what the database calls it; one that has no types may hold anything for all that.
    """
    if kind == "flag" and set(values) <= {"0", "1"}:
        return {}
    if all(_DAY.match(value) for value in values):
        return {"kind": "date", "least": min(values), "greatest": max(values), "values": (), "frequent": ()}
    if all(_DAY.match(value) or _MOMENT.match(value) for value in values):
        return {"kind": "time", "least": min(values), "greatest": max(values), "values": (), "frequent": ()}
    if all(_NUMBER.match(value) for value in values) and not any(re.match(r"0\d", value) for value in values):
        numbers = [float(value) for value in values]
        return {"kind": "number", "quoted_number": kind == "text", "least": min(numbers), "greatest": max(numbers)}
    return {} if kind == "text" else {"kind": "text"}


def plain(value: object) -> float | str | None:
    """A cell as JSON has it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


def split_words(name: str) -> tuple[str, ...]:
    """``customer_id``, ``CustomerID`` and ``customerId`` are all ``("customer", "id")``."""
    if not name.isascii():
        return tuple(word for word in re.split(r"[\W_]+", name.lower()) if word)
    return tuple(word.lower() for word in _WORDS.findall(name))


def without_common_prefix(names: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Without the words that every name opens with, such as ``sb`` of ``sbName`` and ``sbCity``."""
    if len(names) < 3:
        return list(names)
    common = 0
    while all(len(name) > common + 1 and name[common] == names[0][common] for name in names):
        common += 1
    return [name[common:] for name in names]


_SORTS = frozenset("tbl tab tb vw v dim fact stg".split())
"""What names of tables open with that say of which sort they are."""
_VERBS = frozenset("is has".split())
"""What names of columns open with that say whether something is so."""


def plainly(name: tuple[str, ...], *, column: bool) -> tuple[str, ...]:
    """Without the word before the name that nobody says: ``tbl`` of ``tbl_orders``, ``is`` of ``isActive``."""
    dropped = _VERBS if column else _SORTS
    return name[1:] if len(name) > 1 and name[0] in dropped else name
