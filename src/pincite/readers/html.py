"""What does an HTML file say? Its readable part, without navigation and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from pincite.readers.file import File, Reader
from pincite.text.html import readable
from pincite.types import Document, Heading, Link, Original


def _read(file: File) -> Iterator[Original]:
    data = file.bytes()
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise file.unreadable("it is binary", "only text can be indexed")
    page = readable(data, file.url)
    if not page.text.strip():
        raise file.unreadable("it holds no readable text", "pages that are built by scripts must be saved as shown")
    yield Original(
        document=Document(
            url=file.url,
            title=page.title or file.title,
            published=page.published,
            lang=page.lang,
            collection=file.collection,
        ),
        text=page.text,
        headings=tuple(
            Heading(level=level, title=title, start=start) for level, title, start in page.headings if title
        ),
        links=tuple(Link(target=target, anchor=anchor, nofollow=nofollow) for target, anchor, nofollow in page.links),
    )


READER = Reader(frozenset({".html", ".htm", ".xhtml"}), _read)
