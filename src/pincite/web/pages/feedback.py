"""How do readers say what they think, and how does who runs the server see how it goes? Thumbs, and the page of use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from pincite.library.feedback import Feedback
from pincite.web.draw.turns import place
from pincite.web.looks import NO_MODEL, focus_menu, look, page
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import AnswerId, reply

router = APIRouter(include_in_schema=False)
api_router = APIRouter(prefix="/api", tags=["feedback"], responses=RESPONSES)

DAYS = (7, 30, 365)


class Given(BaseModel):
    """Thumbs with their reasons and the documents that the judged answers cite; no text of anybody."""

    feedback: list[Feedback]


@router.post("/a/{answer_id}/feedback")
async def judge(
    request: Request,
    answer_id: AnswerId,
    thumb: Annotated[Literal["up", "down", ""], Form()] = "",
    reasons: Annotated[Sequence[str], Form()] = (),
) -> Response:
    """A thumb, in the place of the one before; without one, that is taken back."""
    library = engine_of(request).library
    await library.judge(answer_id, thumb or None, reasons)
    thread_id = (await library.answer(answer_id)).question.thread_id
    number = place(await library.answers(thread_id), answer_id)
    return RedirectResponse(f"{look(request).root}/t/{thread_id}#a{number}-judge", 303)


@api_router.get("/feedback", response_model=Given, summary="What readers think of answers")
async def feedback(request: Request) -> Response:
    return reply({"feedback": await engine_of(request).library.feedback()})


@router.get("/usage")
async def usage(request: Request, days: Annotated[Literal["7", "30", "365"], Query()] = "30") -> Response:
    use = await engine_of(request).library.use(int(days))
    focuses = await focus_menu(request)
    return page(
        request,
        "usage.html",
        use=use,
        by_focus=[(focuses.label(name), number) for name, number in use.by_focus],
        by_model=[(NO_MODEL.name if name == NO_MODEL.id else name, number) for name, number in use.by_model],
        periods=DAYS,
        busiest=max((number for _, number in use.by_day), default=0),
        index=engine_of(request).index.counts(),
    )
