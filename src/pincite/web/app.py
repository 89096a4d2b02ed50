"""What does the server serve? One FastAPI app: guard outside, then the APIs, then the page."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI

from pincite.settings import Settings
from pincite.web import guard, health, login, logs, page, problems
from pincite.web.api import ask, docs, search, suggest, threads
from pincite.web.compat import perplexity, searxng
from pincite.web.metrics import Metrics
from pincite.web.state import Door
from pincite.web.stream import Streams

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine


def create(engine: AnswerEngine, settings: Settings, *, token: str = "") -> FastAPI:
    """The app over an engine that is open. ``token`` is the access token, empty for a server on loopback.

    The caller closes the engine, after the last request.
    """
    metrics = Metrics()
    streams = Streams(settings.server.max_streams, metrics.streams, metrics.refused)
    door = Door(engine, settings, streams, metrics, token)
    app = FastAPI(
        title="pincite",
        version=version("pincite"),
        summary="Ask, and get an answer in which every sentence cites the exact passage it rests on.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.door = door
    problems.install(app)
    native = (ask.router, threads.router, search.router, suggest.router, docs.router)
    compatible = (perplexity.router, perplexity.search_router, searxng.router, searxng.form_router)
    for router in (*native, *compatible, health.router, login.router, page.router):
        app.include_router(router)
    door.paint_problem = page.problem_page
    app.add_middleware(guard.Guard, door=door)
    app.add_middleware(logs.Log, door=door)
    return app
