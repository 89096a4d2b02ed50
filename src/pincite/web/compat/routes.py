"""Whose request is this? A form posted to ``/search`` is SearXNG's, everything else Perplexity's."""

from __future__ import annotations

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from pincite.text.charset import media_type


class Form(APIRoute):
    """Takes what a form sent."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return (match, child) if match is not Match.FULL or self.wants(scope) else (Match.NONE, {})

    def wants(self, scope: Scope) -> bool:
        sent = media_type(Headers(scope=scope).get("content-type", ""))
        return sent in {"application/x-www-form-urlencoded", "multipart/form-data"}


class Json(Form):
    """Takes everything else, so that a body of a wrong type is told that JSON is wanted."""

    def wants(self, scope: Scope) -> bool:
        return not super().wants(scope)
