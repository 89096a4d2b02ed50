"""What does a Rich Text file say? Its paragraphs and table rows."""

from __future__ import annotations

from collections.abc import Iterator

from striprtf.striprtf import rtf_to_text

from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original


def _read(file: File) -> Iterator[Original]:
    data = file.bytes()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise file.unreadable("it is no Rich Text file", "check its ending")
    draft = Draft()
    # Everything beyond ASCII is escaped in the format; what is not is in the writer's code page.
    text = str(rtf_to_text(data.decode("cp1252", "replace"), errors="replace"))  # type: ignore[no-untyped-call]
    for line in text.split("\n"):
        draft.block(line.replace("|", " | "))
    yield draft.original(file)


READER = Reader(frozenset({".rtf"}), _read)
