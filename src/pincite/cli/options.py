"""Which options mean the same in several commands? Their names, their help, and what they become."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from pincite.types import Filters

DAY = ["%Y-%m-%d"]

Site = Annotated[
    list[str] | None, typer.Option("--site", metavar="HOST", help="Only this site; -HOST leaves it out. Repeatable.")
]
Collection = Annotated[list[str] | None, typer.Option("--collection", metavar="NAME", help="Only this collection.")]
Lang = Annotated[list[str] | None, typer.Option("--lang", metavar="CODE", help="Only this language, such as en.")]
After = Annotated[datetime | None, typer.Option("--after", formats=DAY, help="Published on this day or later.")]
Before = Annotated[datetime | None, typer.Option("--before", formats=DAY, help="Published on this day or earlier.")]
Model = Annotated[
    str | None, typer.Option("--model", "-m", metavar="ID", help="Who writes; none: quotes only. See pincite models.")
]
Focus = Annotated[str, typer.Option("--focus", "-f", metavar="NAME", help="Where to look; see pincite focuses.")]
Copilot = Annotated[bool, typer.Option("--copilot", help="Search in steps; it may ask back where the results split.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Why = Annotated[bool, typer.Option("--why", help="Explain every step, rank and verdict.")]


def filters(
    site: list[str] | None,
    collection: list[str] | None,
    lang: list[str] | None,
    after: datetime | None,
    before: datetime | None,
) -> Filters:
    """What the options for narrowing a search come to."""
    sites = site or []
    return Filters(
        sites=tuple(host for host in sites if not host.startswith("-")),
        exclude_sites=tuple(host[1:] for host in sites if host.startswith("-")),
        collections=tuple(collection or ()),
        langs=tuple(lang or ()),
        after=after.date() if after else None,
        before=before.date() if before else None,
    )


def said(
    site: list[str] | None,
    collection: list[str] | None,
    lang: list[str] | None,
    after: datetime | None,
    before: datetime | None,
) -> str:
    """The options for narrowing a search as they were typed; empty without any."""
    lists = (("--site", site), ("--collection", collection), ("--lang", lang))
    days = (("--after", after), ("--before", before))
    typed = [f"{name} {value}" for name, values in lists for value in values or ()]
    return " ".join([*typed, *(f"{name} {day:%Y-%m-%d}" for name, day in days if day)])
