"""How does an answer's log look while it streams? As server-sent events, or as JSON lines.

``id`` is the event's number, so that ``Last-Event-ID`` resumes exactly; ``event`` its kind; ``data`` its JSON. Pieces
of text that leave together are one event with the last one's number: the log has them apart, their fold is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pincite.events import Cited, Event, Stamped, Wrote
from pincite.web.problems import problem_of


class ServerSent:
    """``text/event-stream``."""

    media_type = "text/event-stream"

    def head(self) -> bytes:
        return b"retry: 500\n\n"

    def render(self, batch: Sequence[Stamped]) -> bytes:
        return "".join(
            f"id: {seq}\nevent: {event.kind}\ndata: {event.model_dump_json()}\n\n" for seq, event in joined(batch)
        ).encode()

    def holds(self, batch: Sequence[Stamped]) -> bool:
        return all(isinstance(one.event, (Wrote, Cited)) for one in batch)

    def beat(self) -> bytes:
        return b": beat\n\n"

    def tail(self) -> bytes:
        return b""

    def broken(self, error: Exception) -> bytes:
        """Not an event of the answer, which goes on: the client comes back with ``Last-Event-ID``."""
        return f"event: problem\ndata: {problem_of(error).model_dump_json()}\n\n".encode()


class Lines(ServerSent):
    """``application/jsonl``: a ``Stamped`` a line."""

    media_type = "application/jsonl"

    def head(self) -> bytes:
        return b""

    def render(self, batch: Sequence[Stamped]) -> bytes:
        return "".join(f"{Stamped(seq=seq, event=event).model_dump_json()}\n" for seq, event in joined(batch)).encode()

    def beat(self) -> bytes:
        return b""

    def broken(self, error: Exception) -> bytes:
        return f'{{"problem":{problem_of(error).model_dump_json()}}}\n'.encode()


def joined(batch: Sequence[Stamped]) -> Iterator[tuple[int, Event]]:
    """``batch``'s events with their numbers, neighbouring ``Wrote`` made one. Linear in their text."""
    pieces: list[str] = []
    seq = 0
    for one in batch:
        if isinstance(one.event, Wrote):
            pieces.append(one.event.text)
            seq = one.seq
            continue
        if pieces:
            yield seq, Wrote(text="".join(pieces))
            pieces = []
        yield one.seq, one.event
    if pieces:
        yield seq, Wrote(text="".join(pieces))
