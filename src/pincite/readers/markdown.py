"""What does a Markdown file say? Its text; ``#`` lines are its headings, front matter names it.

A table's rows are told one by one, each cell with its column's name: "November" alone says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from pincite.readers.file import File, Reader
from pincite.readers.rows import said
from pincite.text import languages, markdown, sentences
from pincite.types import Document, Heading, Original

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z_-]+)[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_TAG = (
    r"<!--.*?-->|</?(?:a|article|aside|b|br|center|details|div|em|figcaption|figure|h[1-6]|hr|i|iframe|img|li|nav|ol|p"
    r"|picture|section|small|source|span|strong|style|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|video)"
    r"(?:\s[^<>]*)?/?>"
)
_TAGGED, _TAGS = re.compile(rf"\s*(?:{_TAG})", re.IGNORECASE), re.compile(_TAG, re.IGNORECASE)
_ADMONITION = re.compile(r"\s*(?:(?:!!!|\?\?\?\+?)\s+[\w-]+(?:\s+\"([^\"\n]*)\")?|:{3,}\s*(?:\{?[\w-]*\}?))\s*")
"""The line by which MkDocs, MyST and Docusaurus begin or end a box, with its title."""
_BAR = re.compile(r"(?<!\\)\|")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def headings(text: str, lowest: int = 1) -> tuple[Heading, ...]:
    """Those of a text in Markdown, from ``lowest`` marks on."""
    found = markdown.headings(text)
    return tuple(Heading(level=level, title=title, start=start) for level, title, start in found if level >= lowest)


def plain(text: str) -> str:
    """``text`` with the rows of its tables as blocks of their own, ``name: cell; name: cell``, and without the tags of
    lines that begin with one and the marks around boxes; code stays as it is.
    """
    found = sentences.stretches(text)
    return "".join(text[start:end] if is_code else _told(text[start:end]) for start, end, is_code in found)


def _told(text: str) -> str:
    told: list[str] = []
    names = None
    for line, following in pairwise([*text.split("\n"), ""]):
        if _TAGGED.match(line):
            line = _TAGS.sub("", line)
        elif box := _ADMONITION.fullmatch(line):
            line = box[1] or ""
        if _BAR.search(line) is None:
            names = None
        elif names is None and _is_rule(following) and len(_cells(following)) == len(_cells(line)):
            names = _cells(line)
            line = " | ".join(filter(None, names)) + "\n"
        elif names is not None:
            line = "" if _is_rule(line) else said(_cells(line), names) + "\n"
        told.append(line)
    return "\n".join(told)


def _is_rule(line: str) -> bool:
    return "-" in line and "|" in line and not line.strip("|:- \t\r")


def _cells(row: str) -> list[str]:
    """What stands between its bars; one behind a backslash is none."""
    bare = row.strip().removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    return [cell.replace("\\|", "|").strip() for cell in _BAR.split(bare)]


def day(value: object) -> date | None:
    """The day a value names in ISO form, or ``None``: a date is never guessed."""
    match = _DAY.search(str(value or ""))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _read(file: File) -> Iterator[Original]:
    text = file.text()
    fields: dict[str, str] = {}
    if front := _FRONT.match(text):
        fields = {key.lower(): value.strip("\"'") for key, value in _FIELD.findall(front[1])}
        text = text[front.end() :]
    text = plain(text)
    found = headings(text)
    first = next((heading.title for heading in found if heading.level == 1), "")
    yield Original(
        document=Document(
            # A path, as site generators write it, is no address: pages of two folders may have the same.
            url=said if (said := fields.get("url", "")).startswith(("http://", "https://")) else file.url,
            title=fields.get("title") or first or file.title,
            published=day(fields.get("date") or fields.get("published")) or file.day,
            lang=(fields.get("lang") or languages.detect(text))[:2].lower(),
            collection=file.collection,
        ),
        text=text,
        headings=tuple(heading for heading in found if heading.title != (fields.get("title") or first)),
    )


READER = Reader(frozenset({".md", ".markdown"}), _read)
