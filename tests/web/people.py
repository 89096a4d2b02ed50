"""A public server with people on it, for the tests of accounts and of access."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.library.story import source, story
from tests.web.conftest import Served, serving
from tests.web.tabled import tabled

from pincite.engine import AnswerEngine
from pincite.events import Asked, Finished
from pincite.library.access import Role, Scope
from pincite.library.accounts import Person
from pincite.settings import (
    DatabaseSettings,
    EndpointSettings,
    ModelSettings,
    OidcSettings,
    PeopleSettings,
    ServerSettings,
    Settings,
)
from pincite.types import Actor, Form, Question, Status, new_id
from pincite.web.visitors import COOKIE

PASSWORD = "correct horse battery"
KEY = "VENDOR_KEY"
"""Where the key of a vendor is looked for, whose server is a closed port of this machine."""
HERE = {"sec-fetch-site": "same-origin"}
NOBODY = OidcSettings(issuer="http://127.0.0.1:9", client_id="pincite")
"""An identity provider that is a closed port of this machine."""


@dataclass
class House:
    """A public server. Cookies are sent by hand: httpx keeps a ``__Host-`` cookie from plain http, as it should."""

    served: Served
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, role: Role) -> Person:
        people = self.served.engine.library.people
        person: Person = self.served.run(people.add(f"{name}@example.org", PASSWORD, role, name=name))
        self.people[name] = person
        self.tokens[name] = self.served.run(people.sign_in(person.id, "test"))
        return person

    def key(self, name: str, *scopes: Scope) -> str:
        people = self.served.engine.library.people
        made: str = self.served.run(people.make_key(self.people[name].id, "test", frozenset(scopes or Scope)))
        return made

    def browser(self, name: str = "") -> httpx.Client:
        """Where ``name`` is signed in; without one, where nobody is."""
        return self.served.client(headers=HERE | (cookie(self.tokens[name]) if name else {}))

    def thread(
        self,
        name: str,
        text: str = "What are whales?",
        thread_id: str = "",
        answer_id: str = "",
        asks: Form | None = None,
        rows: bool = False,
        **more: Any,
    ) -> tuple[str, str]:
        """A thread of ``name`` with a finished answer that has a source, or rows, or ``asks`` a form; the ids of both.
        ``more`` is of the question, which may be ``temporary``."""
        person = self.people[name]
        asker = Actor(id=person.id, kind="person", name=name)
        question = Question(text=text, thread_id=thread_id or f"job-{new_id()}", asker=asker, **more)
        engine, answer_id = self.served.engine, answer_id or new_id()
        begins = engine.temporary if question.temporary else engine.library
        self.served.run(begins.begin(question, answer_id))
        log = story(answer_id, question, f"About {text}", sources=[source()])
        if asks is not None:
            log[-2:] = [Asked(form=asks), Finished(status=Status.WAITING)]
        if rows:
            log = tabled(answer_id, question)
        self.served.run(engine.library_of(answer_id).append(answer_id, log))
        return question.thread_id, answer_id


def cookie(token: str) -> Mapping[str, str]:
    return {"cookie": f"{COOKIE}={token}"}


CLOSED = ModelSettings(endpoints={"vendor": EndpointSettings(base_url="http://127.0.0.1:9/v1", key_env=KEY)})


@contextmanager
def housing(
    folder: Path,
    models: ModelSettings = CLOSED,
    *,
    env: Mapping[str, str] = {},
    beside: Callable[[], AbstractAsyncContextManager[Any]] = nullcontext,
    databases: Mapping[str, DatabaseSettings] = {},
    origins: tuple[str, ...] = (),
    **settings: Any,
) -> Iterator[House]:
    """A public server over an empty index, without people. ``beside`` runs as long as it does."""
    chosen = Settings(
        data_dir=folder,
        server=ServerSettings(public=True, origins=origins),
        people=PeopleSettings(**({"per_minute": 1_000_000, "oidc": {"idp": NOBODY}} | settings)),
        models=models,
        databases=dict(databases),
    )

    @asynccontextmanager
    async def both() -> AsyncIterator[AnswerEngine]:
        async with beside(), await AnswerEngine.open(chosen, env=env) as engine:
            yield engine

    async def opening() -> Any:
        return both()

    with serving(opening, chosen) as served:
        yield House(served)
