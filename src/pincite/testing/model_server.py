"""What if the model were exactly so fast, said exactly this, or failed in exactly that way?

A real HTTP server on loopback that speaks OpenAI's chat completions, Anthropic's messages and ``/v1/models``, by hand
on asyncio streams, so that it can also misbehave below HTTP::

    python -m pincite.testing.model_server --port 9000 --rate 50 --first 0.2

The model that is asked for says what it does: a name of ``faults.FAULTS`` fails in that way; ``obedient`` does what
anybody in the prompt tells it to, for tests of prompt injection; ``sources`` quotes each source's first sentence with
its number, so that a whole answer can be checked without a model; all others say ``answer``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, assert_never

from pincite.testing import loopback
from pincite.testing.faults import ANTHROPIC, FAULTS, OPENAI, Dialect, End, Head, Send, Step, Wait
from pincite.testing.loopback import Loopback
from pincite.text.sentences import split

ANSWER = (
    "The tower was completed in 1889 [1]. It is 330 metres tall and was the tallest structure in the world until "
    "1930 [1]. The company of Gustave Eiffel designed and built it [2]."
)
_SOURCE = re.compile(r"^\[(\d+)\] [^\n]*\n(.+?)(?=\n\n\[\d+\] |\n\w+ sources end)", re.MULTILINE | re.DOTALL)
_ORDER = re.compile(
    r"^.*\b(?:ignore (?:all|the|your|any)|you must|instead (?:say|write|answer|output))\b.*$", re.I | re.M
)
_WORD = re.compile(r"\s*\S+")


@dataclass
class ModelServer(Loopback):
    """Settings of the server, which may be changed while it runs, and what it has seen."""

    buffered: ClassVar[int] = 1 << 24
    answer: str = ANSWER
    rate: float = 0.0
    """Words a second; 0 is at once."""
    first_s: float = 0.0
    """Silence before the first word."""
    mode: str = ""
    """What to do whatever model is asked for; empty: the model's name decides."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of all calls so far."""
    first_sent: list[float] = field(default_factory=list)
    """When the first word of each call went out, on ``time.monotonic``."""
    refuses: tuple[str, ...] = ()
    """Fields that no request may have, as vendors refuse what their newest models don't take."""
    extra_models: tuple[str, ...] = ()
    """More names to list."""
    listed: int = 0
    """How often it was asked for its models."""
    connections: int = 0
    open: int = 0
    """Connections that are being answered."""
    broken: int = 0
    """Connections that the other side closed before the reply was complete."""

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    # ── one connection ──

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers request after request until the connection ends."""
        self.open += 1
        self.connections += 1
        try:
            while await self._request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            self.broken += 1
        finally:
            self.open -= 1

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await loopback.request(reader)
        if asked is None:
            return False
        head, raw = asked
        method, path, _ = head.split(" ", 2)
        if method == "GET" and path.endswith("/models"):
            self.listed += 1
            return await self._reply(writer, _json_steps(self._models()))
        dialect = ANTHROPIC if path.endswith("/messages") else OPENAI
        if not path.endswith(("/chat/completions", "/messages")):
            return await self._reply(writer, _json_steps({"error": {"message": f"no {path} here"}}, 404))
        body = json.loads(raw)
        self.requests.append(body)
        watch = asyncio.create_task(self._watch(reader, asyncio.current_task()))
        try:
            return await self._reply(writer, self._steps(body, dialect), paced=True)
        except asyncio.CancelledError:
            if not watch.done():
                raise
            self.broken += 1
            return False
        finally:
            watch.cancel()

    async def _watch(self, reader: asyncio.StreamReader, answering: asyncio.Task[None] | None) -> None:
        """Ends the answering when the other side has gone, as a good server does."""
        # Reading would take the first byte of the next request, so the reader's state is looked at instead.
        while not reader.at_eof() and reader.exception() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        if answering is not None:
            answering.cancel()

    def _models(self) -> dict[str, Any]:
        names = ["test-model", "sources", "obedient", *FAULTS, *self.extra_models]
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "test"} for name in names]}

    def _steps(self, body: dict[str, Any], dialect: Dialect) -> list[Step]:
        mode = self.mode or str(body.get("model", ""))
        if refused := next((name for name in self.refuses if name in body), ""):
            message = f"Unsupported parameter: '{refused}' is not supported with this model."
            return [Head(400, "application/json"), Send(dialect.refusal(message)), End()]
        words = _WORD.findall(self._text(mode, body))
        if mode in FAULTS:
            return FAULTS[mode](dialect, words)
        if not body.get("stream"):
            return [Head(kind="application/json"), Send(dialect.whole("".join(words))), End()]
        begin: list[Step] = [Head(), Send(dialect.begin()), Wait(self.first_s)]
        return [*begin, *self._paced(dialect, words), Send(dialect.stop("stop", len(words)) + dialect.done), End()]

    def _paced(self, dialect: Dialect, words: list[str]) -> list[Step]:
        pause: list[Step] = [Wait(1 / self.rate)] if self.rate else []
        return [step for word in words for step in (Send(dialect.word(word)), *pause)]

    def _text(self, mode: str, body: dict[str, Any]) -> str:
        prompt = "\n".join(str(turn.get("content", "")) for turn in body.get("messages", []))
        if mode == "obedient":
            return "\n".join(_ORDER.findall(prompt)) or self.answer
        if mode == "sources":
            return quoted(prompt) or self.answer
        return self.answer

    # ── writing ──

    async def _reply(self, writer: asyncio.StreamWriter, steps: list[Step], *, paced: bool = False) -> bool:
        words = 0
        due = time.monotonic()
        for step in steps:
            match step:
                case Head():
                    writer.write(_head(step))
                case Send(data=data):
                    if paced:
                        words += 1
                        if words == 2:
                            self.first_sent.append(time.monotonic())
                    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n" if data else b"")
                    await writer.drain()
                case Wait(seconds=seconds):
                    # By the clock and not by the pause, so that a rate is what it says.
                    due = max(due, time.monotonic() - 0.05) + seconds
                    await asyncio.sleep(max(0.0, due - time.monotonic()))
                case End(how=how):
                    return await _end(writer, how)
                case _:
                    assert_never(step)
        return False


def quoted(prompt: str) -> str:
    """The first sentence of each source of a prompt, cited."""
    said = []
    for number, text in _SOURCE.findall(prompt):
        start, end = next(iter(split(text)), (0, 0))
        sentence = " ".join(text[start:end].split())
        said.append(f"{sentence.rstrip('.')} [{number}].")
    return " ".join(said[:4])


def _head(head: Head) -> bytes:
    lines = [f"HTTP/1.1 {head.status} X", f"content-type: {head.kind}", "transfer-encoding: chunked"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in head.headers), "", ""]).encode()


async def _end(writer: asyncio.StreamWriter, how: str) -> bool:
    if how == "clean":
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True
    if how == "reset":
        loopback.reset(writer)
    return False


def _json_steps(body: dict[str, Any], status: int = 200) -> list[Step]:
    return [Head(status, "application/json"), Send(json.dumps(body).encode()), End()]


@asynccontextmanager
async def running(server: ModelServer | None = None) -> AsyncIterator[ModelServer]:
    """A server on a free port of loopback, for as long as the block runs."""
    async with loopback.running(server or ModelServer()) as model:
        yield model


async def _main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m pincite.testing.model_server", description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--rate", type=float, default=50, help="words a second; 0: at once")
    parser.add_argument("--first", type=float, default=0.2, help="seconds before the first word")
    parser.add_argument("--mode", default="", help=f"for every model: sources, obedient, {', '.join(FAULTS)}")
    parser.add_argument("--answer", default=ANSWER)
    given = parser.parse_args(arguments)
    server = ModelServer(given.answer, given.rate, given.first, given.mode, port=given.port)
    async with running(server):
        sys.stdout.write(f"models at {server.base_url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(sys.argv[1:]))
