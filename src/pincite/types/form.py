"""What is asked back? A form, and the choices made in it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pincite.types.noun import Noun, new_id


class Choice(Noun):
    """One option of a field. ``query_patch`` is added to the search when it is chosen."""

    id: str
    label: str
    hint: str = ""
    query_patch: str = ""


class FormField(Noun):
    """One question of a form."""

    id: str
    label: str
    kind: Literal["one", "many", "text", "range"]
    """One choice, any number of them, free text, or one number or two, the lower one first."""
    choices: tuple[Choice, ...] = ()
    allow_other: bool = False
    """Free text is taken beside the choices."""
    default: tuple[str, ...] = ()
    """The ids of the choices that are recommended, or text: what is assumed when the form is skipped."""


class Form(Noun):
    """A clarifying form. Asking one ends the turn; its reply is the next question."""

    id: str = Field(default_factory=new_id)
    text: str
    why: str = ""
    fields: tuple[FormField, ...]


class FormReply(Noun):
    """The choices made in a form. ``values`` maps a field's id to choice ids or free text; none at all is a skip.

    ``said`` and ``terms`` are filled in by the engine, whatever was sent.
    """

    form_id: str
    values: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    skipped: bool = False
    said: str = ""
    """The choices in words, such as ``Planet; 1998``; of a skipped form what is recommended."""
    terms: str = ""
    """What the choices add to the search."""
