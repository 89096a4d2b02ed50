"""Which thread is meant? Its id, the first characters of that, or ``last``."""

from __future__ import annotations

from pincite.errors import BadInput, NotFound
from pincite.library import Library
from pincite.types import Thread

PAGE = 200


async def find(library: Library, name: str) -> Thread:
    """The thread that ``name`` stands for: its id, how only that begins, or ``last``.

    Raises ``NotFound`` for none, ``BadInput`` for several.
    """
    found: list[Thread] = []
    offset = 0
    while page := await library.threads(limit=PAGE, offset=offset):
        if name == "last":
            return page[0]
        if same := [thread for thread in page if thread.id == name]:
            return same[0]
        found += [thread for thread in page if thread.id.startswith(name)]
        offset += PAGE
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput(f"{len(found)} threads begin with {name!r}", hint="give more of it: pincite threads lists them")
    if name == "last":
        raise NotFound("nothing was asked yet", hint='ask something: pincite "what causes tides?"')
    raise NotFound(f"there is no thread {name!r}", hint="pincite threads lists them")
