"""Which version is this database, and how does it become today's? All pending steps in one transaction, or none.

A kill at any point leaves the old version or the new one. Before an SQLite library is changed, a copy of it is kept
beside it as ``<name>.before-<version>``. Alembic holds the steps in ``migrations/versions``; each is one file.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from pincite.errors import Damaged, Refused
from pincite.library.database import Database

_PLACE = Path(__file__).parent / "migrations"
_LOCK = 0x70696E63697465  # "pincite": PostgreSQL's advisory lock against two processes migrating at once


def migrate(database: Database, to: str = "head") -> None:
    """Bring ``database`` to version ``to``. Two processes may call this at once.

    Raises ``Refused`` if a newer pincite made it, ``Damaged`` if it is no library of pincite's.
    """
    scripts = ScriptDirectory(str(_PLACE))
    target = scripts.get_current_head() if to == "head" else to
    with database.read() as connection:
        found = version(connection)
    if found == target:
        return
    _known(found, scripts, database)
    if found is not None:
        back_up(database, found)
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if version(connection) == found:  # else another process was quicker
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(_PLACE).replace("%", "%%"))
            command.upgrade(config, to)


def version(connection: Connection) -> str | None:
    """The version of an open database, ``None`` if it is empty."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if "answers" in tables or "threads" in tables:
            raise Damaged("the database has tables but no version", hint="is library.url another program's database?")
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _known(found: str | None, scripts: ScriptDirectory, database: Database) -> None:
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise Refused(
            f"{database.name} has version {found}; this pincite knows {scripts.get_current_head()} at the most",
            hint="a newer pincite has used it: pip install --upgrade pincite, or choose another with library.url",
        )


def back_up(database: Database, found: str) -> Path | None:
    """A consistent copy of an SQLite library beside it, also while others write. PostgreSQL has tools of its own."""
    if database.path is None:
        return None
    kept = database.path.with_name(f"{database.path.name}.before-{found}")
    part = kept.with_name(f"{kept.name}.part")
    part.unlink(missing_ok=True)
    with database.explained(), database.writing.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM INTO ?", (str(part),))
    part.replace(kept)
    return kept
