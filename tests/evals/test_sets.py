"""What is in the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.evals.conftest import written

from pincite.errors import BadInput, PinciteError, Unreadable
from pincite.evals import sets


@pytest.mark.parametrize("name", ["p.jsonl", "p.jsonl.gz", "p.jsonl.xz", "P.JSONL.GZ", "P.JSONL.XZ"])
def test_a_file_reads_the_same_whether_packed_or_not(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, {"id": 7, "text": "Rome is old.", "title": "Rome", "extra": [1]})
    assert sets.passages([path]) == [sets.PassageRow(id="7", text="Rome is old.", title="Rome")]


def test_several_files_are_one_set_and_an_id_counts_once(tmp_path: Path) -> None:
    one = written(tmp_path / "1.jsonl", {"id": "a", "text": "x"}, {"id": "b", "text": "", "title": "Only a title"})
    two = written(tmp_path / "2.jsonl", {"id": "a", "text": "x"}, {"id": "c", "text": "z"}, {"id": "d", "text": " "})
    assert [row.id for row in sets.passages([one, two])] == ["a", "b", "c"]


def test_one_id_for_two_texts_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    path = written(tmp_path / "p.jsonl", {"id": "a", "text": "x"}, {"id": "a", "text": "y"})
    with pytest.raises(BadInput, match=r"p\.jsonl:2: the id 'a' names two passages"):
        sets.passages([path])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"text": ["One paragraph.", "Another."]}, "text is .'One paragraph"),
        ({"text": 1984}, "text is 1984, no text"),
        ({"text": "", "passage": {"text": "x"}}, "passage is"),
        ({"text": "x", "title": ["Rome"]}, "title is"),
        ({"text": "x", "url": {"href": "x"}}, "url is"),
    ],
)
def test_a_text_that_is_none_is_an_error_and_not_a_passage_less(tmp_path: Path, more: Any, told: str) -> None:
    path = written(tmp_path / "p.jsonl", {"id": 1, "text": "fine"}, {"id": 2, "title": "Known by it", **more})
    with pytest.raises(BadInput, match=rf"p\.jsonl:2: {told}") as raised:
        sets.passages([path])
    assert raised.value.hint.startswith("write {")


def test_questions_name_what_is_right_in_three_ways(tmp_path: Path) -> None:
    path = written(
        tmp_path / "q.jsonl",
        {
            "id": 1,
            "question": "a?",
            "passage_id": "p",
            "answers": ["x", {"text": "y", "start": 3}],
            "impossible": False,
        },
        {"id": 2, "query": "b?", "rel": {"p": 2, "q": 0}},
        {"id": "doc", "text": "…", "qas": [{"id": 3, "question": "c?", "answers": "z"}]},
    )
    one, two, three = sets.questions([path])
    assert (one.right, one.answers) == ({"p": 1.0}, ("x", "y"))
    assert two.right == {"p": 2.0, "q": 0.0}
    assert (three.right, three.answers) == ({"doc": 1.0}, ("z",))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "no id?"}, "it has no id"),
        ({"id": 1}, "it has no question or query"),
        ({"id": 1, "question": "?", "rel": {"p": "high"}}, "a grade that is no number"),
        ({"id": 1, "question": "?", "rel": "p"}, "rel is a str"),
        ({"id": 1, "question": "?", "rel": {"p": float("nan")}}, "a grade that is no number"),
        ({"id": 1, "question": "?", "rel": [{"id": "p"}]}, "rel is a list"),
        ({"id": 1, "question": "?", "passage_id": {"id": "p"}}, "passage_id is {'id': 'p'}"),
        ({"id": 1, "question": "?", "passage_ids": ["p", None]}, r"passage_id is \['p', None\]"),
        ({"id": 1, "text": "x", "qas": ["a?"]}, r"qas is \['a\?'\]"),
        ({"id": 1, "question": "?", "answers": [["one", "another"]]}, "is no answer"),
        ({"id": 1, "question": "?", "answers": {"value": "x", "aliases": ["y"]}}, "is no answer"),
        ({"id": 1, "question": "?", "answers": [True]}, "True is no answer"),
        ({"id": 1, "question": "?", "impossible": "false"}, "impossible is 'false'"),
        ({"id": 1, "question": "?", "nuggets": "1889"}, "nuggets is '1889'"),
        ([1, 2], "a list, not an object"),
    ],
)
def test_a_wrong_row_is_an_error_with_file_and_line(tmp_path: Path, row: Any, said: str) -> None:
    path = written(tmp_path / "q.jsonl", {"id": 0, "question": "fine?"}, row)
    with pytest.raises(PinciteError, match=said) as raised:
        sets.questions([path])
    assert "q.jsonl:2" in raised.value.detail
    assert raised.value.hint


def test_ids_and_answers_may_be_numbers(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "question": "a?", "passage_id": 0, "answers": [1912, 3.5]},
        {"id": 2, "question": "b?", "passage_id": 7, "answers": 0},
        {"id": 3, "question": "c?", "passage_ids": [0, 7], "answers": None},
    ]
    found = sets.questions([written(tmp_path / "q.jsonl", *rows)])
    assert [list(row.right) for row in found] == [["0"], ["7"], ["0", "7"]]
    assert [row.answers for row in found] == [("1912", "3.5"), ("0",), ()]


@pytest.mark.parametrize(
    ("more", "right", "impossible"),
    [
        ({"rel": {}, "passage_id": 2}, {"2": 1.0}, False),
        ({"rel": [], "passage_ids": [2, 3]}, {"2": 1.0, "3": 1.0}, False),
        ({"passage_id": None, "passage_ids": [2]}, {"2": 1.0}, False),
        ({"passage_id": 2.0}, {"2": 1.0}, False),
        ({"rel": {"2": 1}, "passage_id": 3}, {"2": 1.0}, False),
        ({"impossible": None, "is_impossible": True}, {}, True),
        ({"impossible": False, "is_impossible": True}, {}, False),
    ],
)
def test_what_says_nothing_hides_no_label(
    tmp_path: Path, more: dict[str, Any], right: dict[str, float], impossible: bool
) -> None:
    asked = {"id": 1.0, "question": "a?", **more}
    inside = {"id": None, "qas": [asked]}
    for one in sets.questions([written(tmp_path / "q.jsonl", asked, inside)]):
        assert (one.id, one.right, one.impossible) == ("1", right, impossible)


def test_a_question_of_a_passage_is_about_it_unless_it_names_another(tmp_path: Path) -> None:
    asked = [{"id": 1, "question": "a?", "passage_id": None}, {"id": 2, "question": "b?", "passage_id": "q"}]
    one, other = sets.questions([written(tmp_path / "q.jsonl", {"id": "p", "text": "…", "qas": asked})])
    assert (one.right, other.right) == ({"p": 1.0}, {"q": 1.0})


@pytest.mark.parametrize("line", [b"{", b'{"text": "\xe9"}', b"[" * 100_000])
def test_what_is_no_json_is_an_error_of_its_own_line(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "q.jsonl").write_bytes(b'{"id": 1}\n\n' + line)
    with pytest.raises(Unreadable, match=r"q\.jsonl:3: no JSON"):
        list(sets.rows(tmp_path / "q.jsonl"))


@pytest.mark.parametrize(
    "line", [rb'{"id": "\ud800", "b": [1]}', rb'{"x": {"y": "a\uDC00"}}', b'{"x": "\xed\xa0\x80"}']
)
def test_half_a_character_is_an_error_of_its_line(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "q.jsonl").write_bytes(rb'{"id": "\ud83d\ude00"}' + b"\n" + line)
    with pytest.raises(Unreadable, match=r"q\.jsonl:2: '\\ud[8c]00' is half a character") as raised:
        list(sets.rows(tmp_path / "q.jsonl"))
    assert raised.value.hint


@pytest.mark.parametrize("opening", [b"", b"\n", b"  \r\n"])
def test_a_byte_order_mark_before_anything_or_nothing_is_no_matter(tmp_path: Path, opening: bytes) -> None:
    (tmp_path / "q.jsonl").write_bytes(b"\xef\xbb\xbf" + opening + b'{"id": 1}\n')
    assert [row for _, row in sets.rows(tmp_path / "q.jsonl")] == [{"id": 1}]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.jsonl", b'{"id": 1}\n{"id'),
        ("x.jsonl", b"\xff\xfe\n"),
        ("x.jsonl.gz", b"not gzip"),
        ("x.jsonl.xz", b"\xfd7zXZ\x00"),
    ],
)
def test_a_broken_file_is_an_error_that_names_it(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Unreadable, match=name):
        list(sets.rows(tmp_path / name))


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"nothing\.jsonl"):
        sets.passages([tmp_path / "nothing.jsonl"])


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no questions in"):
        sets.questions([written(tmp_path / "q.jsonl")])


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    items = list(range(100))
    assert sets.sample(items, 10, 1) == sets.sample(items, 10, 1) == sorted(sets.sample(items, 10, 1))
    assert sets.sample(items, 10, 1) != sets.sample(items, 10, 2)
    assert sets.sample(items, None, 1) == sets.sample(items, 500, 1) == items
