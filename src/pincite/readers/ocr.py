"""What is written in this picture? tesseract reads it, where that is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

from pincite.errors import Unreadable
from pincite.readers.draft import Draft, blocks
from pincite.readers.file import File, Reader
from pincite.types import Original

PROGRAM = "tesseract"
INSTALL = "install tesseract (Debian: apt install tesseract-ocr)"
_BROKEN = re.compile(r"(?<=[^\W\d_])[-‐]\n(?=[^\W\d_])")
"""A word that goes on in the next line."""
_PAGE_END = "\f"


def is_there() -> bool:
    return shutil.which(PROGRAM) is not None


def pages(file: File, picture: bytes, dpi: int | None = None) -> list[str]:
    """The text of each page of a picture of any of tesseract's formats; most have one. Blocking, seconds a page.

    Raises ``Unreadable`` if it can't be read.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unreadable(f"{file.path} has no text: it is a picture", hint=INSTALL)
    if file.ocr_left() <= 0:
        raise too_long(file)
    # The process is bound by our own limits and ends with us; a shell is not involved. More threads than one take
    # several times as long on a busy machine: each waits for the others.
    done = subprocess.run(  # noqa: S603
        [program, "stdin", "stdout", "-l", file.ocr_languages, "--psm", "1", *(["--dpi", str(dpi)] if dpi else [])],
        input=picture,
        capture_output=True,
        check=False,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    if done.returncode < 0:
        raise file.unreadable(
            f"tesseract broke down on a picture ({-done.returncode})", "raise files.cpu_s and memory_mb"
        )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise file.unreadable(f"tesseract could not read it: {said or done.returncode}", "check files.ocr_languages")
    text = _BROKEN.sub("", done.stdout.decode("utf-8", "replace"))
    return text.removesuffix(_PAGE_END).split(_PAGE_END)


def too_long(file: File) -> Unreadable:
    return file.unreadable("there was no time left for its pictures", "raise files.ocr_s, or split it")


def _read(file: File) -> Iterator[Original]:
    found = pages(file, file.bytes())
    draft = Draft()
    for number, text in enumerate(found, 1):
        if len(found) > 1:
            draft.spot(f"page {number}", number)
        for block in blocks([line.strip() for line in text.split("\n")]):
            draft.block(block)
    yield draft.original(file, empty="nothing that tesseract could read is written in it")


READER = Reader(frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"}), _read)
