"""Documents come in, can be counted, and go out again; a Ctrl-C costs nothing that was committed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, command, environment
from tests.readers import making

from pincite.index import Index


def test_the_status_says_how_far_it_is(pincite: Cli) -> None:
    found = json.loads(pincite("index", "status", "--json").stdout)
    assert found["documents"] == 6
    assert found["embedded"] == found["passages"] > 6
    assert "100%" in pincite("index", "status").stdout


def test_openings_alone_are_waited_for(fresh: Cli, data_dir: Path) -> None:
    book = data_dir.parent / "book.md"
    book.write_text("# Book\n\nIt opens here.\n\n" + "".join(f"## Part {n}\n\nPart {n} is long.\n\n" for n in range(9)))
    assert "1 passage can be found by meaning" in fresh("index", str(book), "--openings").stderr
    found = json.loads(fresh("index", "status", "--json").stdout)
    assert (found["embedded"], found["passages"]) == (1, 10)
    assert "9 passages can be found by meaning" in fresh("index", str(book)).stderr


def test_documents_come_and_go(fresh: Cli, data_dir: Path) -> None:
    notes = data_dir.parent / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# Apples\n\nApples are red.\n")
    (notes / "b.txt").write_text("Bananas are yellow.\n")
    (notes / "c.txt").write_bytes(bytes(range(256)) * 8)
    first = fresh("index", str(notes), "--no-wait", "--collection", "fruit")
    assert first.returncode == 0
    assert "2 new documents, 1 left out" in first.stderr
    assert "c.txt" in first.stderr
    (notes / "b.txt").write_text("Bananas are green.\n")
    again = fresh("index", str(notes / "a.md"), str(notes / "b.txt"), "--collection", "fruit")
    assert "0 new documents, 1 changed, 1 unchanged" in again.stderr
    assert "by meaning" in again.stderr
    assert "1 document removed" in fresh("index", "rm", str(notes / "a.md")).stderr
    assert "1 document removed" in fresh("index", "rm", "--collection", "fruit").stderr
    gone = fresh("index", "rm", "https://example.org/nothing")
    assert gone.returncode == 1
    assert "pincite index status" in gone.stderr


def test_what_is_gone_is_named_and_goes_by_the_name_that_it_had(fresh: Cli, data_dir: Path) -> None:
    notes = data_dir.parent / "notes"
    (notes / "old").mkdir(parents=True)
    (notes / "a b.md").write_text("# Apples\n\nApples are red.\n")
    (notes / "old" / "b.txt").write_text("Bananas are yellow.\n")
    (notes / "old" / "c.jsonl").write_text('{"title": "Cherries", "text": "Cherries are small."}\n')
    (notes / "older.txt").write_text("Dates are sweet.\n")
    assert "gone" not in fresh("index", "notes", "--no-wait").stderr
    (notes / "a b.md").rename(notes / "a.md")
    (notes / "old").rename(notes / "new")
    again = fresh("index", "notes", "--no-wait").stderr
    assert "the file is gone: 3 documents" in again
    assert "pincite index rm 'notes/a b.md' notes/old\n" in again
    assert "3 documents removed" in fresh("index", "rm", "notes/a b.md", "notes/x/../old").stderr
    assert "gone" not in fresh("index", "notes", "--no-wait").stderr
    assert json.loads(fresh("index", "status", "--json").stdout)["documents"] == 4


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_name_that_is_no_text_stops_nobody_and_its_file_is_known_as_there(fresh: Cli, data_dir: Path) -> None:
    notes = data_dir.parent / "notes"
    notes.mkdir()
    for name, text in ((b"a\xff.txt", "Apples are red."), (b"b\xff.py", "# In June apples are few, and dear.")):
        (notes / os.fsdecode(name)).write_text(text)
    first = fresh("index", "notes", "--no-wait")
    assert (first.returncode, "2 new documents" in first.stderr) == (0, True), first.stderr
    again = fresh("index", "notes", "--no-wait").stderr
    assert "2 unchanged" in again
    assert "gone" not in again
    found = fresh("search", "apples", "--json").stdout
    assert {hit["passage"]["document"]["title"] for hit in json.loads(found)} == {"a\ufffd", "b\ufffd.py"}


def test_a_damaged_file_goes_by_its_name_and_no_file_is_read_to_learn_its_own(fresh: Cli, data_dir: Path) -> None:
    note = data_dir.parent / "notes" / "a.txt"
    note.parent.mkdir()
    note.write_text("Apples are red.\n")
    fresh("index", "notes", "--no-wait")
    note.write_bytes(bytes(range(256)) * 8)
    gone = fresh("index", "rm", "notes")
    assert "1 document removed" in gone.stderr
    assert "left out" not in gone.stderr


def test_files_of_types_that_are_not_read_are_counted(fresh: Cli, data_dir: Path) -> None:
    notes = data_dir.parent / "notes"
    notes.mkdir()
    for name in ("a.exe", "b.exe", "c.bin", "LICENSE", ".hidden.exe"):
        (notes / name).write_text("text")
    said = fresh("index", "notes", "--no-wait")
    assert said.returncode == 0
    assert "4 files of types that pincite does not read: .exe 2, no ending 1, .bin 1" in said.stderr
    assert "does not read" not in fresh("index", "notes", "--as", "wikipedia", "--no-wait").stderr


def test_what_is_made_anew_is_passed_by_and_named(fresh: Cli, data_dir: Path) -> None:
    project = data_dir.parent / "project"
    for name in (".git/HEAD", "node_modules/a.md", "site/b.md", "c.md"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("# Words\n\nSome words.\n")
    (project / ".gitignore").write_text("site/\n")
    told = fresh("index", str(project)).stderr
    assert "1 new document" in told
    assert "passed by: installed packages and caches: " in told
    assert "passed by: what .gitignore leaves out: " in told
    assert told.count("→ to read one: pincite index add PATH") == 2
    assert "1 new document" in fresh("index", str(project / "site")).stderr


def test_a_file_that_was_named_and_can_not_be_read_is_a_failure(fresh: Cli, data_dir: Path) -> None:
    binary = data_dir.parent / "x.txt"
    binary.write_bytes(bytes(range(256)) * 8)
    assert fresh("index", str(binary)).returncode == 1
    missing = fresh("index", "nowhere")
    assert missing.returncode == 2
    assert "nowhere" in missing.stderr


def test_ctrl_c_keeps_what_was_committed_and_the_next_run_goes_on(fresh: Cli, data_dir: Path) -> None:
    source = data_dir.parent / "many.jsonl"
    rows = ({"title": f"T{n}", "url": f"https://example.org/{n}", "text": f"This is number {n}."} for n in range(1500))
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    words = ["index", str(source), "--no-wait", "--set", "index.commit_every=2"]
    process = subprocess.Popen(command(*words), env=environment(data_dir), stderr=subprocess.PIPE, text=True)
    while _documents(data_dir / "index") == 0:
        assert process.poll() is None, "ended before it was interrupted"
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "run the same command again" in said
    kept = _documents(data_dir / "index")
    assert 0 < kept < 1500
    again = fresh("index", str(source), "--no-wait")
    assert f"{kept:,} unchanged" in again.stderr
    assert _documents(data_dir / "index") == 1500


@pytest.fixture
def papers(data_dir: Path) -> Path:
    """A folder of files, most of which are read by a process of their own."""
    folder = data_dir.parent / "papers"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.pdf").write_bytes(making.pdf([[f"Paper {number} is about apples."], ["It ends here."]]))
        link = f'<a href="https://example.org/{number}">pears</a>'
        (folder / f"{number}.html").write_text(f"<h1>Note {number}</h1><p>It is about {link}, which are green.</p>")
    (folder / "rows.jsonl").write_text('{"url": "https://example.org/row", "text": "One row."}\nno row\n')
    (folder / "broken.pdf").write_bytes(making.pdf([["Gone."]])[:200])
    return folder


def test_two_processes_make_the_same_index_as_one(
    inside: Callable[..., subprocess.CompletedProcess[str]], data_dir: Path, papers: Path
) -> None:
    one, two = data_dir / "one", data_dir / "two"
    words = ("index", str(papers), "--no-wait", *PATIENTLY)
    first = inside(one, *words)
    second = inside(two, *words, "--processes", "2")
    assert "13 new documents, 2 left out" in first.stderr
    assert (second.returncode, second.stderr) == (first.returncode, first.stderr)
    assert _content(two) == _content(one)
    assert "13 unchanged" in inside(two, *words, "--processes", "3").stderr


PATIENTLY = ("--set", "files.deadline_s=600")
"""What a file may take by the clock is another test's; here the machine may be as slow as it likes."""


def _content(data: Path) -> list[list[tuple[object, ...]]]:
    """All that an index says, without the numbers and times that depend on when it was made."""
    database = sqlite3.connect(data / "index" / "index.sqlite3")
    try:
        found = [database.execute(question).fetchall() for question in CONTENT]
    finally:
        database.close()
    assert all(found), "nothing to compare"
    return found


CONTENT = (
    "SELECT id, url, title, site, published, lang, collection, hash FROM documents ORDER BY id",
    """SELECT d.url, p.id, p.start, p."end", p.headings, p.text FROM passages p
       JOIN documents d ON d.number = p.document ORDER BY 1, 3""",
    """SELECT d.url, a.url, l.anchor, l.nofollow FROM links l JOIN documents d ON d.number = l.document
       JOIN addresses a ON a.number = l.target ORDER BY 1, 2, 3""",
)


@pytest.mark.parametrize(("killed_by", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_end_loses_what_is_read_side_by_side(
    fresh: Cli, data_dir: Path, killed_by: signal.Signals, code: int
) -> None:
    folder = data_dir.parent / "many"
    folder.mkdir()
    for number in range(800):
        (folder / f"{number}.txt").write_text(f"This is number {number}.\n")
    words = ["index", str(folder), "--no-wait", "--processes", "2", *PATIENTLY]
    process = subprocess.Popen(
        command(*words, "--set", "index.commit_every=2"),
        env=environment(data_dir),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while _documents(data_dir / "index") == 0:
        assert process.poll() is None, "ended before it was interrupted"
        time.sleep(0.02)
    process.send_signal(killed_by)
    _, said = process.communicate(timeout=120)
    assert process.returncode == code, said
    _wait_until_alone(process.pid)
    kept = _documents(data_dir / "index")
    assert 0 < kept < 800
    assert f"{kept:,} unchanged" in fresh(*words).stderr
    assert _documents(data_dir / "index") == 800


def _wait_until_alone(session: int) -> None:
    """Until the processes that read for another one have noticed that it is gone."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("a reading process outlived the one it read for")


@pytest.mark.parametrize("count", ["0", "-1", "65"])
def test_a_number_of_processes_that_can_not_be_is_told_which_can(fresh: Cli, papers: Path, count: str) -> None:
    wrong = fresh("index", str(papers), "--processes", count)
    assert wrong.returncode == 2
    assert f"by {count} processes" in wrong.stderr
    assert "--processes takes 1 to 64" in wrong.stderr


def test_a_dump_is_not_read_side_by_side_and_says_so(fresh: Cli) -> None:
    wrong = fresh("index", "--as", "wikipedia", str(DUMPS / "wiki.xml"), "--processes", "2")
    assert wrong.returncode == 2
    assert "not by 2" in wrong.stderr
    assert "leave --processes out" in wrong.stderr


def _documents(folder: Path) -> int:
    if not (folder / "index.sqlite3").exists():
        return 0
    index = Index.open(folder, None)
    try:
        return index.status().documents
    finally:
        index.close()


DUMPS = Path(__file__).parents[1] / "fixtures" / "dumps"


def test_a_dump_is_indexed_with_its_links_into_a_collection_of_its_kind(fresh: Cli) -> None:
    done = fresh("index", "--as", "wikipedia", str(DUMPS / "wiki.xml"), "--no-wait")
    assert (done.returncode, "3 new documents" in done.stderr) == (0, True), done.stderr
    done = fresh("index", "--as", "stackexchange", str(DUMPS), "--no-wait")
    assert (done.returncode, "2 new documents" in done.stderr) == (0, True), done.stderr
    status = json.loads(fresh("index", "status", "--json").stdout)
    assert status["collections"] == {"wikipedia": 3, "stackexchange": 2}
    assert status["links"] > 8
    assert "links         " in fresh("index", "status").stdout
    assert "3 unchanged" in fresh("index", "--as", "wikipedia", str(DUMPS / "wiki.xml"), "--no-wait").stderr


def test_an_unknown_kind_of_dump_is_told_which_there_are(fresh: Cli) -> None:
    wrong = fresh("index", "--as", "wiki", str(DUMPS / "wiki.xml"))
    assert wrong.returncode == 2
    assert "'wiki'" in wrong.stderr
    assert "wikipedia, stackexchange" in wrong.stderr
