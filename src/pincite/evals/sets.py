"""What is in these files? Passages and questions as JSON lines, plain or compressed, in whatever dialect they come.

Passages: ``id``, ``title``, ``url``, ``text``. Questions: ``id``, ``question`` or ``query``, and which passages are
right: ``passage_id``, or ``rel`` {id: grade}; ``answers``, ``impossible``. Rows that carry their own questions
(``qas``, as in SQuAD's many children) are both. Unknown fields are ignored; a wrong one is an error with file and line,
since what is left out without a word is left out of a figure, too.
"""

from __future__ import annotations

import codecs
import gzip
import json
import lzma
import random
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan
from pathlib import Path
from typing import IO, Any, TypeVar

from pincite.errors import BadInput, Unreadable
from pincite.text import languages

Row = dict[str, Any]
_T = TypeVar("_T")
_HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
"""May be half of a character above U+FFFF, which UTF-8 can't have: nothing that holds one can be kept or digested."""


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
                if not line.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").strip():
                    continue
                place = f"{path}:{number}"
                row = json.loads(line)
                if _HALF.search(line):
                    json.dumps(row, ensure_ascii=False).encode()
                if not isinstance(row, dict):
                    raise Unreadable(f"{place}: a {type(row).__name__}, not an object", hint="one JSON object a line")
                yield place, row
    except FileNotFoundError:
        raise Unreadable(f"there is no {path}", hint="check the path") from None
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise Unreadable(f"{path} can't be read: {error}", hint="give a .jsonl, .jsonl.gz or .jsonl.xz file") from None
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])
        raise Unreadable(
            f"{path}:{number}: {half} is half a character", hint="write the whole one, in UTF-8 or as two \\u escapes"
        ) from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}:{number}: no JSON: {error}", hint="one JSON object a line, in UTF-8") from None


def _open(path: Path) -> IO[bytes]:
    packed = path.suffix.lower()
    if packed == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    return lzma.open(path, "rb") if packed == ".xz" else path.open("rb")


def passages(paths: Sequence[Path]) -> list[PassageRow]:
    """The passages of all files together, each id once. A passage without text is known by its title alone."""
    found: dict[str, PassageRow] = {}
    for path in paths:
        for place, row in rows(path):
            id_ = _id(row, place)
            title, url = said(row, "title", place), said(row, "url", place)
            text = _text(row, ("text", "passage", "contents"), place, optional=True) or title
            if not text.strip():
                continue
            lang = row.get("lang")
            made = PassageRow(
                id=id_,
                text=text,
                title=title,
                url=url,
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
            found += [_question(each, place) for each in _asked(row, place)]
    if not found:
        raise BadInput(f"no questions in {', '.join(map(str, paths))}", hint='each line needs {"id": …, "question": …}')
    return found


def _asked(row: Row, place: str) -> list[Row]:
    """The questions of a row: itself, or those about the passage that it is."""
    asked = row.get("qas")
    if asked is None:
        return [row]
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise BadInput(f"{place}: qas is {asked!r:.60}", hint='write {"qas": [{"id": …, "question": …}]}')
    about = {"passage_id": row.get("id"), "lang": row.get("lang")}
    return [about | {name: value for name, value in each.items() if value is not None} for each in asked]


def _question(row: Row, place: str) -> QuestionRow:
    return QuestionRow(
        id=_id(row, place),
        text=_text(row, ("question", "query"), place),
        right=_right(row, place),
        answers=tuple(answers(row.get("answers"), place)),
        impossible=bool(flag(row, place, "impossible", "is_impossible")),
        lang=str(row.get("lang") or ""),
        nuggets=nuggets(row, place),
    )


def first(row: Row, *names: str) -> Any:
    """What the first of the names says that says anything; an empty list or object says nothing."""
    return next((row[name] for name in names if row.get(name) not in (None, [], {})), None)


def _right(row: Row, place: str) -> dict[str, float]:
    given = first(row, "rel")
    if given is None:
        named = first(row, "passage_id", "passage_ids")
        given = [] if named is None else named if isinstance(named, list) else [named]
        if any(isinstance(each, dict | list | bool | None) for each in given):
            raise BadInput(f"{place}: passage_id is {named!r:.60}", hint='write {"passage_id": "its id"}')
    if isinstance(given, list) and not any(isinstance(each, dict | list | bool | None) for each in given):
        given = dict.fromkeys(map(_named, given), 1)
    if not isinstance(given, dict):
        raise BadInput(f"{place}: rel is a {type(given).__name__}", hint='write {"rel": {"passage id": grade}}')
    try:
        grades = {str(id_): float(grade) for id_, grade in given.items()}
    except (TypeError, ValueError):
        grades = {"": nan}
    if not all(map(isfinite, grades.values())):
        raise BadInput(f"{place}: rel holds a grade that is no number", hint='write {"rel": {"id": 1}}')
    return grades


def answers(given: Any, place: str) -> Iterator[str]:
    """Right answers in the shapes that sets write them: none, one, a list, a list of objects, SQuAD's object of lists.

    Numbers are read as text. Raises ``BadInput`` for what is none of these: an answer that is dropped is a question
    that is not counted.
    """
    if isinstance(given, dict) and "text" in given:
        given = given["text"]
    for each in given if isinstance(given, list | tuple) else [given]:
        text = each["text"] if isinstance(each, dict) and "text" in each else each
        if isinstance(text, int | float) and not isinstance(text, bool):
            text = str(text)
        if text is not None and not isinstance(text, str):
            raise BadInput(f"{place}: {each!r:.60} is no answer", hint='write {"answers": ["one wording", "another"]}')
        if text and text.strip():
            yield text


def nuggets(row: Row, place: str) -> tuple[tuple[str, ...], ...]:
    """Facts that a good answer has, each in any of its wordings."""
    given = row.get("nuggets")
    if not isinstance(given, list | None):
        raise BadInput(f"{place}: nuggets is {given!r:.60}", hint='write {"nuggets": [["one wording", "another"]]}')
    return tuple(tuple(answers(each, place)) for each in given or ())


def flag(row: Row, place: str, *names: str) -> bool | None:
    """Yes, no, or nobody says. A word is neither: *false* is no empty text."""
    given = first(row, *names)
    if not isinstance(given, bool | int | None) or given not in (True, False, None):
        raise BadInput(f"{place}: {names[0]} is {given!r:.60}", hint=f'write {{"{names[0]}": true}} or leave it out')
    return None if given is None else bool(given)


def number(row: Row, name: str, place: str) -> float | None:
    """A number that is not negative, or nobody says."""
    given = row.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given < inf:
        raise BadInput(f"{place}: {name} is {given!r:.60}, no number", hint=f'write {{"{name}": 1200}} or leave it out')
    return given


def said(row: Row, name: str, place: str) -> str:
    """A short text that may be a number, too; empty where there is none."""
    value = row.get(name)
    if isinstance(value, bool | dict | list):
        raise BadInput(f"{place}: {name} is {value!r:.60}, no text", hint=f'write {{"{name}": "…"}} or leave it out')
    return "" if value is None else _named(value)


def _id(row: Row, place: str) -> str:
    id_ = row.get("id")
    if id_ is None or isinstance(id_, dict | list) or str(id_) == "":
        raise BadInput(f"{place}: it has no id", hint='each line needs {"id": …}')
    return _named(id_)


def _named(id_: Any) -> str:
    """As text. 2 and 2.0 are one number, so one id: a table's column of numbers becomes 2.0 where one is missing."""
    return str(int(id_)) if isinstance(id_, float) and id_.is_integer() else str(id_)


def _text(row: Row, names: tuple[str, ...], place: str, *, optional: bool = False) -> str:
    for name in names:
        text = row.get(name)
        if text is not None and not isinstance(text, str):
            raise BadInput(f"{place}: {name} is {text!r:.60}, no text", hint=f'write {{"{name}": "…"}}')
        if text and text.strip():
            return text
    if optional:
        return ""
    raise BadInput(f"{place}: it has no {' or '.join(names)}", hint=f'each line needs {{"{names[0]}": …}}')


def sample(items: Sequence[_T], limit: int | None, seed: int) -> list[_T]:
    """``limit`` of the items in their order, the same ones for the same seed; all of them without a limit."""
    if limit is None or limit >= len(items):
        return list(items)
    chosen = random.Random(seed).sample(range(len(items)), limit)  # noqa: S311
    return [items[at] for at in sorted(chosen)]
