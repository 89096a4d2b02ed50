"""Transcripts: whole sentences of each speaker, with the minute, and no line that is shown twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pincite.errors import Unreadable
from pincite.readers import read
from pincite.types import Original

Made = Callable[[str, str], Original]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(name: str, text: str) -> Original:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (original,) = read(path, collection="default", max_bytes=10_000_000)
        return original

    return make


MEETING = """\
WEBVTT - made by a machine

NOTE not said by anybody

STYLE
::cue { color: red }

1
00:01.000 --> 00:04.000
<v Anna Smith>The budget for the
campaign is forty thousand euros,</v>

2
00:04.000 --> 00:07.500 align:start
<v.loud Anna Smith>and half of it is <i>spent</i>.</v>

00:12:30.000 --> 00:12:34.000
<v Ben>Labels &amp; boxes are late.</v>

01:02:03.000 --> 01:02:08.000
Carla Diaz: I call the printer
on Monday.
"""


def test_each_speaker_is_named_once_and_sentences_are_whole(made: Made) -> None:
    original = made("2024-03-01 standup.vtt", MEETING)
    assert original.text.split("\n\n") == [
        "Anna Smith: The budget for the campaign is forty thousand euros, and half of it is spent.",
        "Ben: Labels & boxes are late.",
        "Carla Diaz: I call the printer on Monday.",
    ]
    assert [(original.text[spot.start :][:4], spot.label) for spot in original.spots] == [
        ("Anna", "0:01"),
        ("Ben:", "12:30"),
        ("Carl", "1:02:03"),
    ]
    assert str(original.document.published) == "2024-03-01"


def test_a_long_speech_ends_its_blocks_with_a_sentence_and_says_when_each_began(made: Made) -> None:
    cue = "{n}\n00:0{n}:00,000 --> 00:0{n}:09,000\nAda: {words}end {n}.\n"
    original = made("talk.srt", "\n".join(cue.format(n=n, words="word " * 30) for n in range(1, 6)))
    blocks = original.text.split("\n\n")
    assert [(block[:5], block[-6:]) for block in blocks] == [("Ada: ", f"end {n}.") for n in (2, 4, 5)]
    assert [spot.label for spot in original.spots] == ["1:00", "3:00", "5:00"]


def test_a_line_that_rolls_up_is_read_once(made: Made) -> None:
    cues = "1\n00:00:01,600 --> 00:00:04,200\n{\\an8}Penguins\n\n2\n00:00:04,300 --> 00:00:07,000\nPenguins\nswim.\n"
    assert made("talk.srt", cues).text == "Penguins swim."


def test_a_file_without_words_says_so(made: Made) -> None:
    with pytest.raises(Unreadable, match="holds no text"):
        made("empty.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna></v>\n")


@pytest.mark.parametrize("piece", ["<", "<v a", "{\\", " ", "0", "00:00:01.000 --> 1\n", "a: "])
def test_a_hostile_file_is_read_to_its_end(tmp_path: Path, piece: str) -> None:
    """A pattern that takes the square of a line's length would not be through today."""
    path = tmp_path / "a.vtt"
    path.write_text("00:00:01.000 --> 00:00:02.000\nWords.\n" + piece * 200_000)
    (original,) = read(path, collection="default", max_bytes=10_000_000)
    assert original.text.startswith("Words.")
