"""Do these passages say so, in a model's opinion? It must show its evidence.

One statement, its passages, one call, a small JSON object back. The quote is looked up in the passages: a verdict whose
quote is not there is worth one step less.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from pydantic import Field

from pincite.answer.spoken import spoken
from pincite.errors import ModelGarbled
from pincite.ports import Deadline, ModelClient, Prompt, Turn
from pincite.prompts import render
from pincite.types import Noun, Passage, Span

_MAX_TOKENS = 300
_SAID = 120
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_LEAST_WORDS, _LEAST_CHARACTERS = 3, 6
"""A shorter quote stands in any text; the characters are for scripts without blanks."""


class Label(StrEnum):
    """What a judge found."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    CONTRADICTS = "contradicts"


CHANCE = {Label.FULL: 1.0, Label.PARTIAL: 0.5, Label.NONE: 0.0, Label.CONTRADICTS: 0.0}
_LOWER = {Label.FULL: Label.PARTIAL, Label.PARTIAL: Label.NONE, Label.CONTRADICTS: Label.NONE, Label.NONE: Label.NONE}


class Evidence(Noun):
    """Characters of a passage that carry a statement, or contradict it."""

    passage_id: str
    span: Span


class Opinion(Noun):
    """What a model says of one statement and its passages together."""

    label: Label
    evidence: Evidence | None = Field(None)


async def opinion(
    model: ModelClient,
    statement: str,
    passages: Sequence[Passage],
    deadline: Deadline,
    *,
    fence: str,
    swapped: bool = False,
) -> Opinion:
    """Raises ``ModelGarbled`` for a reply without a verdict, and whatever else ``model`` raises.

    ``fence`` is the random word around what is to be judged; ``swapped`` shows the statement first.
    """
    order = list(reversed(passages)) if swapped else list(passages)
    texts = "\n\n".join(f"Text {n}: {p.document.title}\n{p.text}" for n, p in enumerate(order, 1))
    parts = [texts, f"Statement: {statement}"]
    first, second = reversed(parts) if swapped else parts
    prompt = Prompt(
        system=render("judge"),
        turns=(Turn("user", render("judged", fence=fence, first=first, second=second)),),
        max_tokens=_MAX_TOKENS,
        temperature=0.0,
    )
    reply = await spoken(prompt, model, deadline)
    return _read(reply, passages, model.card.id)


def _read(reply: str, passages: Sequence[Passage], name: str) -> Opinion:
    value = json_object(reply)
    try:
        label = Label(str(value.get("verdict", "")).strip().lower())
    except ValueError:
        said = " ".join(reply.split())[:_SAID]
        raise ModelGarbled(
            f"{name} gave no verdict: {said!r}", reason="garbled", hint="a larger model follows orders better"
        ) from None
    if label is Label.NONE:
        return Opinion(label=label)
    evidence = found(str(value.get("quote") or ""), passages)
    return Opinion(label=label if evidence else _LOWER[label], evidence=evidence)


def json_object(reply: str) -> dict[str, Any]:
    """The object in a reply, whatever stands around it."""
    match = _OBJECT.search(reply)
    try:
        value = json.loads(match[0]) if match else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def found(quote: str, passages: Sequence[Passage]) -> Evidence | None:
    """Where the quote stands, word for word; only blanks, case and the shape of quotation marks may differ."""
    bare = _flat(quote).strip(" .…\"'")
    pieces = [re.escape(word) for word in bare.split()]
    if len(pieces) < _LEAST_WORDS and (bare.isascii() or len(bare) < _LEAST_CHARACTERS):
        return None
    pattern = re.compile(r"\s+".join(pieces), re.IGNORECASE)
    for passage in passages:
        if match := pattern.search(_flat(passage.text)):
            return Evidence(passage_id=passage.id, span=Span(start=match.start(), end=match.end()))
    return None


_SHAPES = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚", "'") | dict.fromkeys("–—‑", "-"))


def _flat(text: str) -> str:
    """Character for character, so that places stay the same."""
    return text.translate(_SHAPES)
