"""What does a caller see when something goes wrong? RFC 9457 problem details, everywhere, and never a traceback.

The compatible interfaces speak the shape that their clients know, ``{"error": {...}}``; a browser that went to a
page gets the page's own drawing. All three are made here from the same ``Problem``.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from pincite.errors import Busy, Damaged, DiskFull, PinciteError
from pincite.text.charset import media_type
from pincite.types import Problem
from pincite.web import hints
from pincite.web.state import house_of

log = structlog.get_logger()

COMPATIBLE = ("/v1/", "/async/")
"""Below these, clients expect OpenAI's error shape."""
POSTED = ("/chat/completions", "/search")
"""Here too if they post: a GET of /search is SearXNG's or the page's."""
TAVILY = "/tavily/"
"""Below this they expect Tavily's."""


class Fault(Problem):
    """RFC 9457 problem details. ``errors`` says what is wrong with which value of the request."""

    errors: tuple[dict[str, str], ...] = Field(default=(), description="One for each wrong value: where, and what.")


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "The request can't be answered as it is.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
    },
    "5XX": {
        "description": "It did not work this time.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Fault"}}},
    },
}
"""For every route's documentation."""


def install(app: FastAPI) -> None:
    """Every error of ``app`` leaves in one of the three shapes."""
    app.add_exception_handler(PinciteError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _crash)


def respond(
    request: HTTPConnection,
    problem: Problem,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """``problem`` in the shape that the caller of this path expects."""
    path = request.scope["path"][len(request.scope.get("root_path", "")) :]
    words = {"detail": printable(problem.detail), "hint": hints.told(problem.hint, hints.HTTP)}
    fault = Fault.model_validate({**problem.model_dump(), **words, "errors": [_printable(e) for e in errors]})
    # A 5xx without a word on when to come back is retried at once by every client.
    later = 2.0 if problem.retryable and problem.status in {429, 503} else None
    later = problem.retry_after_s if problem.retry_after_s is not None else later
    more = {} if later is None else {"retry-after": str(math.ceil(later))}
    out = {**more, **(headers or {})}
    foreign = COMPATIBLE if request.scope["method"] == "GET" else COMPATIBLE + POSTED
    if path.startswith((*foreign, TAVILY)):
        # Their word for a request that can't be taken is 400; 422 is what their own proxies use.
        known = fault.model_copy(update={"status": 400}) if fault.status == 422 else fault
        shape = tavily_error if path.startswith(TAVILY) else openai_error
        return JSONResponse(shape(known), known.status, out)
    painter = house_of(request).paint_problem
    if painter is not None and not path.startswith("/api/") and _wants_page(request):
        response = painter(request, fault.model_copy(update={"hint": hints.told(problem.hint, hints.PAGE)}))
        response.headers.update(out)
        return response
    return Response(fault.model_dump_json(), fault.status, out, "application/problem+json")


def openai_error(problem: Problem) -> dict[str, Any]:
    """The shape of OpenAI and Perplexity. ``code`` is a number, as the AI SDK insists."""
    kind = "invalid_request_error" if problem.status < 500 else "api_error"
    return {"error": {"message": message(problem), "type": kind, "code": problem.status, "param": None}}


def tavily_error(problem: Problem) -> dict[str, Any]:
    """The shape of Tavily, whose client shows ``error``."""
    return {"detail": {"error": message(problem)}}


def message(problem: Problem) -> str:
    """In one line for who has one field for it: what is wrong, and what to do next."""
    return f"{problem.detail or problem.title}{f' ({problem.hint})' if problem.hint else ''}"


def printable(text: str) -> str:
    """``text`` without lone surrogates, which no encoding can carry."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def problem_of(error: Exception) -> Problem:
    """What ``error`` is to a caller: our own errors speak, all others are only named as ours to fix."""
    known = _lacking(error) if isinstance(error, OSError) else error
    if isinstance(known, PinciteError):
        return known.problem()
    return Problem(
        type="internal",
        title="Something went wrong in pincite",
        detail="The request could not be served; the server's log says more.",
        hint="try again; if it comes back, report it with the x-request-id of this response",
        retryable=True,
    )


def _lacking(error: OSError) -> PinciteError | None:
    """What this machine has no more of, without the path that it was needed for."""
    hint = "try again in a moment, and tell who runs the server if it comes back"
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull("there is no room for what was sent", hint=hint)
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return Busy("too many files and connections are open", hint=hint)
    return None


def _printable(error: Mapping[str, str]) -> dict[str, str]:
    return {key: printable(value) for key, value in error.items()}


def _wants_page(request: HTTPConnection) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _ours(request: Request, error: Exception) -> Response:
    return respond(request, told(request, error))


def told(request: Request, error: Exception) -> Problem:
    """What ``error`` is to this caller. What a disk or a database refused is logged too, for who runs the server.

    Where others have accounts here, they are not told its paths and addresses: they can mend nothing by them.
    """
    if not isinstance(error, Busy | Damaged | DiskFull) or error.__cause__ is None:
        return problem_of(error)
    log.error("store_failed", type=type(error).__name__, detail=error.detail, hint=error.hint)
    if not house_of(request).settings.server.public:
        return problem_of(error)
    words = {"detail": "the server's log says more", "hint": "try again, and tell who runs the server if it comes back"}
    return error.problem().model_copy(update=words)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase, path = HTTPStatus(error.status_code).phrase, request.url.path
    title = phrase.capitalize()
    missing = error.status_code == HTTPStatus.NOT_FOUND and error.detail == phrase
    detail = f"there is nothing at {path}" if missing else f"{request.method} {path}: {error.detail}"
    problem = Problem(
        type=title.lower().replace(" ", "-"),
        title=title,
        status=error.status_code,
        detail=printable(detail),
        hint=_HINTS.get(error.status_code, ""),
    )
    headers = dict(error.headers or {})
    if error.status_code == 405 and request.method not in (taken := _methods(request)):
        headers = {name: value for name, value in headers.items() if name.lower() != "allow"}
        headers["allow"] = ", ".join(sorted(taken))
    return respond(request, problem, headers=headers)


def _methods(request: Request) -> set[str]:
    """The methods of all routes of this path: the framework names those of the first."""
    here = (one for one in iter_route_contexts(request.app.routes) if one.matches(request.scope)[0] is not Match.NONE)
    taken = {method for one in here for method in one.methods or ()}
    return taken | {"HEAD"} if "GET" in taken else taken


_HINTS = {
    400: "send what GET /openapi.json describes, in UTF-8",
    404: "GET /openapi.json lists what there is",
    405: "GET /openapi.json lists what there is",
}
"""For what the framework refuses by itself; a body that is no UTF-8 is a 400 of its own."""


async def _invalid(request: Request, error: Exception) -> Response:
    """The values are named, never echoed: they may be large, binary, or someone's secret."""
    assert isinstance(error, RequestValidationError)
    errors = [{"where": ".".join(map(str, one["loc"])), "what": one["msg"]} for one in error.errors()[:20]]
    kinds = {one["type"] for one in error.errors()}
    status, title = (400, "That is not JSON") if "json_invalid" in kinds else (422, "That can't be taken")
    wrong = {one["loc"] for one in error.errors()}
    sent = media_type(request.headers.get("content-type", "application/json"))
    hint = "GET /openapi.json has the schema"
    if status == 422 and ("body",) in wrong and sent != "application/json":  # no field of a form that was understood
        status, title, hint = 415, "The body must be JSON", "send content-type: application/json"
    elif status == 422 and ("body", "file") in wrong and sent != _FORM:
        status, title, hint = 415, "The body must be a form", f"send {_FORM}, with the file in the field file"
    detail = "; ".join(f"{one['where']}: {one['what']}" for one in errors[:3])
    problem = Problem(type="bad-input", title=title, status=status, detail=printable(detail), hint=hint)
    return respond(request, problem, errors=errors)


_FORM = "multipart/form-data"


async def _crash(request: Request, error: Exception) -> Response:
    log.error("crashed", route=request.scope["path"].split("/")[1], exc_info=error)
    return respond(request, problem_of(error))
