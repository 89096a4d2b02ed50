"""How is all this documented? From the OpenAPI document itself, drawn here: no viewer from elsewhere, no script."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from jinja2 import Environment
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from pincite.web.gate.guard import OPEN
from pincite.web.problems import RESPONSES, Fault
from pincite.web.wire import reply, url

router = APIRouter(include_in_schema=False)

_TOKEN = {"type": "http", "scheme": "bearer", "description": "The server's access token, or a person's API key."}
_MESSAGE = {"application/json": {"schema": {"type": "object"}}}
_MESSAGES = {**_MESSAGE, "text/event-stream": {"schema": {"type": "string"}}}
_ANSWERS = {
    "200": {"description": "Messages of the server's.", "content": _MESSAGES},
    "202": {"description": "It was taken; there is nothing to say."},
    **{status: {"description": told["description"]} for status, told in RESPONSES.items()},
}
_MCP = {
    method: {
        "tags": ["mcp"],
        "summary": summary,
        "operationId": f"{method}_mcp",
        "description": "Streamable HTTP, as modelcontextprotocol.io describes it.",
        "responses": _ANSWERS,
        **more,
    }
    for method, summary, more in (
        ("post", "The Model Context Protocol: a message", {"requestBody": {"content": _MESSAGE}}),
        ("get", "The Model Context Protocol: follow a session", {}),
        ("delete", "The Model Context Protocol: end a session", {}),
    )
}
"""How ``/mcp`` is described, which is no route of the framework's."""


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    return reply(described(request.app))


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with what the framework does not see: the object that every operation may return, what the
    guard asks for, the form that is posted where JSON is too, and ``/mcp``."""
    document = app.openapi()
    components, paths = document["components"], document["paths"]
    components["schemas"].setdefault("Fault", Fault.model_json_schema(mode="serialization"))
    paths["/search"]["post"]["requestBody"]["content"].setdefault(
        "application/x-www-form-urlencoded", {"schema": _form(paths["/search"]["get"]["parameters"])}
    )
    paths["/search"]["post"]["summary"] = "Perplexity's search; of a form, SearXNG's"
    paths.setdefault("/mcp", _MCP)
    if app.state.door.token or app.state.visitors is not None:
        components["securitySchemes"] = {"token": _TOKEN}
        document["security"] = [{"token": []}]
        for operation in chain.from_iterable(paths[path].values() for path in paths.keys() & OPEN):
            operation["security"] = []
    return document


def _form(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """A form with the fields that may also stand in the address; which format is no question there."""
    fields = {one["name"]: one for one in parameters if one["name"] != "format"}
    properties = {name: {"description": one.get("description", ""), **one["schema"]} for name, one in fields.items()}
    return {"type": "object", "properties": properties, "required": [n for n, one in fields.items() if one["required"]]}


@router.get("/api/docs")
async def docs(request: Request) -> Response:
    document = described(request.app)
    operations: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operations.setdefault(operation["tags"][0], []).append(
                {"path": path, "method": method.upper(), **operation}
            )
    return HTMLResponse(
        _page().render(api=document, groups=operations, root=url(request, ""), kind=kind, fields=fields, code=code)
    )


@router.get("/api/docs.css")
async def style() -> Response:
    return Response(_file("docs.css"), media_type="text/css", headers={"cache-control": "max-age=3600"})


def fields(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any], bool]]:
    """Name, schema and whether it is required, for each field of an object."""
    required = set(schema.get("required", ()))
    return [(name, field, name in required) for name, field in schema.get("properties", {}).items()]


def kind(schema: dict[str, Any]) -> Markup:
    """A schema in a few words, with links to the objects that it names."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return Markup('<a href="#{0}">{0}</a>').format(name)
    if options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return Markup(" or ").join(kind(option) for option in options)
    if "const" in schema or "enum" in schema:
        return Markup(" or ").join(code(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return Markup("list of {}").format(kind(schema.get("items", {})))
    name = {"integer": "whole number", "object": "object", "null": "null"}.get(schema.get("type", ""), "")
    words = [name or schema.get("format") or schema.get("type", "anything"), *_limits(schema)]
    return Markup(", ").join(words)


def code(value: object) -> Markup:
    return Markup("<code>{}</code>").format(value if isinstance(value, str) else repr(value).lower())


def _limits(schema: dict[str, Any]) -> list[str]:
    names = {"minimum": "≥ {}", "maximum": "≤ {}", "minLength": "≥ {} characters", "maxLength": "≤ {} characters"}
    return list(chain.from_iterable([words.format(schema[key])] for key, words in names.items() if key in schema))


@cache
def _page() -> Any:
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_file("docs.html"))


def _file(name: str) -> str:
    return files("pincite.web.api").joinpath(name).read_text("utf-8")
