"""What does an e-mail say? Who wrote to whom and when, the subject, and the message; attachments by name only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from typing import cast

from pincite.readers.draft import Draft
from pincite.readers.epub import chapter
from pincite.readers.file import File, Reader
from pincite.text import charset
from pincite.types import Original

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, OverflowError)
"""What the standard library raises for a header that breaks the rules of mail."""
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def _read(file: File) -> Iterator[Original]:
    data = file.bytes()
    if data.startswith(_MARKS):
        data = charset.decode(data).removeprefix("\ufeff").encode()
    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        raise file.unreadable("it has no headers, so it is no e-mail", "save the whole message as .eml")
    draft = Draft()
    for name in _SHOWN:
        if value := _header(message, name):
            draft.block(f"{name}: {value}")
    told = len(message.keys())
    body = message.get_body(("plain", "html"))
    if body is not None:
        _body(draft, cast("EmailMessage", body))
    names = [name for part in message.walk() if (name := _filename(part))]
    if names:
        draft.block("Attachments: " + ", ".join(names))
    yield draft.original(
        file,
        title=_header(message, "Subject"),
        published=_day(message),
        empty=f"it has {told} headers and no message",
    )


def _header(message: EmailMessage, name: str) -> str:
    """On one line; as it stands where it breaks the rules of mail."""
    try:
        return " ".join(str(message[name] or "").split())
    except _BROKEN:
        raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
        return " ".join(str(raw).split())


def _day(message: EmailMessage) -> date | None:
    """The day it was sent, where it is one that can be."""
    try:
        sent = message["Date"].datetime
    except _BROKEN:  # there is none, or it is no date
        return None
    return sent.date() if sent else None


def _body(draft: Draft, body: EmailMessage) -> None:
    data = cast("bytes", body.get_payload(decode=True) or b"")
    declared = body.get_content_charset("")
    if body.get_content_subtype() == "html":
        chapter(draft, charset.decode(data, f"text/html; charset={declared}" if declared else "").encode())
        return
    text = charset.decode(data, f"text/plain; charset={declared}" if declared else "")
    for block in text.replace("\r\n", "\n").split("\n\n"):
        draft.block(block)


def _filename(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except _BROKEN:
        return ""


READER = Reader(frozenset({".eml"}), _read)
