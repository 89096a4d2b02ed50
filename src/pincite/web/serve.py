"""How does the server start and stop? One process on one event loop, on loopback unless a token or accounts guard it.

Started: the socket is bound first, so that a port in use is said at once; then the data folder is opened. Stopped: no
new connections, the answers that run have ``DRAIN_S`` to finish, the rest are closed as interrupted, then the data
folder is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from urllib.parse import urlsplit

import structlog
import uvicorn

from pincite.engine import AnswerEngine
from pincite.errors import BadSettings, Busy, Refused
from pincite.settings import Settings
from pincite.web import app, logs
from pincite.web.gate.guard import is_loopback

if sys.platform != "win32":
    import uvloop

    _new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
else:
    _new_loop = asyncio.new_event_loop

log = structlog.get_logger()

DRAIN_S = 20
LEAST_TOKEN = 16
"""Characters; a token that can be guessed guards nothing, and there is no counting of wrong ones."""


def run(settings: Settings, *, ready: Callable[[str], None] | None = None, env: Mapping[str, str] = os.environ) -> None:
    """Serves until the process is told to end. ``ready`` gets the URL once requests are taken.

    Raises ``Refused`` for a public bind without a token, ``Busy`` for a port in use, ``BadSettings`` for an address
    that this machine does not have, and whatever opening the data folder raises.
    """
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        runner.run(_serve(settings, ready, env))


async def _serve(settings: Settings, ready: Callable[[str], None] | None, env: Mapping[str, str]) -> None:
    token = access_token(settings, env)
    logs.configure(settings.log_level)
    with bind(settings.server.host, settings.server.port) as listener:
        async with await AnswerEngine.open(settings, embed=True, resume=True, env=env) as engine:
            if settings.server.public and not await engine.library.people.all():
                raise nobody()
            server = Server(engine, settings, token)
            calm_collector()
            async with server.running(listener) as url:
                log.info("serving", url=url, token=bool(token))
                with server.ended_by(signal.SIGINT, signal.SIGTERM):
                    # Not before: whoever reads the address may end it at once, and a signal in between was lost.
                    if ready is not None:
                        ready(url)
                    await server.ended.wait()
            log.info("stopped")


def nobody() -> Refused:
    """What a server for several people is told that has none yet."""
    hint = "make yours first: pincite people add you@example.org --role owner"
    return Refused("nobody has an account yet", hint=hint)


def access_token(settings: Settings, env: Mapping[str, str]) -> str:
    """The access token, empty for a server that only this machine reaches, or that has accounts. Raises ``Refused``."""
    server = settings.server
    if server.public:
        _over_tls(settings)
        return ""
    token = env.get(server.token_env, "").strip()
    advice = f"export {server.token_env}=$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')"
    public = not is_loopback(server.host)
    if public and not token:
        raise Refused(
            f"server.host = {server.host!r} lets others in, and no access token is set",
            hint=f"let people sign in: pincite serve --public; or, for yourself alone, set one first: {advice}",
        )
    if token and len(token) < LEAST_TOKEN:
        raise Refused(f"the access token in {server.token_env} has {len(token)} characters", hint=f"longer: {advice}")
    base = urlsplit(server.base_url).hostname or ""
    if base and not is_loopback(base) and not token:
        log.warning("no_token", base_url=server.base_url, hint=f"whoever reaches the proxy may ask; {advice}")
    return token


def _over_tls(settings: Settings) -> None:
    """Raises ``Refused`` where browsers would not keep a session: passwords and cookies go over TLS only."""
    server = settings.server
    base = urlsplit(server.base_url)
    here = is_loopback(base.hostname) if base.hostname else is_loopback(server.host)
    if base.scheme != "https" and not here:
        raise Refused(
            "people sign in over https only, and server.base_url is no https address",
            hint="put a proxy with a certificate before it, and name it: --set server.base_url=https://ask.example.org",
        )


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ``Busy``, ``Refused`` or ``BadSettings`` with what to do."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise BadSettings(
            f"server.host = {host!r} is no address of this machine", hint="try --host 127.0.0.1"
        ) from None
    # With the protocol named, event loops turn Nagle's algorithm off; without, each reply waits 40 ms for an ACK.
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            hint = f"stop what listens there (pincite serve, maybe), or try: pincite serve --port {port + 1}"
            raise Busy(f"port {port} of {host} is in use", hint=hint) from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise Refused(f"port {port} is not for this user", hint="try: pincite serve --port 8765") from None
        raise BadSettings(f"can't listen on {host}:{port}: {error.strerror}", hint="try --host 127.0.0.1") from None
    return listener


def calm_collector() -> None:
    """Keeps Python's garbage collector from stopping all streams while it looks at what does not change.

    A full collection took 100 to 310 ms with 200 streams open, every second or two; nearly all that it looked at
    were modules, schemas and events that are still in use. Those that are there by now are set aside, and full
    collections wait for ten million new objects. The others are kept small: of 20 young generations at once, most of
    them events that are still followed, one took 85 ms every two seconds; three at once take 7.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 2, 1_700)


class Server:
    """One app on one socket, in the running event loop."""

    def __init__(self, engine: AnswerEngine, settings: Settings, token: str = "") -> None:
        self.app = app.create(engine, settings, token=token)
        self.ended = asyncio.Event()
        self._settings = settings

    @contextlib.asynccontextmanager
    async def running(self, listener: socket.socket) -> AsyncIterator[str]:
        """Takes requests inside the block, whose value is the URL; drains at its end."""
        config = uvicorn.Config(
            self.app,
            http="httptools",
            ws="none",
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=DRAIN_S,
            root_path=urlsplit(self._settings.server.base_url).path.rstrip("/"),
        )
        server = _Uvicorn(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        serving.add_done_callback(lambda _: self.ended.set())
        try:
            up = asyncio.create_task(server.up.wait())
            await asyncio.wait({up, serving}, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            host, port = listener.getsockname()[:2]
            name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not bound
            yield f"http://{f'[{name}]' if ':' in name else name}:{port}"
        finally:
            self.app.state.door.closing.set()
            server.should_exit = True
            await serving

    @contextlib.contextmanager
    def ended_by(self, *signals: signal.Signals) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for one in signals:
            loop.add_signal_handler(one, self.ended.set)
        try:
            yield
        finally:
            # A second signal ends the process the hard way, so these stay off from here on.
            for one in signals:
                loop.remove_signal_handler(one)


class _Uvicorn(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again when it has stopped, before the data folder is closed."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
