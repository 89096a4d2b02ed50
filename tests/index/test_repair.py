"""Whatever is damaged is noticed, set aside and made again; nothing that was acknowledged is lost."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.index.making import Hashing, original, urls

from pincite.errors import Damaged
from pincite.index import Index
from pincite.index.lock import WriterLock
from pincite.types import Heading

DOCUMENTS = [
    original(f"x:{n}", f"Entry{n} stands first.\n\nPart\n\nAnd word{n} stands second.", f"Title {n}").model_copy(
        update={"headings": (Heading(level=2, title="Part", start=len(f"Entry{n} stands first.") + 2),)}
    )
    for n in range(40)
]
Harm = Callable[[Path], None]


@pytest.fixture
def filled(place: Path) -> Path:
    index = Index.open(place, Hashing(), writer=True)
    index.add([*DOCUMENTS, original("x:gone", "Deleted text.")])
    index.commit()
    index.delete(urls=["x:gone"])
    index.embed_pending(threading.Event())
    index.close()
    return place


def largest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def flip(path: Path, at: float) -> None:
    raw = bytearray(path.read_bytes())
    raw[int(at * (len(raw) - 1))] ^= 0x5A
    path.write_bytes(raw)


def assert_whole(place: Path, *, originals: bool = True) -> tuple[str, ...]:
    """All documents are found by words and by meaning, read as they were, and the index is sound again."""
    index = Index.open(place, Hashing(), writer=True)
    repaired = index.repaired
    index.embed_pending(threading.Event())
    status = index.status()
    assert (status.documents, status.passages, status.embedded) == (40, 80, 80)
    for n in (0, 17, 39):
        assert urls(index, f"entry{n}", dense=False) == [f"x:{n}"]
        assert urls(index, f"word{n}", dense=False) == [f"x:{n}"]
        assert urls(index, f"Title {n} Entry{n} stands first.", text=False)[0] == f"x:{n}"
        if originals:
            assert index.original(DOCUMENTS[n].document.id) == DOCUMENTS[n]
    assert urls(index, "deleted", dense=False) == []
    index.close()
    again = Index.open(place, Hashing(), writer=True)
    assert again.repaired == ()
    again.close()
    return repaired


def no_database(place: Path) -> None:
    (place / "index.sqlite3").unlink()


def garbage_database(place: Path) -> None:
    (place / "index.sqlite3").write_bytes(random.Random(1).randbytes(50_000))


def cut_database(place: Path) -> None:
    path = place / "index.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty_database(place: Path) -> None:
    (place / "index.sqlite3").write_bytes(b"")


def no_text(place: Path) -> None:
    shutil.rmtree(place / "text")


def garbage_meta(place: Path) -> None:
    (place / "text" / "meta.json").write_bytes(b"{")


def no_terms(place: Path) -> None:
    largest(place / "text", "*.term").unlink()


def flipped_postings(place: Path) -> None:
    flip(largest(place / "text", "*.idx"), 0.5)


def no_vectors(place: Path) -> None:
    shutil.rmtree(place / "vectors")


def flipped_vector(place: Path) -> None:
    flip(largest(place / "vectors", "*.npy"), 0.7)


def flipped_vector_header(place: Path) -> None:
    flip(largest(place / "vectors", "*.npy"), 0.001)


def cut_vectors(place: Path) -> None:
    path = largest(place / "vectors", "*.npy")
    path.write_bytes(path.read_bytes()[:1000])


@pytest.mark.parametrize(
    "harm",
    [
        no_database, garbage_database, cut_database, empty_database, no_text, garbage_meta, no_terms, flipped_postings,
        no_vectors, flipped_vector, flipped_vector_header, cut_vectors,
    ],
)  # fmt: skip
def test_a_damaged_file_costs_nothing(filled: Path, harm: Harm) -> None:
    harm(filled)
    repaired = assert_whole(filled)
    assert repaired or harm is no_text


def test_vectors_survive_the_loss_of_the_database(filled: Path) -> None:
    garbage_database(filled)
    index = Index.open(filled, Hashing(), writer=True)
    assert index.status().embedded == 80
    index.close()


def test_a_lost_journal_is_written_again_from_the_passages(filled: Path) -> None:
    largest(filled, "originals-*.log").unlink()
    assert_whole(filled, originals=False)
    index = Index.open(filled, None)
    restored = index.original(DOCUMENTS[7].document.id)
    assert restored is not None
    assert restored.text.split() == DOCUMENTS[7].text.split()
    index.close()
    garbage_database(filled)
    assert_whole(filled, originals=False)


def test_a_flipped_byte_in_the_journal_costs_no_document(filled: Path) -> None:
    flip(largest(filled, "originals-*.log"), 0.4)
    assert assert_whole(filled, originals=False)


def test_a_flipped_bit_in_a_passage_is_not_shown_to_anyone(filled: Path) -> None:
    path = filled / "index.sqlite3"
    raw = path.read_bytes()
    assert raw.count(b"And word17 stands second.") == 1
    path.write_bytes(raw.replace(b"And word17 stands second.", b"And word17 stands SECOND."))
    reader = Index.open(filled, Hashing())
    assert urls(reader, "word17", dense=False) == []
    assert urls(reader, "word18", dense=False) == ["x:18"]
    reader.close()
    assert Index.repair(filled, Hashing()) != ()
    assert_whole(filled)


@pytest.mark.parametrize("seed", range(6))
def test_a_flipped_byte_anywhere_in_the_database_loses_nothing(filled: Path, seed: int) -> None:
    flip(filled / "index.sqlite3", random.Random(seed).random())
    Index.repair(filled, Hashing())
    assert_whole(filled)


def test_what_is_damaged_is_kept_aside(filled: Path) -> None:
    garbage_database(filled)
    Index.open(filled, None, writer=True).close()
    assert any(path.name.endswith("index.sqlite3") for path in (filled / "quarantine").iterdir())


def test_a_reader_mends_what_is_damaged_if_nobody_writes(filled: Path) -> None:
    garbage_database(filled)
    reader = Index.open(filled, Hashing())
    assert urls(reader, "word17", dense=False) == ["x:17"]
    reader.close()


def test_a_reader_says_what_is_damaged_while_another_process_writes(filled: Path) -> None:
    garbage_database(filled)
    lock = WriterLock(filled / "writer.lock")
    with pytest.raises(Damaged):
        Index.open(filled, Hashing())
    lock.release()


def test_an_index_of_a_newer_pincite_is_left_alone(filled: Path) -> None:
    path = filled / "index.sqlite3"
    raw = bytearray(path.read_bytes())
    raw[60:64] = (999).to_bytes(4, "big")
    path.write_bytes(raw)
    with pytest.raises(Damaged, match="newer pincite"):
        Index.open(filled, None, writer=True)
    assert path.exists()
    assert not (filled / "quarantine").exists()


def test_an_empty_folder_is_an_empty_index(place: Path) -> None:
    reader = Index.open(place, None)
    assert urls(reader, "anything") == []
    assert reader.status().documents == 0
    reader.close()
