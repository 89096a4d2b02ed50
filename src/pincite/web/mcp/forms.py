"""How does a client of the protocol fill in a form? As a flat schema of its elicitation, and back as a reply.

Every revision that knows elicitation takes strings, enumerations with names, numbers and switches, so a field is made
of these: one choice is an enumeration, many are a switch each, and words stand beside them as a text of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pincite.types import Form, FormField, FormReply

Schema = dict[str, Any]


def schema(form: Form) -> Schema:
    """Its properties are named ``f1`` … in the order of the fields; none is required."""
    properties: Schema = {}
    for at, field in enumerate(form.fields, start=1):
        properties |= _properties(f"f{at}", field)
    return {"type": "object", "properties": properties, "required": []}


def _properties(name: str, field: FormField) -> Schema:
    made: Schema = {}
    if field.kind == "one" and field.choices:
        labels = [f"{one.label} – {one.hint}" if one.hint else one.label for one in field.choices]
        usual = {"default": field.default[0]} if field.default else {}
        ids = [one.id for one in field.choices]
        made[name] = {"type": "string", "title": field.label, "enum": ids, "enumNames": labels, **usual}
    elif field.kind == "many":
        for at, one in enumerate(field.choices, start=1):
            title = f"{field.label}: {one.label}"
            made[f"{name}_{at}"] = {"type": "boolean", "title": title, "default": one.id in field.default}
    elif field.kind == "range":
        for end in ("from", "to"):
            made[f"{name}_{end}"] = {"type": "number", "title": f"{field.label}, {end}"}
    if field.kind == "text" or field.allow_other:
        title = field.label if field.kind == "text" else f"{field.label}: something else"
        made[f"{name}_words"] = {"type": "string", "title": title, "maxLength": 200}
    return made


def filled(form: Form, content: Mapping[str, Any]) -> FormReply:
    """The reply that a filled-in form is. Words take the place of one choice, and stand beside many."""
    values: dict[str, tuple[str, ...]] = {}
    for at, field in enumerate(form.fields, start=1):
        if found := _values(f"f{at}", field, content):
            values[field.id] = found
    return FormReply(form_id=form.id, values=values)


def _values(name: str, field: FormField, content: Mapping[str, Any]) -> tuple[str, ...]:
    words = str(content.get(f"{name}_words") or "").strip()
    if field.kind == "range":
        ends = [content.get(f"{name}_{end}") for end in ("from", "to")]
        return tuple(f"{end:g}" for end in ends if isinstance(end, int | float))
    if field.kind == "many":
        picked = [one.id for n, one in enumerate(field.choices, start=1) if content.get(f"{name}_{n}") is True]
        return (*picked, words) if words else tuple(picked)
    one = words or str(content.get(name) or "")
    return (one,) if one else ()
