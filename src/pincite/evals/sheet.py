"""What do people judge on? One file of HTML that needs no network: a page's own part, what all share, and the data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def sheet(page: str, data: Mapping[str, Any]) -> str:
    """``page`` with the shared style and scripts for its ``{{sheet}}``, and ``data`` as JSON for its ``{{data}}``."""
    shared = files(__package__).joinpath("sheet.html").read_text(encoding="utf-8")
    told = json.dumps(data, ensure_ascii=False)
    # Nothing in an answer may end the element that the data stands in, nor open a comment in it.
    told = told.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return page.replace("{{sheet}}", shared).replace("{{data}}", told)
