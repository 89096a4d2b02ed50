from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from starlette.types import Message

from pincite.errors import Damaged
from pincite.web import stream
from pincite.web.stream import Streamed, Streams, TooManyStreams


class Words:
    """A letter or more an item; capitals don't wait."""

    media_type = "text/plain"

    def head(self) -> bytes:
        return b"<"

    def render(self, batch: Sequence[str]) -> bytes:
        return "".join(batch).encode()

    def holds(self, batch: Sequence[str]) -> bool:
        return all(item.islower() for item in batch)

    def beat(self) -> bytes:
        return b"."

    def tail(self) -> bytes:
        return b">"

    def broken(self, error: Exception) -> bytes:
        return f"!{type(error).__name__}".encode()


class Client:
    """The other end of an ASGI connection: keeps what it gets, and leaves when told to."""

    def __init__(self, **headers: str) -> None:
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        }
        self.messages: list[Message] = []
        self.leaves = asyncio.Event()
        self.stuck = False

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        self.messages.append(message)

    @property
    def writes(self) -> list[bytes]:
        return [m["body"] for m in self.messages if m["type"] == "http.response.body" and m["body"]]

    async def get(self, response: Streamed[Any]) -> bytes:
        await response(self.scope, self.receive, self.send)
        return b"".join(self.writes)


async def items(*pieces: str | float | Exception) -> AsyncIterator[str]:
    for piece in pieces:
        if isinstance(piece, Exception):
            raise piece
        if isinstance(piece, float):
            await asyncio.sleep(piece)
        else:
            yield piece


async def test_everything_arrives_in_order_between_head_and_tail() -> None:
    client = Client()
    assert await client.get(Streamed(Streams(1), items("A", "b", 0.0, "c", "D"), Words())) == b"<AbcD>"
    assert client.messages[-1]["more_body"] is False


async def test_pieces_of_text_in_quick_succession_leave_as_one_write() -> None:
    client = Client()
    log = asyncio.Queue[str]()

    async def tail() -> AsyncIterator[str]:
        while (item := await log.get()) != "END":
            yield item

    following = asyncio.create_task(client.get(Streamed(Streams(1), tail(), Words())))
    log.put_nowait("a")
    while b"a" not in client.writes:
        await asyncio.sleep(0.001)
    for item in [*"bcdefgh", "END"]:
        log.put_nowait(item)
    await following
    assert client.writes == [b"<", b"a", b"bcdefgh", b">"]


def left_and_waits(comings: Sequence[float]) -> tuple[list[float], list[float]]:
    """When writes leave if something comes at each of these times, and how long the first of each has waited."""
    pace, left, waits = stream._Pace(), [-1.0], list[float]()
    for now in comings:
        if now > left[-1]:  # what comes while another waits leaves with it
            wait_s = pace.wait_s(now)
            pace.left(now + wait_s)
            left.append(now + wait_s)
            waits.append(wait_s)
    return left[1:], waits


def test_what_comes_on_a_longer_beat_never_waits_however_late_in_its_beat_it_comes() -> None:
    late = (0.0, 0.9, 0.1, 0.5, 0.7, 0.2, 0.8, 0.0, 0.4)
    beat_s = stream.HOLD_S * 1.05
    _, waits = left_and_waits([10 + i * beat_s + late[i % len(late)] * stream.HOLD_S for i in range(500)])
    assert waits == [0.0] * 500


def test_what_comes_quicker_leaves_at_the_pace_on_average_and_waits_no_longer_than_one_hold() -> None:
    left, waits = left_and_waits([10 + i * stream.HOLD_S * 0.37 for i in range(1000)])
    assert len(left) <= (left[-1] - left[0]) / stream.HOLD_S + 2.001
    assert max(waits) <= stream.HOLD_S * 1.001


async def test_a_beat_in_mid_hold_does_not_make_every_later_piece_leave_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HOLD_S", 0.2)
    monkeypatch.setattr(stream, "BEAT_S", 0.1)
    client = Client()
    log = asyncio.Queue[str]()

    async def tail() -> AsyncIterator[str]:
        while (item := await log.get()) != "END":
            yield item

    following = asyncio.create_task(client.get(Streamed(Streams(1), tail(), Words())))
    for count in (1, 2, 3):  # the third one is held, and leaves with the beat
        log.put_nowait("a")
        while b"".join(client.writes).count(b"a") < count:
            await asyncio.sleep(0.001)
    monkeypatch.setattr(stream, "BEAT_S", 60.0)
    for item in [*"b" * 100, "END"]:
        log.put_nowait(item)
    await following
    texts = [write for write in client.writes if b"b" in write]
    assert sum(write.count(b"b") for write in texts) == 100
    assert len(texts) <= 3


async def test_the_first_text_does_not_wait() -> None:
    client = Client()
    await client.get(Streamed(Streams(1), items("A", 0.001, "b", 0.001, "c"), Words()))
    assert client.writes[1:3] == [b"A", b"b"]


async def test_what_is_compressed_can_be_read_at_every_write() -> None:
    client = Client(accept_encoding="br, gzip;q=0.8")
    await client.get(Streamed(Streams(1), items("A", 0.001, "B", 0.001, "C"), Words()))
    assert dict(client.messages[0]["headers"])[b"content-encoding"] == b"gzip"
    unpack = zlib.decompressobj(31)
    assert [unpack.decompress(write) for write in client.writes] == [b"<", b"A", b"B", b"C", b">"]
    assert unpack.eof


@pytest.mark.parametrize("value", ["identity", "gzip;q=0", "gzip; q=0.0", "br", "xgzip"])
async def test_who_does_not_want_gzip_does_not_get_it(value: str) -> None:
    assert await Client(accept_encoding=value).get(Streamed(Streams(1), items("A"), Words())) == b"<A>"


async def test_silence_is_broken_by_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "BEAT_S", 0.01)
    client = Client()

    async def quiet() -> AsyncIterator[str]:
        yield "A"
        while client.writes[-2:] != [b".", b"."]:
            await asyncio.sleep(0.001)
        yield "B"

    assert (await client.get(Streamed(Streams(1), quiet(), Words()))).endswith(b"..B>")


async def test_a_source_that_ends_later_than_its_last_item_ends_without_a_beat() -> None:
    assert await Client().get(Streamed(Streams(1), items("A", 0.01), Words())) == b"<A>"


async def test_a_client_that_leaves_frees_its_place_and_closes_the_source() -> None:
    client, streams, closed = Client(), Streams(1), asyncio.Event()

    async def endless() -> AsyncIterator[str]:
        try:
            yield "A"
            await asyncio.Event().wait()
        finally:
            closed.set()

    told = asyncio.Event()

    async def gone() -> None:
        told.set()

    task = asyncio.create_task(client.get(Streamed(streams, endless(), Words(), gone=gone)))
    while b"A" not in client.writes:
        await asyncio.sleep(0)
    assert streams.open == 1
    client.leaves.set()
    await task
    assert (streams.open, closed.is_set(), told.is_set()) == (0, True, True)


async def test_a_client_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "STUCK_S", 0.02)
    client, streams = Client(), Streams(1)

    async def more() -> AsyncIterator[str]:
        yield "A"
        client.stuck = True
        for _ in range(10_000):
            yield "B"

    await asyncio.wait_for(client.get(Streamed(streams, more(), Words())), 5)
    assert streams.open == 0


async def test_a_source_that_fails_says_so_at_the_end() -> None:
    source = items("A", Damaged("the log is gone"))
    assert await Client().get(Streamed(Streams(1), source, Words())) == b"<A!Damaged"


async def test_one_stream_too_many_is_refused_before_it_begins() -> None:
    streams = Streams(1)
    streams.enter()
    with pytest.raises(TooManyStreams, match="1 streams are open"):
        Streamed(streams, items(), Words())
    streams.leave()
    Streamed(streams, items(), Words())
