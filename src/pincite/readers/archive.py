"""What is in a file that is a ZIP of XML, as office files and books are? Its parts, unless it is made to burst."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from pincite.readers.file import File

MAX_PARTS = 20_000
MAX_RATIO = 100
"""Unpacked to packed, of the parts that are read; text reaches 20."""
_SMALL = 1 << 20
"""Less than this, unpacked, is no danger, however well it was packed."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SAVE = "save it again with the program that made it"


class Archive:
    """The parts of a ZIP file by name. Raises ``Unreadable`` for what is none, is encrypted, broken or a bomb."""

    def __init__(self, file: File, zipped: zipfile.ZipFile) -> None:
        """Use ``opened``."""
        self._file = file
        self._zip = zipped
        self._names = set(zipped.namelist())

    def has(self, name: str) -> bool:
        return name in self._names

    def names(self) -> list[str]:
        return sorted(self._names)

    def part(self, name: str) -> bytes:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            raise self._file.unreadable(f"it has no part {name!r}", _SAVE) from None
        if info.flag_bits & 1:
            raise self._file.unreadable("it is encrypted", "save it without a password")
        if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
            raise self._file.unreadable(
                f"its part {name!r} unpacks {info.compress_size:,} bytes to {info.file_size:,}",
                "no document does that; get it from somewhere else",
            )
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise self._file.unreadable(f"its part {name!r} is damaged: {error}", _SAVE) from None

    def xml(self, name: str) -> etree._Element:
        """A part as XML, of which no entity is expanded and nothing outside is looked at."""
        return xml(self._file, self.part(name), name)

    def related(self, name: str) -> dict[str, str]:
        """What a part of an Office Open XML file refers to: part names by id, and the first by type's last word."""
        place = join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels")
        if place not in self._names:
            return {}
        found: dict[str, str] = {}
        for each in self.xml(place).iter("{*}Relationship"):
            if each.get("TargetMode") == "External":
                continue
            target = resolved(name, each.get("Target") or "")
            found[each.get("Id") or ""] = target
            found.setdefault((each.get("Type") or "").rpartition("/")[2], target)
        return found


@contextmanager
def opened(file: File) -> Iterator[Archive]:
    data = file.bytes()
    if data.startswith(_OLE):
        raise file.unreadable(
            "it is protected by a password, or of a type from before 2007", "save it without one, in today's type"
        )
    try:
        zipped = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        said = str(error).partition("\n")[0].lower() or "it ends too early"
        raise file.unreadable(f"it is broken or cut off: {said}", "fetch or save it again") from None
    with zipped:
        if len(zipped.infolist()) > MAX_PARTS:
            raise file.unreadable(f"it has more than {MAX_PARTS:,} parts", "split it")
        yield Archive(file, zipped)


def resolved(base: str, target: str) -> str:
    """The part that ``target`` names, as written in the part ``base``."""
    path = unquote(target.partition("#")[0])
    return path.lstrip("/") if path.startswith("/") else normpath(join(dirname(base), path))


def xml(file: File, data: bytes, name: str = "") -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        of = f"its part {name!r}" if name else "its XML"
        why = (error.msg or "it is empty").partition(", line")[0]
        raise file.unreadable(f"{of} is broken: {why}", _SAVE, error.lineno or None) from None
    except ValueError as error:
        raise file.unreadable(f"its XML is broken: {error}", _SAVE) from None


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and entities."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's value whatever namespace its name is in; empty if there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def core_title(archive: Archive) -> str:
    """The title in the properties of an Office Open XML file."""
    place = archive.related("").get("core-properties", "")
    if not archive.has(place):
        return ""
    return next((each.text or "" for each in archive.xml(place).iter("{*}title")), "")
