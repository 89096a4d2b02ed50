"""Files are kept under names that are no paths, and one that is damaged hides no other."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from pincite.errors import DiskFull, NotFound
from pincite.events import Finished, Started
from pincite.library import Library, files
from pincite.library.files import Uploads, safe, shown
from pincite.types import Question, Status, Upload, new_id


def kept(uploads: Uploads, folder: Path, name: str = "a.txt", owner: str = "me") -> Upload:
    (folder / "content").write_bytes(b"x")
    upload = Upload(name=name, bytes=1, owner=owner, created=datetime.now(UTC))
    uploads.begin(upload, folder / "content")
    return upload


@pytest.mark.parametrize("name", ["../../passwd.txt", "..\\..\\boot.txt", "a/b/.txt", "x" * 900 + ".txt", "\0\n.txt"])
def test_whatever_a_file_is_called_it_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    uploads = Uploads(tmp_path / "files")
    upload = kept(uploads, tmp_path, name)
    assert uploads.path(upload).read_bytes() == b"x"
    assert uploads.path(upload).parent == tmp_path / "files" / upload.id / "original"
    assert "/" not in safe(name)


def test_a_name_is_shown_without_folders_and_without_turning_the_line_around() -> None:
    assert shown("C:\\papers\\b\u202efdp.exe") == "b fdp.exe"
    assert shown("\n") == "file"


def test_a_long_name_keeps_the_end_that_tells_its_type() -> None:
    name = shown(f"{'minutes ' * 40}of may.pdf")
    assert name.endswith("….pdf")
    assert len(name) <= 120
    assert shown(safe(name)) == name.replace("…", "_")


def test_a_damaged_record_hides_no_other_and_a_deleted_file_is_gone(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "files")
    first, second, other = kept(uploads, tmp_path), kept(uploads, tmp_path), kept(uploads, tmp_path, owner="ada")
    (tmp_path / "files" / first.id / "upload.json").write_text("{")
    assert [upload.id for upload in uploads.all("me")] == [second.id]
    assert {upload.id for upload in uploads.all()} == {second.id, other.id}
    uploads.remove(second.id)
    assert not (tmp_path / "files" / second.id).exists()
    with pytest.raises(NotFound):
        uploads.change(second.id, status="ready")
    uploads.index_dir(second.id).mkdir(parents=True)  # as a process does that reads it just then
    with pytest.raises(NotFound):
        uploads.change(second.id, status="ready")
    for strange in (second.id, "..", "../" + other.id, ""):
        with pytest.raises(NotFound):
            uploads.get(strange)


@pytest.mark.parametrize(
    ("total", "free", "taken"), [(10, 0.4, False), (10, 0.6, True), (4000, 0.9, False), (4000, 40, True)]
)
def test_the_last_of_the_disk_is_left_to_those_who_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: float, free: float, taken: bool
) -> None:
    usage = SimpleNamespace(total=total * 1e9, free=free * 1e9)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: usage)
    with nullcontext() if taken else pytest.raises(DiskFull):
        kept(Uploads(tmp_path / "files"), tmp_path)


def test_what_two_know_of_a_file_at_once_is_both_kept(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "files")
    upload = kept(uploads, tmp_path)
    uploads.change(upload.id, asked=True)
    assert uploads.change(upload.id, status="ready", passages=3).asked
    found = uploads.get(upload.id)
    assert (found.asked, found.status, found.passages, found.name) == (True, "ready", 3, "a.txt")


async def test_files_are_named_by_every_question_that_is_kept_also_in_the_bin(library: Library) -> None:
    one, two, three = (new_id() for _ in range(3))
    ids = [await asked(library, files) for files in ((one,), (two, three), (), (two,))]
    assert await library.files_named() == {one, two, three}
    threads = [(await library.answer(answer_id)).question.thread_id for answer_id in ids]
    await library.bin_thread(threads[0])
    assert await library.files_named() == {one, two, three}
    await library.delete(threads[1])
    assert await library.files_named() == {one, two}
    await library.empty_bin(-1)
    assert await library.files_named() == {two}


async def test_an_answer_that_is_emptied_out_of_the_bin_names_its_files_no_more(library: Library) -> None:
    one, two = new_id(), new_id()
    first = await asked(library, (one,))
    thread = (await library.answer(first)).question.thread_id
    await asked(library, (two,), thread)
    await library.bin_answer(first)
    assert await library.files_named() == {one, two}
    await library.empty_bin(-1)
    assert await library.files_named() == {two}


async def asked(library: Library, files: tuple[str, ...], thread: str | None = None) -> str:
    """The id of a finished answer to a question about these."""
    question = Question(text='About "file_ids":["' + new_id() + '"]', file_ids=files, thread_id=thread or new_id())
    answer_id = await library.begin(question, new_id())
    await library.append(answer_id, [Started(answer_id=answer_id, question=question), Finished(status=Status.ANSWERED)])
    return answer_id
