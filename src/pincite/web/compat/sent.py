"""What is a foreign stream of events beside its words? No head, no tail, and a comment where nothing is said."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.events import Cited, Stamped, Wrote


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
