"""What does an e-mail say? Who wrote to whom and when, the subject, and the message; attachments by name only, but for
a message that was forwarded as one.

A mailbox (mbox, RFC 4155) is as many documents as it has messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from itertools import pairwise
from typing import cast
from urllib.parse import quote

from pincite.errors import Unreadable
from pincite.readers.draft import Draft
from pincite.readers.epub import chapter
from pincite.readers.file import File, Reader
from pincite.text import charset
from pincite.types import Original

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, OverflowError)
"""What the standard library raises for a header that breaks the rules of mail."""
_NARROWEST, _WIDEST = 50, 80
"""Characters of a full line in mail."""
_OWN_LINE = re.compile(r"[>|\-*+•#]|\d+[.)] |[A-Z][\w-]+: ")
"""What begins a line of its own: a quote, an item, a field."""
_BOX = ".mbox"
_POSTMARK = re.compile(rb"(?:\A|(?<=\n))From [^\n]*\d\d:\d\d[^\n]*\n")
"""How a message of a mailbox begins."""
_QUOTED_MARK = re.compile(rb"^>(>*From )", re.MULTILINE)
_NAMED = re.compile(rb"^message-id:\s*<?([^>\s]+)", re.IGNORECASE | re.MULTILINE)
_HEADERS = 10_000
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def _read(file: File) -> Iterator[Original]:
    data = file.bytes()
    if data.startswith(_MARKS):
        data = charset.decode(data).removeprefix("\ufeff").encode()
    if file.path.suffix.lower() == _BOX:
        yield from _boxed(file, data)
    else:
        yield _original(file, data, set())


def _boxed(file: File, data: bytes) -> Iterator[Original]:
    """Each message at an address of its own: what it is called among all messages, or its place where it isn't."""
    known: set[str] = set()
    said: set[str] = set()
    marks = [mark.span() for mark in _POSTMARK.finditer(data)]
    if not marks:
        raise file.unreadable("no message begins in it", "export the mailbox as mbox, or save messages as .eml")
    for place, ((_, start), (end, _)) in enumerate(pairwise([*marks, (len(data), 0)]), 1):
        raw = _QUOTED_MARK.sub(rb"\1", data[start:end])
        named = _NAMED.search(raw[:_HEADERS])
        name = quote(named[1].decode(errors="replace")) if named else ""
        address = f"{file.url}#{name if name and name not in known else place}"
        known.add(name)
        try:
            yield _original(replace(file, address=address), raw, said)
        except (Unreadable, *_BROKEN) as error:
            why = str(error).partition("can't be read: ")[2] or str(error) or type(error).__name__
            bad = Unreadable(f"{file.path}, message {place} can't be read: {why}", hint="the other messages are read")
            if file.report is None:
                raise bad from error
            file.report(bad)


def _original(file: File, data: bytes, said: set[str]) -> Original:
    """``said`` are the lines of messages before it, and then its own, too."""
    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        raise file.unreadable("it has no headers, so it is no e-mail", "save the whole message as .eml")
    draft = Draft()
    told = len(message.keys())
    _put(draft, message, said)
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            _put(draft, cast("EmailMessage", part.get_payload(0)), said)
    names = [name for part in message.walk() if (name := _filename(part))]
    if names:
        draft.block("Attachments: " + ", ".join(names))
    return draft.original(
        file,
        title=_header(message, "Subject"),
        published=_day(message),
        empty=f"it has {told} headers and no message",
    )


def _put(draft: Draft, message: EmailMessage, said: set[str]) -> None:
    """Its headers and its body; a message inside it is another one."""
    for name in _SHOWN:
        if value := _header(message, name):
            draft.block(f"{name}: {value}")
    body = message.get_body(("plain", "html"))
    if body is not None:
        _body(draft, cast("EmailMessage", body), said)


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


def _body(draft: Draft, body: EmailMessage, said: set[str]) -> None:
    data = cast("bytes", body.get_payload(decode=True) or b"")
    declared = body.get_content_charset("")
    if body.get_content_subtype() == "html":
        chapter(draft, charset.decode(data, f"text/html; charset={declared}" if declared else "").encode())
        return
    text = charset.decode(data, f"text/plain; charset={declared}" if declared else "")
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    lines = _answered(lines, said)
    said.update(map(_unquoted, lines))
    for block in "\n".join(_unwrapped(lines)).split("\n\n"):
        draft.block(block)


def _answered(lines: list[str], said: set[str]) -> list[str]:
    """Without the message that is answered, where it stands whole below the answer and is known."""
    last = len(lines)
    while last and (not lines[last - 1] or (lines[last - 1].startswith(">") and _unquoted(lines[last - 1]) in said)):
        last -= 1
    return lines[:last]


def _unquoted(line: str) -> str:
    return line.lstrip("> ")


def _unwrapped(lines: Sequence[str]) -> Iterator[str]:
    """Lines that were cut where they were full are one: the next one's first word would not have gone into it."""
    width = max((len(line) for line in lines if len(line) <= _WIDEST), default=0)
    whole = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        whole += line
        word = following.partition(" ")[0]
        full = width >= _NARROWEST and len(line) + 1 + len(word) > width >= len(line)
        if full and word and not _OWN_LINE.match(following):
            whole += " "
        else:
            yield whole
            whole = ""


def _filename(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())
    except _BROKEN:
        return ""


READER = Reader(frozenset({".eml", _BOX}), _read)
