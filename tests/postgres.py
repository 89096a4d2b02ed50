"""Where do the tests get a real PostgreSQL? From the machine's own binaries, in a folder of its own, for one session.

Found on PATH or where Debian puts them. PostgreSQL refuses to run as root, so root hands it to the user ``postgres``
or ``nobody``. Listens on a Unix socket in a temporary folder only, so that it can't meet another one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoPostgres(Exception):
    """There are no binaries on this machine."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl, of the newest version there is."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise NoPostgres("no initdb on PATH nor in /usr/lib/postgresql: apt-get install postgresql")
    return found[-1].parent


def _other_user() -> list[str]:
    """How to run as somebody who is not root; empty where nobody has to change."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={name}", f"--regid={pwd.getpwnam(name).pw_gid}", "--clear-groups"]
    raise NoPostgres("PostgreSQL can't run as root, and there is no user postgres or nobody")


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields the folder of its socket, for ``url``."""
    programs, user = binaries(), _other_user()
    with tempfile.TemporaryDirectory(prefix="pincite-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            account = pwd.getpwnam(user[1].partition("=")[2])
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = folder / "data"

        def run(*command: str) -> None:
            done = subprocess.run([*user, *command], cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                log = folder / "log"
                told = log.read_text() if log.exists() else ""
                raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}{told}")

        run(str(programs / "initdb"), "-D", str(data), "-U", "pincite", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=60"
        run(str(programs / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
        try:
            yield str(folder)
        finally:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


def url(socket: str, schema: str) -> str:
    """The SQLAlchemy URL of a schema on the server whose socket is in this folder."""
    return f"postgresql://pincite@/postgres?host={socket}&options=-csearch_path%3D{schema}"
