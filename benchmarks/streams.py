"""How many answers can be followed at once, how late are their words, and how many bytes do they take?

    python -m benchmarks.streams [--streams 200] [--rate 50] [--seconds 20] [--plain]

A server process keeps a real library (SQLite, every event committed before it is told) and the real app; a second
process follows every answer over HTTP and stamps each write. Each answer's log grows by one ``Wrote`` each 1/rate s
from a schedule fixed beforehand, so lateness is the time from when a word was due to when its client had it, whoever
was to blame: the log, the batching, the loop or the client. ``--plain`` follows without gzip. Bytes are those of the
TCP stream: headers, chunk framing, sources and citations included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import uvloop

from benchmarks.record import parser, recording
from pincite.events import Cited, Event, Finished, Sourced, Stamped, Started, Stepped, Suggested, Wrote
from pincite.library import Library
from pincite.library.temporary import Temporary
from pincite.settings import ServerSettings, Settings
from pincite.types import Citation, Document, Passage, Question, Sentence, Source, Span, Status, Verdict, new_id
from pincite.web import logs
from pincite.web.serve import Server, bind, calm_collector

WORDS = (
    "the of plants and leaves to light in energy that sugar with water is carbon dioxide green chlorophyll from air "
    "roots into oxygen as they by grow each cell membrane process called photosynthesis for during day while at night "
    "respiration uses stored glucose releasing heat which supports growth of new tissue across seasons"
).split()
SOURCES = 8


# ── what is streamed ──


def tokens(seed: int, count: int) -> list[str]:
    """``count`` pieces of about a token each (4.6 characters), sentences of about 18."""
    rng = random.Random(seed)
    out: list[str] = []
    for i in range(count):
        word = rng.choice(WORDS)
        out += [f"{word}. " if (i + 1) % 18 == 0 else f"{word} "]
    pieces = [half for piece in out for half in ([piece] if len(piece) < 8 else [piece[:5], piece[5:]])]
    return pieces[:count]


def sources(seed: int) -> tuple[Source, ...]:
    rng = random.Random(seed)
    found = []
    for number in range(1, SOURCES + 1):
        document = Document(
            id=new_id(), url=f"https://example.org/wiki/{number}", title=f"Photosynthesis {number}", site="example.org"
        )
        text = " ".join(rng.choices(WORDS, k=120))
        passage = Passage(id=new_id(), document=document, headings=("Biology",), text=text, start=0, end=len(text))
        found.append(Source(number=number, document=document, passages=(passage,)))
    return tuple(found)


@dataclass(frozen=True)
class Plan:
    """An answer that is yet to be streamed, made before the clock runs."""

    question: Question
    answer_id: str
    sources: tuple[Source, ...]
    pieces: list[str]


async def script(plan: Plan, start: float, rate: float) -> AsyncIterator[Event]:
    """An answer's events, each ``Wrote`` at its time."""
    found = plan.sources
    yield Started(answer_id=plan.answer_id, question=plan.question, model="bench:paced")
    yield Stepped(step="gather", detail="8 sources", ms=20)
    yield Sourced(sources=found)
    begin = end = 0
    for i, piece in enumerate(plan.pieces):
        wait = start + i / rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        yield Wrote(text=piece)
        end += len(piece)
        if piece.endswith(". "):
            source = found[i % SOURCES]
            quote = Span(start=0, end=min(80, len(source.passages[0].text)))
            cited = Citation(source=source.number, passage_id=source.passages[0].id, quote=quote, support=0.87)
            yield Cited(sentence=Sentence(start=begin, end=end - 1, citations=(cited,), verdict=Verdict.SUPPORTED))
            begin = end
    yield Suggested(follow_ups=("How do roots take up water?", "Why are leaves green?", "What is respiration?"))
    yield Finished(status=Status.ANSWERED, timings={"total": len(plan.pieces) / rate * 1000})


def spread(i: int, args: argparse.Namespace) -> float:
    """When the i-th answer begins: people come over a while, here a quarter of the time that an answer takes."""
    return float(i / args.streams * args.seconds / 4)


# ── the server process ──


class Paced:
    """The part of the engine that a follower needs: a log, and someone who writes to it as the engine does."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self.settings = settings
        self.library = library
        self.temporary = Temporary()
        self.index = SimpleNamespace(status=lambda: SimpleNamespace(passages=0, embedded=0, collections=()))
        self.models = SimpleNamespace()

    def follow(self, answer_id: str, after: int = 0) -> AsyncIterator[Stamped]:
        return self.library.tail(answer_id, after)

    async def keep(self, answer_id: str, events: AsyncIterator[Event]) -> None:
        """As the engine keeps events: those that come until the writer gets to them are kept together."""
        waiting: list[Event] = []
        news = asyncio.Event()

        async def make() -> None:
            async for event in events:
                waiting.append(event)
                news.set()

        making = asyncio.create_task(make())
        making.add_done_callback(lambda _: news.set())
        while not making.done():
            await news.wait()
            news.clear()
            while waiting:
                kept = await self.library.append(answer_id, waiting)
                del waiting[: len(kept)]
        await making


def serve(pipe: Connection, args: argparse.Namespace) -> None:
    uvloop.run(_serve(pipe, args))


async def _serve(pipe: Connection, args: argparse.Namespace) -> None:
    logs.configure("error")
    with tempfile.TemporaryDirectory(prefix="pincite-streams-") as folder:
        settings = Settings(data_dir=Path(folder), server=ServerSettings(max_streams=args.streams + 50))
        async with await Library.open(settings.library_url) as library:
            engine = Paced(settings, library)
            questions = [Question(text=f"How do plants breathe, take {i}?") for i in range(args.streams)]
            ids = [await library.begin(question, new_id()) for question in questions]
            count = int(args.rate * args.seconds)
            plans = [
                Plan(question, answer_id, sources(seed), tokens(seed, count))
                for seed, (question, answer_id) in enumerate(zip(questions, ids, strict=True))
            ]
            server = Server(engine, settings)  # type: ignore[arg-type]
            with bind("127.0.0.1", 0) as listener:
                calm_collector()
                async with server.running(listener) as url:
                    pipe.send({"url": url, "ids": ids})
                    start = await asyncio.to_thread(pipe.recv)
                    used, began, loop_used = (
                        resource.getrusage(resource.RUSAGE_SELF),
                        time.monotonic(),
                        time.thread_time(),
                    )
                    starts = [start + spread(i, args) for i in range(args.streams)]
                    lag: list[float] = []
                    watch = asyncio.create_task(_lag(lag))
                    await asyncio.gather(
                        *(
                            engine.keep(plan.answer_id, script(plan, at, args.rate))
                            for plan, at in zip(plans, starts, strict=True)
                        )
                    )
                    watch.cancel()
                    now = resource.getrusage(resource.RUSAGE_SELF)
                    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
                    wall = time.monotonic() - began
                    loop_cpu = (time.thread_time() - loop_used) / wall
                    pipe.send(
                        {
                            "cpu": cpu / wall,
                            "loop_cpu": loop_cpu,
                            "rss_mb": now.ru_maxrss / 1024,
                            "lag_ms": percentiles(lag),
                        }
                    )
                    await asyncio.to_thread(pipe.recv)


async def _lag(found: list[float]) -> None:
    """How late the event loop itself is, 20 times a second."""
    while True:
        due = time.monotonic() + 0.05
        await asyncio.sleep(0.05)
        found.append(time.monotonic() - due)


# ── the client process ──


class Follower(asyncio.Protocol):
    """One HTTP/1.1 connection that follows one answer. Parses no more than it must."""

    def __init__(self, host: str, path: str, seed: int, args: argparse.Namespace, done: asyncio.Future[None]) -> None:
        self.request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
        self.request += "" if args.plain else "Accept-Encoding: gzip\r\n"
        self.bytes = 0
        self.late: list[float] = []
        self.chars = 0
        self.text_bytes = 0
        self.writes = 0
        self.before_text = 0
        self.start = 0.0
        self.rate = args.rate
        self.done = done
        self._ends: list[int] = []
        total = 0
        for piece in tokens(seed, int(args.rate * args.seconds)):
            total += len(piece)
            self._ends.append(total)
        self._next = 0
        self._unpack = None if args.plain else zlib.decompressobj(31)
        self._raw = bytearray()
        self._lines = b""
        self._head = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(f"{self.request}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.bytes += len(data)
        if not self.chars:
            self.before_text = self.bytes
        self._raw += data
        if self._head:
            end = self._raw.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._raw.startswith(b"HTTP/1.1 200"), bytes(self._raw[:300])
            del self._raw[: end + 4]
            self._head = False
        while (at := self._raw.find(b"\r\n")) > 0:
            size = int(self._raw[:at], 16)
            if len(self._raw) < at + size + 4:
                return
            chunk = bytes(self._raw[at + 2 : at + 2 + size])
            del self._raw[: at + size + 4]
            self.writes += 1
            self._body(self._unpack.decompress(chunk) if self._unpack else chunk, now)

    def _body(self, body: bytes, now: float) -> None:
        *lines, self._lines = (self._lines + body).split(b"\n")
        for line in lines:
            if line.startswith(b'data: {"kind":"wrote"'):
                text = json.loads(line[6:])["text"]
                self.chars += len(text)
                self.text_bytes += len(text.encode())
                while self._next < len(self._ends) and self._ends[self._next] <= self.chars:
                    self.late.append(now - (self.start + self._next / self.rate))
                    self._next += 1
            elif line.startswith(b"event: finished") and not self.done.done():
                self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("closed before finished"))


def follow(pipe: Connection, hello: dict[str, Any], args: argparse.Namespace) -> None:
    uvloop.run(_follow(pipe, hello, args))


async def _follow(pipe: Connection, hello: dict[str, Any], args: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    host = hello["url"].removeprefix("http://")
    name, port = host.rsplit(":", 1)
    followers = []
    for seed, answer_id in enumerate(hello["ids"]):
        done: asyncio.Future[None] = loop.create_future()
        one = Follower(host, f"/api/answers/{answer_id}/events", seed, args, done)
        followers.append(one)
        await loop.create_connection(lambda: followers[-1], name, int(port))
    await asyncio.sleep(1)
    start = time.monotonic() + 0.5
    for i, one in enumerate(followers):
        one.start = start + spread(i, args)
    pipe.send(start)
    used = time.process_time()
    await asyncio.wait([one.done for one in followers], timeout=args.seconds * 1.25 + 60)
    late = [x for one in followers for x in one.late]
    due = args.streams * int(args.rate * args.seconds)
    text = sum(one.text_bytes for one in followers)
    pipe.send(
        {
            "late_ms": percentiles(late),
            "words": len(late),
            "words_due": due,
            "finished": sum(one.done.done() and not one.done.exception() for one in followers),
            "bytes_per_text": sum(one.bytes for one in followers) / text,
            "bytes_per_text_after_sources": sum(one.bytes - one.before_text for one in followers) / text,
            "text_bytes": text // args.streams,
            "words_per_write": due / sum(one.writes for one in followers),
            "client_cpu": (time.process_time() - used) / (args.seconds * 1.25),
        }
    )


def percentiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=1000)
    return {"p50": round(cuts[499] * 1e3, 1), "p99": round(cuts[989] * 1e3, 1), "max": round(max(seconds) * 1e3, 1)}


def main() -> None:
    options = parser("streams", __doc__)
    options.add_argument("--streams", type=int, default=200)
    options.add_argument("--rate", type=float, default=50, help="words a second, each stream")
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--plain", action="store_true", help="without gzip")
    args = options.parse_args()
    with recording("streams", args.out) as figures:
        figures |= {"streams": args.streams, "rate": args.rate, "seconds": args.seconds, "gzip": not args.plain}
        figures |= measure(args)


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """What the follower saw, and what it cost the server."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, args), daemon=True)
    server.start()
    hello = ours.recv()
    client_ours, client_theirs = context.Pipe()
    client = context.Process(target=follow, args=(client_theirs, hello, args), daemon=True)
    client.start()
    ours.send(client_ours.recv())
    figures = {**client_ours.recv(), "server": ours.recv()}
    ours.send("end")
    server.join(30)
    client.join(30)
    return figures


if __name__ == "__main__":
    main()
