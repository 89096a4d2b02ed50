"""A wiki's dump becomes its articles, as a reader of the wiki sees them, however large or broken it is."""

from __future__ import annotations

import bz2
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite import readers
from pincite.errors import Unreadable
from pincite.readers import wikitext
from pincite.types import Link, Original

DUMP = Path(__file__).parents[1] / "fixtures" / "dumps" / "wiki.xml"


def read(path: Path = DUMP, **more: object) -> list[Original]:
    return list(readers.read(path, collection="wikipedia", max_bytes=1_000_000, dump="wikipedia", **more))  # type: ignore[arg-type]


def page(title: str, text: str) -> str:
    return f"<page><title>{title}</title><ns>0</ns><revision><text>{text}</text></revision></page>"


def plain(source: str) -> wikitext.Page:
    return wikitext.read(source, lambda title: title.startswith("File:"))


# ── the dump ──


def test_articles_alone_are_documents_and_no_talk_redirect_or_data() -> None:
    assert [(o.document.title, o.document.url) for o in read()] == [
        ("Lighthouse of Ostra", "https://wiki.example/wiki/Lighthouse_of_Ostra"),
        ("Ostra (town)", "https://wiki.example/wiki/Ostra_(town)"),
        ("Škoda & Söhne", "https://wiki.example/wiki/%C5%A0koda_%26_S%C3%B6hne"),
    ]


def test_the_last_revision_counts_and_its_day_is_the_day_of_publication() -> None:
    first = read()[0]
    assert "wrong version" not in first.text
    assert str(first.document.published) == "2025-03-04"
    assert (first.document.lang, first.document.collection) == ("en", "wikipedia")


def test_the_text_reads_as_the_page_does() -> None:
    assert read()[0].text == (
        "The Lighthouse of Ostra (Pharus Ostrae) is a stone tower of 31 m on the Ostran coast. "
        "It guides ships into the harbour today.\n\n"
        "History\n\nIt was built by Ada Mole in 1871, see and its own site.\n\n"
        "Keepers\n\n- Bo Lind, 1871–1890\n- his sister\n- Cara Vold\n\n"
        "Data\n\nLamps | Year | Lamp\n1871 | Oil\n1932 | Electric\n\n"
        "The law is I = P/A, and blink(3) [[stays]].\n\n"
        "See also\n\n- Category:Lighthouses"
    )


def test_headings_stand_where_they_say() -> None:
    first = read()[0]
    assert [(h.level, h.title) for h in first.headings] == [
        (2, "History"),
        (3, "Keepers"),
        (2, "Data"),
        (2, "See also"),
    ]
    assert all(first.text[h.start :].startswith(f"{h.title}\n") for h in first.headings)


def test_links_have_their_anchor_and_lead_through_redirects() -> None:
    links = read()[0].links
    assert Link(target="https://wiki.example/wiki/Ostra_(town)", anchor="the harbour") in links
    assert Link(target="https://wiki.example/wiki/Kingdom_of_Ostra", anchor="Ostran") in links
    assert Link(target="https://wiki.example/wiki/Ada_Mole_(engineer)", anchor="Ada Mole") in links
    assert Link(target="https://light.example/ostra", anchor="its own site", nofollow=True) in links
    assert not [link for link in links if "jpg" in link.target or "fr:" in link.target]


def test_a_link_in_a_small_letter_leads_to_the_title_with_a_capital() -> None:
    assert read()[2].links == (Link(target="https://wiki.example/wiki/Ostra_(town)", anchor="ostra (town)"),)


def test_a_packed_dump_of_several_streams_says_the_same(tmp_path: Path) -> None:
    data = DUMP.read_bytes()
    packed = tmp_path / "testwiki-pages-articles-multistream.xml.bz2"
    packed.write_bytes(bz2.compress(data[:700]) + bz2.compress(data[700:]))
    assert read(packed) == read()


def test_a_dump_that_breaks_off_gives_what_came_before_and_says_the_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    lines = DUMP.read_text("utf-8").splitlines(keepends=True)
    cut = next(n for n, line in enumerate(lines) if "<title>Ostra (town)" in line)
    broken.write_text("".join(lines[: cut + 1]) + "<ns>0</id>", "utf-8")
    with pytest.raises(Unreadable, match=rf"broken\.xml, line {cut + 2} can't be read: its XML is broken"):
        read(broken)


def test_packed_data_that_breaks_off_is_said_so(tmp_path: Path) -> None:
    packed = tmp_path / "cut.xml.bz2"
    packed.write_bytes(bz2.compress(DUMP.read_bytes())[:-40])
    with pytest.raises(Unreadable, match="breaks off"):
        read(packed)


@pytest.mark.parametrize("text", ["<feed><entry/></feed>", "<mediawiki></mediawiki>"])
def test_xml_without_an_article_is_refused(tmp_path: Path, text: str) -> None:
    other = tmp_path / "other.xml"
    other.write_text(text)
    with pytest.raises(Unreadable, match="no article"):
        read(other)


def test_a_seven_zip_archive_is_not_guessed_at(tmp_path: Path) -> None:
    archive = tmp_path / "dump.xml.7z"
    archive.write_bytes(b"7z\xbc\xaf'\x1c")
    with pytest.raises(Unreadable) as refused:
        read(archive)
    assert "7z x" in refused.value.hint


def test_entities_that_a_dump_defines_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    evil = tmp_path / "evil.xml"
    evil.write_text(
        f'<!DOCTYPE mediawiki [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY b0 "boom">{bomb}]>'
        f"<mediawiki>{page('A', 'Before &x; &b11; after.')}</mediawiki>"
    )
    try:
        said = "".join(each.text for each in read(evil))
    except Unreadable:
        return
    assert "secret" not in said
    assert "boom" not in said


def test_a_page_that_is_too_long_is_reported_and_the_others_read(tmp_path: Path) -> None:
    dump = tmp_path / "long.xml"
    dump.write_text(f"<mediawiki>{page('Long', 'x' * 1_000_001)}{page('Short', 'A short one.')}</mediawiki>")
    told: list[Unreadable] = []
    assert [each.document.title for each in read(dump, report=told.append)] == ["Short"]
    assert "'Long' is too long" in told[0].detail


def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    dump = tmp_path / "many.xml"
    with dump.open("w") as out:
        out.write("<mediawiki>")
        for number in range(3000):
            out.write(page(f"Page {number}", f"Words about {number}. " * 40))
        out.write("</mediawiki>")
    pages = readers.read(dump, collection="w", max_bytes=1_000_000, dump="wikipedia")
    next(pages)
    tracemalloc.start()
    for _ in islice(pages, 2990):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


# ── wikitext ──


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("'''Bold''' and ''thin''", "Bold and thin"),
        ("{{Infobox|a=[[b]]}}Text {{cn}}, more.", "Text, more."),
        ("Died (born {{birth date|1901}}) early", "Died (born) early"),
        ("Known (; {{IPA-en|x}}) as", "Known as"),
        ("a<br />b<ref>c</ref>", "a\nb"),
        ("&amp; &eacute; &#8211;", "& é –"),
        ("[[File:X.jpg|thumb|words]]Rest", "Rest"),
        ("[http://x.example named] [http://y.example]", "named"),
        ("[[#Part|below]]", "below"),
        ("{{As of|2020}}, it had {{formatnum:12000}}", "As of 2020, it had 12000"),
        ("Full {{as of|2020|5|lc=y}} since {{circa|800 BC}}", "Full as of 2020 since c. 800 BC"),
        ("{{unclosed [[link", "unclosed [[link"),
    ],
)
def test_markup_becomes_plain_words(source: str, said: str) -> None:
    assert plain(source).text == said


@given(st.text(alphabet="ab [](){}|=*#:;'<>/\n\0\x01-!&", max_size=80))
def test_no_wikitext_breaks_the_reader_and_headings_always_stand_in_the_text(source: str) -> None:
    read = plain(source)
    for heading in read.headings:
        assert read.text[heading.start :].startswith(heading.title)


@pytest.mark.parametrize("source", ["{{a|" * 50_000, "[[" * 50_000, "{|\n" * 5_000, "<ref>" * 5_000])
def test_what_is_opened_thousands_of_times_and_never_closed_ends(source: str) -> None:
    assert isinstance(plain(source).text, str)


def test_deep_nesting_ends() -> None:
    assert isinstance(plain("{{a|" * 500 + "[[b|" * 500 + "''" * 500).text, str)
