"""What is there to see at a glance? Facts, tables and their charts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pincite.types.citation import Citation
from pincite.types.noun import Noun, new_id


class Fact(Noun):
    """A short answer and the sentence it was read from."""

    kind: Literal["fact"] = "fact"
    value: str
    sentence: str = ""


Cell = bool | int | float | str | None
"""A value of a table. Dates and times are ISO 8601; what is too precise for a float is text."""


class Column(Noun):
    """A column of a table."""

    name: str
    """As a person reads it."""
    kind: Literal["number", "id", "text", "date", "time", "flag"]
    """``id`` is a number that only names, such as a year or a key; ``date`` is a day; ``time`` is a point in time."""
    unit: str = ""
    """Of its numbers, such as ``USD``; empty where none is known."""


class Chart(Noun):
    """How a table's rows look drawn. Numbers are places of columns, from 0."""

    shape: Literal["bar", "line", "scatter"]
    x: int = Field(ge=0)
    y: int = Field(ge=0)


class Table(Noun):
    """Rows of a database, and the query that brought them."""

    kind: Literal["table"] = "table"
    database: str
    """The id of its focus."""
    label: str
    """The database's name for a person."""
    title: str
    """How the question was read, a noun phrase such as ``number of customers by country, most first``."""
    note: str = ""
    """What was put in place of words of the question, such as ``“acme” read as ACME Corp.``"""
    sql: str
    """As it can be run again: one SELECT."""
    tables: tuple[str, ...]
    """Which tables it reads, each once."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int | None = None
    """How many rows there are in all; ``None`` where there are more than those that are here, and nobody counted."""
    ms: float = 0.0
    """How long the database took."""
    chart: Chart | None = None


class Card(Noun):
    """Something to see at a glance, such as the instant answer. ``text`` is always readable alone."""

    id: str = Field(default_factory=new_id)
    widget: str
    title: str
    text: str
    body: Fact | Table = Field(discriminator="kind")
    citations: tuple[Citation, ...] = ()
