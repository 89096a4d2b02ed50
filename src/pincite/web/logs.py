"""What did the server do? One line a request, with its id, route, status and time; never a question's text.

Routes are logged as templates (``/api/answers/{answer_id}``) and queries not at all, because people's questions
stand in them.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Any, Literal

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.types import new_id
from pincite.web import problems
from pincite.web.gate import guard
from pincite.web.state import Door

log = structlog.get_logger()

REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")


def configure(level: str, style: Literal["auto", "console", "json"] = "auto") -> None:
    """Sends everything that is logged to stderr: lines for people on a terminal, JSON elsewhere."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    for_people = style == "console" or (style == "auto" and sys.stderr.isatty())
    # Tracebacks without local variables: people's questions stand in them.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if for_people
        else [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    foreign = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(foreign)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(threshold, logging.WARNING))


class Log:
    """ASGI middleware, the outermost: gives a request its id, counts and logs it, and answers for a crash."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else new_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        status = 0

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)["x-request-id"] = request_id
                self.door.metrics.seconds.labels(route(scope)).observe(time.perf_counter() - began)
            await send(message)

        try:
            await self.app(scope, receive, out)
        except Exception as error:
            log.exception("crashed", route=route(scope))
            if not status:
                request = Request(scope)
                response = problems.respond(request, problems.told(request, error))
                await response(scope, receive, guard.hardened(out))
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self.door.metrics.requests.labels(method, route(scope), str(status)).inc()
            ms = round((time.perf_counter() - began) * 1000, 1)
            log.info("served", method=method, route=route(scope), status=status, ms=ms)


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def route(scope: Scope) -> str:
    """The template of the route that took the request, ``"-"`` where none did. A closed set, fit for a label."""
    taken = scope.get("route")
    template = getattr(taken, "path_format", None) or getattr(taken, "path", None)
    return str(template) if template else "-"
