"""How does a thread leave the house? As one file: Markdown to read, JSON with everything, HTML that needs nothing else.

Markdown and HTML hold the last version of each turn; JSON holds all of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pincite.events import replay
from pincite.types import Answer, Thread
from pincite.web import looks
from pincite.web.draw.paint import paint
from pincite.web.draw.parts import environment
from pincite.web.draw.turns import Turn, turns
from pincite.web.plain import transcript

Form = Literal["md", "json", "html"]
MEDIA_TYPES: dict[Form, str] = {"md": "text/markdown", "json": "application/json", "html": "text/html"}
LONGEST_NAME = 60


def written(thread: Thread, answers: Sequence[Answer], form: Form) -> str:
    """The thread as the text of one file."""
    if form == "json":
        kept = {"thread": thread.model_dump(mode="json"), "answers": [a.model_dump(mode="json") for a in answers]}
        return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    if form == "md":
        shown = [transcript.markdown(turn.answer) for turn in turns(answers)]
        return "\n".join([f"# {thread.title}\n", *shown])
    style = looks.static_files()["pincite.css"].read_text(encoding="utf-8")
    template = environment().get_template("export.html")
    return template.render(thread=thread, turns=drawn(turns(answers)), style=style)


def drawn(shown: Sequence[Turn]) -> list[Turn]:
    """The turns with their pictures, as they look to whoever can do nothing but read."""
    return [replace(turn, view=paint(replay(turn.answer), turn.number, alone=True)) for turn in shown]


def file_name(thread: Thread, form: Form) -> str:
    """The title as a name that every system takes."""
    words = "".join(c if c.isalnum() else " " for c in thread.title).split()
    return f"{' '.join(words)[:LONGEST_NAME].strip() or 'thread'}.{form}"
