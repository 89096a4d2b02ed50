"""Chats: who said what below the day, each at its time; other texts with names, times and colons are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.readers import read
from pincite.types import Original

Txt = Callable[[str], Original]


@pytest.fixture
def txt(tmp_path: Path) -> Txt:
    def made(text: str) -> Original:
        path = tmp_path / "Chat with Ada.txt"
        path.write_text(text, encoding="utf-8")
        (original,) = read(path, collection="c", max_bytes=100_000)
        return original

    return made


ANDROID = """\
04/03/2024, 18:12 - Messages and calls are end-to-end encrypted.
04/03/2024, 18:15 - Ada Brandt: Shall we go?
04/03/2024, 18:21 - Bob K.: yes
two lines
04/03/2024, 18:22 - Ada Brandt: <Media omitted>
05/03/2024, 08:00 - Ada Brandt: The deposit is 190 euros.
05/03/2024, 08:01 - Bob K.: who pays: me?
05/03/2024, 08:02 - Ada Brandt: you
"""
IPHONE = """\
[05.09.24, 07:51:34] Home: \u200eMessages are encrypted.
[05.09.24, 08:02:54] Ruth: Morning all.
\u200e[05.09.24, 08:09:15] Ruth: \u200edocument omitted
[05.09.24, 08:10:00] Dan 🦔: Hi
[06.09.24, 08:10:00] Ruth: The roof is fine.
[06.09.24, 08:11:00] Dan 🦔: good
[06.09.24, 08:12:00] Ruth: 38 pages
"""
SLACK = """\
#bakery
4 members

Monday, June 3rd

Priya Sood  9:02 AM
morning! the fair is on 13 July

Olek Wrona  9:04 AM
that's six weeks
:heart: 3
9:05
and a half

Tuesday, June 4th

Priya Sood  9:11 AM
budget's 18,400 net
Olek Wrona  9:12 AM
ok
Priya Sood  9:13 AM
done
"""
IRC = """\
[12:01] <ada> is the build red?
[12:02] <@bob> it was, until noon
[12:03] * eve waves
[12:04] <ada> fine
[12:05] <@bob> lunch
[12:06] <ada> yes
"""
ZOOM = """\
12:01:34 From Ada Brandt to Everyone: hello
12:01:40 From Bob to Everyone: the link is in the mail
12:02:00 From Ada Brandt to Everyone: thanks
12:03:00 From Bob to Everyone: any questions?
12:04:00 From Ada Brandt to Bob: no
"""


TOLD = [
    (ANDROID, "04/03/2024, 18:15", ["04/03/2024", "Ada Brandt: Shall we go?", "Bob K.: yes\ntwo lines", "05/03/2024"]),
    (IPHONE, "05.09.24, 07:51:34", ["05.09.24", "Home: Messages are encrypted.", "Ruth: Morning all.", "Dan 🦔: Hi"]),
    (SLACK, "Monday, June 3rd, 9:02 AM", [
        "Monday, June 3rd", "Priya Sood: morning! the fair is on 13 July", "Olek Wrona: that's six weeks",
        "Olek Wrona: and a half", "Tuesday, June 4th", "Priya Sood: budget's 18,400 net",
    ]),
    (IRC, "12:01", ["ada: is the build red?", "bob: it was, until noon", "ada: fine"]),
    (ZOOM, "12:01:34", ["Ada Brandt: hello", "Bob: the link is in the mail"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "said"), TOLD)
def test_a_chat_is_who_said_what_below_the_day(txt: Txt, text: str, where: str, said: list[str]) -> None:
    found = txt(text)
    assert found.text.split("\n\n")[: len(said)] == said
    assert found.document.title == "Chat with Ada"
    assert where in [spot.label for spot in found.spots]


@pytest.mark.parametrize(
    "text",
    [
        "12:30: lunch\n13:30: talks\n14:30: tea\n15:30: more talks\n16:30: the end\n",
        "2024-03-04 10:00:01 INFO: started\n2024-03-04 10:00:02 INFO: ready\n" * 5,
        "Name: Ada\nBorn: 1815\nDied: 1852\nKnown for: notes\nFather: a poet\nMother: Annabella\n",
        "Ada met Bob at 9:02 AM\nand they talked for an hour about engines.\n",
        "Vienna  8:17\nGraz  10:50\nKlagenfurt  13:05\nVillach  13:30\nUdine  15:10\nVenice  17:00\n",
    ],
)
def test_other_texts_with_times_and_colons_stay_as_they_are(txt: Txt, text: str) -> None:
    assert txt(text).text == text


@given(st.text(alphabet=st.sampled_from(list("0123456789:,./ -[]<>\nAMadab\u200e")), max_size=200))
@settings(max_examples=150, deadline=None)
def test_nothing_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("chat") / "a.txt"
    path.write_text(ANDROID + text)
    assert list(read(path, collection="c", max_bytes=100_000))
