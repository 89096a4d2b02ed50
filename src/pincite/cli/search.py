"""What is there about it? ``pincite search``: passages in their order, and with --why the reasons for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from pincite.cli import asking, options
from pincite.cli.door import Door, clean
from pincite.cli.markup import address, note, readable
from pincite.errors import BadInput
from pincite.ports import Hits, Query
from pincite.rank.linear import ADDS
from pincite.rank.policy import load
from pincite.rank.told import told
from pincite.text.snippet import snippet
from pincite.types import Hit

GAP = 2
"""Blanks between two columns."""

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, max=100, metavar="N", help="How many passages.")] = 10,
    focus: options.Focus = "index",
    site: options.Site = None,
    collection: options.Collection = None,
    lang: options.Lang = None,
    after: options.After = None,
    before: options.Before = None,
    why: options.Why = False,
    as_json: options.Json = False,
) -> None:
    """Find passages, best first."""
    door: Door = context.obj
    text = " ".join(words).strip()
    if not text:
        raise BadInput("there is nothing to look for", hint="pincite search WORDS")
    query = Query(text, limit, options.filters(site, collection, lang, after, before))
    hits = asyncio.run(_search(door, query, focus))
    kept = options.said(site, collection, lang, after, before)
    if as_json:
        door.print_json([hit.model_dump(mode="json") for hit in hits])
    else:
        for number, hit in enumerate(hits, 1):
            _show(door, number, hit, text, told(hit, load(door.settings.policy_file)) if why else ())
        if why and hits:
            _explain(door, hits)
    for said in filter(None, (hits.note, *map(note, hits.missing))):
        door.warn(f"note: {said}")
    if not hits:
        door.warn(
            f"nothing found{f' that fits {kept}' if kept else ''}\n  → pincite index status shows what is indexed"
        )
        raise typer.Exit(asking.NOTHING)


async def _search(door: Door, query: Query, focus: str) -> Hits:
    async with asking.opened(door.settings) as engine:
        hits = await engine.search(query, focus)
        asking.note(engine, query.text, door)
        return hits


def _show(door: Door, number: int, hit: Hit, text: str, reasons: Iterable[str]) -> None:
    document = hit.passage.document
    heading = " › ".join(hit.passage.headings)
    head = f"{number}. {document.title}{f' › {heading}' if heading else ''}"
    link = address(document)
    door.out.print(Text(clean(head), style=f"bold link {link}" if door.rich and link else ""))
    door.print(f"   {readable(document.url)}", "dim" if door.rich else "")
    door.print(f"   {snippet(hit.passage.text, document.title, text)}")
    for place, reason in enumerate(reasons):
        door.print(f"   {'why:' if not place else '    '} {reason}", "dim" if door.rich else "")
    door.print("")


def _explain(door: Door, hits: Sequence[Hit]) -> None:
    """Every signal of every hit. Empty where one has no say; what each added is told above in words."""
    known = dict.fromkeys(name for hit in hits for name in hit.signals)
    names = [name for name in known if name != "rank" and not name.startswith(ADDS)]
    rows = [
        [str(number), f"{hit.score:.3f}", *(_cell(hit.signals.get(name)) for name in names)]
        for number, hit in enumerate(hits, 1)
    ]
    heads = ["rank", "score", *names]
    if door.rich:
        _draw(door, heads, rows)
        return
    titles = [hit.passage.document.title for hit in hits]
    table = [heads, ["---"] * len(heads), *rows]
    for row, title in zip(table, ["passage", "---", *titles], strict=True):
        door.print(f"| {' | '.join([*row, title])} |")


def _draw(door: Door, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A line a signal and a column a hit, with as many hits in a block as fit: all signals side by side fit nowhere."""
    wide = max(len(cell) for row in rows for cell in row) + GAP
    fit = max(1, (door.out.width - max(map(len, heads))) // wide)
    for start in range(0, len(rows), fit):
        block = rows[start : start + fit]
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, GAP, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        for _ in block:
            table.add_column(justify="right", no_wrap=True)
        for line in zip(heads, *block, strict=True):
            table.add_row(*line)
        door.out.print(table)
        door.out.print()


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value == int(value) and abs(value) >= 1 else f"{value:.3f}"
