"""Links stand and fall with their document, survive whatever the index survives, and say who is pointed to."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.index.making import Hashing, original, urls

from pincite.index import Index
from pincite.index.addresses import address, distinct, site
from pincite.index.fuse import Scored
from pincite.index.links import ANCHOR, RANK, SPREAD, Standing, anchored, linked, unpacked
from pincite.index.schema import FORMAT
from pincite.index.wording import Asked
from pincite.ports import Query
from pincite.settings import IndexSettings
from pincite.types import Filters, Link, Original

HOME = "https://a.example"


def page(path: str, *targets: str | Link, text: str = "", at: str = HOME) -> Original:
    links = tuple(link if isinstance(link, Link) else Link(target=f"{at}/{link}", anchor=link) for link in targets)
    body = text or f"A page about {path}."
    return original(f"{at}/{path}", body, path.title()).model_copy(update={"links": links})


def rows(place: Path) -> list[tuple[str, str, str, int]]:
    """What is stored, by the URLs of both ends."""
    with sqlite3.connect(place / "index.sqlite3") as sql:
        found = sql.execute(
            """SELECT documents.url, addresses.url, anchor, nofollow FROM links
               JOIN documents ON documents.number = document JOIN addresses ON addresses.number = target"""
        ).fetchall()
    sql.close()
    return sorted(found)


def signals(index: Index, words: str) -> dict[str, dict[str, float]]:
    return {hit.passage.document.url: hit.signals for hit in index.search(Query(words, 20, Filters()))}


def star(leaves: int = 6) -> list[Original]:
    """All point to ``hub``; ``hub`` points to nobody."""
    return [
        page("hub", text="The common page."),
        *[page(f"leaf{n}", "hub", text="The common page.") for n in range(leaves)],
    ]


# ── addresses ──


@pytest.mark.parametrize(
    ("spelled", "other"),
    [
        ("http://A.example:80/x/../b", "https://a.example/b"),
        ("https://a.example", "https://a.example/#top"),
        ("https://a.example/é", "https://a.example/%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("file:///tmp/a.txt#2", "file:///tmp/a.txt"),
    ],
)
def test_spellings_of_one_page_are_one_address(spelled: str, other: str) -> None:
    assert address(spelled) == address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://a.example/x", "https://a.example/X"), ("https://a.example/?a=1", "https://a.example/?a=2")],
)
def test_pages_that_may_differ_have_different_addresses(one: str, other: str) -> None:
    assert address(one) != address(other)


@given(st.text())
def test_whatever_is_given_for_an_address_an_address_is_its_own_address(text: str) -> None:
    assert address(address(text)) == address(text)


def test_a_site_is_the_host_without_www() -> None:
    assert site(address("http://www.a.example/x?b")) == "a.example"
    assert site("row:12") == ""


def test_a_target_linked_with_and_without_nofollow_is_followed() -> None:
    links = [Link(target=HOME, nofollow=True), Link(target=f"{HOME}/#x"), Link(target=HOME, anchor="b", nofollow=True)]
    assert distinct(links) == {(f"{HOME}/", ""): False, (f"{HOME}/", "b"): True}


# ── kept ──


def test_links_are_kept_with_their_anchor_and_come_back_with_the_original(index: Index, place: Path) -> None:
    given = page("one", "two", Link(target="https://b.example", anchor=" B \n site ", nofollow=True))
    index.add([given])
    index.commit()
    assert rows(place) == [
        (f"{HOME}/one", f"{HOME}/two", "two", 0),
        (f"{HOME}/one", "https://b.example/", "B site", 1),
    ]
    assert index.original(given.document.id) == given
    assert index.status().links == 2


def test_adding_a_document_again_replaces_its_links_and_no_others(index: Index, place: Path) -> None:
    index.add([page("one", "two", "three"), page("four", "three")])
    index.commit()
    index.add([page("one", "three", "five")])
    index.commit()
    assert [(s.rpartition("/")[2], t.rpartition("/")[2]) for s, t, _, _ in rows(place)] == [
        ("four", "three"),
        ("one", "five"),
        ("one", "three"),
    ]
    assert index.status().links == 3
    assert index.add([page("one", "three", "five")]).unchanged == 1


def test_a_changed_link_alone_changes_the_document_and_keeps_its_passages(index: Index) -> None:
    index.add([page("one", "two")])
    index.commit()
    before = [hit.passage.id for hit in index.search(Query("page about one", 5, Filters()))]
    assert index.add([page("one", "three")]).updated == 1
    index.commit()
    assert [hit.passage.id for hit in index.search(Query("page about one", 5, Filters()))] == before


def test_a_deleted_document_takes_its_links_with_it(index: Index, place: Path) -> None:
    index.add(star())
    index.commit()
    index.delete(urls=[f"{HOME}/leaf0", f"{HOME}/leaf1"])
    assert len(rows(place)) == index.status().links == 4


def test_links_are_made_again_from_the_journal(index: Index, place: Path) -> None:
    index.add([page("one", "two"), page("two", "one", Link(target=HOME, nofollow=True))])
    index.commit()
    before = rows(place)
    index.close()
    (place / "index.sqlite3").unlink()
    Index.open(place, Hashing(), writer=True).close()
    assert rows(place) == before


def test_a_damaged_journal_gets_the_links_back_from_the_database(index: Index, place: Path) -> None:
    given = page("one", "two", "three")
    index.add([given])
    index.commit()
    index.close()
    journal = next(place.glob("originals-*.log"))
    journal.write_bytes(b"\0" * journal.stat().st_size)
    again = Index.open(place, Hashing(), writer=True)
    restored = again.original(given.document.id)
    again.close()
    assert restored is not None
    assert set(restored.links) == set(given.links)


def test_an_index_of_before_there_were_links_is_opened_and_learns_them(index: Index, place: Path) -> None:
    documents = [page(name, text="The common page.") for name in ("hub", "one", "two")]
    index.add(documents)
    index.commit()
    index.close()
    sql = sqlite3.connect(place / "index.sqlite3")
    for statement in (
        "DROP INDEX documents_address", "ALTER TABLE documents DROP COLUMN address", "DROP TABLE addresses",
        "DROP TABLE links", "DROP TABLE standings", "ALTER TABLE passages DROP COLUMN spots", "PRAGMA user_version = 1",
        "DELETE FROM state WHERE name IN ('links', 'links_new', 'standings_seq')",
    ):  # fmt: skip
        sql.execute(statement)
    sql.commit()
    sql.close()
    again = Index.open(place, Hashing(), writer=True)
    assert again.add(documents).unchanged == 3
    again.add([page("three", "hub", text="The common page.")])
    again.commit()
    again.rank_links()
    assert signals(again, "common page")[f"{HOME}/hub"]["link_rank"] == 1
    again.close()
    sql = sqlite3.connect(place / "index.sqlite3")
    assert sql.execute("PRAGMA user_version").fetchone()[0] == FORMAT
    sql.close()


# ── standings ──


def test_who_is_linked_to_ranks_above_who_is_not(index: Index) -> None:
    index.add(star())
    index.commit()
    assert index.rank_links()
    found = signals(index, "common page")
    assert found[f"{HOME}/hub"]["link_rank"] == 1
    assert {found[f"{HOME}/leaf{n}"]["link_rank"] for n in range(6)} == {0}


def test_nofollow_links_carry_neither_rank_nor_words(index: Index) -> None:
    paid = Link(target=f"{HOME}/hub", anchor="best purchase", nofollow=True)
    index.add([page("hub", text="The common page."), page("one", paid, text="The common page.")])
    index.commit()
    index.rank_links()
    found = signals(index, "common page best purchase")[f"{HOME}/hub"]
    assert (found["link_rank"], found["anchor"]) == (0, 0)


def test_without_links_nothing_is_signalled_and_nothing_changes(index: Index) -> None:
    index.add([page("one"), page("two")])
    index.commit()
    before = signals(index, "page about one")
    assert not index.rank_links()
    assert signals(index, "page about one") == before
    assert all("link_rank" not in each for each in before.values())


def test_rank_comes_from_the_trusted_sites(place: Path) -> None:
    good, bad = "https://www.good.example", "https://bad.example"
    documents = [
        page("seed", Link(target=f"{good}/fine"), at=good, text="The common page."),
        page("fine", at=good, text="The common page."),
        *[page(f"farm{n}", "spam", at=bad, text="The common page.") for n in range(9)],
        page("spam", at=bad, text="The common page."),
    ]
    ranks = {}
    for trusted in ((), ("good.example",)):
        index = Index.open(
            place / str(len(trusted)), Hashing(), writer=True, settings=IndexSettings(trusted_sites=trusted)
        )
        index.add(documents)
        index.commit()
        index.rank_links()
        ranks[trusted] = {url: s["link_rank"] for url, s in signals(index, "common page").items()}
        index.close()
    assert ranks[()][f"{bad}/spam"] > ranks[()][f"{good}/fine"]
    assert ranks["good.example",][f"{bad}/spam"] < ranks["good.example",][f"{good}/fine"]


def test_a_site_ranks_by_other_sites_and_not_by_its_own_pages(index: Index) -> None:
    one, two, big = "https://one.example", "https://two.example", "https://big.example"
    index.add(
        [
            page("a", Link(target=f"{two}/b"), at=one, text="The common page."),
            page("b", at=two, text="The common page."),
            *[page(f"p{n}", "p0", "p1", at=big, text="The common page.") for n in range(5)],
        ]
    )
    index.commit()
    index.rank_links()
    found = signals(index, "common page")
    assert found[f"{two}/b"]["site_rank"] == 1
    assert found[f"{big}/p0"]["site_rank"] == found[f"{one}/a"]["site_rank"] == 0


def test_ranks_are_made_again_only_when_enough_links_have_changed(index: Index) -> None:
    index.add(star(40))
    index.commit()
    assert index.status().links_behind
    index.rank_links()
    index.add([page("late", "hub")])
    index.commit()
    status = index.status()
    assert (status.links, status.links_new, status.links_behind) == (41, 1, False)
    assert not index.rank_links()
    assert index.rank_links(anew=True)
    assert index.status().links_new == 0


def test_a_reader_sees_ranks_after_refresh(index: Index, place: Path) -> None:
    index.add(star())
    index.commit()
    reader = Index.open(place, Hashing())
    assert "link_rank" not in signals(reader, "common page")[f"{HOME}/hub"]
    index.rank_links()
    reader.refresh()
    assert signals(reader, "common page")[f"{HOME}/hub"]["link_rank"] == 1
    reader.close()


# ── anchors ──


def test_a_page_is_found_first_by_what_others_call_it(index: Index) -> None:
    company = Link(target=f"{HOME}/hub", anchor="Acme rockets")
    index.add(
        [
            page("hub", text="We build engines for rockets since 1950."),
            page(
                "fans", text="Rockets of many makers, rockets of all kinds, acme among them, fill these rockets pages."
            ),
            *[page(f"n{n}", company, text=f"Unrelated words number {n}.") for n in range(5)],
        ]
    )
    index.commit()
    before = urls(index, "acme rockets")
    index.rank_links()
    after = urls(index, "acme rockets")
    assert before[0] == f"{HOME}/fans"
    assert after[0] == f"{HOME}/hub"


def asked(*words: str) -> Asked:
    return Asked([(word,) for word in words], [1.0] * len(words))


def candidates(*bm25: float) -> list[Scored]:
    return [Scored(number, 0.0, {"bm25": score}) for number, score in enumerate(bm25, 1)]


def named(*anchors: tuple[int, str], rank: float = 0.0) -> Standing:
    return Standing(rank, 0.0, tuple((count, tuple(terms.split())) for count, terms in anchors))


def gains(scored: list[Scored], standings: dict[int, Standing], question: Asked) -> dict[int, float]:
    return {each.number: each.score for each in linked(scored, standings, question)}


def test_an_anchor_counts_by_what_it_has_of_the_question_and_by_who_uses_it() -> None:
    standing = named((9, "eiffel tower"))
    assert anchored(asked("eiffel", "tower"), standing) == pytest.approx(9 / 12)
    assert anchored(asked("eiffel", "tower", "height", "1889"), standing) == pytest.approx(9 / 12 / 2)
    assert anchored(asked("eiffel"), standing) == pytest.approx(9 / 12 / 2)
    assert anchored(asked("louvre"), standing) == 0
    assert anchored(asked(), standing) == 0
    assert anchored(asked("eiffel", "tower"), named((1, "eiffel tower"))) == pytest.approx(1 / 4)


def test_the_best_anchor_counts_and_not_their_sum() -> None:
    many = named((20, "paris"), (9, "eiffel tower"), (5, "tower"))
    assert anchored(asked("eiffel", "tower"), many) == pytest.approx(9 / 12)


def test_a_rare_word_of_an_anchor_is_worth_more_than_a_common_one() -> None:
    question = Asked([("tower",), ("eiffel",)], [1.0, 4.0])
    assert anchored(question, named((9, "eiffel"))) == pytest.approx(4 * anchored(question, named((9, "tower"))))


def test_anchors_are_weighed_in_the_unit_of_the_words() -> None:
    standings = {1: named((9, "eiffel")), 2: named((9, "tower"), rank=0.5)}
    question = asked("eiffel", "tower")
    close = gains(candidates(1.0, 1.2, 1.4), standings, question)
    wide = gains(candidates(1.0, 1.3, 1.6), standings, question)
    assert close[1] == pytest.approx(1.5 * wide[1])
    assert close[2] - RANK * 0.5 == pytest.approx(1.5 * (wide[2] - RANK * 0.5))


def test_a_question_with_more_words_weighs_the_same_words_as_much() -> None:
    standings = {1: named((9, "eiffel"))}
    short = gains(candidates(1.0, 1.2, 1.4), standings, asked("eiffel", "tower"))
    long = gains(candidates(1.0, 1.2, 1.4), standings, asked("eiffel", "tower", "height"))
    assert long == pytest.approx(short)


def test_few_candidates_far_apart_leave_an_anchor_its_least_weight() -> None:
    (one, _) = gains(candidates(0.0, 90.0), {1: named((9, "eiffel"))}, asked("eiffel")).values()
    assert one == pytest.approx(ANCHOR * 9 / 12 / SPREAD[1])


def test_candidates_that_words_cannot_tell_apart_are_lifted_within_bounds() -> None:
    standings = {1: named((9, "eiffel tower")), 2: named((9, "tower"))}
    question = asked("eiffel", "tower")
    for equal in (candidates(2.0, 2.0, 2.0), candidates(2.0, 2.0 + 1e-12), [Scored(n, 0.0, {}) for n in (1, 2, 3)]):
        found = gains(equal, standings, question)
        assert found[1] > found[2] > 0
        assert found[1] <= ANCHOR / SPREAD[0]


def test_a_question_without_a_word_gains_by_rank_alone() -> None:
    assert gains(candidates(1.0, 2.0), {1: named((9, "eiffel"), rank=1.0)}, asked()) == {1: RANK, 2: 0.0}


@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(1, 99), st.sampled_from(["eiffel", "tower", "eiffel tower", "louvre"])), max_size=3),
    st.floats(0, 1),
)
def test_nothing_is_ever_taken_away(bm25: list[float], anchors: list[tuple[int, str]], rank: float) -> None:
    scored = candidates(*bm25)
    standings = {each.number: named(*anchors, rank=rank) for each in scored[::2]}
    found = linked(scored, standings, asked("eiffel", "tower"))
    assert sorted(each.number for each in found) == [each.number for each in scored]
    assert all(each.score >= 0 and 0 <= each.signals.get("anchor", 0.0) <= 1 for each in found)
    assert all(each.score == 0 for each in found if each.number not in standings)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_a_standing_is_read_as_it_is_kept() -> None:
    assert unpacked(0.5, 0.25, "9 eiffel tower\n1 tower") == Standing(
        0.5, 0.25, ((9, ("eiffel", "tower")), (1, ("tower",)))
    )
    assert unpacked(0.5, 0.25, "").anchors == ()
