"""How is an XML file of any size read? Element by element, packed or not, in constant memory, without its entities."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, cast

from lxml import etree

from pincite.readers.file import File

_OPENERS: dict[str, Callable[..., Any]] = {".bz2": bz2.open, ".gz": gzip.open, ".xz": lzma.open}


def elements(file: File, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Elements with one of these names (``{*}name``: in any namespace) as they end, emptied after their turn.

    One inside another of them stays until that one has ended, but only the last of its name.

    Raises ``Unreadable``, with the line, where the XML or its packing is broken: whatever came before was given.
    """
    if file.path.name.lower().endswith(".7z"):
        raise file.unreadable("7z archives are not unpacked here", "unpack it first: 7z x ARCHIVE -oFOLDER")
    with file.opening(), _open(file) as source:
        # Entities that a document defines are never expanded, and nothing outside is ever looked at.
        parsing = etree.iterparse(source, tag=list(tags), resolve_entities=False, no_network=True, huge_tree=True)
        try:
            for _, element in parsing:
                yield element
                _forget(element)
        except etree.XMLSyntaxError as error:
            why = error.msg.partition(", line")[0] if error.msg else "it ends too early"
            raise file.unreadable(f"its XML is broken: {why}", "fetch the dump again", error.lineno or None) from None
        except (EOFError, lzma.LZMAError, zlib.error) as error:
            raise file.unreadable(f"the compressed data breaks off: {error}", "fetch the dump again") from None


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if parent.getparent() is None:
        element.clear()
        while (before := element.getprevious()) is not None:
            parent.remove(before)
    elif (before := element.getprevious()) is not None and before.tag == element.tag:
        parent.remove(before)


def _open(file: File) -> IO[bytes]:
    opener = _OPENERS.get(file.path.suffix.lower())
    return cast("IO[bytes]", opener(file.path, "rb")) if opener else file.path.open("rb")
