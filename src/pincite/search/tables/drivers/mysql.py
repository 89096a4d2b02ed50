"""MySQL and MariaDB: every transaction is read-only, and the server itself ends a statement that takes too long."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pymysql  # type: ignore[import-untyped]
import sqlalchemy as sa
from pymysql.constants import CR, ER  # type: ignore[import-untyped]
from pymysql.cursors import SSCursor  # type: ignore[import-untyped]

from pincite.errors import DatabaseFailed
from pincite.search.tables.drivers import Fetched, Late, Target, TooLarge, bad_query, fetched, unopened

CONNECT_S = 5
_LATE = {1969, 3024}
"""Their numbers for a statement that took too long: MariaDB's and MySQL's."""
_NO_ENTRY = {ER.ACCESS_DENIED_ERROR, ER.DBACCESS_DENIED_ERROR, ER.HOST_NOT_PRIVILEGED, 1698}
_GONE = {CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, CR.CR_CONN_HOST_ERROR, CR.CR_CONNECTION_ERROR}
_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION"
"""Texts stand in either quotes and a backslash escapes in them: as the guard writes them."""
_MIGHTY = re.compile(r"\b(?:FILE|SUPER|ALL PRIVILEGES)\b.* ON \*\.\*", re.IGNORECASE)
_NAMED = re.compile(r"Unknown column '([^']+)'|Table '([^']+)'|FUNCTION ([\w.]+) does not exist|near '([^'\s]+)")


class Mysql:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._connection: pymysql.Connection[Any] | None = None

    def engine(self, seconds: float) -> sa.Engine:
        def opened() -> pymysql.Connection[Any]:
            return self._connected(seconds)

        return sa.create_engine("mysql+pymysql://", creator=opened, poolclass=sa.pool.NullPool)

    def fetch(self, sql: str, most: int, most_bytes: int, seconds: float) -> Fetched:
        self.close()
        connection = self._connection = self._connected(seconds)
        try:
            with connection.cursor(SSCursor) as cursor:
                cursor.execute("START TRANSACTION READ ONLY")
                cursor.execute(sql)
                return fetched(cursor, most, most_bytes)
        except pymysql.Error as error:
            raise self._told(error) from None
        finally:
            # What was not fetched must not be waited for.
            self.close()

    def close(self) -> None:
        if self._connection is not None:
            with suppress(pymysql.Error):
                self._connection._force_close()
            self._connection = None

    def _connected(self, seconds: float) -> pymysql.Connection[Any]:
        url = sa.make_url(self._target.url)
        try:
            connection = pymysql.connect(
                host=url.host or "localhost",
                port=url.port or 3306,
                user=url.username,
                password=url.password or "",
                database=url.database,
                unix_socket=url.query.get("unix_socket"),
                charset="utf8mb4",
                connect_timeout=CONNECT_S,
                read_timeout=seconds + 1,
                write_timeout=seconds + 1,
                local_infile=False,
                ssl={"ca": url.query["ssl_ca"]} if "ssl_ca" in url.query else None,
            )
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION sql_mode = %s", (_MODE,))
                cursor.execute("SET SESSION TRANSACTION READ ONLY")
                _timed(cursor, seconds)
                cursor.execute("SHOW GRANTS")
                if any(_MIGHTY.search(str(row[0])) for row in cursor.fetchall()):
                    raise self._too_mighty()
        except pymysql.Error as error:
            raise unopened(self._target.url, _text(error), refused=_number(error) in _NO_ENTRY) from None
        return connection

    def _too_mighty(self) -> DatabaseFailed:
        user = sa.make_url(self._target.url).username
        return DatabaseFailed(
            f"{user} may read and write files of that server, which read-only transactions do not stop",
            reason="refused",
            hint="name another user in databases.<name>.url, made with: GRANT SELECT ON database.* TO user",
        )

    def _told(self, error: pymysql.Error) -> Exception:
        text, number = _text(error), _number(error)
        if number in _LATE or "timed out" in text:
            return Late()
        if number in _GONE:
            return DatabaseFailed(f"the connection broke: {text}", reason="unreachable", hint="ask again")
        if number in {ER.OUTOFMEMORY, ER.OUT_OF_SORTMEMORY, ER.NET_PACKET_TOO_LARGE}:
            return TooLarge()
        return bad_query(text, _NAMED)


def _timed(cursor: Any, seconds: float) -> None:
    """MySQL and MariaDB call it differently, and each knows only its own."""
    try:
        cursor.execute("SET SESSION max_execution_time = %s", (max(1, int(seconds * 1000)),))
    except pymysql.Error:
        cursor.execute("SET SESSION max_statement_time = %s", (max(0.001, seconds),))


def _number(error: pymysql.Error) -> int:
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def _text(error: pymysql.Error) -> str:
    return " ".join(str(error.args[-1] if error.args else error).split())
