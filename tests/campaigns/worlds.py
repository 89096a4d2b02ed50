"""Does anything that one person can look at tell what another keeps private? Two worlds, compared byte by byte.

    python -m tests.campaigns.worlds [--steps 5000] [--seed 7]

The worlds differ in one thing that a neighbour does: asks, asks a database, asks for a moment only, is asked back by a
form, answers it, hands in a file, opens a collection, or throws one of these away. Before and after it, one surface is
looked at: any route of the server, with what is one's own or with the very ids of what the neighbour makes or throws
away. Routes are read from the server, so a new one is looked at, too. Whatever changes something is tried on the
neighbour's things.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import httpx
from tests.web.people import House, housing
from tests.web.tabled import CARD
from tests.web.test_access import BODIES
from tests.web.test_app import routes

from pincite.library.access import Role
from pincite.types import Choice, Form, FormField, FormReply, new_id
from pincite.web import logs

Things = dict[str, str]
"""A value for each parameter of a path."""
KINDS = ("thread", "rows", "temporary", "form", "replied", "file", "collection")
SLOW = {"file", "collection"}
"""What the neighbour does one time in ten of the others: files are read by a process of their own."""
MOST = 20
"""What the neighbour keeps of each kind."""

QUERIES = {
    "GET /api/suggest": "?q=wh",
    "GET /api/threads": "?search=whales",
    "GET /suggest": "?q=wh",
    "GET /threads": "?q=whales",
    "GET /search": "?q=",
}
"""What is looked for where a route looks for something; without it the route is looked at, too."""
NOT = {
    "GET /t/{thread_id}/watch": "never ends; tests/web/test_together.py",
    "GET /mcp": "a session of its own; tests/web/mcp",
    "POST /mcp": "as above",
    "GET /login/{provider}": "a new secret each time; tests/web/test_oidc.py",
    "GET /account/connect/{provider}": "as above",
    "GET /account": "says when each session was last seen; tests/web/test_accounts.py",
    "GET /static/{version}/{name}": "files of the program",
}
"""Routes that are not looked at, with the reason and where they are."""
READS = ("POST /api/search", "POST /search", "POST /tavily/search", "POST /tavily/extract", "POST /openwebui/search")
"""Routes that change nothing, though they are posted to."""
ASK = "POST /v1/chat/completions"
"""Of its reply the words and the sources are compared."""
_NEW = re.compile(r'name="key" value="\w+"')
"""The key of a form is new in every response."""
_NEW_IN_READS = {"id", "ms", "request_id", "response_time", "server_time"}
"""So is, at the top of what a search replies, what it is called and how long it took."""


def form() -> Form:
    choices = (Choice(id="blue", label="The blue whale"), Choice(id="sperm", label="The sperm whale"))
    return Form(
        id=new_id(), text="Which whale?", fields=(FormField(id="which", label="Whale", kind="one", choices=choices),)
    )


@dataclass
class Found:
    """What came of the looking. ``bad`` has each surface that differed, with the number of bytes."""

    steps: int = 0
    surfaces: set[str] = field(default_factory=set)
    compared: int = 0
    differing: int = 0
    bad: dict[str, int] = field(default_factory=dict)

    def take(self, surface: str, before: bytes, after: bytes) -> None:
        self.steps += 1
        self.surfaces.add(surface)
        self.compared += len(before)
        many = sum(one != other for one, other in zip_longest(before, after))
        if many:
            self.differing += many
            self.bad[surface] = self.bad.get(surface, 0) + many


class Neighbour:
    """Somebody whose private things come and go."""

    def __init__(self, house: House, name: str, dice: random.Random) -> None:
        self.house, self.name, self.dice = house, name, dice
        self.has: dict[str, list[Things]] = defaultdict(list)
        self.file = self.collection = "f" * 32

    def next(self) -> tuple[Things, Callable[[], None]]:
        """The ids of what comes or goes, which can be asked for before it does, and what is to be done for it."""
        kind = self.dice.choices(KINDS, [1 if one in SLOW else 10 for one in KINDS])[0]
        there = self.has[kind]
        if len(there) >= MOST or (there and self.dice.random() < 0.3):
            things = there.pop(self.dice.randrange(len(there)))
            return things, lambda: self._throw_away(kind, things)
        thread, answer = new_id(), new_id()
        things = of_thread(thread, answer) | {"file_id": self.file, "collection_id": self.collection}
        words = "".join(self.dice.choice("abcdefghij") for _ in range(12))
        return things, lambda: self._make(kind, things, f"What is the {words} of whales?")

    def _make(self, kind: str, things: Things, text: str) -> None:
        ids = {"thread_id": things["thread_id"], "answer_id": things["answer_id"]}
        if kind in {"thread", "rows", "temporary"}:
            self.house.thread(self.name, text, **ids, rows=kind == "rows", temporary=kind == "temporary")
        elif kind in {"form", "replied"}:
            asks = form()
            self.house.thread(self.name, text, **ids, asks=asks, mode="copilot")
            if kind == "replied":
                reply = FormReply(form_id=asks.id, values={"which": ("blue",)}, said=f"The blue one: {text}")
                self.house.thread(self.name, text, things["thread_id"], mode="copilot", reply=reply)
        else:
            with self.house.browser(self.name) as browser:
                things |= _handed_in(browser, text) if kind == "file" else _opened(browser, text)
            self.file, self.collection = things["file_id"], things["collection_id"]
        self.has[kind].append(things)

    def _throw_away(self, kind: str, things: Things) -> None:
        engine, run = self.house.served.engine, self.house.served.run
        if kind == "file":
            run(engine.files.remove(things["file_id"]))
        elif kind == "collection":
            with self.house.browser(self.name) as browser:
                assert browser.post(f"/c/{things['collection_id']}/delete").status_code == 303
        elif kind == "temporary":
            run(engine.temporary.forget(things["thread_id"]))
        else:
            run(engine.library.delete(things["thread_id"]))


def of_thread(thread: str, answer: str) -> Things:
    return {"thread_id": thread, "answer_id": answer, "job_id": answer, "response_id": f"resp_{answer}"}


def _handed_in(browser: httpx.Client, text: str) -> Things:
    sent = browser.post("/api/files", files={"file": ("whales.txt", text.encode() * 20)})
    file_id = sent.json()["id"]
    until = time.monotonic() + 120
    while browser.get(f"/api/files/{file_id}").json()["status"] == "reading":
        assert time.monotonic() < until, "a line of text is not read in two minutes"
        time.sleep(0.02)
    return {"file_id": file_id}


def _opened(browser: httpx.Client, text: str) -> Things:
    made = browser.post("/collections", data={"title": text})
    return {"collection_id": made.headers["location"].split("/")[2]}


class Looker:
    """Somebody with a thread of each kind, a file and a collection of their own."""

    def __init__(self, house: House, name: str, client: httpx.Client) -> None:
        self.client = client
        own = _handed_in(client, "What do whales eat?") | _opened(client, "Whales")
        kinds: Sequence[dict[str, Any]] = ({}, {"rows": True}, {"asks": form(), "mode": "copilot"}, {"temporary": True})
        self.own = [
            of_thread(*house.thread(name, "What do whales eat?", thread_id=new_id(), **kind)) | own for kind in kinds
        ]
        self.anyone = {"token": "never-given", "number": "1", "form": "md", "passage_id": "p1", "ticket_id": "none"}
        self.anyone |= {
            "card_id": CARD.id,
            "database": "never-given",
            "provider": "idp",
            "endpoint": "box",
            "person_id": "nobody",
            "model_id": "pincite",
        }
        self.looks = list(_looks(routes(house.served.server.app)))

    def seen(self, route: str, query: str, things: Things) -> bytes:
        """Status, address that it leads to, and body, without what is new in every response by design."""
        method, path = route.split()
        filled = re.sub(r"\{(\w+)\}", lambda found: (self.anyone | things)[found[1]], path)
        body = BODIES.get(route, {"data": {}} if method == "POST" else {})
        response = self.client.request(method, filled + query, **body)
        text = response.text
        reply = response.json() if route in {*READS, ASK} else None
        if route == ASK:
            reply = [reply["choices"][0]["message"], reply.get("citations"), reply.get("search_results")]
        elif isinstance(reply, dict):
            reply = {name: value for name, value in reply.items() if name not in _NEW_IN_READS}
        text = response.text if reply is None else json.dumps(reply)
        return f"{response.status_code} {response.headers.get('location')}\n{_NEW.sub('', text)}".encode()


def _looks(all_routes: set[str]) -> Iterator[tuple[str, str, bool]]:
    """Route, query, and whether it is looked at with what is the neighbour's."""
    for route in sorted(all_routes - set(NOT)):
        private = bool(re.search(r"\{(thread|answer|job|response|file|collection)_id\}", route))
        if route.startswith("GET ") and route != "GET /search":
            yield route, "", False
        if route in {*READS, ASK} or (route in QUERIES and route != "GET /search"):
            yield route, QUERIES.get(route, ""), False
        if private:
            yield route, "", True


def worlds(house: House, looker: str, neighbour: str, steps: int, seed: int, methods: str = "") -> Found:
    """Looks at random surfaces as ``looker``, each before and after ``neighbour`` does something. ``methods``: only at
    routes that begin so."""
    dice = random.Random(seed)
    found = Found()
    acting = Neighbour(house, neighbour, dice)
    with house.browser(looker) as client:
        looking = Looker(house, looker, client)
        looks = [one for one in looking.looks if one[0].startswith(methods)]
        for _ in range(steps):
            route, query, theirs = dice.choice(looks)
            things, act = acting.next()
            target = dict(things) if theirs else dice.choice(looking.own)  # the same address before and after
            before = looking.seen(route, query, target)
            act()
            found.take(f"{route}{query}{', theirs' * theirs}", before, looking.seen(route, query, target))
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    logs.configure("warning", "json")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pincite-worlds-") as folder, housing(Path(folder)) as house:
        house.add("ada", Role.MEMBER)
        house.add("eve", Role.MEMBER)
        found = worlds(house, "ada", "eve", given.steps, given.seed)
    said = {
        "steps": found.steps,
        "seed": given.seed,
        "surfaces": len(found.surfaces),
        "bytes_compared": found.compared,
        "differing_bytes": found.differing,
        "differing_surfaces": found.bad,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(said, indent=2))
    return 1 if found.differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
