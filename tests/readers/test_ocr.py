"""What stands in a picture is read where tesseract is there; where it is not, and where time ends, it is said."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.readers import making

from pincite import readers
from pincite.errors import Unreadable
from pincite.readers.child import Child
from pincite.settings import FilesSettings
from pincite.types import Original

TESSERACT = shutil.which("tesseract")
needed = pytest.mark.skipif(TESSERACT is None, reason="tesseract is not installed: apt-get install tesseract-ocr")
DEPOSIT = ["The deposit for the flat is 2400 euros and", "is paid before the keys are handed over."]
PATIENT = FilesSettings(cpu_s=120, deadline_s=300, ocr_s=300)


@dataclass
class Read:
    """What became of a file."""

    originals: list[Original]
    problems: list[Unreadable] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n\n".join(original.text for original in self.originals)


Reading = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    def reading(name: str, content: bytes, settings: FilesSettings = PATIENT) -> Read:
        path = tmp_path / name
        path.write_bytes(content)
        problems: list[Unreadable] = []
        with Child(settings) as child:
            found = list(readers.read(path, collection="c", max_bytes=1 << 26, child=child, report=problems.append))
        return Read(found, problems)

    return reading


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@needed
def test_a_picture_is_read_and_its_lines_are_one_sentence(read: Reading) -> None:
    found = read("note.png", making.png(making.photographed(DEPOSIT)))
    assert " ".join(DEPOSIT) in found.text
    assert found.problems == []


@needed
def test_pages_that_are_pictures_are_read_among_those_that_are_text(read: Reading) -> None:
    pages = [["The lease of Elm Street."], making.photographed(DEPOSIT), [], ["Signed by Ada Hill."]]
    found = read("lease.pdf", making.scan(pages))
    assert [paragraph for paragraph in found.text.split("\n\n") if paragraph] == [
        "The lease of Elm Street.",
        " ".join(DEPOSIT),
        "Signed by Ada Hill.",
    ]
    assert [spot.page for spot in found.originals[0].spots] == [1, 2, 4]
    assert found.problems == []


@needed
def test_what_a_scanner_prints_on_a_page_does_not_make_it_text(read: Reading) -> None:
    assert " ".join(DEPOSIT) in read("a.pdf", making.scan([making.photographed(DEPOSIT, "Scanned with X")])).text


@needed
def test_a_language_that_is_not_there_says_which_setting_to_look_at(read: Reading) -> None:
    strange = PATIENT.model_copy(update={"ocr_languages": "xxx"})
    with pytest.raises(Unreadable) as caught:
        read("note.png", making.png(making.photographed(DEPOSIT)), strange)
    assert "files.ocr_languages" in caught.value.hint


@needed
def test_pictures_for_which_there_is_no_time_are_named_and_the_rest_is_read(read: Reading) -> None:
    picture = making.photographed(DEPOSIT)
    hasty = PATIENT.model_copy(update={"ocr_s": 0.0})
    found = read("a.pdf", making.scan([["Some text."], picture, picture, ["More."], picture]), hasty)
    assert found.text == "Some text.\n\nMore."
    (problem,) = found.problems
    assert "no text on pages 2-3, 5: there was no time left" in problem.detail
    assert "files.ocr_s" in problem.hint


@needed
def test_what_is_no_picture_is_refused_with_a_reason(read: Reading) -> None:
    with pytest.raises(Unreadable) as caught:
        read("a.png", b"\x89PNG\r\n\x1a\n" + os.urandom(64))
    assert "could not read it" in caught.value.detail


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_the_text_is_read_and_the_pages_without_are_named(read: Reading) -> None:
    picture = making.photographed(DEPOSIT)
    found = read("a.pdf", making.scan([["Some text."], [], picture, picture, picture, ["More."], picture]))
    assert found.text == "Some text.\n\nMore."
    (problem,) = found.problems
    assert "no text on pages 3-5, 7: a picture each" in problem.detail
    assert "install tesseract" in problem.hint


@pytest.mark.usefixtures("without_tesseract")
@pytest.mark.parametrize("pages", [1, 3])
def test_without_tesseract_a_scan_says_what_would_help(read: Reading, pages: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read("scan.pdf", making.scan([making.photographed(DEPOSIT)] * pages))
    assert f"no text on page{'s 1-3' if pages == 3 else ' 1'}" in caught.value.detail
    assert "install tesseract" in caught.value.hint


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_a_picture_says_what_would_help(read: Reading) -> None:
    with pytest.raises(Unreadable) as caught:
        read("note.png", making.png(making.photographed(DEPOSIT)))
    assert "install tesseract" in caught.value.hint
    assert ".png" not in readers.suffixes()


def test_a_blank_page_is_no_picture(read: Reading) -> None:
    with pytest.raises(Unreadable) as caught:
        read("blank.pdf", making.pdf([[]]))
    assert "no text" in caught.value.detail
    assert "tesseract" not in caught.value.hint
