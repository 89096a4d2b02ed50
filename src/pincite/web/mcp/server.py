"""How do the tools speak the Model Context Protocol? The official SDK's server over them. Needs the extra ``mcp``."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from traceback import format_exception
from typing import Any

import structlog
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import ValidationError

from pincite.errors import PinciteError
from pincite.web.mcp.shapes import TOOLS
from pincite.web.mcp.tools import Tools, written

log = structlog.get_logger()

INSTRUCTIONS = (
    "pincite answers questions from documents and shows the exact passage behind every sentence. Use ask for a cited "
    "answer, find to read the evidence yourself, read for more of a document. Repeat the [n] of an answer when you "
    "quote it, and say so where a sentence's verdict is not 'supported'."
)
_HINTS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=False, open_world_hint=True)

LISTED = [
    Tool(
        name=name,
        title=one.title,
        description=one.description,
        input_schema=one.takes.model_json_schema(),
        output_schema=one.gives.model_json_schema(mode="serialization"),
        annotations=_HINTS,
    )
    for name, one in TOOLS.items()
]


def serving(tools_of: Callable[[Any], Tools]) -> Server[Any]:
    """A server with the tools; any number of clients may share it. ``tools_of`` gets each call's HTTP request, if any:
    whoever calls is asked for at every call, not at the first one of a session.
    """

    async def listed(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=LISTED)

    async def called(context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        if params.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name!r}; there are: {', '.join(TOOLS)}")
        return await _called(tools_of(context.request), context, params)

    return Server(
        "pincite", version=version("pincite"), instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=called
    )


async def _called(tools: Tools, context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
    """What goes wrong is told to the model inside the result, so that it can do better; a crash names nothing."""
    told = 0

    async def progress(words: str) -> None:
        nonlocal told
        told += 1
        await context.session.report_progress(told, message=words)

    try:
        given = TOOLS[params.name].takes.model_validate(params.arguments or {})
        made = await getattr(tools, params.name)(given, progress)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)[:5]]
        return _refused("; ".join(wrong))
    except PinciteError as error:
        return _refused(f"{error.detail}{f' ({error.hint})' if error.hint else ''}")
    except Exception as crash:
        # The trace as text: a renderer that prints local variables would print the question.
        log.error("tool_crashed", tool=params.name, trace="".join(format_exception(crash)))
        return _refused("something went wrong in pincite; its log says more")
    return CallToolResult(
        content=[TextContent(text=written(made))], structured_content=made.model_dump(mode="json"), is_error=False
    )


def _refused(words: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=words)], is_error=True)


def manager(tools_of: Callable[[Any], Tools], most: int) -> StreamableHTTPSessionManager:
    """Serves clients over HTTP, at most ``most`` sessions at once. Who may come in is for the guard to say."""
    return StreamableHTTPSessionManager(serving(tools_of), max_sessions=most)


async def over_stdio(tools: Tools) -> None:
    """Serves one client by standard input and output, until it closes them."""
    server = serving(lambda _: tools)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
