"""What is a foreign stream of events beside its words? No head, no tail, and a comment where nothing is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pincite.events import Cited, Stamped, Wrote

WHOLE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The whole of it, or with ``stream`` its events.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    }
}
"""For the documentation of a route that does both."""


class Sent:
    """What the renderers of other people's streams have in common."""

    media_type = "text/event-stream"

    def head(self) -> bytes:
        return b""

    def holds(self, batch: Sequence[Stamped]) -> bool:
        return all(isinstance(one.event, (Wrote, Cited)) for one in batch)

    def beat(self) -> bytes:
        return b": keep-alive\n\n"

    def tail(self) -> bytes:
        return b""
