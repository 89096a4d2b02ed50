"""What was written in a chat? Who said what, message by message, below the day; a citation stands at its time.

Told by how messages begin: as WhatsApp, Signal, IRC and Zoom write them into a file (a time, a name, a colon), or as
they are when they are copied from Slack and Teams (a name and a time, and the message below).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pincite.readers.draft import Draft
from pincite.readers.file import File
from pincite.types import Original

_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_DAY = r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"
_NAME = r"[^\s:<>\[\]][^:<>\[\]\n]{0,39}"
_HEAD = re.compile(
    rf"[\u200e\u200f\ufeff]*\[?(?:(?P<day>{_DAY}),?[ T])?[ ]*(?P<time>{_TIME})\]?[ \t]*(?:[-–][ \t]*)?(?:From )?"
    rf"(?:<[@+ ]?(?P<nick>[^<>\s]{{1,40}})>[ \t]*|(?P<name>{_NAME}?)(?: to [^:\n]{{1,40}})?[ ]?:(?:[ \t]+|$))?"
    rf"(?P<said>.*)"
)
"""A line that a message begins with: when, who, what. Without a name something happened to the chat."""
_ABOVE = re.compile(rf"(?P<name>{_NAME}?)[ \t\u00a0]+(?P<time>{_TIME})[ \t]*")
"""The line above a message: who and when."""
_LATER = re.compile(rf"{_TIME}[ \t]*")
"""Above the next one of the same person."""
_NEW_DAY = re.compile(
    r"(?:—*\s*)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday)\b[\w ,.]{0,30}—*", re.IGNORECASE
)
_HIDDEN = re.compile(r"[\u200e\u200f\ufeff]")
_UNSAID = re.compile(
    r"<?(?:image|video|audio|sticker|gif|document|media|contact card)(?: message)? omitted>?|:[\w+-]{1,40}: ?\d*",
    re.IGNORECASE,
)
"""A line that says nothing: what was sent is not in the file, or who liked it."""
_FEWEST, _FEWEST_PEOPLE = 5, 2
"""Messages that make a chat, and people, who come again: a timetable has a name a line."""
_SHARE, _SHARE_ABOVE = 0.5, 0.15
"""Of all lines, those that a message begins with, and those above one."""


@dataclass
class _Message:
    day: str
    time: str
    name: str
    said: list[str]

    @property
    def text(self) -> str:
        return "\n".join(line for line in self.said if not _UNSAID.fullmatch(line.strip())).strip()


def read(file: File, text: str) -> Original | None:
    """The chat that the text is; ``None`` for any other text."""
    messages = [message for message in _told(text) if message.name and message.text]
    people = len({message.name for message in messages})
    if not _FEWEST_PEOPLE <= people <= len(messages) / 2:
        return None
    draft = Draft()
    day = ""
    for message in messages:
        if message.day and message.day != day:
            day = message.day
            draft.block(day)
        draft.spot(f"{day}, {message.time}" if day else message.time)
        draft.block(f"{message.name}: {message.text}")
    return draft.original(file)


def _told(text: str) -> Iterator[_Message]:
    lines = _HIDDEN.sub("", text).split("\n")
    filled = [line for line in lines if line.strip()]
    heads = sum(bool(head and (head["name"] or head["nick"])) for head in map(_HEAD.match, filled))
    above = sum(bool(_ABOVE.fullmatch(line)) for line in filled)
    if heads >= _FEWEST and heads >= _SHARE * len(filled):
        return _headed(lines)
    if above >= _FEWEST and above >= _SHARE_ABOVE * len(filled):
        return _below(lines)
    return iter(())


def _headed(lines: list[str]) -> Iterator[_Message]:
    message: _Message | None = None
    for line in lines:
        if head := _HEAD.match(line):
            if message:
                yield message
            name = (head["name"] or head["nick"] or "").strip()
            message = _Message(head["day"] or "", head["time"], name, [head["said"]])
        elif message:
            message.said.append(line)
    if message:
        yield message


def _below(lines: list[str]) -> Iterator[_Message]:
    message: _Message | None = None
    day = ""
    for line in lines:
        head, later = _ABOVE.fullmatch(line), message and _LATER.fullmatch(line)
        if not head and not later and not _NEW_DAY.fullmatch(line):
            if message:
                message.said.append(line)
            continue
        if message:
            yield message
        if head:
            message = _Message(day, head["time"], head["name"].strip(), [])
        elif later and message:
            message = _Message(day, line.strip(), message.name, [])
        else:
            day, message = line.strip(" —"), None
    if message:
        yield message
