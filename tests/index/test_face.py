"""The promises of the index's face."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.index.making import Hashing, original, urls

from pincite.errors import Busy, Refused
from pincite.index import Added, Index
from pincite.ports import Query
from pincite.settings import IndexSettings
from pincite.types import Filters, Heading, Original

WHALE = original("https://sea.example/whale", "Whales are mammals. They breathe air.", "Whale")
SHARK = original("https://sea.example/shark", "Sharks are fish. They have gills.", "Shark")
MORE = [original(f"x:{n}", f"The {('whale', 'surface')[n % 2]} is a story. Nothing else is said.") for n in range(8)]


def test_what_is_committed_is_found_by_its_words(index: Index) -> None:
    assert index.add([WHALE, SHARK]) == Added(documents=2, passages=2)
    assert urls(index, "gills") == []
    index.commit()
    assert urls(index, "Which animal has a gill?") == [SHARK.document.url]
    hit = index.search(Query("gills"))[0]
    assert SHARK.text[hit.passage.start : hit.passage.end] == hit.passage.text
    assert index.passage(hit.passage.id) == hit.passage
    assert index.original(SHARK.document.id) == SHARK


def test_adding_the_same_again_changes_nothing(index: Index) -> None:
    index.add([WHALE, SHARK])
    assert index.add([WHALE]) == Added(unchanged=1)
    index.commit()
    before = index.status().generation
    assert index.add([SHARK, WHALE, WHALE]) == Added(unchanged=3)
    index.commit()
    assert index.status().generation == before


def test_a_new_version_takes_the_place_of_the_old_one(index: Index) -> None:
    index.add([WHALE])
    index.commit()
    index.embed_pending(threading.Event())
    newer = original(WHALE.document.url, "Whales are mammals. They sing.", "Whale")
    assert index.add([newer]) == Added(passages=1, updated=1)
    index.commit()
    assert urls(index, "breathe", dense=False) == []
    assert urls(index, "sing", dense=False) == [WHALE.document.url]
    assert urls(index, "breathe air", text=False) == []
    assert index.status().documents == 1
    assert index.original(WHALE.document.id) == newer


def test_a_passage_that_stays_where_it_was_keeps_its_vector(index: Index) -> None:
    body = " ".join(f"Sentence number {n} is about the sea." for n in range(60))
    index.add([original("x:a", body)])
    index.commit()
    index.embed_pending(threading.Event())
    before = index.status()
    longer = f"{body}\n\n## Added\n\nOne more sentence."
    heading = Heading(level=2, title="Added", start=len(body) + 2)
    index.add([original("x:a", longer).model_copy(update={"headings": (heading,)}), original("x:b", "Other.")])
    index.commit()
    assert index.status().passages > before.passages
    assert index.status().embedded == before.embedded


def test_a_document_is_deleted_by_url_by_id_and_by_collection(index: Index) -> None:
    other = original("x:1", "Plankton drifts.", collection="tiny")
    index.add([WHALE, SHARK, other])
    assert index.delete(urls=[WHALE.document.url]) == 1
    assert index.delete(document_ids=[SHARK.document.id]) == 1
    assert index.delete(collections=["tiny", "unknown"]) == 1
    assert index.delete(urls=["x:none"]) == 0
    status = index.status()
    assert (status.documents, status.passages, status.embedded, status.collections) == (0, 0, 0, {})
    assert urls(index, "whales sharks plankton") == []


def test_a_question_without_words_finds_nothing(index: Index) -> None:
    index.add([WHALE, SHARK])
    index.commit()
    index.embed_pending(threading.Event())
    for empty in ("", "   ", "???", "\n\t", "…"):
        assert urls(index, empty) == []
    assert index.search(Query("whale", 0)) == []


def test_a_question_of_stop_words_alone_finds_passages_that_hold_them_all(index: Index) -> None:
    index.add(
        [
            original("x:who", "The Who are a band from London.", "The Who"),
            original("x:hamlet", "To be, or not to be, that is the question.", "Hamlet"),
            original("x:shark", "Sharks swim fast.", "Shark"),
        ]
    )
    index.commit()
    assert urls(index, "the who", dense=False)[0] == "x:who"
    assert urls(index, "to be or not to be", dense=False) == ["x:hamlet"]


def test_no_text_that_a_person_types_breaks_a_search(index: Index) -> None:
    index.add([WHALE])
    index.commit()
    for odd in (
        '"',
        "a AND (",
        "title:whale^",
        "whale~9",
        "+-whale",
        "*",
        "[a TO",
        "\\",
        "whale\x00",
        "🐋",
        "x" * 9999,
    ):
        index.search(Query(odd))
    assert urls(index, 'whale" OR (') == [WHALE.document.url]
    assert urls(index, "whale " * 20_000) == [WHALE.document.url]


def test_vectors_follow_and_the_status_says_how_far(index: Index) -> None:
    index.add(original(f"x:{n}", f"Passage number {n} about topic{n}.") for n in range(150))
    index.commit()
    status = index.status()
    assert (status.passages, status.embedded) == (150, 0)
    stop = threading.Event()
    assert index.embed_pending(stop, lambda _: stop.set()) == 64
    assert index.status().embedded == 64
    seen: list[int] = []
    assert index.embed_pending(threading.Event(), lambda progress: seen.append(progress.done)) == 86
    assert seen[-1] == index.status().embedded == 150
    assert urls(index, "Passage number 77 about topic77.", text=False)[0] == "x:77"


def test_the_opening_passages_of_all_documents_get_their_vectors_first(index: Index) -> None:
    index.add(original(f"x:{n}", f"Opening {n}. " + "word " * 400) for n in range(70))
    index.commit()
    stop = threading.Event()
    openings = {n: index.search(Query(f"opening {n}", 1))[0].passage.id for n in range(70)}
    assert index.embed_pending(stop, lambda _: stop.set()) == 64
    assert len(index.vectors(list(openings.values()))) == 64
    index.add([original("x:new", "Opening 70. " + "word " * 400)])
    index.commit()
    openings[70] = index.search(Query("opening 70", 1))[0].passage.id
    stop.clear()
    assert index.embed_pending(stop, lambda _: stop.set()) == 7
    assert len(index.vectors(list(openings.values()))) == 71
    assert index.embed_pending(threading.Event(), openings=True) == 0
    index.embed_pending(threading.Event())
    status = index.status()
    assert status.embedded == status.passages > 140


def test_what_is_replaced_while_vectors_are_merged_is_found_no_more(place: Path) -> None:
    index = Index.open(place, Hashing(), writer=True, settings=IndexSettings(commit_every=1))
    index.add(original(f"x:{n}", f"Oldword in {n}.") for n in range(8))
    index.commit()
    index.embed_pending(threading.Event())

    def replacing() -> Iterator[Original]:
        for n in range(8):
            yield original(f"x:{n}", f"Newword in {n}.")
            # Another thread may do this at any time: files that are mostly deleted are merged away.
            index.embed_pending(threading.Event())

    index.add(replacing())
    index.commit()
    assert index._text.search([("oldword",)], 100, Filters()) == []
    assert index._text.passages == index.status().passages == 8
    index.close()


def test_searching_goes_on_without_an_embedder(place: Path) -> None:
    with_vectors = Index.open(place, Hashing(), writer=True)
    with_vectors.add([WHALE])
    with_vectors.commit()
    with_vectors.embed_pending(threading.Event())
    with_vectors.close()
    index = Index.open(place, None)
    assert urls(index, "whales") == [WHALE.document.url]
    assert urls(index, "whales", text=False) == []
    index.close()


def test_vectors_of_another_embedder_are_made_again(place: Path) -> None:
    index = Index.open(place, Hashing("one"), writer=True)
    index.add([WHALE, SHARK])
    index.commit()
    index.embed_pending(threading.Event())
    index.close()
    reader = Index.open(place, Hashing("two"))
    assert urls(reader, "whales", text=False) == []
    reader.close()
    index = Index.open(place, Hashing("two"), writer=True)
    assert index.status().embedded == 0
    assert index.embed_pending(threading.Event()) == 2
    assert urls(index, "whales", text=False)[0] == WHALE.document.url
    index.close()


def test_every_hit_says_why(index: Index) -> None:
    index.add([WHALE, SHARK])
    index.commit()
    text_only = index.search(Query("whales breathe"))[0]
    assert text_only.signals["weight"] == 0
    assert {"bm25", "bm25_z", "rank_text", "fused"} <= text_only.signals.keys()
    index.embed_pending(threading.Event())
    hit = index.search(Query("whales breathe"))[0]
    assert hit.backend == "index"
    assert hit.score == hit.signals["fused"] + hit.signals["wording"]
    assert {"coverage_sentence", "coverage_pair", "proximity"} <= hit.signals.keys()
    assert {"bm25", "bm25_z", "dense", "dense_z", "weight", "rank_text", "rank_dense"} <= hit.signals.keys()


def test_words_that_stand_together_win_before_there_is_any_vector_but_not_in_plain_bm25(index: Index) -> None:
    apart = "A whale was seen. It is still there. Nothing more is known. The surface is calm."
    together = "It is still there today. The whale came to the surface. Nothing more is known."
    index.add([original("x:apart", apart), original("x:together", together), *MORE])
    index.commit()
    assert urls(index, "whale surface", dense=False)[0] == "x:apart"
    assert urls(index, "whale surface")[0] == "x:together"
    plain = index.search(Query("whale surface"), dense=False)[0]
    assert plain.score == plain.signals["fused"]


def test_filters_are_kept_by_words_and_by_meaning(index: Index) -> None:
    index.add(
        [
            original("https://en.wiki.example/a", "Cats purr at night.", published=date(2020, 1, 5)),
            original("https://wiki.example/b", "Cats purr by day.", published=date(2021, 6, 1), collection="pets"),
            original("https://notwiki.example/c", "Cats purr always.", lang="de"),
        ]
    )
    index.commit()
    index.embed_pending(threading.Event())
    a, b, c = "https://en.wiki.example/a", "https://wiki.example/b", "https://notwiki.example/c"
    for filters, expected in (
        (Filters(), {a, b, c}),
        (Filters(sites=("wiki.example",)), {a, b}),
        (Filters(sites=("www.Wiki.example",)), {a, b}),
        (Filters(exclude_sites=("wiki.example",)), {c}),
        (Filters(sites=("wiki.example",), exclude_sites=("en.wiki.example",)), {b}),
        (Filters(sites=(*(f"a{n}.example" for n in range(2000)), "wiki.example")), {a, b}),
        (Filters(exclude_sites=(*(f"a{n}.example" for n in range(2000)), "wiki.example")), {c}),
        (Filters(collections=("pets",)), {b}),
        (Filters(langs=("de", "fr")), {c}),
        (Filters(after=date(2020, 1, 5)), {a, b}),
        (Filters(after=date(2020, 1, 6)), {b}),
        (Filters(before=date(2020, 12, 31)), {a}),
        (Filters(after=date(2020, 1, 1), before=date(2020, 1, 5), sites=("example",)), {a}),
        (Filters(collections=("none",)), set()),
    ):
        for how in ({"dense": False}, {"text": False}, {}):
            assert set(urls(index, "cats purr", filters=filters, **how)) == expected, (filters, how)


def test_a_filter_leaves_as_many_hits_as_there_are(index: Index) -> None:
    index.add(original(f"https://big.example/{n}", f"Cats and dogs, part {n}.") for n in range(300))
    index.add(
        [original("https://small.example/1", "One note on cats, in the middle of a long text about other things.")]
    )
    index.commit()
    index.embed_pending(threading.Event())
    assert urls(index, "cats dogs", filters=Filters(sites=("small.example",))) == ["https://small.example/1"]
    assert len(urls(index, "cats dogs", filters=Filters(exclude_sites=("small.example",)), limit=250)) == 250


def test_a_second_writer_is_told_who_writes(index: Index, place: Path) -> None:
    with pytest.raises(Busy) as caught:
        Index.open(place, None, writer=True)
    assert str(index.status().writer) in caught.value.detail
    assert caught.value.hint


def test_a_reader_can_not_write(index: Index, place: Path) -> None:
    reader = Index.open(place, None)
    with pytest.raises(Busy):
        reader.add([WHALE])
    with pytest.raises(Busy):
        reader.delete(urls=["x"])
    reader.close()


def test_a_database_that_this_user_may_not_write_is_told_from_a_bug(place: Path) -> None:
    (place / "index.sqlite3").mkdir(parents=True)
    with pytest.raises(Refused, match="unable to open database file") as refused:
        Index.open(place, Hashing())
    assert str(place) in refused.value.hint


def test_a_reader_in_another_process_sees_commits_while_a_writer_writes(index: Index, place: Path) -> None:
    script = """
import sys, json
from pathlib import Path
from pincite.index import Index
from pincite.ports import Query
index = Index.open(Path(sys.argv[1]), None)
for line in sys.stdin:
    index.refresh()
    print(json.dumps([hit.passage.document.url for hit in index.search(Query(line))]), flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def ask(words: str) -> list[str]:
            print(words, file=reader.stdin, flush=True)
            assert reader.stdout is not None
            found: list[str] = json.loads(reader.stdout.readline())
            return found

        assert ask("whales") == []
        index.add([WHALE])
        assert ask("whales") == []
        index.commit()
        assert ask("whales") == [WHALE.document.url]
        index.delete(urls=[WHALE.document.url])
        assert ask("whales") == []
        reader.stdin.close()


def test_searches_and_changes_may_overlap(index: Index) -> None:
    index.add(original(f"x:{n}", f"Cats number {n}.") for n in range(50))
    index.commit()
    failures: list[BaseException] = []
    over = threading.Event()

    def search() -> None:
        try:
            while not over.is_set():
                index.refresh()
                assert len(index.search(Query("cats", 10))) == 10
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=search) for _ in range(3)]
    threads.append(threading.Thread(target=lambda: index.embed_pending(over)))
    for thread in threads:
        thread.start()
    for round_ in range(8):
        index.add(original(f"x:{n}", f"Cats number {n}, again {round_}.") for n in range(20))
        index.commit()
        index.delete(urls=[f"x:{round_}"])
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_many_filters_at_once_cost_nobody_a_search(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pincite.index.searcher._KEPT_FILTERS", 1)
    index.add([WHALE])
    index.commit()
    failures: list[BaseException] = []

    def search(collection: str) -> None:
        try:
            for _ in range(20_000):
                index._searcher._admitted(Filters(collections=(collection,)))
        except BaseException as failure:
            failures.append(failure)

    monkeypatch.setattr(index._store, "documents_that", lambda _: [1])
    often, before = 1e-6, sys.getswitchinterval()
    sys.setswitchinterval(often)
    threads = [threading.Thread(target=search, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(before)
    assert failures == []


def test_titles_are_suggested_by_how_they_begin(index: Index) -> None:
    names = ["Whale", "whale shark", "Wolf", "WHALE", "Élan", "100% proof", "100 proof"]
    index.add(original(f"x:{n}", "Text.", title) for n, title in enumerate(names))
    index.commit()
    assert index.titles("wha") == ["WHALE", "whale shark"]
    assert index.titles("W", limit=1) == ["WHALE"]
    assert index.titles("éL") == ["Élan"]
    assert index.titles("100%") == ["100% proof"]
    assert index.titles(" ") == []
    assert index.titles("zzz") == []


def test_vectors_are_given_back_at_unit_length(index: Index) -> None:
    index.add([WHALE, SHARK])
    index.commit()
    index.embed_pending(threading.Event())
    ids = [hit.passage.id for hit in index.search(Query("whales sharks"))]
    vectors = index.vectors([*ids, "unknown"])
    assert set(vectors) == set(ids)
    exact = Hashing().embed([f"Whale\n{WHALE.text}"])[0]
    nearest = max(float(vector @ exact) for vector in vectors.values())
    assert nearest > 0.99
    assert all(abs(float(np.linalg.norm(vector)) - 1) < 1e-5 for vector in vectors.values())


def test_the_same_text_under_two_urls_stays_two_documents(index: Index) -> None:
    index.add(
        [original("x:1", "Same words."), original("x:2", "Same words."), original("x:1", "Same words.", collection="b")]
    )
    index.commit()
    assert sorted(urls(index, "same words")) == ["x:1", "x:1", "x:2"]


def test_other_passage_sizes_cut_documents_anew(place: Path) -> None:
    text = " ".join(f"This is sentence number {n} of a long story." for n in range(40))
    for words, passages in ((120, 3), (40, 8)):
        index = Index.open(place, None, writer=True, settings=IndexSettings(passage_words=words))
        index.add([original("x:1", text)])
        index.commit()
        assert index.status().passages == pytest.approx(passages, abs=1)
        index.close()


def test_closing_commits_what_was_added(place: Path) -> None:
    index = Index.open(place, None, writer=True)
    index.add([WHALE])
    index.close()
    reader = Index.open(place, None)
    assert urls(reader, "whales") == [WHALE.document.url]
    reader.close()


def test_closing_reads_no_list_of_all_documents(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pincite.index.face._COMPACT_BYTES", 0)
    index = Index.open(place, None, writer=True)
    index.add([WHALE, SHARK])
    monkeypatch.delattr(type(index._store), "places")
    index.close()


def test_the_journal_does_not_grow_for_ever(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pincite.index.face._COMPACT_BYTES", 1000)
    index = Index.open(place, None, writer=True)
    for version in range(30):
        index.add([original("x:1", f"Version {version}. " + "Some more words. " * 20), WHALE])
        index.commit()
    reader = Index.open(place, None)
    index.close()
    assert sum(path.stat().st_size for path in place.glob("originals-*.log")) < 1500
    assert reader.original(WHALE.document.id) == WHALE
    reader.close()
    (place / "index.sqlite3").unlink()
    index = Index.open(place, None, writer=True)
    assert index.status().documents == 2
    assert urls(index, "version 29") == ["x:1"]
    index.close()
