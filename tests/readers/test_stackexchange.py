"""A Stack Exchange dump becomes questions with their answers, the best first, each with its address."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pincite import readers
from pincite.errors import Unreadable
from pincite.types import Link, Original

FOLDER = Path(__file__).parents[1] / "fixtures" / "dumps" / "beer.stackexchange.com"
SITE = "https://beer.stackexchange.com"


def read(path: Path = FOLDER / "Posts.xml") -> list[Original]:
    return list(readers.read(path, collection="stackexchange", max_bytes=1_000_000, dump="stackexchange"))


def test_each_question_is_a_document_and_nothing_else_is() -> None:
    assert [(o.document.title, o.document.url) for o in read()] == [
        ("What does a citrus hop do?", f"{SITE}/questions/1"),
        ("Unanswered", f"{SITE}/questions/3"),
    ]
    assert str(read()[0].document.published) == "2014-01-21"


def test_the_accepted_answer_comes_first_then_the_others_by_score() -> None:
    first = read()[0]
    assert [h.title for h in first.headings] == ["Accepted answer, score 5", "Answer, score 14", "Answer, score 3"]
    assert all(first.text[h.start :].startswith(f"{h.title}\n") for h in first.headings)


def test_the_text_has_the_question_its_tags_and_every_answer_with_its_address() -> None:
    assert read()[0].text == (
        "What does a hop with citrus notes do to a beer?\n\nIs it on the list?\n\nTags: hops, taste\n\n"
        "Accepted answer, score 5\nAdded late, it gives aroma:\n\n- grapefruit\n- lime\n\n"
        f"```\nboil(60)\n  add(hop)\n```\n\n{SITE}/a/4\n\n"
        f"Answer, score 14\nMostly bitterness when boiled long.\n\n{SITE}/a/5\n\n"
        f"Answer, score 3\nIt makes it smell.\n\n{SITE}/a/2"
    )
    assert read()[1].text == "Nobody answers this?\n\nTags: storage"


def test_what_people_link_to_is_not_vouched_for() -> None:
    assert Link(target="https://hops.example/list", anchor="on the list", nofollow=True) in read()[0].links


def test_a_folder_is_looked_through_for_its_posts(tmp_path: Path) -> None:
    folder = tmp_path / "beer.stackexchange.com"
    shutil.copytree(FOLDER, folder)
    (folder / "Users.xml").write_text("<users/>")
    assert list(readers.walk(tmp_path, readers.suffixes("stackexchange"))) == [folder / "Posts.xml"]


def test_a_dump_in_a_folder_that_names_no_site_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "Posts.xml", tmp_path / "Posts.xml")
    with pytest.raises(Unreadable, match="no name of a site"):
        read(tmp_path / "Posts.xml")


def test_broken_xml_says_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "x.stackexchange.com" / "Posts.xml"
    broken.parent.mkdir()
    broken.write_text('<posts>\n<row Id="1" PostTypeId="1" Body="a" />\n<row Id=1 />\n</posts>')
    with pytest.raises(Unreadable, match="line 3 can't be read: its XML is broken"):
        read(broken)


def test_xml_without_a_question_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "x.stackexchange.com" / "Posts.xml"
    other.parent.mkdir()
    other.write_text("<users><row Id='1'/></users>")
    with pytest.raises(Unreadable, match="no question"):
        read(other)


def test_odd_rows_and_bodies_lose_nothing_else(tmp_path: Path) -> None:
    odd = tmp_path / "x.stackexchange.com" / "Posts.xml"
    odd.parent.mkdir()
    nested = "&lt;b&gt;" * 240 + "deep"
    odd.write_text(
        f'<posts><row PostTypeId="1"/><row Id="x" PostTypeId="1"/><row Id="7" PostTypeId="1" Score="?" Body="" />'
        f'<row Id="8" PostTypeId="2" ParentId="7" Score="-2" Body="{nested}" /></posts>'
    )
    found = read(odd)
    assert [each.document.title for each in found] == ["Question 7"]
    assert "deep" in found[0].text
