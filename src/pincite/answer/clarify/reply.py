"""What does a reply to a form mean? Checks what was chosen, and says it in words and as terms for the search.

A form ends its turn; its reply is the next question, from whoever is in the thread. It may come as choices, or typed
like any other question: a label, a number, "any", or a few words that can't stand alone. All that the pipeline needs is
written into the question, so that it is durable with it and needs neither the form nor a model later.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from pincite.answer.clarify.facets import plain, said
from pincite.answer.question.plan import Plan
from pincite.errors import BadInput, Conflict
from pincite.text.tokens import QUESTION_WORDS, words
from pincite.types import Answer, Choice, Form, FormField, FormReply, Hit, Question, Status

LONGEST = 200
"""Characters of a value in free text."""
ELLIPTICAL = 6
"""Words; a longer text stands alone."""

_SKIPS = frozenset(
    [
        *("skip", "any", "anything", "either", "neither", "all", "both", "whatever", "none", "dunno", "unsure"),
        *("any of them", "all of them", "any of these", "all of these", "none of these", "doesn't matter", "not sure"),
        *("it doesn't matter", "i don't mind", "don't mind", "no preference", "i don't care", "i don't know"),
        *("don't know", "i'm not sure", "no idea", "skip it", "skip this"),
    ]
)
_ORDINALS = {name: at for at, name in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), start=1)}
_NUMBERS = re.compile(r"(?:(?:number|option|no\.?) )?\d{1,6}(?:(?:,| and|,? &|\s)\s*\d{1,6})*")
_CONNECTS = re.compile(
    r"^(?:i (?:mean|meant)|for|in|on|at|of|about|with|without|from|to|by|as|only|just|not|the|an?|my|our|under|over"
    r"|below|above|between|before|after|since|until|during|less|more|at (?:least|most))\b",
    re.IGNORECASE,
)
_ASKS = QUESTION_WORDS | {
    "tell",
    "show",
    "give",
    "find",
    "list",
    "compare",
    "please",
    "explain",
    "write",
    "has",
    "have",
}


def replied(question: Question, thread: Sequence[Answer], *, repeated: bool = False) -> Question:
    """``question`` as the engine takes it. What is no reply to a form of ``thread`` is left as it is.

    ``repeated``: it may have come before, so that a typed one is compared with the reply that the thread ends with.

    A reply has the question, mode, focus, filters and files of the turn that asked, its choices in words, and the terms
    that they add to the search. Raises ``BadInput`` for a form, field or choice that is unknown, and ``Conflict`` for
    a form that has been answered otherwise.
    """
    question = _again(question, thread)
    if question.reply is None and question.replaces is None:
        question = question.model_copy(update={"reply": _typed(question.text, thread, repeated=repeated)})
    if question.reply is None:
        return question
    asking = _asking(question.reply.form_id, thread)
    reply = _settled(question.reply, asking.form)
    before = given(question, thread)
    if before is not None and before.question.reply != reply:
        raise Conflict(
            f"the form {question.reply.form_id!r} has been answered with {_told(before)!r}",
            hint="ask a question of your own, or change that answer: send the reply with replaces: " + before.id,
        )
    asked = asking.question
    kept = {name: getattr(asked, name) for name in ("mode", "focus", "filters", "file_ids", "files_off", "collection")}
    return question.model_copy(
        update={**kept, "text": asked.text, "model": question.model or asked.model, "reply": reply}
    )


def given(question: Question, thread: Sequence[Answer]) -> Answer | None:
    """The answer to the reply that ``question``'s form already has; ``None`` if it has none, or replaces it."""
    if question.reply is None or question.replaces is not None:
        return None
    form_id = question.reply.form_id
    return next((a for a in thread if a.question.reply and a.question.reply.form_id == form_id), None)


def waiting(thread: Sequence[Answer]) -> Answer | None:
    """The last answer, if it asked a form that nobody has answered."""
    last = thread[-1] if thread else None
    return last if last is not None and last.status is Status.WAITING and last.form is not None else None


def _typed(text: str, thread: Sequence[Answer], *, repeated: bool) -> FormReply | None:
    open_form = waiting(thread)
    if open_form is not None and open_form.form is not None:
        return typed(text, open_form.form)
    last = thread[-1].question.reply if thread and repeated else None
    if last is None:
        return None
    form = _asking(last.form_id, thread).form
    reply = typed(text, form) if form else None
    return reply if reply and _settled(reply, form) == last else None


def _again(question: Question, thread: Sequence[Answer]) -> Question:
    """Asked again in the same words, a reply keeps its choices."""
    older = next((a.question for a in thread if a.id == question.replaces), None)
    if question.reply is None and older is not None and older.reply is not None and older.text == question.text:
        return question.model_copy(update={"reply": older.reply})
    return question


def _asking(form_id: str, thread: Sequence[Answer]) -> Answer:
    found = next((answer for answer in reversed(thread) if answer.form and answer.form.id == form_id), None)
    if found is None:
        raise BadInput(
            f"no form {form_id!r} was asked in this thread",
            hint="take the form's id from the answer that is waiting, and its thread's id",
        )
    return found


def _told(answer: Answer) -> str:
    reply = answer.question.reply
    return "" if reply is None else reply.said or "skip"


# ── what it means for the answer ──


def narrowed(planned: Plan, reply: FormReply | None) -> Plan:
    """The plan with what was chosen in its searches. A skipped form leaves them as they are: quick mode's."""
    if reply is None or reply.skipped or not reply.terms:
        return planned
    with_terms = tuple(f"{query.rstrip(' ?.!')} {reply.terms}" for query in planned.queries)
    return replace(planned, queries=with_terms, about="", chosen=reply.terms)


def heard(history: Sequence[Answer], reply: FormReply | None = None) -> list[Answer]:
    """The thread as if each reply had been a question in full: without the turns that asked, with what was chosen."""
    answered = {answer.question.reply.form_id for answer in history if answer.question.reply}
    answered |= {reply.form_id} if reply else set()
    return [
        answer.model_copy(update={"question": answer.question.model_copy(update={"text": worded(answer.question)})})
        for answer in history
        if not (answer.form and answer.form.id in answered)
    ]


def worded(question: Question) -> str:
    """The question with its choices in words, as a person would say both at once."""
    reply = question.reply
    return f"{question.text} ({reply.said})" if reply and reply.said and not reply.skipped else question.text


def assumed(reply: FormReply | None, hits: Sequence[Hit]) -> str:
    """The sentence that says what was taken for granted, where a form was skipped; or nothing, if it is not so."""
    if reply is None or not reply.skipped or not reply.said or not hits:
        return ""
    return f"I assumed that this is about “{reply.said}”." if plain(reply.terms) <= said(hits[0]) else ""


# ── what was chosen ──


def _settled(reply: FormReply, form: Form | None) -> FormReply:
    """The reply in words and terms. One that chooses nothing is skipped; a skipped one takes what is recommended."""
    fields = {field.id: field for field in form.fields} if form else {}
    values: dict[str, tuple[str, ...]] = {}
    for name, chosen in reply.values.items():
        if name not in fields:
            raise BadInput(f"the form has no field {name!r}", hint=f"its fields are {', '.join(fields)}")
        kept = tuple(dict.fromkeys(value.strip() for value in chosen if value.strip()))
        if kept and not reply.skipped:
            values[name] = _checked(fields[name], kept)
    skipped = not values
    meant = {name: field.default for name, field in fields.items()} if skipped else values
    told = [_in_words(fields[name], value) for name, chosen in meant.items() for value in chosen]
    said, terms = "; ".join(label for label, _ in told), " ".join(terms for _, terms in told if terms)
    return FormReply(form_id=reply.form_id, values=values, skipped=skipped, said=said, terms=terms)


def _checked(field: FormField, chosen: tuple[str, ...]) -> tuple[str, ...]:
    known = {choice.id for choice in field.choices}
    if field.kind in ("one", "text") and len(chosen) > 1:
        raise BadInput(f"{field.label!r} takes one value, not {len(chosen)}: {chosen}", hint="send one of them")
    if field.kind == "range":
        return _range(field, chosen)
    free = field.allow_other or field.kind == "text"
    for value in chosen:
        if value not in known and not free:
            raise BadInput(
                f"{field.label!r} has no choice {value!r}", hint=f"its choices are {', '.join(sorted(known))}"
            )
        if value not in known and (len(value) > LONGEST or not _is_text(value)):
            raise BadInput(
                f"{field.label!r} takes up to {LONGEST} characters of text, not {value[:40]!r} …",
                hint="say it in a few words, or ask it as a question of your own",
            )
    return chosen


def _range(field: FormField, chosen: tuple[str, ...]) -> tuple[str, ...]:
    try:
        numbers = [float(value) for value in chosen]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or numbers != sorted(numbers):
        raise BadInput(
            f"{field.label!r} takes one number, or the lower and the higher, not {chosen}", hint="send those"
        )
    return chosen


def _is_text(value: str) -> bool:
    return any(c.isalnum() for c in value) and not any(unicodedata.category(c) in ("Cc", "Cs") for c in value)


def _in_words(field: FormField, value: str) -> tuple[str, str]:
    """What was chosen as it is called, and what it adds to the search."""
    return next(((one.label, one.query_patch) for one in field.choices if one.id == value), (value, value))


# ── typed ──


def typed(text: str, form: Form) -> FormReply | None:
    """What a plain text chooses in ``form``, or ``None`` where it is a question of its own.

    Numbers count the choices of all fields in order, from 1.
    """
    bare = " ".join(text.replace("’", "'").split()).strip(" .!,;:\"'").lower()
    if bare in _SKIPS:
        return FormReply(form_id=form.id, skipped=True)
    choices = [(field, choice) for field in form.fields for choice in field.choices]
    counted = next((field for field in form.fields if field.kind == "range"), None)
    other = next((field for field in form.fields if field.kind == "text" or field.allow_other), None)
    numbers = _numbers(bare)
    if numbers and all(1 <= number <= len(choices) for number in numbers):
        return _chosen(form, [choices[number - 1] for number in numbers])
    if numbers and counted is not None:
        return FormReply(form_id=form.id, values={counted.id: tuple(map(str, numbers))})
    if numbers and choices and (other is None or other.kind != "text"):
        raise BadInput(
            f"the form has {len(choices)} choices, not {bare!r}",
            hint="say a number or the words of a choice, or skip; a question of its own needs more words",
        )
    named = _named(bare, choices) if not numbers else []
    if named:
        return _chosen(form, named)
    if other is None or not _is_elliptical(text):
        return None
    return FormReply(form_id=form.id, values={other.id: (" ".join(text.split())[:LONGEST],)})


def _chosen(form: Form, chosen: Sequence[tuple[FormField, Choice]]) -> FormReply:
    values: dict[str, tuple[str, ...]] = {}
    for field, choice in chosen:
        values[field.id] = (*values.get(field.id, ()), choice.id)
    return FormReply(form_id=form.id, values=values)


def _numbers(bare: str) -> list[int]:
    """Of ``2``, ``1 and 3``, ``the second one``; none of other words."""
    name = re.sub(r"^the | (?:one|option)$", "", bare)
    if name in _ORDINALS:
        return [_ORDINALS[name]]
    return [int(number) for number in re.findall(r"\d+", bare)] if _NUMBERS.fullmatch(bare) else []


def _named(bare: str, choices: Sequence[tuple[FormField, Choice]]) -> list[tuple[FormField, Choice]]:
    """The choices whose whole label is said; or else the only one that has all of the words."""
    typed_words = plain(bare)
    if not typed_words or bare.endswith("?") or set(bare.split()[:1]) & _ASKS:
        return []
    whole = [(field, choice) for field, choice in choices if (label := plain(choice.label)) and label <= typed_words]
    if whole and typed_words <= set().union(*(plain(choice.label) for _, choice in whole)):
        return whole
    part = [(field, choice) for field, choice in choices if typed_words <= plain(f"{choice.label} {choice.hint}")]
    return part if len(part) == 1 else []


def _is_elliptical(text: str) -> bool:
    """Too little for a question of its own: a few words that hang on something, or one or two plain ones."""
    bare = text.strip()
    said = words(bare)
    if not said or len(said) > ELLIPTICAL or bare.endswith(("?", "？")) or said[0] in _ASKS:
        return False
    names = [word for word in bare.split()[1:] if word[0].isupper()]
    return bool(_CONNECTS.match(bare)) or (len(plain(bare)) <= 2 and not names)
