"""Which model servers did admins add? They are there beside those of the settings, at once and after a restart; what
another process added or removed is there after ``renew``.

An address is kept as it is, a key in the vault, under the name of its server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, delete, insert, select

from pincite.errors import BadInput, Conflict, NotFound
from pincite.library.people import Read, Write
from pincite.library.rolls import endpoints, people
from pincite.library.runners import now
from pincite.library.vault import Vault
from pincite.settings import EndpointSettings

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
"""What stands before the colon of a model's id."""
MARK = "endpoint:"
"""Before a server's name, the name of its key. No variable of an environment is called like that."""


@dataclass(frozen=True)
class Added:
    """A server as it was added."""

    name: str
    base_url: str
    dialect: str
    models: tuple[str, ...]
    """Empty: it is asked which it has."""
    by: str
    """The name of who added it; empty where nobody has an account, or who it was has left."""
    created: float
    """Seconds since 1970."""

    @property
    def secret(self) -> str:
        """What its key is called in the vault."""
        return MARK + self.name


class Endpoints(Mapping[str, EndpointSettings]):
    """The servers by name, as settings would have them."""

    def __init__(self, read: Read, write: Write, vault: Vault) -> None:
        self._read = read
        self._write = write
        self._vault = vault
        self._added: dict[str, Added] = {}

    @classmethod
    async def open(cls, read: Read, write: Write, vault: Vault) -> Self:
        made = cls(read, write, vault)
        await made._look()
        return made

    async def renew(self) -> bool:
        """Looks again, also at the vault; whether anything was new."""
        new_keys, before = await self._vault.renew(), self._added
        await self._look()
        return new_keys or self._added != before

    async def _look(self) -> None:
        self._added = {one.name: one for one in await self._read(all_of)}

    def __getitem__(self, name: str) -> EndpointSettings:
        one = self._added[name]
        key_env = one.secret if one.secret in self._vault.given() else ""
        return EndpointSettings.model_validate(
            {"base_url": one.base_url, "dialect": one.dialect, "models": one.models, "key_env": key_env}
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._added)

    def __len__(self) -> int:
        return len(self._added)

    def added(self) -> list[Added]:
        """By name."""
        return sorted(self._added.values(), key=lambda one: one.name)

    async def add(self, name: str, endpoint: EndpointSettings, key: str = "", *, by: str | None = None) -> None:
        """``by`` is the id of a person with an account. Raises ``BadInput`` and ``Conflict``; nothing is kept then."""
        if not NAME.fullmatch(name):
            raise BadInput(
                f"{name[:60]!r} can't be a server's name",
                hint="small letters, digits, points and hyphens, 40 at most, such as box",
            )
        if name in self._added:
            raise Conflict(f"there is a server {name!r}", hint="remove it first, or take another name")
        if key.strip():
            await self._vault.put(MARK + name, key)
        await self._write(lambda transaction: keep(transaction.connection, name, endpoint, by))
        await self._look()

    async def remove(self, name: str) -> None:
        """Its key goes too. Raises ``NotFound``."""
        if name not in self._added:
            raise NotFound(f"there is no server {name!r} that was added here", hint="it may have been removed already")
        await self._write(lambda transaction: forget(transaction.connection, name))
        await self._vault.forget(MARK + name)
        await self._look()


def all_of(connection: Connection) -> list[Added]:
    rows = connection.execute(
        select(endpoints, people.c.name.label("by")).outerjoin(people, people.c.id == endpoints.c.person)
    )
    return [
        Added(row.name, row.base_url, row.dialect, tuple(json.loads(row.models)), row.by or "", row.created)
        for row in rows
    ]


def keep(connection: Connection, name: str, endpoint: EndpointSettings, by: str | None) -> None:
    """Raises ``Conflict`` where another process was quicker."""
    if connection.execute(select(endpoints.c.name).where(endpoints.c.name == name)).first() is not None:
        raise Conflict(
            f"there is a server {name!r}", hint="look at the list again; remove it first, or take another name"
        )
    values = {"name": name, "base_url": endpoint.base_url, "dialect": endpoint.dialect, "person": by}
    connection.execute(insert(endpoints).values(**values, models=json.dumps(endpoint.models), created=now(connection)))


def forget(connection: Connection, name: str) -> None:
    connection.execute(delete(endpoints).where(endpoints.c.name == name))
