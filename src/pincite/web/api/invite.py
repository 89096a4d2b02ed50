"""How do browsers and models learn what is here? OpenSearch for the search bar, ``/llms.txt`` for models.

Addresses are written out, because a browser keeps them: with ``server.base_url`` where it is set, else as this
request came.
"""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.resources import files
from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from pincite.web.looks import look
from pincite.web.problems import RESPONSES
from pincite.web.state import door_of, engine_of
from pincite.web.wire import reply

router = APIRouter(tags=["choices"], responses=RESPONSES)

_TYPE = "application/opensearchdescription+xml"
_DESCRIPTION = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>pincite</ShortName>
<Description>Answers in which every sentence cites the passage it rests on</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image type="image/svg+xml">{icon}</Image>
<Url rel="results" type="text/html" method="get" template="{base}/search?q={{searchTerms}}"/>
<Url rel="suggestions" type="application/x-suggestions+json" method="get" template="{base}/suggest?q={{searchTerms}}"/>
<Url rel="self" type="application/opensearchdescription+xml" template="{base}/opensearch.xml"/>
</OpenSearchDescription>
"""


def base(request: Request) -> str:
    """The address of this server for others, without a slash at its end."""
    named = door_of(request).settings.server.base_url.rstrip("/")
    return named or f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"


@router.get(
    "/opensearch.xml",
    response_class=Response,
    summary="OpenSearch description, for the browser's search bar",
    responses={200: {"content": {_TYPE: {"schema": {"type": "string"}}}}},
)
async def opensearch(request: Request) -> Response:
    own = base(request)
    icon = f"{own}{look(request).static('icon.svg').removeprefix(look(request).root)}"
    quoted = {'"': "&quot;"}
    return Response(_DESCRIPTION.format(base=escape(own, quoted), icon=escape(icon, quoted)), media_type=_TYPE)


@router.get(
    "/suggest",
    response_class=Response,
    summary="OpenSearch suggestions, from the titles that are indexed",
    responses={200: {"content": {"application/x-suggestions+json": {"schema": {"type": "array"}}}}},
)
async def suggest(
    request: Request, q: Annotated[str, Query(max_length=500, description="What was typed so far.")] = ""
) -> Response:
    """Asks nobody but the own index: what is typed into a search bar is not for others."""
    titles = await asyncio.to_thread(engine_of(request).index.titles, q.replace("\0", " ").strip(), 8)
    # Without relevances, Chromium shows three at the most.
    relevance = {"google:suggestrelevance": [600 - place for place in range(len(titles))]}
    response = reply([q, titles, [], [], relevance])
    response.headers["content-type"] = "application/x-suggestions+json"
    return response


@router.get(
    "/llms.txt",
    response_class=Response,
    summary="What a model should know of this server",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def llms(request: Request) -> Response:
    return Response(_llms().replace("{base}", base(request)), media_type="text/plain; charset=utf-8")


@cache
def _llms() -> str:
    return files("pincite.web.api").joinpath("llms.txt").read_text("utf-8")
