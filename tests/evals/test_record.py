"""Whether anybody's answers can be judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.evals.made import answered

from pincite.errors import BadInput, PinciteError
from pincite.evals.record import Record, append, kept, records, resumed
from pincite.types import Degradation, Verdict

SOMEBODY = {
    "question": "How tall is the tower?",
    "answer": "It is 330 metres tall [1][3]. The company of Gustave Eiffel built it [2].\n\nDo you want to know more?",
    "sources": [
        {"title": "Tower", "url": "https://example.org/1", "text": "The tower is 330 metres tall."},
        "https://example.org/2",
    ],
    "answers": ["330 metres"],
    "nuggets": [["330 m", "330 metres"], "Eiffel"],
    "impossible": False,
    "ttft_ms": 800,
    "calls": 2,
}


def written(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_somebody_elses_answer_is_read_with_its_markers(tmp_path: Path) -> None:
    (record,) = records(written(tmp_path / "other.jsonl", SOMEBODY))
    first, second, last = record.answer.sentences
    assert record.system == "other"
    assert record.said(first) == "It is 330 metres tall."
    assert [citation.source for citation in first.citations] == [1, 3]
    assert record.cited(first)[1] is None, "there is no third source"
    assert [source.number for source in record.answer.sources] == [1, 2]
    assert record.untold == ("short answer",)
    assert [passage and passage.text for passage in record.cited(second)] == [""], "only its address is known"
    assert last.verdict is Verdict.EXEMPT
    assert record.gold == ("330 metres",)
    assert record.nuggets == (("330 m", "330 metres"), ("Eiffel",))
    assert record.answerable is True
    assert record.answer.timings == {"first_token": 800.0}
    assert record.answer.usage.model_calls == 2


def test_an_answer_is_judged_as_it_was_written_and_not_mended(tmp_path: Path) -> None:
    row = {**SOMEBODY, "answer": "The tower is 330 metres tall. Bananas are blue [1]."}
    (record,) = records(written(tmp_path / "x.jsonl", row))
    bare, wrong = record.answer.sentences
    assert not bare.citations, "none is added"
    assert [citation.source for citation in wrong.citations] == [1], "none is swapped or left out"


def test_an_answer_of_ours_is_read_as_it_is(tmp_path: Path) -> None:
    ours = answered("Rome is old.", cites=[[1]], sources=["Rome is old."])
    path = written(tmp_path / "ours.jsonl", ours.answer.model_dump(mode="json"))
    (record,) = records(path)
    assert record.answer == ours.answer
    assert record.answerable is None, "nobody said"
    (again,) = records(written(tmp_path / "records.jsonl", ours.model_dump(mode="json")))
    assert again == ours


@pytest.mark.parametrize(
    ("more", "abstained"),
    [
        ({}, False),
        ({"abstained": True}, True),
        ({"answer": ""}, True),
        ({"answer": "The sources do not say how tall it is."}, True),
        ({"answer": "The sources do not say. It may be 330 metres tall."}, False),
    ],
)
def test_whether_an_answer_declined(tmp_path: Path, more: dict[str, Any], abstained: bool) -> None:
    (record,) = records(written(tmp_path / "x.jsonl", {**SOMEBODY, **more}))
    assert record.abstained is abstained


def test_what_a_refusal_quotes_as_nearest_is_no_answer() -> None:
    said = answered("Rome is old.", cites=[[1]], sources=["Rome is old."])
    assert (said.told, said.lead) == ("Rome is old.", "Rome is old.")
    refused = Degradation(part="sources", reason="no_answer", detail="weak")
    declined = said.model_copy(update={"answer": said.answer.model_copy(update={"degraded": (refused,)})})
    assert declined.abstained
    assert (declined.told, declined.lead) == ("", "")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "why?"}, "no question or no answer"),
        ({"question": "why?", "answer": ["so"]}, r"answer is \['so'\], no text"),
        ({"question": "why?", "answer": "so", "sources": "x"}, "sources is a str"),
        (
            {"question": "why?", "answer": "so", "sources": [{"number": 1}, {"number": 1}]},
            "two sources have one number",
        ),
        ({"question": "why?", "answer": "so", "sources": [{"number": 0}]}, "number"),
        ({"question": "why?", "answer": {"id": 3}}, "system"),
        ({**SOMEBODY, "impossible": "true"}, "impossible is 'true'"),
        ({**SOMEBODY, "impossible": ["x"]}, r"impossible is \['x'\]"),
        ({**SOMEBODY, "impossible": 2}, "impossible is 2"),
        ({**SOMEBODY, "abstained": "false"}, "abstained is 'false'"),
        ({**SOMEBODY, "nuggets": "2,850"}, "nuggets is '2,850'"),
        ({**SOMEBODY, "nuggets": 5}, "nuggets is 5"),
        ({**SOMEBODY, "total_ms": "1200"}, "total_ms is '1200', no number"),
        ({**SOMEBODY, "ttft_ms": float("nan")}, "ttft_ms is nan"),
        ({**SOMEBODY, "calls": "2"}, "calls is '2'"),
        ({**SOMEBODY, "calls": 2.5}, "calls is 2.5"),
        ({**SOMEBODY, "id": ["x"]}, "id is"),
        ({**SOMEBODY, "sources": [{"text": ["One.", "Two."]}]}, "text is"),
        ({**SOMEBODY, "sources": [None]}, "source 1 is None"),
    ],
)
def test_a_wrong_row_is_an_error_with_file_and_line(tmp_path: Path, row: Any, said: str) -> None:
    path = written(tmp_path / "x.jsonl", SOMEBODY, row)
    with pytest.raises(PinciteError, match=said) as raised:
        list(records(path))
    assert "x.jsonl:2" in raised.value.detail
    assert raised.value.hint


def test_what_a_row_says_nothing_of_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    silent = dict.fromkeys(["id", "system", "impossible", "abstained", "nuggets", "total_ms", "calls"])
    one, other = records(written(tmp_path / "x.jsonl", *[{**SOMEBODY, **silent}] * 2))
    assert (one.id, one.system, one.group, one.nuggets) == ("1", "x", "", ())
    assert other.id == "2"
    (marked,) = records(written(tmp_path / "y.jsonl", {**SOMEBODY, "id": 7.0, "impossible": 1, "answers": 0}))
    assert (marked.id, marked.group, marked.gold) == ("7", "impossible", ("0",))


def test_a_file_without_an_answer_is_an_error(tmp_path: Path) -> None:
    (path := tmp_path / "none.jsonl").write_text("\n")
    with pytest.raises(BadInput, match="no answer in"):
        list(records(path))


def test_one_id_twice_is_an_error_but_not_of_two_systems(tmp_path: Path) -> None:
    one, other = {**SOMEBODY, "id": 1, "system": "a"}, {**SOMEBODY, "id": 1, "system": "b"}
    assert len(list(records(written(tmp_path / "x.jsonl", one, other)))) == 2
    with pytest.raises(BadInput, match="a second answer '1' of a"):
        list(records(written(tmp_path / "x.jsonl", one, one)))


def test_a_line_that_was_cut_is_dropped_and_the_file_goes_on_after_the_whole_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    one, two = answered("One.", key="1"), answered("Two.", key="2")
    append(path, [one, two])
    path.write_bytes(cut := path.read_bytes()[:-20])
    assert kept(path, Record) == [one]
    assert path.read_bytes() == cut, "reading changes nothing"
    assert resumed(path, Record) == [one]
    append(path, [two])
    assert kept(path, Record) == [one, two]


def test_a_whole_last_line_without_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    one, two = answered("One.", key="1"), answered("Two.", key="2")
    path.write_text(one.model_dump_json())
    assert kept(path, Record) == resumed(path, Record) == [one]
    append(path, [two])
    assert kept(path, Record) == [one, two]


def test_a_foreign_file_is_not_written_into(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", {"something": "else"})
    before = path.read_bytes()
    with pytest.raises(BadInput, match=r"x\.jsonl:1 is no Record"):
        kept(path, Record)
    assert path.read_bytes() == before
