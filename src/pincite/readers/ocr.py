"""What is written in this picture? tesseract reads it, where that is installed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

PROGRAM = "tesseract"
_INSTALL = "install tesseract (Debian: apt install tesseract-ocr)"


def is_there() -> bool:
    return shutil.which(PROGRAM) is not None


def lines(file: File, picture: bytes) -> str:
    """The text in a picture of any of tesseract's formats. Raises ``Unreadable`` if it can't be read."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise file.unreadable("its text is in pictures, and tesseract is not installed", _INSTALL)
    # The process is bound by our own limits and ends with us; a shell is not involved.
    done = subprocess.run(  # noqa: S603
        [program, "stdin", "stdout", "-l", file.ocr_languages, "--psm", "1"],
        input=picture,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:200]
        raise file.unreadable(f"tesseract could not read it: {said or done.returncode}", "check files.ocr_languages")
    return done.stdout.decode("utf-8", "replace")


def _read(file: File) -> Iterator[Original]:
    draft = Draft()
    for block in lines(file, file.bytes()).split("\n\n"):
        draft.block(block)
    yield draft.original(file, empty="nothing that tesseract could read is written in it")


READER = Reader(frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"}), _read)
