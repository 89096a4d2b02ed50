"""How does the page live on a device? It can be installed and shared to; what was read is there without a network."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from pincite.web import looks
from pincite.web.looks import look, page

router = APIRouter(include_in_schema=False)

SCRIPTS = ("pincite.js", "ask.js", "words.js", "keys.js", "offline.js")
"""What every page loads."""
LATER = tuple(f"{name}.js" for name in "answers follow cite watch files thread palette suggest form table".split())
"""What some pages load, or all of them when it is asked for."""


@router.get("/sw.js")
async def worker(request: Request) -> Response:
    """The service worker, over all pages; another version of any static file is another worker."""
    seen = look(request)
    shell = [f"{seen.root}/offline", *(seen.static(name) for name in (*SCRIPTS, *LATER, "pincite.css", "icon.svg"))]
    settings = {"VERSION": looks.static_version(), "ROOT": seen.root, "SHELL": shell}
    lines = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in settings.items())
    text = looks.static_files()["sw.js"].read_text(encoding="utf-8")
    return Response(lines + text, media_type="text/javascript", headers={"cache-control": "no-cache"})


@router.get("/offline")
async def offline(request: Request) -> Response:
    return page(request, "offline.html")


@router.get("/manifest.webmanifest")
async def manifest(request: Request) -> Response:
    root = look(request).root
    icon = look(request).static("icon.svg")
    sent = {"title": "title", "text": "q", "url": "url"}
    form = "application/x-www-form-urlencoded"
    shared = {"action": f"{root}/", "method": "GET", "enctype": form, "params": sent}
    described = {
        "name": "pincite",
        "short_name": "pincite",
        "id": f"{root}/",
        "start_url": f"{root}/",
        "scope": f"{root}/",
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [{"src": icon, "type": "image/svg+xml", "sizes": "any", "purpose": "any maskable"}],
        "share_target": shared,
    }
    return Response(json.dumps(described), media_type="application/manifest+json")
