"""How is a form asked where there is only text? As numbered choices, and back: text that was asked is a form again.

The numbers count the choices of all fields in order, from 1, as the engine counts in a typed reply. Clients of
stateless APIs send the whole conversation each time; what stands in it of a form is all that is known of it then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import count as counting

from pincite.types import Choice, Form, FormField

RECOMMENDED = " (recommended)"
OTHER = "- or something else, in your own words"
MANY = " (any number of them)"
ENDS = 'Reply with a number, or in your own words; "skip" goes on without.'
_LABEL = re.compile(r"\*\*(.*)\*\*( \(any number of them\))?")
_CHOICE = re.compile(r"(\d{1,2})\. (.+)")


def told(form: Form) -> str:
    """The form as lines of Markdown. Labels and hints are on one line each, whatever is in them."""
    only = form.fields[0].label if len(form.fields) == 1 else ""
    opens = [] if _line(form.text) == _line(only) else [_line(form.text)]
    return "\n\n".join([*opens, *_fields(form), ENDS])


def _fields(form: Form) -> Iterator[str]:
    numbers = counting(1)
    for field in form.fields:
        several = MANY if field.kind == "many" else ""
        lines = [f"**{_line(field.label)}**{several}", ""]
        for choice in field.choices:
            hint = f" – {_line(choice.hint)}" if choice.hint else ""
            usual = RECOMMENDED if choice.id in field.default else ""
            lines.append(f"{next(numbers)}. {_line(choice.label)}{hint}{usual}")
        if field.choices and field.allow_other:
            lines.append(OTHER)
        elif not field.choices:
            usual = " to ".join(field.default) if field.kind == "range" else " ".join(field.default)
            lines.append(f"- in your own words{f', such as: {_line(usual)}' if usual else ''}")
        yield "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def asked(text: str) -> Form | None:
    """The form that ``told`` made ``text`` of, as far as it can be known; ``None`` for any other text.

    Choices are known by their numbers, and search with their labels. ``told(asked(told(form))) == told(form)``.
    """
    *parts, ends = text.strip().split("\n\n")
    if ends != ENDS or len(parts) < 2:
        return None
    opens = parts.pop(0) if len(parts) % 2 else ""
    fields: list[FormField] = []
    for label, lines in zip(parts[::2], parts[1::2], strict=True):
        found = _LABEL.fullmatch(label)
        if found is None:
            return None
        fields.append(_field(str(len(fields) + 1), found[1], bool(found[2]), lines.split("\n")))
    name = sha256(text.strip().encode()).hexdigest()[:32]
    return Form(id=name, text=opens or fields[0].label, fields=tuple(fields))


def _field(name: str, label: str, several: bool, lines: list[str]) -> FormField:
    choices, usual = [], []
    for line in lines:
        if (found := _CHOICE.fullmatch(line.removesuffix(RECOMMENDED))) is not None:
            words, _, hint = found[2].partition(" – ")
            choices.append(Choice(id=found[1], label=words, hint=hint, query_patch=words))
            usual += [found[1]] if line.endswith(RECOMMENDED) else []
    if not choices:
        words = lines[0].partition(", such as: ")[2]
        return FormField(id=name, label=label, kind="text", default=(words,) if words else ())
    kind = "many" if several else "one"
    return FormField(
        id=name, label=label, kind=kind, choices=tuple(choices), allow_other=OTHER in lines, default=tuple(usual)
    )
