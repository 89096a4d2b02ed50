"""DuckDB, and CSV and Parquet files through it: nothing but the named file can be reached, nothing can be set.

A database's file is opened for reading only. Other files are read into memory, without their hidden columns, when the
process starts and when they have changed; after that the engine has no way to any file.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from pincite.errors import BadQuery, DatabaseFailed
from pincite.search.tables.drivers import Fetched, Late, Target, TooLarge, bad_query, check_hidden, fetched

MEMORY = "1GB"
_READERS = {".csv": "read_csv", ".tsv": "read_csv", ".parquet": "read_parquet"}
_SHUT = (
    "SET threads = 2",
    f"SET memory_limit = '{MEMORY}'",
    "SET temp_directory = ''",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
_NAMED = re.compile(r'(?:[Cc]olumn|name) "?([^\s"]+)"? (?:not found|does not exist)|near "([^"]+)"')


class Duck:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._seen: list[tuple[int, int]] = []

    def engine(self, seconds: float) -> sa.Engine:  # noqa: ARG002 — the process ends what takes longer
        connection = self._opened()
        return sa.create_engine("duckdb://", creator=connection.cursor, poolclass=sa.pool.StaticPool)

    def fetch(self, sql: str, most: int, most_bytes: int, seconds: float) -> Fetched:
        cursor = self._opened().cursor()
        late = threading.Event()

        def stop() -> None:
            late.set()
            cursor.interrupt()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            statements = duckdb.extract_statements(sql)
            if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
                raise BadQuery("only one SELECT is run")
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            cursor.execute(statements[0])
            return fetched(cursor, most, most_bytes)
        except duckdb.Error as error:
            raise (Late() if late.is_set() else self._told(error)) from None
        finally:
            timer.cancel()
            with suppress(duckdb.Error):
                cursor.execute("ROLLBACK")
            cursor.close()
            if self._is_database:
                # While it is open, DuckDB lets nobody write it.
                self.close()

    @property
    def _is_database(self) -> bool:
        return not {Path(path).suffix.lower() for path in self._target.paths} & _READERS.keys()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> duckdb.DuckDBPyConnection:
        try:
            now = [(file.st_mtime_ns, file.st_size) for file in (Path(path).stat() for path in self._target.paths)]
            if self._connection is None or now != self._seen:
                self.close()
                self._connection, self._seen = self._loaded(), now
            return self._connection
        except duckdb.OutOfMemoryException:
            raise TooLarge from None
        except (duckdb.Error, OSError) as error:
            said = str(error).partition("\n")[0]
            raise DatabaseFailed(
                f"{', '.join(self._target.paths)} can't be read: {said}",
                reason="failed",
                hint="check that it is a DuckDB database, CSV or Parquet, and that nobody is writing it",
            ) from None

    def _loaded(self) -> duckdb.DuckDBPyConnection:
        files = [Path(path) for path in self._target.paths]
        if self._is_database:
            connection = duckdb.connect(str(files[0]), read_only=True)
            check_hidden(self._target.hidden, _columns(connection))
        else:
            connection = duckdb.connect(":memory:")
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            asked = {one.casefold() for one in self._target.tables}
            read = [file for file in files if not asked or file.stem.casefold() in asked]
            known = {file.stem: self._load(connection, file) for file in read}
            check_hidden(self._target.hidden, known, {file.stem for file in files} - known.keys())
        for setting in _SHUT:
            connection.execute(setting)
        return connection

    def _load(self, connection: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
        """Without its hidden columns; returns the names of all."""
        table = file.stem
        source = f"{_READERS[file.suffix.lower()]}({_text(str(file))})"
        told = connection.execute(f"DESCRIBE SELECT * FROM {source}")  # noqa: S608 — quoted
        columns = [row[0] for row in told.fetchall()]
        hidden = {one.casefold() for one in self._target.hidden}
        kept = [
            one
            for one in columns
            if not hidden & {f"{table}.{one}".casefold(), f"*.{one}".casefold(), f"{table}.*".casefold()}
        ]
        if kept:
            names = ", ".join(map(_name, kept))
            connection.execute(f"CREATE TABLE {_name(table)} AS SELECT {names} FROM {source}")  # noqa: S608 — quoted
        return columns

    def _told(self, error: duckdb.Error) -> Exception:
        said = str(error).partition("\n")[0]
        if isinstance(error, duckdb.OutOfMemoryException):
            return TooLarge()
        if isinstance(error, duckdb.FatalException | duckdb.InternalException | duckdb.IOException):
            return DatabaseFailed(f"DuckDB broke off: {said}", reason="failed", hint="ask again")
        return bad_query(said, _NAMED)


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Of every table, by its name."""
    told: dict[str, list[str]] = {}
    asked = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main'"
    for table, column in connection.execute(asked).fetchall():
        told.setdefault(table, []).append(column)
    return told


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Dialect(DefaultDialect):
    """As much of SQLAlchemy's dialect as reading a schema takes."""

    name = "duckdb"
    driver = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_native_boolean = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return duckdb

    def _get_default_schema_name(self, _connection: sa.Connection) -> str:
        return "main"

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing is written, and DuckDB complains where there is nothing to roll back."""

    do_commit = do_rollback

    def get_table_names(self, connection: sa.Connection, *_where: Any, **_kw: Any) -> list[str]:
        return self._names(connection, "SELECT table_name FROM duckdb_tables()")

    def get_view_names(self, connection: sa.Connection, *_where: Any, **_kw: Any) -> list[str]:
        return self._names(connection, "SELECT view_name FROM duckdb_views()")

    def _names(self, connection: sa.Connection, select: str) -> list[str]:
        rows = connection.exec_driver_sql(f"{select} WHERE NOT internal AND schema_name = 'main' ORDER BY 1")
        return [row[0] for row in rows]

    def get_columns(self, connection: sa.Connection, table_name: str, *_where: Any, **_kw: Any) -> Any:
        rows = connection.exec_driver_sql(
            "SELECT column_name, data_type, is_nullable, comment FROM duckdb_columns()"
            " WHERE NOT internal AND schema_name = 'main' AND table_name = ? ORDER BY column_index",
            (table_name,),
        )
        return [
            {"name": name, "type": _type(kind), "nullable": bool(nullable), "default": None, "comment": comment}
            for name, kind, nullable, comment in rows
        ]

    def get_pk_constraint(self, connection: sa.Connection, table_name: str, *_where: Any, **_kw: Any) -> Any:
        found = self._constraints(connection, table_name, "PRIMARY KEY", "constraint_column_names")
        return {"constrained_columns": list(found[0][0]) if found else [], "name": None}

    def get_foreign_keys(self, connection: sa.Connection, table_name: str, *_where: Any, **_kw: Any) -> Any:
        found = self._constraints(
            connection, table_name, "FOREIGN KEY", "constraint_column_names, referenced_table, referenced_column_names"
        )
        return [
            {
                "name": None,
                "constrained_columns": list(columns),
                "referred_schema": None,
                "referred_table": table,
                "referred_columns": list(referred),
            }
            for columns, table, referred in found
        ]

    def _constraints(self, connection: sa.Connection, table: str, kind: str, what: str) -> Sequence[Any]:
        return connection.exec_driver_sql(
            f"SELECT {what} FROM duckdb_constraints() WHERE table_name = ? AND constraint_type = ?",  # noqa: S608 — ours
            (table, kind),
        ).fetchall()

    def has_table(self, connection: sa.Connection, table_name: str, *_where: Any, **_kw: Any) -> bool:
        return table_name in self.get_table_names(connection)


def _type(declared: str) -> sa.types.TypeEngine[Any]:
    word = re.split(r"[\s(\[]", declared.upper(), maxsplit=1)[0]
    if "[" in declared or word in {"STRUCT", "MAP", "UNION", "JSON", "LIST"}:
        return sa.JSON()
    kinds: dict[str, sa.types.TypeEngine[Any]] = {
        "BOOLEAN": sa.Boolean(),
        "DATE": sa.Date(),
        "TIME": sa.Time(),
        "BLOB": sa.LargeBinary(),
        "FLOAT": sa.Float(),
        "DOUBLE": sa.Float(),
        "DECIMAL": sa.Numeric(),
        "UUID": sa.String(),
        "VARCHAR": sa.String(),
    }
    if word.startswith("TIMESTAMP"):
        return sa.DateTime()
    if word.endswith("INT") or word in {"INTEGER", "UINTEGER"}:
        return sa.BigInteger()
    return kinds.get(word, sa.String())


sa.dialects.registry.register("duckdb", __name__, "Dialect")
