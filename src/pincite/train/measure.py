"""What was learned? The exported weights, as they will run, on what was held out of their training."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pincite.encoders.cross import CrossEncoder
from pincite.evals import measures
from pincite.ports import Deadline
from pincite.train.examples import Claim, Example, Text, claims, examples
from pincite.types import Document, Passage

MOST = 500
"""Examples of each kind that are measured."""


def measure(encoder: CrossEncoder, folder: Path) -> dict[str, Any]:
    """Figures with their n: how often the right passage comes first, EM and F1 of answers, claims judged right."""
    held, said = examples(folder / "held.jsonl")[:MOST], claims(folder / "held-claims.jsonl")[:MOST]
    return {**(_answering(encoder, held) if held else {}), **(_checking(encoder, said) if said else {})}


def _answering(encoder: CrossEncoder, held: Sequence[Example]) -> dict[str, Any]:
    first = []
    for one in held:
        scores = encoder.score(one.asked, [_passage(each) for each in (one.right, *one.wrong)], Deadline.after(600))
        first.append(float(scores[0] == max(scores)))
    marked = [one for one in held if one.right.start >= 0]
    pairs = []
    for one in marked:
        (reading,) = encoder.read(one.asked, [_passage(one.right)], Deadline.after(600))
        span = reading.answers[0].span if reading.answers else None
        found = one.right.text[span.start : span.end] if span else ""
        pairs.append((found, (one.right.text[one.right.start : one.right.end],)))
    return {
        "questions": len(held),
        "right_first": statistics.fmean(first),
        "answers": len(marked),
        "exact": measures.mean([float(measures.exact(found, gold)) for found, gold in pairs]),
        "f1": measures.mean([measures.f1(found, gold) for found, gold in pairs]),
    }


def _checking(encoder: CrossEncoder, said: Sequence[Claim]) -> dict[str, Any]:
    right = [encoder.support(one.said, [_passage(one.passage)])[0] for one in said]
    hits = [
        float(max(range(3), key=chances.__getitem__) == one.label) for chances, one in zip(right, said, strict=True)
    ]
    return {"claims": len(said), "label_right": statistics.fmean(hits)}


def _passage(text: Text) -> Passage:
    document = Document(url=f"train:{text.title}", title=text.title)
    return Passage(id="", document=document, text=text.text, start=0, end=len(text.text))
