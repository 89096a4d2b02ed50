"""What does a language model say to it? Any model that pincite can speak to, as a judge that must show its evidence.

One statement, its passages, one call, a small JSON object back. The quote is looked up in the passages: a verdict
whose quote is not there is worth one step less. One pair in ten is asked again with the order swapped, and the lower
of two verdicts counts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256

from pincite.answer.check.opinion import CHANCE, Label, opinion
from pincite.evals.judges import NOTHING, Judgement
from pincite.ports import Deadline, ModelClient
from pincite.prompts import render
from pincite.types import Passage

AGAIN = 0.1
"""Share of the pairs that are asked twice."""
_ORDER = [Label.CONTRADICTS, Label.NONE, Label.PARTIAL, Label.FULL]


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
        fence = f"{draw.getrandbits(64):016x}"
        deadline = Deadline.after(self._deadline_s)
        said = await opinion(self._model, statement, passages, deadline, fence=fence, swapped=swapped)
        if said.label is Label.NONE:
            return NOTHING
        evidence = (said.evidence,) if said.evidence else ()
        return Judgement(label=said.label, p=CHANCE[said.label], evidence=evidence)
