"""What does a language model say to it? Any model that pincite can speak to, as a judge that must show its evidence.

One statement, its passages, one call, a small JSON object back. The quote is looked up in the passages: a verdict
whose quote is not there is worth one step less. One pair in ten is asked again with the order swapped, and the lower
of two verdicts counts.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from pincite.errors import ModelGarbled
from pincite.evals.judges import CHANCE, NOTHING, Evidence, Judgement, Label
from pincite.ports import Deadline, ModelClient, Prompt, Token, Turn
from pincite.prompts import render
from pincite.types import Passage, Span

AGAIN = 0.1
"""Share of the pairs that are asked twice."""
_LOWER = {Label.FULL: Label.PARTIAL, Label.PARTIAL: Label.NONE, Label.CONTRADICTS: Label.NONE, Label.NONE: Label.NONE}
_ORDER = [Label.CONTRADICTS, Label.NONE, Label.PARTIAL, Label.FULL]
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_LEAST_WORDS, _LEAST_CHARACTERS = 3, 6
"""A shorter quote stands in any text; the characters are for scripts without blanks."""
_SAID = 120
_MAX_TOKENS = 300


class ModelJudge:
    """A ``SupportJudge`` behind a ``ModelClient``. ``seed`` decides which pairs are asked twice.

    ``judge`` raises ``ModelGarbled`` for a reply without a verdict, and whatever else the model raises.
    """

    thrifty = True

    def __init__(self, model: ModelClient, *, seed: int = 0, deadline_s: float = 120) -> None:
        self._model = model
        self._seed = seed
        self._deadline_s = deadline_s
        orders = sha256(render("judge").encode()).hexdigest()[:8]
        self.name = f"llm {model.card.id} {orders}"

    async def judge(self, statement: str, passages: Sequence[Passage]) -> Judgement:
        shown = [passage for passage in passages if passage.text.strip()]
        if not shown:
            return NOTHING
        draw = random.Random(f"{self._seed}\n{statement}\n{[passage.text for passage in shown]}")  # noqa: S311
        said = await self._ask(statement, shown, draw, swapped=False)
        if draw.random() >= AGAIN:
            return said
        other = await self._ask(statement, shown, draw, swapped=True)
        lower = min(said, other, key=lambda each: _ORDER.index(each.label))
        return lower.model_copy(update={"steady": said.label is other.label})

    async def _ask(
        self, statement: str, passages: Sequence[Passage], draw: random.Random, *, swapped: bool
    ) -> Judgement:
        order = list(reversed(passages)) if swapped else list(passages)
        texts = "\n\n".join(f"Text {n}: {p.document.title}\n{p.text}" for n, p in enumerate(order, 1))
        parts = [texts, f"Statement: {statement}"]
        first, second = reversed(parts) if swapped else parts
        fence = f"{draw.getrandbits(64):016x}"
        prompt = Prompt(
            system=render("judge"),
            turns=(Turn("user", render("judged", fence=fence, first=first, second=second)),),
            max_tokens=_MAX_TOKENS,
            temperature=0.0,
        )
        reply = ""
        async for piece in self._model.stream(prompt, Deadline.after(self._deadline_s)):
            if isinstance(piece, Token):
                reply += piece.text
        return self._read(reply, passages)

    def _read(self, reply: str, passages: Sequence[Passage]) -> Judgement:
        value = json_object(reply)
        try:
            label = Label(str(value.get("verdict", "")).strip().lower())
        except ValueError:
            said = " ".join(reply.split())[:_SAID]
            raise ModelGarbled(
                f"{self._model.card.id} gave no verdict: {said!r}",
                reason="garbled",
                hint="a larger model follows orders better; judge again to go on where this stopped",
            ) from None
        if label is Label.NONE:
            return NOTHING
        evidence = found(str(value.get("quote") or ""), passages)
        label = label if evidence else _LOWER[label]
        return Judgement(label=label, p=CHANCE[label], evidence=(evidence,) if evidence else ())


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
