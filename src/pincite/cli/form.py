"""How is a form answered at a terminal? By numbers, or in words; at a prompt, or with ``--reply`` from a script."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pincite.cli.door import Door
from pincite.errors import BadInput
from pincite.types import Answer, Choice, Form, FormField, FormReply

SKIPS = ("s", "skip")
Numbered = tuple[int, FormField, Choice]


def chosen(form: Form, given: Sequence[str]) -> FormReply:
    """The reply that ``given`` comes to: a number, a choice's id or label, or words for the first field that takes
    some; ``FIELD=`` before it names the field; ``skip`` alone skips. Raises ``BadInput``.
    """
    if [one.strip().lower() for one in given] in [[word] for word in SKIPS]:
        return FormReply(form_id=form.id, skipped=True)
    values: dict[str, tuple[str, ...]] = {}
    for one in given:
        field, text = _named(form, one)
        name, value = _value(form, [field] if field else form.fields, text)
        values[name] = (*values.get(name, ()), *value)
    return FormReply(form_id=form.id, values=values)


def _named(form: Form, given: str) -> tuple[FormField | None, str]:
    name, is_, rest = given.partition("=")
    field = next((one for one in form.fields if name.strip().lower() in (one.id.lower(), one.label.lower())), None)
    return (field, rest.strip()) if is_ and field else (None, given.strip())


def _value(form: Form, fields: Sequence[FormField], text: str) -> tuple[str, tuple[str, ...]]:
    mine = [one for one in numbered(form) if one[1] in fields]
    for number, field, choice in mine:
        if text.lower() in (str(number), choice.id.lower(), choice.label.lower()):
            return field.id, (choice.id,)
    for field in fields:
        if field.kind == "range" and _numbers(text):
            return field.id, tuple(_numbers(text))
        if (field.allow_other or field.kind == "text") and text and not text.isdigit():
            return field.id, (text,)
    known = f"from {mine[0][0]} to {mine[-1][0]}" if mine else "in words"
    raise BadInput(f"{text!r} is no choice of this form", hint=f"its choices are {known}; skip goes on without")


def _numbers(text: str) -> list[str]:
    pieces = text.replace("–", " ").replace("to", " ").split()
    return pieces if pieces and all(piece.replace(".", "", 1).lstrip("-").isdigit() for piece in pieces) else []


def numbered(form: Form) -> list[Numbered]:
    """All choices in order, numbered from 1 as they are shown."""
    choices = [(field, choice) for field in form.fields for choice in field.choices]
    return [(number, field, choice) for number, (field, choice) in enumerate(choices, start=1)]


# ── at a prompt ──


def answered(form: Form, door: Door, read: Callable[[str], str] = input) -> FormReply | None:
    """Asks field by field, until each has an answer that can be taken. Enter takes what is recommended, ``s`` skips the
    form; ``None`` where the person leaves (Ctrl-C, Ctrl-D) and the form goes on waiting.
    """
    values: dict[str, tuple[str, ...]] = {}
    try:
        with _interruptible():
            for field in form.fields:
                value = _asked(form, field, door, read)
                if value is None:
                    return FormReply(form_id=form.id, skipped=True)
                if value:
                    values[field.id] = value
    except (EOFError, KeyboardInterrupt):
        door.say("")
        return None
    return FormReply(form_id=form.id, values=values)


def _asked(form: Form, field: FormField, door: Door, read: Callable[[str], str]) -> tuple[str, ...] | None:
    """``None`` skips."""
    mine = [one for one in numbered(form) if one[1] is field]
    usual = ", ".join(str(number) for number, _, choice in mine if choice.id in field.default)
    enter = f"Enter: {usual or ' to '.join(field.default) or 'any'}"
    prompt = f"{field.label} ({enter}; s: skip) › "
    while True:
        line = read(prompt).strip()
        if line.lower() in SKIPS:
            return None
        if not line:
            return field.default
        try:
            pieces = line.replace(",", " ").split()
            several = len(pieces) > 1 and field.kind == "many" and all(piece.isdigit() for piece in pieces)
            found = [_value(form, [field], piece)[1] for piece in (pieces if several else [line])]
            return tuple(value for values in found for value in values)
        except BadInput as error:
            door.warn(f"{error.detail}\n  → {error.hint}")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the prompt at once: a running event loop would first only note it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def how(answer: Answer) -> str:
    """What to type to answer the form that waits."""
    first = numbered(answer.form)[0][0] if answer.form and numbered(answer.form) else '"in your own words"'
    return f"reply: pincite ask --thread {answer.question.thread_id} --reply {first}   (or --reply skip)"


def waiting(thread: Sequence[Answer]) -> Answer:
    """The last answer of a thread, which waits for a reply. Raises ``BadInput`` if it does not."""
    if not thread or thread[-1].form is None:
        raise BadInput("nothing waits for a reply there", hint="name the thread with --thread, or ask a question")
    return thread[-1]
