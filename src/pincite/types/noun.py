"""What is every noun made of? Frozen, JSON both ways, unknown fields refused."""

from __future__ import annotations

from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field


class Noun(BaseModel):
    """A frozen value. ``model_dump_json`` and ``model_validate_json`` are inverse."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Noun):
    """Characters ``start:end`` of some text that the holder names."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


def new_id() -> str:
    """A fresh identifier: 32 hex digits, random, safe in URLs and file names."""
    return uuid4().hex
