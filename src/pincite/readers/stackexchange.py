"""What does a dump of a Stack Exchange site say? Each question of ``Posts.xml`` is a document, its answers sections.

The accepted answer comes first, then the others by score. Answers may stand far from their question, so that all
posts wait in a temporary file; memory stays constant. The dump does not name its site: the folder does.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

from pincite.errors import Unreadable
from pincite.readers.dump import elements
from pincite.readers.file import File
from pincite.readers.markdown import day
from pincite.text import languages
from pincite.types import Document, Heading, Link, Original

_QUESTION, _ANSWER = "1", "2"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_BLOCKS = frozenset("p div ul ol li blockquote h1 h2 h3 h4 h5 h6 hr tr table".split())
_Post = tuple[int, int, bytes, str]
"""Id, score, packed body, day."""


def read(file: File) -> Iterator[Original]:
    """The questions of a dump, by number. ``file`` is ``Posts.xml``, packed or not, in a folder named by its site."""
    site = _site(file)
    with closing(sqlite3.connect("")) as posts:
        posts.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, parent INTEGER, score INTEGER, body BLOB, day TEXT)")
        posts.execute("CREATE TABLE questions (id INTEGER PRIMARY KEY, accepted INTEGER, title TEXT, tags TEXT)")
        for row in elements(file, ["row"]):
            _keep(posts, row)
        posts.execute("CREATE INDEX answers ON posts (parent, score)")
        questions = posts.execute("SELECT id, accepted, title, tags FROM questions ORDER BY id")
        found = 0
        for question in questions:
            found += 1
            try:
                yield _original(file, site, posts, *question)
            except Unreadable as problem:
                if file.report is None:
                    raise
                file.report(problem)
    if not found:
        raise file.unreadable("it holds no question", "name the Posts.xml of a Stack Exchange dump, or its folder")


def _site(file: File) -> str:
    name = file.path.absolute().parent.name.lower()
    if not _HOST.fullmatch(name):
        raise file.unreadable(
            f"its folder {name!r} is no name of a site", "put it into a folder such as beer.stackexchange.com"
        )
    return name


def _keep(posts: sqlite3.Connection, row: etree._Element) -> None:
    kind, number = row.get("PostTypeId"), row.get("Id") or ""
    if kind not in (_QUESTION, _ANSWER) or not number.isdigit():
        return
    parent = row.get("ParentId") if kind == _ANSWER else None
    body = zlib.compress((row.get("Body") or "").encode(), 1)
    score = row.get("Score") or "0"
    posts.execute(
        "INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?)",
        (int(number), parent, int(score) if score.lstrip("-").isdigit() else 0, body, row.get("CreationDate") or ""),
    )
    if kind == _QUESTION:
        posts.execute(
            "INSERT OR REPLACE INTO questions VALUES (?, ?, ?, ?)",
            (int(number), row.get("AcceptedAnswerId"), row.get("Title") or "", row.get("Tags") or ""),
        )


def _original(
    file: File, site: str, posts: sqlite3.Connection, number: int, accepted: int | None, title: str, tags: str
) -> Original:
    query = "SELECT id, score, body, day FROM posts WHERE {} ORDER BY (id = ?) DESC, score DESC, id"
    asked: _Post = posts.execute(query.format("id = ?"), (number, 0)).fetchone()
    answers: list[_Post] = posts.execute(query.format("parent = ?"), (number, accepted or 0)).fetchall()
    body, links = _readable(file, asked)
    named = ", ".join(re.findall(r"[^<>|]+", tags))
    text = "\n\n".join(filter(None, (body, f"Tags: {named}" if named else "")))
    headings: list[Heading] = []
    for answer in answers:
        said, further = _readable(file, answer)
        if not said:
            continue
        heading = f"{'Accepted answer' if answer[0] == accepted else 'Answer'}, score {answer[1]}"
        headings.append(Heading(level=2, title=heading, start=len(text) + 2))
        address = f"https://{site}/a/{answer[0]}"
        text += f"\n\n{heading}\n{said}\n\n{address}"
        links += [Link(target=address, anchor=""), *further]
    return Original(
        document=Document(
            url=f"https://{site}/questions/{number}",
            title=title or f"Question {number}",
            published=day(asked[3]),
            lang=languages.detect(f"{title}\n{body}"),
            collection=file.collection,
        ),
        text=text,
        headings=tuple(headings),
        links=tuple(links),
    )


# ── bodies ──


def _readable(file: File, post: _Post) -> tuple[str, list[Link]]:
    """A post's HTML as text, and its links: everybody may post, so none is vouched for."""
    source = zlib.decompress(post[2]).decode().replace("\0", "")
    try:
        root = fragment_fromstring(source, create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise file.unreadable(f"the body of post {post[0]} is broken: {error}", "fetch the dump again") from None
    parts: list[str] = []
    _walk(root, parts)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", "".join(parts))).strip()
    links = [
        Link(target=a.get("href") or "", anchor=" ".join(a.text_content().split()), nofollow=True)
        for a in root.iter("a")
        if (a.get("href") or "").startswith(("http://", "https://"))
    ]
    return text, links


def _walk(element: HtmlElement, parts: list[str]) -> None:
    """In order, depth first; the parser lets no more than 255 elements stand inside each other."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag == "pre":
        code = element.text_content().strip("\n")
        parts.append(f"\n\n```\n{code}\n```\n\n")
        return
    if tag in _BLOCKS:
        parts.append("\n" if tag in ("li", "tr") else "\n\n")
    parts.append({"li": "- ", "br": "\n", "td": " | "}.get(tag, ""))
    if tag:
        parts.append(_flat(element.text))
    for child in element:
        _walk(child, parts)
        parts.append(_flat(child.tail))
    if tag in _BLOCKS and tag not in ("li", "tr"):
        parts.append("\n\n")


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text and text.strip() else (" " if text else "")
