"""What does a JSON file say? Records a block each, ``name: value; name: value``; anything else by the path to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original


def _read(file: File) -> Iterator[Original]:
    try:
        value = json.loads(file.text().removeprefix("\ufeff"))
    except ValueError as error:
        raise file.unreadable(f"it is no JSON: {error}", "check it with: python -m json.tool") from None
    draft = Draft()
    if isinstance(value, list):
        for number, record in enumerate(value, 1):
            draft.spot(f"record {number}")
            _put(draft, record, "")
    else:
        _put(draft, value, "")
    yield draft.original(file)


def _put(draft: Draft, value: Any, path: str) -> None:
    """Recursion ends with the parser's own: it lets nothing through that is nested deeper than the stack."""
    if isinstance(value, dict):
        plain = {key: each for key, each in value.items() if not isinstance(each, dict | list)}
        said = "; ".join(f"{key}: {_said(each)}" for key, each in plain.items() if _said(each))
        draft.block(f"{path}: {said}" if path and said else said)
        rest = [(key, each) for key, each in value.items() if isinstance(each, dict | list)]
    elif isinstance(value, list):
        plain_ones = [_said(each) for each in value if not isinstance(each, dict | list)]
        if plain_ones:
            draft.block(f"{path}: {', '.join(plain_ones)}" if path else ", ".join(plain_ones))
        rest = [(str(number), each) for number, each in enumerate(value, 1) if isinstance(each, dict | list)]
    else:
        draft.block(f"{path}: {_said(value)}" if path else _said(value))
        rest = []
    for key, each in rest:
        _put(draft, each, f"{path} › {key}" if path else str(key))


def _said(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


READER = Reader(frozenset({".json"}), _read)
