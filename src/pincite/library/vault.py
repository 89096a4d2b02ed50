"""Which keys of model servers did admins give? Kept encrypted, and never told again.

AES-256-GCM, each with a nonce of its own, bound to its name, so that rows cannot change places. The key to them is a
file in the data folder that only its owner may read: whoever steals the database alone has nothing.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select

from pincite.errors import BadInput, Damaged, Refused
from pincite.library.people import Read, Write
from pincite.library.rolls import secrets
from pincite.library.runners import now

FILE = "secrets.key"
NONCE = 12
LONGEST = 4000


class Vault(Mapping[str, str]):
    """The environment, with the keys that admins gave in the place of its own. Changes count at once; those that
    another process made, after ``renew``.

    As a mapping it tells the values: to what speaks to the servers, and never to a door.
    """

    def __init__(self, read: Read, write: Write, folder: Path, env: Mapping[str, str]) -> None:
        self._read = read
        self._write = write
        self._file = folder / FILE
        self._env = env
        self._rows: dict[str, str] = {}
        self._given: dict[str, str] = {}
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, read: Read, write: Write, folder: Path, env: Mapping[str, str]) -> Self:
        """Raises ``Damaged`` where there are keys that the file in ``folder`` does not open."""
        vault = cls(read, write, folder, env)
        await vault.renew()
        return vault

    async def renew(self) -> bool:
        """Looks again which keys were given; whether any was new, or is no more. Raises as ``open``; what was known
        before stays then."""
        async with self._turn:
            rows = await self._read(kept)
            if rows == self._rows:
                return False
            cipher = await asyncio.to_thread(self._cipher) if rows else None
            self._given = {name: _opened(cipher, name, value) for name, value in rows.items() if cipher}
            self._rows = rows
            return True

    def __getitem__(self, name: str) -> str:
        return self._given[name] if name in self._given else self._env[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._env, **self._given})

    def __len__(self) -> int:
        return len({**self._env, **self._given})

    def given(self) -> frozenset[str]:
        """The names of the keys that admins gave."""
        return frozenset(self._given)

    async def put(self, name: str, value: str) -> None:
        """Keep a key. Raises ``BadInput`` for what cannot be one."""
        plain = value.strip()
        if not plain or not plain.isascii() or not plain.isprintable() or len(plain) > LONGEST:
            raise BadInput("that is no key: it is empty, or has characters that no key has", hint="copy it once more")
        cipher = await asyncio.to_thread(self._cipher)
        nonce = os.urandom(NONCE)
        sealed = b64encode(nonce + cipher.encrypt(nonce, plain.encode(), name.encode())).decode()
        async with self._turn:
            await self._write(lambda transaction: keep(transaction.connection, name, sealed))
            self._rows[name], self._given[name] = sealed, plain

    async def forget(self, name: str) -> None:
        """From now on the environment's own counts again, if it has one."""
        async with self._turn:
            await self._write(lambda transaction: keep(transaction.connection, name, None))
            self._rows.pop(name, None)
            self._given.pop(name, None)

    def _cipher(self) -> AESGCM:
        try:
            if not self._file.exists():
                # Made whole or not at all, and readable by nobody else from its first byte on.
                part = self._file.with_suffix(f".{os.getpid()}.part")
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                    out.write(AESGCM.generate_key(256))
                part.replace(self._file)
            return AESGCM(self._file.read_bytes())
        except OSError as error:
            raise Refused(f"{self._file} can't be used: {error.strerror}", hint="make its folder writable") from None
        except ValueError:
            raise Damaged(f"{self._file} is not a key of 32 bytes", hint="restore it from a backup") from None


def _opened(cipher: AESGCM, name: str, value: str) -> str:
    sealed = b64decode(value)
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], name.encode()).decode()
    except InvalidTag:
        raise Damaged(
            f"the key kept as {name} is not opened by {FILE}",
            hint=f"restore {FILE} from a backup of the data folder; or delete the rows of the table secrets",
        ) from None


def kept(connection: Connection) -> dict[str, str]:
    """The keys by name, as they are kept."""
    return {row.name: row.value for row in connection.execute(select(secrets))}


def keep(connection: Connection, name: str, value: str | None) -> None:
    """In the place of an older one; ``None``: no more."""
    connection.execute(delete(secrets).where(secrets.c.name == name))
    if value is not None:
        connection.execute(insert(secrets).values(name=name, value=value, changed=now(connection)))
