"""What does a text file say? All of it; its title is its name. A chat says it message by message (``chat.py``)."""

from __future__ import annotations

from collections.abc import Iterator

from pincite.readers import chat
from pincite.readers.file import File, Reader
from pincite.text import languages
from pincite.types import Document, Original


def _read(file: File) -> Iterator[Original]:
    text = file.text()
    if file.path.suffix.lower() == ".txt" and (talk := chat.read(file, text)):
        yield talk
        return
    yield Original(
        document=Document(
            url=file.url,
            title=file.title,
            published=file.day,
            lang=languages.detect(text),
            collection=file.collection,
        ),
        text=text,
    )


_SUFFIXES = ".txt .text .org .adoc .tex .log .yaml .yml .toml .ini .cfg .conf"
READER = Reader(frozenset(_SUFFIXES.split()), _read)
