"""Does anybody who follows an answer miss an event, or see one twice, while the server is killed?

    python -m tests.campaigns.kill_server [--viewers 40] [--kills 6] [--reconnects 1000] [--seed 1]

An answer is written by this process, a piece of text at a time. A real server over the same library serves it, and is
killed with -9 in the midst of it, again and again, while pieces are still written. Viewers follow by
``GET /api/answers/…/events``, break off at random, and come back with ``Last-Event-ID``. In the end each must have seen
every number in order, the whole text once, and one end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from tests.campaigns.given import server as serving

from pincite.events import Finished, Started, Wrote
from pincite.library import Library
from pincite.settings import ServerSettings, Settings
from pincite.types import Question, Status, new_id

FAULTS = ("missed", "doubled", "other_text", "without_end")
WITHIN_S = 600.0
"""All of it; a viewer that has not seen the end by then is counted."""
STAYS = 6
"""Events, at the most, after which a viewer breaks off."""


@dataclass
class Viewer:
    """What one viewer has seen."""

    numbers: list[int] = field(default_factory=list)
    text: str = ""
    ends: int = 0
    reconnects: int = 0
    refused: int = 0


@dataclass
class Campaign:
    viewers: int
    kills: int
    reconnects: int
    seed: int


class Server:
    """A server process on one port, which can be killed and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        settings = Settings(data_dir=folder, server=ServerSettings(port=port))
        self._command, self._env = serving(settings)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(*self._command, stdout=pipe, stderr=nothing, env=self._env)
        assert self._process.stdout is not None
        said = await self._process.stdout.readline()
        assert said.strip(), "the server did not start"

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


async def write(library: Library, answer_id: str, given: Campaign, server: Server, viewers: Sequence[Viewer]) -> str:
    """Writes as long as there are too few reconnects, and kills the server between equal shares of them. The text."""
    pieces: list[str] = []

    async def another() -> None:
        pieces.append(f"{len(pieces)} ")
        await library.append(answer_id, [Wrote(text=pieces[-1])])
        await asyncio.sleep(0.02)

    for part in range(1, given.kills + 2):
        while sum(one.reconnects for one in viewers) * (given.kills + 1) < given.reconnects * part:
            await another()
        if part <= given.kills:
            await server.kill()
            starting = asyncio.create_task(server.start())
            while not starting.done():
                await another()
            await starting
    await library.append(answer_id, [Finished(status=Status.ANSWERED)])
    return "".join(pieces)


async def watch(viewer: Viewer, url: str, stay: random.Random) -> None:
    """Follows until the end; breaks off after some events each time."""
    async with httpx.AsyncClient(timeout=60) as client:
        while not viewer.ends:
            headers = {"accept": "text/event-stream"}
            if viewer.numbers:
                headers["last-event-id"] = str(viewer.numbers[-1])
            try:
                async with client.stream("GET", url, headers=headers) as reply:
                    reply.raise_for_status()
                    viewer.reconnects += bool(viewer.numbers)
                    await _read(viewer, reply, stay.randint(1, STAYS))
            except httpx.HTTPError:
                viewer.refused += 1
                await asyncio.sleep(0.1)


async def _read(viewer: Viewer, reply: httpx.Response, at_most: int) -> None:
    number, kind = 0, ""
    async for line in reply.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            number = int(value)
        elif name == "event":
            kind = value
        elif name == "data":
            viewer.numbers.append(number)
            viewer.text += json.loads(value)["text"] if kind == "wrote" else ""
            viewer.ends += kind == "finished"
            at_most -= 1
            if not at_most or viewer.ends:
                return


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def campaign(given: Campaign) -> dict[str, int]:
    dice, viewers = random.Random(given.seed), [Viewer() for _ in range(given.viewers)]
    text = ""
    with tempfile.TemporaryDirectory(prefix="pincite-viewers-") as at:
        server = Server(Path(at), _free_port())
        async with await Library.open(f"sqlite:///{Path(at) / 'library.sqlite3'}") as library:
            question, answer_id = Question(text="What is seen?"), new_id()
            await library.begin(question, answer_id)
            await library.append(answer_id, [Started(answer_id=answer_id, question=question)])
            try:
                await server.start()
                url = f"{server.url}/api/answers/{answer_id}/events"
                watching = [watch(one, url, random.Random(dice.random())) for one in viewers]
                with suppress(TimeoutError):
                    async with asyncio.timeout(WITHIN_S):
                        text, *_ = await asyncio.gather(write(library, answer_id, given, server, viewers), *watching)
            finally:
                await server.kill()
    return {
        "viewers": given.viewers,
        "kills": given.kills,
        "reconnects": sum(one.reconnects for one in viewers),
        "refused": sum(one.refused for one in viewers),
        "doubled": sum(len(one.numbers) - len(set(one.numbers)) for one in viewers),
        "missed": sum(one.numbers != sorted(one.numbers) or not one.numbers or one.numbers[0] != 1 for one in viewers),
        "other_text": sum(one.text != text for one in viewers),
        "characters": len(text),
        "without_end": sum(one.ends != 1 for one in viewers),
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("viewers", 40), ("kills", 6), ("reconnects", 1000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = Campaign(**vars(parser.parse_args(arguments)))
    began = time.monotonic()
    found = asyncio.run(campaign(given))
    print(json.dumps({"seed": given.seed, **found, "seconds": round(time.monotonic() - began)}))
    return 1 if any(found[fault] for fault in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
