"""What does an XML file say? The text of its elements in order, a block each; entities are not expanded."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pincite.readers.archive import local, xml
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original


def _read(file: File) -> Iterator[Original]:
    root = xml(file, file.bytes())
    draft = Draft()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and local(element) and (element.text or "").strip():
            name = "" if local(element) in {"p", "para", "text"} else f"{local(element)}: "
            draft.block(f"{name}{element.text}")
        elif event == "end" and element is not root:
            draft.block(element.tail or "")
    yield draft.original(file, empty="it holds nothing but marks and entities")


READER = Reader(frozenset({".xml"}), _read)
