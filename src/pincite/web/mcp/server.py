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
    ClientCapabilities,
    ElicitationCapability,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import ValidationError

from pincite.errors import PinciteError
from pincite.web import hints
from pincite.web.mcp.forms import filled, schema
from pincite.web.mcp.shapes import TOOLS, Answered
from pincite.web.mcp.tools import Progress, Tools, written

log = structlog.get_logger()

INSTRUCTIONS = (
    "pincite answers questions from documents and shows the exact passage behind every sentence. Use ask for a cited "
    "answer, find to read the evidence yourself, read for more of a document. Repeat the [n] of an answer when you "
    "quote it, and say so where a sentence's verdict is not 'supported'."
)
FORM = "form"
"""What a client is asked for, where it is asked for something."""
IN_ROUNDS = "2026-07-28"
"""The first revision in which a server can't ask in the middle of a call."""
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

    async def called(
        context: ServerRequestContext[Any], params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        if params.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name!r}; there are: {', '.join(TOOLS)}")
        return await _called(tools_of(context.request), context, params)

    return Server(
        "pincite", version=version("pincite"), instructions=INSTRUCTIONS, on_list_tools=listed, on_call_tool=called
    )


async def _called(
    tools: Tools, context: ServerRequestContext[Any], params: CallToolRequestParams
) -> CallToolResult | InputRequiredResult:
    """What goes wrong is told to the model inside the result, so that it can do better; a crash names nothing."""
    told = 0

    async def progress(words: str) -> None:
        nonlocal told
        told += 1
        await context.session.report_progress(told, message=words)

    try:
        given = TOOLS[params.name].takes.model_validate(params.arguments or {})
        if params.request_state is not None and params.input_responses:
            made: Any = await _filled_in(tools, params.request_state, params.input_responses.get(FORM), progress)
        else:
            made = await getattr(tools, params.name)(given, progress)
            if isinstance(made, Answered) and made.form is not None:
                made = await _asked_back(tools, context, made, progress)
        if isinstance(made, InputRequiredResult):
            return made
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)[:5]]
        return _refused("; ".join(wrong))
    except PinciteError as error:
        hint = hints.told(error.hint, hints.MCP)
        return _refused(f"{error.detail}{f' ({hint})' if hint else ''}")
    except Exception as crash:
        # The trace as text: a renderer that prints local variables would print the question.
        log.error("tool_crashed", tool=params.name, trace="".join(format_exception(crash)))
        return _refused("something went wrong in pincite; its log says more")
    return CallToolResult(
        content=[TextContent(text=written(made))], structured_content=made.model_dump(mode="json"), is_error=False
    )


async def _asked_back(
    tools: Tools, context: ServerRequestContext[Any], made: Answered, progress: Progress
) -> Answered | InputRequiredResult:
    """The person at the client is asked, where the client can; else the form is the answer, as text to reply to.

    Up to 2025-11-25 the client is asked in the middle of its call; after that the call ends, and comes again with what
    was filled in. The form waits in the library all the while, so nothing is lost if nobody answers.
    """
    able = context.session.check_client_capability(ClientCapabilities(elicitation=ElicitationCapability()))
    if made.form is None or not able:
        return made
    asking = ElicitRequestFormParams(message=made.form.text, requested_schema=schema(made.form))
    if context.protocol_version >= IN_ROUNDS:
        return InputRequiredResult(input_requests={FORM: ElicitRequest(params=asking)}, request_state=made.answer_id)
    if not context.session.can_send_request:
        return made
    result = await context.session.elicit_form(asking.message, asking.requested_schema, context.request_id)
    return await _filled_in(tools, made.answer_id, result, progress)


async def _filled_in(tools: Tools, answer_id: str, result: object, progress: Progress) -> Answered:
    """Whoever declines skips the form; whoever only closes it leaves it waiting."""
    made = await tools.waiting(answer_id)
    if made.form is None or not isinstance(result, ElicitResult) or result.action == "cancel":
        return made
    reply = filled(made.form, (result.content or {}) if result.action == "accept" else {})
    return await tools.reply(answer_id, reply, progress)


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
