"""What may a test touch? This machine's loopback, a temporary folder, and nothing of the user's.

The guard stands in the Python ``socket`` module; what opens sockets of its own (libpq, libuv, a browser) is pointed
at loopback by its test.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import NoPostgres, server

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
KEPT = {"PINCITE_SHARED_DATA", "PINCITE_CAMPAIGN"}

# Before any test module is imported: no setting of the user's shell reaches a test, and a test that forgets
# to name a data folder gets an empty one.
for _name in [name for name in os.environ if name.startswith("PINCITE_") and name not in KEPT]:
    del os.environ[_name]
_scratch = tempfile.TemporaryDirectory(prefix="pincite-test-")
os.environ["PINCITE_DATA_DIR"] = _scratch.name
# Reading costs every answer some 200 ms of processor time: whoever tests it asks for it.
os.environ["PINCITE_RANK__CROSS_ENCODER"] = "none"


class NetworkForbiddenError(RuntimeError):
    """A test reached for a machine that is not this one."""


def _check(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket is a path
    host = str(address[0] or "localhost")
    if host == "localhost":
        return
    try:
        allowed = ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        allowed = False
    if not allowed:
        raise NetworkForbiddenError(f"a test may only reach loopback, not {host!r}")


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Sockets and name look-ups beyond this machine raise. A test of a dead host uses a closed loopback port."""
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    getaddrinfo = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, *args: Any) -> int:
        _check(args[-1])
        return sendto(self, *args)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in (None, "", b"", "0.0.0.0", "::"):
            _check((host.decode() if isinstance(host, bytes) else host,))
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket.socket, "sendto", guarded_sendto)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public data sets. The test is skipped where there is none."""
    folder = Path(os.environ.get("PINCITE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the public data sets: {folder} is no folder (PINCITE_SHARED_DATA names another)")
    return folder


@pytest.fixture(scope="session")
def small_corpus() -> Path:
    """A folder of six short documents in four formats, for tests that need something to index and to ask about."""
    return FIXTURES / "corpus"


APART = {"slow": "a campaign: make campaigns runs it", "engines": "another browser: make test-browsers runs it"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Campaigns (``slow``) and tests in other browsers than Chromium (``engines``) run only when they are named, as in
    ``pytest -m slow``. The browser's tests run last.

    Playwright's synchronous interface keeps an event loop running in the main thread from its first use to the end
    of the session, beside which no other test could run one.
    """
    items.sort(key=lambda item: "tests/browser/" in item.path.as_posix())
    named = str(config.getoption("markexpr"))
    for mark, reason in APART.items():
        skip = pytest.mark.skip(reason=reason)
        for item in items:
            if mark not in named and item.get_closest_marker(mark):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The socket folder of a running PostgreSQL; where there is none, the test is skipped, but not in CI."""
    try:
        running = server()
        folder = running.__enter__()
    except NoPostgres as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    try:
        yield folder
    finally:
        running.__exit__(None, None, None)
