"""What does this file say? A file in, originals out; one module a file type, each with a ``READER``.

Text, Markdown, HTML and JSON Lines are read here. What can crash, hang or burst its parser is read in a process of
its own (``child.py``), and only there is its reader imported (``inside.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

from pincite.errors import Unreadable
from pincite.readers import html, jsonl, markdown, mediawiki, ocr, plain, stackexchange, subtitles
from pincite.readers.child import Child
from pincite.readers.file import File, Reader, ending
from pincite.readers.walk import Why, walk
from pincite.settings import FilesSettings
from pincite.types import Original

__all__ = [
    "APART",
    "DUMPS",
    "READERS",
    "Child",
    "File",
    "Why",
    "check",
    "ending",
    "read",
    "reader_of",
    "suffixes",
    "walk",
]

READERS: tuple[Reader, ...] = (plain.READER, markdown.READER, html.READER, jsonl.READER, subtitles.READER)
_APART = {
    "code": """.asm .awk .bash .bat .c .cc .cjs .clj .cljs .cmake .cpp .cs .cu .cxx .d .dart .el .elm .erl .ex .exs .f90
        .fs .go .gradle .graphql .groovy .h .hcl .hh .hpp .hrl .hs .hxx .java .jl .js .jsx .kt .kts .less .lisp .lua
        .mjs .ml .mli .mm .nim .nix .pas .php .pl .pm .proto .ps1 .psm1 .py .pyi .r .rb .rkt .rs .sass .scala .scm
        .scss .sh .sol .sql .sv .svelte .swift .tcl .tf .thrift .ts .tsx .v .vb .vhd .vue .zig .zsh
        dockerfile makefile gnumakefile jenkinsfile gemfile rakefile vagrantfile procfile justfile""",
    "csv": ".csv .tsv",
    "docx": ".docx .docm .dotx",
    "epub": ".epub",
    "json": ".json",
    "mail": ".eml .mbox",
    "notebook": ".ipynb",
    "ocr": ".png .jpg .jpeg .tif .tiff .webp .bmp",
    "odt": ".odt .odp .ott",
    "pdf": ".pdf",
    "pptx": ".pptx .pptm .ppsx",
    "rst": ".rst .rest",
    "rtf": ".rtf",
    "xlsx": ".xlsx .xlsm .xlsb .xls .ods",
    "xml": ".xml",
}
APART = {suffix: module for module, suffixes in _APART.items() for suffix in suffixes.split()}
"""The module of this package that reads a file in a process of its own, by how the file's name ends; what has no dot is
a whole name."""
OLD = {".doc": ".docx", ".ppt": ".pptx", ".msg": ".eml", ".pages": ".docx or .pdf", ".key": ".pptx or .pdf"}
"""Types that are not read, and which one to save them as."""
_KINDS = "it reads documents, tables, e-mail, books, pictures, transcripts and source code"
_PACKED = ("", ".bz2", ".gz", ".xz", ".7z")
DUMPS = {
    "wikipedia": Reader(frozenset(f".xml{packed}" for packed in _PACKED), mediawiki.read),
    "stackexchange": Reader(frozenset(f"posts.xml{packed}" for packed in _PACKED), stackexchange.read),
}
"""Files of which the name does not say what they are: it is asked for by these names."""


def suffixes(dump: str | None = None) -> set[str]:
    """Endings of file names that can be read, such as ``.md`` and ``.jsonl.gz``, or as a ``dump``.

    Those of pictures are among them only where they can be read.
    """
    if dump:
        return set(DUMPS[dump].suffixes)
    apart = {suffix for suffix, module in APART.items() if module != "ocr" or ocr.is_there()}
    return apart.union(*(reader.suffixes for reader in READERS))


def read(
    path: Path,
    *,
    collection: str,
    max_bytes: int,
    report: Callable[[Unreadable], None] | None = None,
    dump: str | None = None,
    child: Child | None = None,
    address: str = "",
) -> Iterator[Original]:
    """The originals in a file, one after another. ``dump`` says that it is one of ``DUMPS``, whatever its name.

    ``child`` reads what is read apart; without it a process is started for this file alone. ``address`` is the URL of
    the document, if it is not the path's own.

    Raises ``Unreadable`` for a file that is binary, broken, larger than ``max_bytes`` or of an unknown type. Where
    only a part is bad (a line of a JSON Lines file, a page) the rest is read all the same; the part goes to
    ``report``, or is raised at the end if there is none.
    """
    file = File(path, collection, max_bytes, report, address)
    if dump:
        yield from DUMPS[dump].read(file)
    elif ending(path, APART):
        with nullcontext(child) if child else Child(FilesSettings()) as reading:
            yield from reading.read(file)
    else:
        yield from reader_of(path).read(file)


def check(path: Path) -> None:
    """Raises ``Unreadable`` for a type that is not read, by the file's name."""
    if not ending(path, APART):
        reader_of(path)


def reader_of(path: Path) -> Reader:
    """The reader of a file that is none of ``APART``. Raises ``Unreadable`` for a type that is not read."""
    for reader in READERS:
        if ending(path, reader.suffixes):
            return reader
    newer = OLD.get(path.suffix.lower())
    raise Unreadable(
        f"{path} is of a type that pincite does not read",
        hint=f"save it as {newer}" if newer else _KINDS,
    )
