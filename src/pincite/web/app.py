"""What does the server serve? One FastAPI app: guard outside, then the APIs, then the page."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI

from pincite.library.access import LOCAL
from pincite.settings import Settings
from pincite.web import head, health, logs, problems, wire, words
from pincite.web.acting import Acting
from pincite.web.api import ask, databases, docs, files, invite, search, suggest, tables, threads
from pincite.web.compat import jobs, openwebui, perplexity, responses, searxng, tavily
from pincite.web.gate import guard, login, origins, sso
from pincite.web.mcp import http as mcp
from pincite.web.metrics import Metrics
from pincite.web.pages import (
    account,
    collections,
    context,
    endpoints,
    feedback,
    offline,
    page,
    people,
    preferences,
    providers,
    replies,
    share,
)
from pincite.web.pages import files as file_pages
from pincite.web.pages import threads as thread_pages
from pincite.web.state import Door
from pincite.web.stream import Streams
from pincite.web.visitors import Visitors

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine


NATIVE = (
    ask.router,
    tables.router,
    threads.router,
    files.router,
    search.router,
    suggest.router,
    databases.router,
    invite.router,
    feedback.api_router,
    docs.router,
)
COMPATIBLE = (
    perplexity.router,
    perplexity.search_router,
    responses.router,
    jobs.router,
    tavily.router,
    openwebui.router,
    searxng.router,
    searxng.form_router,
)
PAGES = (
    health.router,
    login.router,
    sso.router,
    account.router,
    people.router,
    providers.router,
    endpoints.router,
    page.router,
    context.router,
    replies.router,
    preferences.router,
    feedback.router,
    offline.router,
    thread_pages.router,
    file_pages.router,
    share.router,
    collections.router,
)


def create(engine: AnswerEngine, settings: Settings, *, token: str = "") -> FastAPI:
    """The app over an engine that is open. ``token`` is the access token, empty for a server on loopback.

    The caller closes the engine, after the last request. Raises ``BadSettings`` for origins that can't be let in.
    """
    listed = origins.allowed(settings.server, locked=bool(token) or settings.server.public)
    metrics = Metrics()
    streams = Streams(settings.server.max_streams, metrics.streams, metrics.refused)
    door = Door(Acting(engine, LOCAL), settings, streams, metrics, token)
    app = FastAPI(
        title="pincite",
        version=version("pincite"),
        summary="Ask, and get an answer in which every sentence cites the exact passage it rests on.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    visitors = Visitors(lambda: door.engine.people, settings.people) if settings.server.public else None
    app.state.door, app.state.visitors, app.state.providers = door, visitors, {}
    problems.install(app)
    for router in (*NATIVE, *COMPATIBLE):
        app.include_router(router, dependencies=[Depends(wire.check_text)])
    for router in PAGES:
        app.include_router(router)
    app.router.routes.append(mcp.route())
    door.paint_problem = page.problem_page
    app.add_middleware(guard.Guard, door=door, visitors=visitors)
    app.add_middleware(head.Head)
    app.add_middleware(logs.Log, door=door)
    if listed:
        app.add_middleware(origins.Origins, origins=listed, base_url=settings.server.base_url)
    app.add_middleware(words.Speaks)
    return app
