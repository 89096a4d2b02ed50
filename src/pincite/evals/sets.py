"""What is in these files? Passages and questions as JSON lines, plain or compressed, in whatever dialect they come.

Passages: ``id``, ``title``, ``url``, ``text``. Questions: ``id``, ``question`` or ``query``, and which passages are
right: ``passage_id``, or ``rel`` {id: grade}; ``answers``, ``impossible``. Rows that carry their own questions
(``qas``, as in SQuAD's many children) are both. Unknown fields are ignored; a wrong one is an error with file and line.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

from pincite.errors import BadInput, Unreadable
from pincite.text import languages

Row = dict[str, Any]
_T = TypeVar("_T")


@dataclass(frozen=True)
class PassageRow:
    """One unit of judgment: a passage that questions name by ``id``."""

    id: str
    text: str
    title: str = ""
    url: str = ""
    lang: str = "en"


@dataclass(frozen=True)
class QuestionRow:
    """A question and what is known of its answer. ``right`` maps passage ids to grades; 0 is judged and wrong."""

    id: str
    text: str
    right: dict[str, float]
    answers: tuple[str, ...] = ()
    impossible: bool = False
    lang: str = ""
    nuggets: tuple[tuple[str, ...], ...] = ()
    """Facts that a good answer has, each in any of its wordings."""


def rows(path: Path) -> Iterator[tuple[str, Row]]:
    """(``file:line``, row) of a ``.jsonl``, ``.jsonl.gz`` or ``.jsonl.xz``. Raises ``Unreadable`` naming the line."""
    number = 0
    try:
        with _open(path) as source:
            for number, line in enumerate(source, 1):
                if not line.strip():
                    continue
                place = f"{path}:{number}"
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise Unreadable(f"{place}: a {type(row).__name__}, not an object", hint="one JSON object a line")
                yield place, row
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise Unreadable(f"{path} can't be read: {error}", hint="give a .jsonl, .jsonl.gz or .jsonl.xz file") from None
    except ValueError as error:
        raise Unreadable(f"{path}:{number + 1}: no JSON: {error}", hint="one JSON object a line, in UTF-8") from None


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb")


def passages(paths: Sequence[Path]) -> list[PassageRow]:
    """The passages of all files together, each id once. A passage without text is known by its title alone."""
    found: dict[str, PassageRow] = {}
    for path in paths:
        for place, row in rows(path):
            id_ = _id(row, place)
            text = _text(row, ("text", "passage", "contents"), place, optional=True) or str(row.get("title") or "")
            if not text.strip():
                continue
            lang = row.get("lang")
            made = PassageRow(
                id=id_,
                text=text,
                title=str(row.get("title") or ""),
                url=str(row.get("url") or ""),
                lang=lang if isinstance(lang, str) and lang else languages.detect(text),
            )
            before = found.setdefault(id_, made)
            if before.text != text:
                raise BadInput(f"{place}: the id {id_!r} names two passages", hint="give each passage its own id")
    if not found:
        raise BadInput(f"no passages in {', '.join(map(str, paths))}", hint='each line needs {"id": …, "text": …}')
    return list(found.values())


def questions(paths: Sequence[Path]) -> list[QuestionRow]:
    """The questions of all files, in order."""
    found: list[QuestionRow] = []
    for path in paths:
        for place, row in rows(path):
            if isinstance(row.get("qas"), list):
                found += [
                    _question({"passage_id": row.get("id"), "lang": row.get("lang"), **each}, place)
                    for each in row["qas"]
                    if isinstance(each, dict)
                ]
            else:
                found.append(_question(row, place))
    if not found:
        raise BadInput(f"no questions in {', '.join(map(str, paths))}", hint='each line needs {"id": …, "question": …}')
    return found


def _question(row: Row, place: str) -> QuestionRow:
    right = row.get("rel")
    if right is None:
        named = row.get("passage_id") or row.get("passage_ids") or ()
        right = dict.fromkeys([named] if isinstance(named, str) else [str(each) for each in named], 1)
    if isinstance(right, list):
        right = {str(each): 1 for each in right}
    if not isinstance(right, dict):
        raise BadInput(f"{place}: rel is a {type(right).__name__}", hint='write {"rel": {"passage id": grade}}')
    try:
        grades = {str(id_): float(grade) for id_, grade in right.items()}
    except (TypeError, ValueError):
        raise BadInput(f"{place}: rel holds a grade that is no number", hint='write {"rel": {"id": 1}}') from None
    return QuestionRow(
        id=_id(row, place),
        text=_text(row, ("question", "query"), place),
        right=grades,
        answers=tuple(answers(row.get("answers") or (), place)),
        impossible=bool(row.get("impossible") or row.get("is_impossible")),
        lang=str(row.get("lang") or ""),
        nuggets=tuple(tuple(answers(each, place)) for each in row.get("nuggets") or ()),
    )


def answers(given: Any, place: str) -> Iterator[str]:
    """Right answers in the shapes that sets write them: one, a list, a list of objects, SQuAD's object of lists."""
    if isinstance(given, str):
        given = [given]
    if isinstance(given, dict):
        given = given.get("text") or ()
    if not isinstance(given, list | tuple):
        raise BadInput(f"{place}: answers is a {type(given).__name__}", hint='write {"answers": ["…"]}')
    for each in given:
        text = each.get("text") if isinstance(each, dict) else each
        if isinstance(text, str) and text.strip():
            yield text


def _id(row: Row, place: str) -> str:
    id_ = row.get("id")
    if id_ is None or isinstance(id_, dict | list) or str(id_) == "":
        raise BadInput(f"{place}: it has no id", hint='each line needs {"id": …}')
    return str(id_)


def _text(row: Row, names: tuple[str, ...], place: str, *, optional: bool = False) -> str:
    for name in names:
        if isinstance(row.get(name), str) and row[name].strip():
            return str(row[name])
    if optional:
        return ""
    raise BadInput(f"{place}: it has no {' or '.join(names)}", hint=f'each line needs {{"{names[0]}": …}}')


def sample(items: Sequence[_T], limit: int | None, seed: int) -> list[_T]:
    """``limit`` of the items in their order, the same ones for the same seed; all of them without a limit."""
    if limit is None or limit >= len(items):
        return list(items)
    chosen = random.Random(seed).sample(range(len(items)), limit)  # noqa: S311
    return [items[at] for at in sorted(chosen)]
