"""Who may do what: every cell of the matrix in docs/access.md, by every way in."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.web.people import HERE, KEY, House, cookie, housing
from tests.web.tabled import CARD
from tests.web.test_app import routes

from pincite.library.access import Role, Scope
from pincite.settings import EndpointSettings
from pincite.types import new_id

MATRIX = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in MATRIX.splitlines() if line.startswith("| ")]
HEAD = next(row for row in ROWS if row[0] == "class")
CLASSES = {row[0]: dict(zip(HEAD[1:], row[1:], strict=True)) for row in ROWS if len(row) == len(HEAD) and row != HEAD}
ROUTES = {row[0]: row[1] for row in ROWS if len(row) == 2 and row[0].split()[0] in {"GET", "POST", "PATCH", "DELETE"}}

PERSONS = ("guest", "member", "author", "admin")
DENIED = {401, 403, 404, 405, 421, 429, 500}
SPEAKS = {404, 405}
"""What the protocol at ``/mcp`` says of its own to who has no session there."""

BODIES: dict[str, dict[str, Any]] = {
    "PATCH /api/threads/{thread_id}": {"json": {"title": "Another"}},
    "POST /api/ask": {"json": {"text": " "}},
    "POST /api/search": {"json": {"query": "whales"}},
    "POST /ask": {"data": {"text": " "}},
    "POST /async/chat/completions": {"json": {"request": {"messages": [{"role": "user", "content": "What?"}]}}},
    "POST /chat/completions": {"json": {"messages": [{"role": "user", "content": "What?"}]}},
    "POST /v1/chat/completions": {"json": {"messages": [{"role": "user", "content": "What?"}]}},
    "POST /v1/responses": {"json": {"input": "What?"}},
    "POST /search": {"json": {"query": "whales"}},
    "POST /tavily/search": {"json": {"query": "whales"}},
    "POST /tavily/extract": {"json": {"urls": "https://example.org/1"}},
    "POST /openwebui/search": {"json": {"query": "whales"}},
    "POST /openwebui/load": {"json": {"urls": []}},
    "POST /t/{thread_id}/rename": {"data": {"title": "Another"}},
    "POST /t/{thread_id}/share": {"data": {"visibility": "link"}},
    "POST /t/{thread_id}/move": {"data": {"collection": ""}},
    "POST /threads": {"data": {"thread": "{thread_id}", "act": "delete"}},
    "POST /collections": {"data": {"title": "Whales"}},
    "POST /c/{collection_id}/settings": {"data": {"title": "Whales"}},
    "POST /c/{collection_id}/invite": {"data": {"part": "viewer"}},
    "POST /c/{collection_id}/uninvite": {"data": {"part": "viewer"}},
    "POST /c/{collection_id}/part": {"data": {"person": "nobody", "part": "viewer"}},
    "POST /c/{collection_id}/leave": {"data": {}},
    "POST /a/{answer_id}/feedback": {"data": {"thumb": "up"}},
    "POST /people/{person_id}/role": {"data": {"role": "member"}},
    "POST /people/{person_id}/plan": {"data": {"plan": "free"}},
    "POST /people/invite": {"data": {"email": "not an address", "role": "member"}},
    "POST /providers": {"data": {"name": KEY, "key": "sk-1"}},
    "POST /providers/endpoints": {"data": {"name": "Not A Name", "base_url": "http://127.0.0.1:9/v1"}},
    "POST /providers/forget": {"data": {"name": KEY}},
    "POST /providers/test": {"data": {"name": KEY}},
    "POST /api/files": {"files": {"file": ("a.txt", b"Whales are mammals.")}},
    "POST /api/files/page": {"json": {"url": "http://127.0.0.1:9/"}},
    "POST /files": {"files": {"file": ("a.txt", b"Whales are mammals.")}},
    "POST /invite/{token}": {"data": {"password": "correct horse battery"}},
    "POST /reset/{token}": {"data": {"password": "correct horse battery"}},
    "POST /mcp": {"json": {"jsonrpc": "2.0", "id": 1, "method": "ping"}},
    "POST /logout": {"data": {}},
}
NEVER = {"POST /login", "POST /logout", "POST /account/sessions/end"}
"""Done in the author's browser they would end what the next cell needs; ``test_accounts.py`` does them."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housing(tmp_path_factory.mktemp("access")) as house:
        house.add("root", Role.OWNER)
        for name in ("guest", "member", "author", "admin", "suspended", "other"):
            house.add(name, Role(name) if name in {"guest", "member", "admin"} else Role.MEMBER)
        house.served.run(house.served.engine.library.people.suspend(house.people["suspended"].id, by=Role.OWNER))
        yield house


@pytest.fixture(scope="module")
def keys(house: House) -> dict[str, str]:
    made = {name: house.key(name) for name in (*PERSONS, "suspended")}
    made |= {"reader": house.key("author", Scope.READ), "writer": house.key("author", Scope.READ, Scope.WRITE)}
    return made


class World:
    """What is the author's, for the parameters of a path; made anew where a cell may have changed it."""

    def __init__(self, house: House, author: httpx.Client) -> None:
        self._house = house
        self._client = author
        self.values: dict[str, str] = {}

    def make(self, route: str) -> None:
        values = {"token": "never-given", "number": "1", "form": "md", "version": "1", "name": "icon.svg"}
        values |= {"card_id": CARD.id, "database": "never-given", "model_id": "none"}
        values |= {"provider": "idp", "endpoint": f"box{new_id()[:6]}"}
        values |= {"person_id": self._house.people["other"].id, "ticket_id": "none", "passage_id": "p1"}
        if re.search(r"\{(thread|answer|job|response)_id\}", f"{route} {BODIES.get(route)}"):
            thread, answer = self._house.thread("author", rows="{card_id}" in route)
            values |= {"thread_id": thread, "answer_id": answer, "job_id": answer, "response_id": f"resp_{answer}"}
            library = self._house.served.engine.library
            if route == "POST /t/{thread_id}/restore":
                self._house.served.run(library.bin_thread(thread))
            if route == "POST /a/{answer_id}/restore":
                self._house.thread("author", thread_id=thread)
                self._house.served.run(library.bin_answer(answer))
        if "{collection_id}" in route:
            made = self._client.post("/collections", data={"title": "Whales"})
            values["collection_id"] = made.headers["location"].split("/")[2]
        if "{file_id}" in route:
            made = self._client.post("/api/files", files={"file": ("a.txt", b"Whales are mammals.")})
            values["file_id"] = made.json()["id"]
            while self._client.get(f"/api/files/{values['file_id']}").json()["status"] == "reading":
                time.sleep(0.05)
        if "{endpoint}" in route:
            closed = EndpointSettings(base_url="http://127.0.0.1:9/v1")
            self._house.served.run(self._house.served.engine.endpoints.add(values["endpoint"], closed))
        if "{ticket_id}" in route:
            people = self._house.served.engine.library.people
            self._house.served.run(people.invite("new@example.org", Role.MEMBER, by=Role.OWNER))
            values["ticket_id"] = self._house.served.run(people.invitations())[0].id
        values.setdefault("thread_id", "never-given")
        self.values = values

    def path(self, route: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.values[found[1]], route.split()[1])


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    assert routes(house.served.server.app) ^ set(ROUTES) == set()
    assert set(ROUTES.values()) == set(CLASSES)


def ways(route: str, keys: dict[str, str], house: House) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Who tries, what the matrix says, and what that way in sends."""
    kind = ROUTES[route]
    expected = CLASSES[kind]
    yield "stranger", expected["stranger"], {}
    for name in ("suspended", *PERSONS):
        yield f"{name} by cookie", expected[name], dict(cookie(house.tokens[name]))
    for name, key in keys.items():
        said = expected[name]
        if name in PERSONS:
            said = "403" if kind in {"account", "people", "keys"} else said
        if name == "suspended":
            said = "401"  # a key that is no good is told so everywhere
        yield f"{name} by bearer", said, {"authorization": f"Bearer {key}"}
        yield f"{name} by x-api-key", said, {"x-api-key": key}


def attempt(client: httpx.Client, route: str, world: World, headers: dict[str, str], accept: str) -> int:
    """The status. Of a stream only the head is waited for."""
    body = BODIES.get(route, {"data": {}} if route.startswith("POST") else {})
    if route == "POST /threads":
        body = {"data": {**body["data"], "thread": world.values["thread_id"]}}
    sent = {**HERE, **headers, "accept": accept}
    with client.stream(route.split()[0], world.path(route), headers=sent, **body) as response:
        return response.status_code


@pytest.mark.parametrize("route", sorted(set(ROUTES) - NEVER))
def test_every_cell_by_every_way_in(house: House, keys: dict[str, str], route: str) -> None:
    changes = route.split()[0] != "GET"
    with house.browser("author") as author, house.browser() as client:
        world, wrong = World(house, author), []
        world.make(route)
        for who, said, headers in ways(route, keys, house):
            if said == "ok" and ROUTES[route] == "account" and changes:
                continue  # what a person does to its own account is in test_accounts.py
            for accept in ("application/json", *(["text/event-stream"] if not changes else [])):
                status = attempt(client, route, world, headers, accept)
                denied = DENIED - SPEAKS if route.endswith("/mcp") else DENIED
                fine = status not in denied if said == "ok" else status == int(said)
                if not fine:
                    wrong.append(f"{who}: {said}, got {status} ({accept})")
                if said == "ok" and changes and (ROUTES[route] in {"write", "again"} or "{ticket_id}" in route):
                    world.make(route)
    assert wrong == []


def test_what_is_not_there_is_told_as_what_is_not_to_be_known(house: House) -> None:
    thread, answer = house.thread("author")
    with house.browser("member") as client:
        for path, name in ((f"/api/threads/{thread}", thread), (f"/api/answers/{answer}", answer)):
            there, never = client.get(path), client.get(path.replace(name, "f" * len(name)))
            assert there.status_code == never.status_code == 404
            assert there.text.replace(name, "f" * len(name)) == never.text


@pytest.mark.parametrize(
    "value", ["", "null", "None", "undefined", "Bearer", "pin_", "pin_null", "0", "{}", "pin_" + "x" * 43]
)
def test_a_null_key_is_nobodys(house: House, value: str) -> None:
    with house.browser() as client:
        bearer = {"authorization": f"Bearer {value}".strip()}  # no client sends a blank at the end
        for headers in (bearer, {"x-api-key": value}, dict(cookie(value))):
            assert client.get("/api/threads", headers=headers).status_code == 401
