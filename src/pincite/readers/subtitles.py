"""What is said in a recording? The cues of WebVTT and SubRip files, joined to what each speaker says, with the minute.

A cue is cut where a line was full, so sentences are put together again; a block ends with its speaker, or with a
sentence once it is long. Where a citation stands is a time, at which the recording can be opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_CUE = re.compile(
    r"^[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{3}[ \t]+-->[^\n]*\n((?:[ \t]*\S[^\n]*(?:\n|\Z))*)", re.MULTILINE
)
_VOICE = re.compile(r"<v(?:\.[\w.]{1,40})?[ \t]+([^<>]{1,80})>")
_MARKUP = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,100}\}")
_SPEAKER = re.compile(r"(?:>>+ ?)?([^\W\d_][\w .,'’()-]{0,40}): (?=\S)")
_ENDS = (".", "!", "?", "…", "。", "！", "？")
_LONG = 200
"""Characters from which on a block ends with its sentence: fifteen seconds or so of speech."""


def _read(file: File) -> Iterator[Original]:
    draft = Draft()
    speaker, block, before = "", "", ""
    for at, voice, said in _cues(file.text()):
        if said == before:
            continue  # what rolls up over the screen is shown twice
        before = said
        if block and (voice != speaker or (len(block) >= _LONG and block.endswith(_ENDS))):
            draft.block(block)
            block = ""
        if not block:
            draft.spot(at)
            block = f"{voice}: {said}" if voice else said
        else:
            block = f"{block} {said}"
        speaker = voice
    draft.block(block)
    yield draft.original(file)


def _cues(text: str) -> Iterator[tuple[str, str, str]]:
    """When, who (as long as nobody else is named: the one before), and what, line by line."""
    voice = ""
    for cue in _CUE.finditer(text):
        hours, minutes, seconds = (int(part or 0) for part in cue.groups()[:3])
        at = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        for line in cue[4].splitlines():
            named = _VOICE.search(line)
            said = unescape(_MARKUP.sub("", line)).strip()
            spoken = None if named else _SPEAKER.match(said)
            voice = named[1].strip() if named else spoken[1] if spoken else voice
            said = said[spoken.end() :] if spoken else said
            if said:
                yield at, voice, said


READER = Reader(frozenset({".vtt", ".srt"}), _read)
