"""Two texts read together: windows, chances, time, damage. What trained weights know ``pincite train`` measures."""

from __future__ import annotations

import itertools
import json
import re
from itertools import pairwise
from math import inf
from pathlib import Path

import pytest
from tests.encoders import small

from pincite.encoders.cross import CARD, MODEL, TEXT, CrossEncoder, Window
from pincite.errors import Damaged
from pincite.ports import Deadline, Reader, Scorer
from pincite.types import Document, Passage

LONG = Deadline(inf)
QUESTION = "When was the tower built?"


def passage(text: str, title: str = "Tower") -> Passage:
    document = Document(url=f"https://example.org/{abs(hash(text))}", title=title)
    return Passage(id=text[:8], document=document, text=text, start=0, end=len(text))


TEXTS = [
    passage("The tower was built in 1889 for the World's Fair. It stands in Paris."),
    passage("Honey is made by bees from the nectar of flowers.", "Honey"),
    passage(
        " ".join(f"Sentence number {n} speaks of nothing at all." for n in range(60)) + " It was built in 1912.", ""
    ),
]


@pytest.fixture(scope="module")
def cross(tmp_path_factory: pytest.TempPathFactory) -> CrossEncoder:
    return CrossEncoder.load(small.folder(tmp_path_factory.mktemp("cross")))


def test_it_fits_the_sockets_of_a_reranker_and_a_reader(cross: CrossEncoder) -> None:
    scorer: Scorer = cross
    reader: Reader = cross
    assert len(scorer.score(QUESTION, TEXTS, LONG)) == len(reader.read(QUESTION, TEXTS, LONG)) == len(TEXTS)


def test_what_is_read_does_not_depend_on_what_is_read_beside_it(cross: CrossEncoder) -> None:
    together = cross.score(QUESTION, TEXTS, LONG)
    fresh = [cross.score(QUESTION, [each], LONG)[0] for each in reversed(TEXTS)]
    assert list(together) == fresh[::-1]


def test_without_time_nothing_is_read(cross: CrossEncoder) -> None:
    assert cross.score(QUESTION, TEXTS, Deadline.after(0)) == []
    assert cross.read(QUESTION, TEXTS, Deadline.after(0)) == []


@pytest.mark.parametrize("looks", range(1, 5))
def test_with_some_time_the_first_are_read_and_no_later_one(cross: CrossEncoder, looks: int) -> None:
    whole = cross.score(QUESTION, TEXTS, LONG)
    lasts = itertools.chain(itertools.repeat(0.0, looks), itertools.repeat(9.0))
    some = cross.score(QUESTION, TEXTS, Deadline(1.0, clock=lambda: next(lasts)))
    assert len(some) == min(looks, len(TEXTS))
    assert some == whole[: len(some)]


def test_a_text_that_cannot_be_read_is_an_error_and_not_a_gap(
    cross: CrossEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[Window]:
        raise ValueError("broken")

    monkeypatch.setattr(cross, "_windows", broken)
    with pytest.raises(ValueError, match="broken"):
        cross.score(QUESTION, TEXTS, LONG)


def test_how_clearly_an_answer_stands_out_is_told_of_each_passage_for_itself(cross: CrossEncoder) -> None:
    together = [each.marked for each in cross.read(QUESTION, TEXTS, LONG)]
    assert together == [cross.read(QUESTION, [each], LONG)[0].marked for each in TEXTS]
    assert len(set(together)) == len(TEXTS)
    (nothing,) = cross.read(QUESTION, [passage("", "Tower")], LONG)
    assert not nothing.answers
    assert nothing.marked < min(together)


def test_answers_are_spans_of_their_passage_and_their_chances_are_shared(cross: CrossEncoder) -> None:
    readings = cross.read(QUESTION, TEXTS, LONG)
    chances = [answer.chance for reading in readings for answer in reading.answers]
    assert all(0 < chance < 1 for chance in chances)
    assert sum(chances) <= 1
    for reading, one in zip(readings, TEXTS, strict=True):
        assert reading.answers
        assert all(one.text[a.span.start : a.span.end].strip() for a in reading.answers)
        places = sorted((a.span.start, a.span.end) for a in reading.answers)
        assert all(before[1] <= after[0] for before, after in pairwise(places))
        assert [a.chance for a in reading.answers] == sorted((a.chance for a in reading.answers), reverse=True)


def test_answers_are_whole_words_and_no_half_of_a_bracket_or_quotation(cross: CrossEncoder) -> None:
    text = 'The tower (324 m (1,063 ft) with its antennas) is called "the iron lady" by Xanthippians.'
    texts = [passage(text[at:]) for at in range(0, 60, 4)]
    found = [
        (one.text, a.span) for one, r in zip(texts, cross.read(QUESTION, texts, LONG), strict=True) for a in r.answers
    ]
    assert len(found) > len(texts)
    for whole, span in found:
        said = whole[span.start : span.end]
        assert said.count("(") == said.count(")")
        assert said.count('"') in (0, 2)
        assert not re.search(r"\w\Z", whole[: span.start]) or not re.match(r"\w", said)
        assert not re.search(r"\w\Z", said) or not re.match(r"\w", whole[span.end :])


def test_a_passage_read_alone_has_more_of_the_chance_than_beside_others(cross: CrossEncoder) -> None:
    (alone,) = cross.read(QUESTION, TEXTS[:1], LONG)
    beside = cross.read(QUESTION, TEXTS, LONG)[0]
    assert alone.answers[0].span == beside.answers[0].span
    assert alone.answers[0].chance > beside.answers[0].chance


def test_a_long_passage_is_read_to_its_end(cross: CrossEncoder) -> None:
    windows = cross._windows([1], TEXTS[2])
    assert len(windows) > 3
    assert windows[-1].offsets[-1][1] == len(TEXTS[2].text)
    covered = sorted(offset for window in windows for offset in set(window.offsets))
    assert covered[0][0] == 0


def test_windows_hold_whole_sentences(cross: CrossEncoder) -> None:
    text = TEXTS[2].text
    for window in cross._windows([1], TEXTS[2]):
        begin, end = window.offsets[0][0], window.offsets[-1][1]
        assert text[begin:].startswith(("Sentence", "It was"))
        assert text[end - 1] == "."
        assert len(window.offsets) <= TEXT


def test_a_sentence_longer_than_a_window_is_read_whole_by_windows_that_overlap(cross: CrossEncoder) -> None:
    long = passage("Short one. " + "word " * 260 + "end. Short two.")
    windows = cross._windows([1], long)
    every = cross._tokenizer.encode(long.text, add_special_tokens=False).offsets
    assert {offset for window in windows for offset in window.offsets} == set(every)
    overlaps = [before.offsets[-1][1] - after.offsets[0][0] for before, after in pairwise(windows)]
    assert max(overlaps) > 24


def test_a_statement_has_three_chances_that_sum_to_one(cross: CrossEncoder) -> None:
    for chances in cross.support("The tower was built in 1889.", TEXTS):
        assert sum(chances) == pytest.approx(1, abs=1e-5)


def test_empty_and_odd_texts_are_read_without_complaint(cross: CrossEncoder) -> None:
    odd = [passage(""), passage("\x00\x01"), passage("字" * 3000), passage("a" * 5000)]
    assert len(cross.read("", odd, LONG)) == len(cross.score("?" * 9000, odd, LONG)) == 4
    assert cross.read(QUESTION, [passage("")], LONG)[0].answers == ()
    assert cross.read(QUESTION, [], LONG) == []


@pytest.mark.parametrize("damage", ["weights", "card", "missing"])
def test_a_folder_that_is_not_what_its_card_says_is_refused(tmp_path: Path, damage: str) -> None:
    folder = small.folder(tmp_path / "cross")
    if damage == "weights":
        (folder / MODEL).write_bytes((folder / MODEL).read_bytes()[:-1] + b"!")
    elif damage == "card":
        (folder / CARD).write_text(json.dumps({"sha256": {MODEL: "0" * 64}}), encoding="utf-8")
    else:
        (folder / CARD).unlink()
    with pytest.raises(Damaged) as raised:
        CrossEncoder.load(folder)
    assert "cross" in raised.value.detail
    assert "pincite train" in raised.value.hint
