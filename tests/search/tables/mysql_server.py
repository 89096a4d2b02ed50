"""What if MySQL said exactly this? A server on loopback that speaks its protocol, as far as one connection needs it.

Handshake version 10 with ``mysql_native_password``, then text results. It says what it is told to say, and keeps what
it was asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import struct
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_SALT = b"12345678abcdefghijkl"
_CAPABILITIES = 0x00000001 | 0x00000008 | 0x00000200 | 0x00008000 | 0x00080000 | 0x00020000
"""Long password, with a database, protocol 4.1, secure connection, plugins, several results."""
TEXT, LONG, DATE, DECIMAL = 253, 8, 10, 246
"""Types of columns."""
Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Result:
    """Columns by name with their types, and rows; ``None`` is NULL."""

    columns: Mapping[str, int]
    rows: Rows


@dataclass(frozen=True)
class Error:
    number: int
    text: str


@dataclass
class MysqlServer:
    password: str
    says: dict[str, Result | Error] = field(default_factory=dict)
    """What it replies to a statement that a pattern fits; to all others, that it is done."""
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = _Wire(reader, writer)
        try:
            wire.send(_greeting())
            reply = await wire.receive()
            if not _knows(reply, self.password):
                wire.send(_error(Error(1045, "Access denied for user 'reader'@'localhost' (using password: YES)")))
                return
            wire.send(_OK)
            while True:
                wire.next = 0
                command = await wire.receive()
                if command[:1] != b"\x03":
                    return
                wire.next = 1
                self._reply(wire, command[1:].decode())
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return
        finally:
            writer.close()

    def _reply(self, wire: _Wire, sql: str) -> None:
        self.asked.append(sql)
        said = next((one for pattern, one in self.says.items() if re.search(pattern, sql)), None)
        if isinstance(said, Result):
            wire.send(bytes([len(said.columns)]))
            for name, kind in said.columns.items():
                wire.send(_column(name, kind))
            wire.send(_EOF)
            for row in said.rows:
                wire.send(b"".join(b"\xfb" if cell is None else _sized(str(cell).encode()) for cell in row))
            wire.send(_EOF)
        else:
            wire.send(_error(said) if said else _OK)


@asynccontextmanager
async def running(server: MysqlServer) -> AsyncIterator[MysqlServer]:
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    async with listener:
        yield server


class _Wire:
    """Packets: three bytes of length, one of order, and what they hold."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.next = 0

    def send(self, body: bytes) -> None:
        self._writer.write(struct.pack("<I", len(body))[:3] + bytes([self.next % 256]) + body)
        self.next += 1

    async def receive(self) -> bytes:
        head = await self._reader.readexactly(4)
        self.next = head[3] + 1
        return await self._reader.readexactly(int.from_bytes(head[:3], "little"))


_OK = b"\x00\x00\x00\x02\x00\x00\x00"
_EOF = b"\xfe\x00\x00\x02\x00"


def _greeting() -> bytes:
    low, high = _CAPABILITIES & 0xFFFF, _CAPABILITIES >> 16
    head = b"\x0a8.0.36\x00" + struct.pack("<I", 7) + _SALT[:8] + b"\0" + struct.pack("<HBHH", low, 45, 2, high)
    return head + bytes([len(_SALT) + 1]) + b"\0" * 10 + _SALT[8:] + b"\0" + b"mysql_native_password\0"


def _knows(reply: bytes, password: str) -> bool:
    """Whether the client's reply proves that it knows the password."""
    once = hashlib.sha1(password.encode()).digest()
    mixed = hashlib.sha1(_SALT + hashlib.sha1(once).digest()).digest()
    return bytes(a ^ b for a, b in zip(once, mixed, strict=True)) in reply


def _error(error: Error) -> bytes:
    return b"\xff" + struct.pack("<H", error.number) + b"#HY000" + error.text.encode()


def _sized(text: bytes) -> bytes:
    head = bytes([len(text)]) if len(text) < 251 else b"\xfd" + struct.pack("<I", len(text))[:3]
    return head + text


def _column(name: str, kind: int) -> bytes:
    names = b"".join(_sized(one) for one in (b"def", b"", b"", b"", name.encode(), b""))
    return names + b"\x0c" + struct.pack("<HIBHBH", 45, 255, kind, 0, 0, 0)
