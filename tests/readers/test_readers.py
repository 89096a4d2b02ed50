"""What files say, and what is said of those that say nothing."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from datetime import date
from pathlib import Path

import pytest

from pincite import readers
from pincite.errors import Unreadable
from pincite.readers.markdown import plain
from pincite.types import Original

LIMIT = 1 << 20


def read(path: Path, max_bytes: int = LIMIT) -> list[Original]:
    return list(readers.read(path, collection="c", max_bytes=max_bytes))


def one(path: Path) -> Original:
    (found,) = read(path)
    return found


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_text_file_is_its_text_and_its_name(tmp_path: Path) -> None:
    found = one(written(tmp_path / "my_notes-2.txt", "Die Wale sind Säugetiere und leben im Meer.\r\nZweite Zeile."))
    assert found.text == "Die Wale sind Säugetiere und leben im Meer.\nZweite Zeile."
    assert found.document.title == "my notes 2"
    assert found.document.url == (tmp_path / "my_notes-2.txt").as_uri()
    assert (found.document.lang, found.document.collection, found.document.published) == ("de", "c", None)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("v1.2 release notes.txt", "v1.2 release notes"),
        ("2026.03.03 Dr. Smith.txt", "2026.03.03 Dr. Smith"),
        ("dots...txt", "dots.."),
    ],
)
def test_a_title_made_of_a_name_ends_at_its_last_dot(tmp_path: Path, name: str, title: str) -> None:
    found = one(written(tmp_path / name, "Text."))
    assert found.document.title == title


@pytest.mark.parametrize(
    ("name", "title", "day"),
    [
        ("2024-03-01.md", "2024-03-01", date(2024, 3, 1)),
        ("2024-03-05_team-meeting.txt", "2024-03-05 team meeting", date(2024, 3, 5)),
        ("minutes 20240301.txt", "minutes 20240301", date(2024, 3, 1)),
        ("chapter-12.md", "chapter 12", None),
    ],
)
def test_a_name_keeps_its_day_and_tells_it(tmp_path: Path, name: str, title: str, day: date | None) -> None:
    found = one(written(tmp_path / name, "Text."))
    assert (found.document.title, found.document.published) == (title, day)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    assert one(written(tmp_path / "a.txt", "Größe café".encode(encoding))).text == "Größe café"


@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\0\0\0", bytes(range(256)) * 20, b"%PDF-1.4\n\0\xff\xfe"])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(written(tmp_path / name, content))
    assert str(tmp_path / name) in caught.value.detail
    assert caught.value.hint


def test_a_file_that_is_too_large_is_refused_with_its_size(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", "x" * 2_500_000)
    with pytest.raises(Unreadable, match=r"2\.5 MB") as caught:
        read(path)
    assert "max_file_mb" in caught.value.hint


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    for path in (
        pipe,
        folder,
        tmp_path / "absent.txt",
        written(tmp_path / "a.xyz", "x"),
        written(tmp_path / "none", "x"),
    ):
        with pytest.raises(Unreadable) as caught:
            read(path)
        assert path.name in caught.value.detail


def test_markdown_is_kept_as_it_stands_with_its_headings(tmp_path: Path) -> None:
    text = "# The *title*\n\nLead.\n\n## Part `one` ##\n\n```\n# no heading\n```\n\n### [Sub](x.md)\n\nEnd."
    found = one(written(tmp_path / "a.md", text))
    assert found.text == text
    assert found.document.title == "The title"
    assert [(heading.level, heading.title) for heading in found.headings] == [(2, "Part one"), (3, "Sub")]
    assert all(text[heading.start] == "#" for heading in found.headings)


def test_front_matter_names_and_dates_a_document_and_is_not_its_text(tmp_path: Path) -> None:
    found = one(
        written(tmp_path / "a.md", '---\ntitle: "Whales"\ndate: 2021-03-04T10:00\nlang: EN\n---\n# Whales\nText.')
    )
    assert found.text == "# Whales\nText."
    assert (found.document.title, found.document.published, found.document.lang) == ("Whales", date(2021, 3, 4), "en")
    assert one(written(tmp_path / "b.md", "---\ndate: 2021-99-99\n---\nText.")).document.published is None
    assert one(written(tmp_path / "c.md", "---\nno end")).text == "---\nno end"


def test_only_a_whole_address_in_front_matter_is_the_documents(tmp_path: Path) -> None:
    whole = one(written(tmp_path / "a.md", "---\nurl: https://a.example/about/\n---\nText."))
    assert whole.document.url == "https://a.example/about/"
    path = written(tmp_path / "b.md", "---\nurl: /about/\n---\nText.")
    assert one(path).document.url == path.as_uri()


def test_html_is_its_readable_part(tmp_path: Path) -> None:
    page = """<html lang="en"><head><title>Whales</title><meta charset="utf-8">
    <meta property="article:published_time" content="2020-02-03"></head><body><nav>Home</nav><article><h1>Whales</h1>
    <p>Whales are large mammals that live in all of the oceans and breathe air at the surface.</p><h2>Food</h2>
    <p>They eat krill, which they filter from the water, and small fish, which they hunt.</p></article></body></html>"""
    found = one(written(tmp_path / "a.html", page))
    assert "krill" in found.text
    assert "Home" not in found.text
    assert (found.document.title, found.document.published) == ("Whales", date(2020, 2, 3))
    assert [heading.title for heading in found.headings][-1] == "Food"
    with pytest.raises(Unreadable, match="no readable text"):
        read(written(tmp_path / "b.html", "<script>run()</script>"))


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".jsonl.xz"])
def test_each_line_of_a_json_lines_file_is_a_document(tmp_path: Path, ending: str) -> None:
    lines = [
        {
            "id": "1",
            "title": "One",
            "url": "https://a.example/x",
            "text": "First.\n## Part\nMore.",
            "date": "2020-01-02",
        },
        {"id": "2", "title": "Two", "url": "https://a.example/x", "text": "Second.", "lang": "fr"},
        {"id": "3", "text": "Third, without a name."},
    ]
    raw = "\n".join(map(json.dumps, lines)).encode() + b"\n\n"
    packed = {".gz": gzip.compress, ".xz": lzma.compress}.get(Path(ending).suffix, bytes)(raw)
    path = written(tmp_path / f"docs{ending}", packed)
    first, second, third = read(path)
    assert (first.document.url, second.document.url) == ("https://a.example/x", "https://a.example/x#2")
    assert third.document.url == f"{path.as_uri()}#3"
    assert third.document.title == "Third, without a name."
    assert (first.document.published, first.document.site) == (date(2020, 1, 2), "a.example")
    assert first.headings[0].title == "Part"
    assert second.document.lang == "fr"


def test_a_long_address_of_a_json_line_is_whole_and_a_long_title_is_cut(tmp_path: Path) -> None:
    urls = [f"https://a.example/{'x' * 300}/{page}" for page in "ab"]
    lines = [json.dumps({"url": url, "title": "t" * 300, "text": "Text."}) for url in urls]
    found = read(written(tmp_path / "a.jsonl", "\n".join(lines)))
    assert [each.document.url for each in found] == urls
    assert {each.document.title for each in found} == {"t" * 200}


def test_a_bad_line_is_reported_with_its_number_and_the_rest_is_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.jsonl", b'{"text": "Good."}\n{"text": \n[1]\n{"title": "no text"}\n\xff\xfe\n{"text": "Also."}'
    )
    reports: list[Unreadable] = []
    found = list(readers.read(path, collection="c", max_bytes=LIMIT, report=reports.append))
    assert [each.text for each in found] == ["Good.", "Also."]
    assert [n for n in range(1, 7) if any(f"line {n} " in each.detail for each in reports)] == [2, 3, 4, 5]
    again = readers.read(path, collection="c", max_bytes=LIMIT)
    assert [next(again).text, next(again).text] == ["Good.", "Also."]
    with pytest.raises(Unreadable, match="line 2"):
        next(again)


def test_a_line_that_is_too_long_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", json.dumps({"text": "x" * 5000}) + '\n{"text": "Good."}\n')
    reports: list[Unreadable] = []
    found = list(readers.read(path, collection="c", max_bytes=1000, report=reports.append))
    assert [each.text for each in found] == ["Good."]
    assert "line 1" in reports[0].detail


@pytest.mark.parametrize("ending", [".gz", ".xz"])
def test_a_compressed_file_that_breaks_off_gives_what_it_has(tmp_path: Path, ending: str) -> None:
    raw = "".join(json.dumps({"text": f"Line {n}: {os.urandom(20).hex()}"}) + "\n" for n in range(3000)).encode()
    packed = gzip.compress(raw) if ending == ".gz" else lzma.compress(raw)
    path = written(tmp_path / f"a.jsonl{ending}", packed[: len(packed) // 2])
    reports: list[Unreadable] = []
    found = list(readers.read(path, collection="c", max_bytes=LIMIT, report=reports.append))
    assert len(reports) == 1
    assert ending == ".xz" or len(found) > 100


def test_strange_characters_do_not_travel_on(tmp_path: Path) -> None:
    found = one(written(tmp_path / "a.jsonl", '{"text": "a\\u0000b \\ud800 c", "title": "t\\udfff"}'))
    found.model_dump_json()
    assert "\0" not in found.text


def test_every_suffix_has_a_reader() -> None:
    assert {".txt", ".md", ".markdown", ".html", ".htm", ".jsonl", ".jsonl.gz", ".jsonl.xz"} <= readers.suffixes()


def test_a_row_of_a_markdown_table_has_the_names_of_its_columns(tmp_path: Path) -> None:
    text = "# Garden\n\n| Plant | Sow |\n|:--|--|\n| Leek | April |\n| A \\| B | |\nNot a row.\n\n```\na|b\n-|-\n```"
    found = one(written(tmp_path / "a.md", f"{text}\n## End\n"))
    assert [line for line in found.text.split("\n") if line] == [
        "# Garden", "Plant | Sow", "Plant: Leek; Sow: April", "Plant: A | B", "Not a row.", "```", "a|b", "-|-", "```",
        "## End",
    ]  # fmt: skip
    assert [found.text[heading.start :].split("\n")[0] for heading in found.headings] == ["## End"]


def test_a_fence_below_a_table_ends_it_and_only_what_is_in_it_is_code(tmp_path: Path) -> None:
    table = "| Plant | Sow |\n|--|--|\n| Leek | April |\n"
    text = f"{table}````md\n```\n# no heading\n<b>| a |\n```\n````\n## End\n<p>It is over.</p>\n{table}"
    found = one(written(tmp_path / "a.md", text))
    assert [line for line in found.text.split("\n") if line] == [
        "Plant | Sow", "Plant: Leek; Sow: April", "````md", "```", "# no heading", "<b>| a |", "```", "````", "## End",
        "It is over.", "Plant | Sow", "Plant: Leek; Sow: April",
    ]  # fmt: skip
    assert [found.text[heading.start :].split("\n")[0] for heading in found.headings] == ["## End"]


def test_the_tags_and_boxes_of_a_markdown_page_are_no_words() -> None:
    page = """\
<div align="center">
  <img src="x.png" alt="y"/>
</div>
<details>
<summary>setup.cfg</summary>

!!! note "Added in 20"
:::{tip}
See <https://x.org>, a<b and <b>x</b>.
:::
<name> is the name.
<!-- not shown -->
```html
<div>code</div>
!!! note
```
"""
    told = [line.strip() for line in plain(page).splitlines() if line.strip()]
    assert told == [
        "setup.cfg",
        "Added in 20",
        "See <https://x.org>, a<b and <b>x</b>.",
        "<name> is the name.",
        "```html",
        "<div>code</div>",
        "!!! note",
        "```",
    ]
