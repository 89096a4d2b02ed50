"""Whose request is this? ``/search`` is three interfaces and a page; a route takes what is its own."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope


class _Choosy(APIRoute):
    """A route that also looks at more than the path."""

    def wants(self, scope: Scope) -> bool:
        raise NotImplementedError

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return (match, child) if match is not Match.FULL or self.wants(scope) else (Match.NONE, {})


class Form(_Choosy):
    """Takes what a form sent."""

    def wants(self, scope: Scope) -> bool:
        sent = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
        return sent in {"application/x-www-form-urlencoded", "multipart/form-data"}


class Json(Form):
    """Takes everything else, so that a body of a wrong type is told that JSON is wanted."""

    def wants(self, scope: Scope) -> bool:
        return not super().wants(scope)


class JsonResults(_Choosy):
    """Takes queries that ask for JSON, as SearXNG's do; the page has the others."""

    def wants(self, scope: Scope) -> bool:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        return query.get("format") == ["json"]
