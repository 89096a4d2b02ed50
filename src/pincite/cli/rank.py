"""Can judgements rank better than the sum by hand? ``pincite rank learn``: learn, compare on held-out halves, keep."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pincite.cli import asking
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.evals import measures, sets
from pincite.evals.sets import QuestionRow
from pincite.ports import Query
from pincite.rank.learn import MIN_LISTS, Judged, held_out, train
from pincite.types import Hit

app = typer.Typer(cls=Group, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
DEPTH = 30
"""Hits of each question that are learned from."""


@app.callback()
def group() -> None:
    """Learn a ranker from judgements."""


@app.command()
def learn(
    context: typer.Context,
    judgements: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines: id, query, rel {address: grade}.")],
    at_least: Annotated[int, typer.Option(min=2, help="Judged lists below which nothing is learned.")] = MIN_LISTS,
    keep: Annotated[bool, typer.Option(help="Keep it even if it is no better.")] = False,
) -> None:
    """Learn a ranker from judged questions, compare it with the linear one, and keep it if it is better."""
    door: Door = context.obj
    asked = [row for row in sets.questions([judgements]) if row.right]
    lists = asyncio.run(_judged(door, asked))
    grades = [{hit.passage.id: grade for hit, grade in zip(one.hits, one.grades, strict=True)} for one in lists]
    linear, learned = (_quality(orders, grades) for orders in zip(*held_out(lists, at_least), strict=True))
    gain = learned / linear - 1 if linear else 0.0
    door.print(f"{len(lists):,} judged lists; nDCG@10 on held-out halves, of what was found:")
    door.print(f"  linear   {linear:.4f}")
    door.print(f"  learned  {learned:.4f} ({gain:+.1%})")
    if gain <= 0 and not keep:
        door.print("it is no better, and is not kept; the linear ranker goes on")
        return
    path = door.settings.ranker_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(train(lists, at_least), encoding="utf-8")
    door.print(f"kept: {path}\n  remove it to go back to the linear ranker")


async def _judged(door: Door, asked: Sequence[QuestionRow]) -> list[Judged]:
    """The hits of each question with their grades; those with no right hit teach nothing and are left out."""
    lists = []
    async with asking.opened(door.settings) as engine:
        for row in asked:
            hits = await engine.search(Query(row.text, DEPTH))
            grades = tuple(_grade(hit, row.right) for hit in hits)
            if any(grades):
                lists.append(Judged(row.text, tuple(hits), grades))
    return lists


def _grade(hit: Hit, right: dict[str, float]) -> float:
    document = hit.passage.document
    names = (document.url, document.id, hit.passage.id)
    return next((right[name] for name in names if name in right), 0.0)


def _quality(orders: Sequence[Sequence[Hit]], grades: Sequence[dict[str, float]]) -> float:
    return measures.mean(
        [measures.ndcg([hit.passage.id for hit in hits], right) for hits, right in zip(orders, grades, strict=True)]
    )
