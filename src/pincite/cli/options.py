"""Which options mean the same in several commands? Their names, their help, and what they become."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from pincite.errors import BadInput
from pincite.types import Filters


def day(said: str) -> date:
    """Raises ``BadInput`` for what is no day."""
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise BadInput(f"{said!r} is no day", hint="write it as 2007-05-31") from None


Site = Annotated[
    list[str] | None, typer.Option("--site", metavar="HOST", help="Only this site; -HOST leaves it out. Repeatable.")
]
Collection = Annotated[list[str] | None, typer.Option("--collection", metavar="NAME", help="Only this collection.")]
Lang = Annotated[list[str] | None, typer.Option("--lang", metavar="CODE", help="Only this language, such as en.")]
After = Annotated[
    date | None, typer.Option("--after", parser=day, metavar="DAY", help="Published on 2007-05-31, say, or later.")
]
Before = Annotated[
    date | None, typer.Option("--before", parser=day, metavar="DAY", help="Published on this day or earlier.")
]
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
    after: date | None,
    before: date | None,
) -> Filters:
    """What the options for narrowing a search come to."""
    sites = site or []
    return Filters(
        sites=tuple(host for host in sites if not host.startswith("-")),
        exclude_sites=tuple(host[1:] for host in sites if host.startswith("-")),
        collections=tuple(collection or ()),
        langs=tuple(lang or ()),
        after=after,
        before=before,
    )


def said(
    site: list[str] | None,
    collection: list[str] | None,
    lang: list[str] | None,
    after: date | None,
    before: date | None,
) -> str:
    """The options for narrowing a search as they were typed; empty without any."""
    lists = (("--site", site), ("--collection", collection), ("--lang", lang))
    days = (("--after", after), ("--before", before))
    typed = [f"{name} {value}" for name, values in lists for value in values or ()]
    return " ".join([*typed, *(f"{name} {when}" for name, when in days if when)])
