"""Is the process that writes this answer still alive? Each open library is a runner with a row; it dies or is seen.

On the same machine the process itself is asked for (its pid and the time it started, so that a pid used again does
not count). From elsewhere, and in another container, only the row can tell: it is renewed every ``BEAT_S`` while
answers run, and older than ``LEASE_S`` means dead.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from pincite.library.tables import runners
from pincite.types import new_id

BEAT_S = 5.0
LEASE_S = 20.0


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:  # not Linux, or no such process
        return ""


def _machine() -> str:
    """This machine since its last start, and the container in it: where a pid means the same process."""
    try:
        container = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        container = ""
    return f"{socket.gethostname()} {_read('/proc/sys/kernel/random/boot_id')} {container}"


def _started(pid: int) -> str:
    """When the process began, in the kernel's ticks since boot; empty if there is none, or no ``/proc``."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()  # the name before may hold blanks and brackets
    return fields[19] if len(fields) > 19 else ""


@dataclass(frozen=True)
class Runner:
    """This open library."""

    id: str = field(default_factory=new_id)
    machine: str = field(default_factory=_machine)
    pid: int = field(default_factory=os.getpid)
    started: str = field(default_factory=lambda: _started(os.getpid()))

    def beat(self, connection: Connection) -> None:
        """I am alive."""
        seen = now(connection)
        if not connection.execute(update(runners).where(runners.c.id == self.id).values(seen=seen)).rowcount:
            values = {"id": self.id, "machine": self.machine, "pid": self.pid, "started": self.started, "seen": seen}
            connection.execute(insert(runners).values(values))

    def leave(self, connection: Connection) -> None:
        """What I left unfinished may be closed by anyone."""
        connection.execute(delete(runners).where(runners.c.id == self.id))

    def sees(self, other: Row[Any], moment: float) -> bool:
        """Is the runner of this row alive at ``moment``?"""
        if other.machine == self.machine and other.started and other.pid != self.pid:
            return _started(int(other.pid)) == str(other.started)
        return bool(abs(moment - other.seen) <= LEASE_S)


def now(connection: Connection) -> float:
    """Seconds since 1970 by the one clock that all processes of this database share."""
    if connection.dialect.name == "postgresql":
        return float(connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())
    return time.time()


def alive(connection: Connection, me: Runner) -> set[str]:
    """The ids of all runners that are alive; rows of dead ones are removed."""
    moment = now(connection)
    others = connection.execute(select(runners).where(runners.c.id != me.id)).all()
    seen = {other.id for other in others if me.sees(other, moment)}
    gone = {other.id for other in others} - seen
    if gone:
        connection.execute(delete(runners).where(runners.c.id.in_(gone)))
    return seen | {me.id}
