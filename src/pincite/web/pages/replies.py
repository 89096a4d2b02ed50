"""How is a form answered on the page? What its fields send becomes a reply, which is the thread's next question.

It works without scripts. Whoever may ask in the thread may answer; a form that somebody has answered otherwise is a
conflict, and what stands there stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from pincite.errors import BadInput
from pincite.types import Form, FormField, FormReply, Question
from pincite.web.draw.turns import history, place
from pincite.web.looks import look
from pincite.web.state import door_of, engine_of
from pincite.web.wire import AnswerId

router = APIRouter(include_in_schema=False)


@router.post("/a/{answer_id}/reply")
async def answer_form(request: Request, answer_id: AnswerId) -> Response:
    """The fields of the form that this answer asked, as ``parts.form`` names them; ``skip`` answers without them.
    ``replaces`` is the answer to an earlier reply, of which this one makes a new version."""
    engine = engine_of(request)
    asked = await engine.library.answer(answer_id)
    await engine.library.allow_question(asked.question.thread_id)
    if asked.form is None:
        raise BadInput(f"answer {answer_id} asked nothing", hint="go back to its thread and ask a question there")
    posted = await request.form()
    skipped = bool(posted.get("skip"))
    reply = FormReply(form_id=asked.form.id, values={} if skipped else chosen(asked.form, posted), skipped=skipped)
    replaces = str(posted.get("replaces", "")) or None
    thread_id = asked.question.thread_id
    question = Question(
        thread_id=thread_id, text=asked.question.text, mode=asked.question.mode, reply=reply, replaces=replaces
    )
    earlier = history(await engine.library.answers(thread_id), replaces)
    fresh = await engine.ask(question, history=earlier)
    door_of(request).asked("page", fresh)
    number = place(await engine.library.answers(thread_id), fresh)
    return RedirectResponse(f"{look(request).root}/t/{thread_id}#a{number}", 303)


def chosen(form: Form, posted: FormData) -> Mapping[str, tuple[str, ...]]:
    """What was chosen, by field. Fields that were left empty are not in it."""
    found = {field.id: _values(field, posted) for field in form.fields}
    return {name: values for name, values in found.items() if values}


def _values(field: FormField, posted: FormData) -> tuple[str, ...]:
    """Without a script nothing unpicks the recommended choice when something else is typed: the words count then."""
    picked = [str(value).strip() for value in posted.getlist(f"f-{field.id}")]
    typed = str(posted.get(f"o-{field.id}", "")).strip()
    if typed and field.kind != "many":
        return (typed,)
    return tuple(filter(None, [*picked, typed]))
