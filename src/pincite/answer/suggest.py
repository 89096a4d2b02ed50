"""What might be asked next? Up to three questions that the index can answer, made while the answer is being read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pincite.answer.gather import Gathered
from pincite.answer.plan import Plan
from pincite.ports import Deadline, Embedder, SearchBackend
from pincite.types import Answer, Filters


async def suggest(
    plan: Plan,
    gathered: Gathered,
    history: Sequence[Answer],
    backends: Mapping[str, SearchBackend],
    filters: Filters,
    embedder: Embedder | None,
    deadline: Deadline,
) -> tuple[str, ...]:
    """Follow-ups, best first. Fewer than three, or none, where no good ones are found in time."""
    return ()
