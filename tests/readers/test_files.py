"""What office files, books, e-mails and tables say, and where in them it stands."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.readers import making

from pincite import readers
from pincite.errors import Unreadable
from pincite.index.passages import passages
from pincite.types import Original

Reading = Callable[[str, bytes | str], Original]
WRAPPED = "The notice period for either side is three months to the end of a quarter, as the"


def where(original: Original, words: str) -> str:
    """The label of the place at which a passage cites these words."""
    for passage in passages(original, 40):
        if words in passage.text:
            spot = passage.spot(passage.text.index(words))
            return spot.label if spot else ""
    raise AssertionError(f"no passage has {words!r}")


# ── PDF ──


def test_a_sentence_of_a_pdf_is_whole_and_knows_its_page(read: Reading) -> None:
    found = read("contract.pdf", making.pdf([["First page."], [WRAPPED, "law has it. The rent is due on Monday."]]))
    assert f"{WRAPPED} law has it." in found.text
    assert where(found, "First page") == "page 1"
    assert where(found, "The rent") == "page 2"
    assert [spot.page for spot in found.spots] == [1, 2]


def test_a_word_that_was_broken_is_whole_again_and_keeps_a_hyphen_of_its_own(read: Reading) -> None:
    lines = [
        "Turn on two-factor sign-in, the state-of-the-art way. Whoever lost the two-",
        "factor codes calls the depart-",
        "ment in Anglo-",
        "Irish Lane. All is state-of-the-",
        "art.",
    ]
    text = read("a.pdf", making.pdf([lines])).text
    assert "lost the two-factor codes calls the department in Anglo-Irish Lane. All is state-of-the-art." in text


def test_a_passage_over_two_pages_cites_each_sentence_on_its_own(read: Reading) -> None:
    found = read("a.pdf", making.pdf([["Whales are mammals."], ["Sharks are fish."]]))
    (passage,) = passages(found, 40)
    assert passage.page == 1
    assert (where(found, "Whales"), where(found, "Sharks")) == ("page 1", "page 2")


def test_what_stands_on_every_page_is_left_out(read: Reading) -> None:
    pages = [["Acme confidential", f"Chapter {name} begins here.", f"Page {n} of 5"] for n, name in enumerate("abcde")]
    text = read("a.pdf", making.pdf(pages)).text
    assert "Acme" not in text
    assert "of 5" not in text
    assert "Chapter c begins here." in text


def test_a_pdf_is_called_by_its_title_unless_a_program_gave_it(read: Reading) -> None:
    assert (
        read("a_b.pdf", making.pdf([["Text."]], "The lease of Elm Street")).document.title == "The lease of Elm Street"
    )
    for junk in (
        "Microsoft Word - v7.doc",
        "(anonymous)",
        "about:blank",
        "https://example.org/print?id=7",
        "---",
        "2024-03 (1)",
    ):
        assert read("a_b.pdf", making.pdf([["Text."]], junk)).document.title == "a b"
    assert read("a_b.pdf", making.pdf([["Text."]], "About: a history")).document.title == "About: a history"


# ── office ──


def test_a_word_file_has_headings_pages_tables_and_notes(read: Reading) -> None:
    broken = "<w:r><w:br w:type='page'/></w:r>"
    cells = "".join(f"<w:tc>{making.paragraph(cell)}</w:tc>" for cell in ("Oslo", "Norway"))
    body = (
        making.paragraph("Terms", "berschrift1")
        + making.paragraph("The deposit is two rents.")
        + making.paragraph("The keys are handed over.", before=broken)
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:p><w:del><w:r><w:delText>Struck out.</w:delText></w:r></w:del></w:p>"
    )
    found = read("a.docx", making.docx(body, footnotes=f"<w:footnote>{making.paragraph('A note.')}</w:footnote>"))
    assert [(h.level, h.title) for h in found.headings] == [(1, "Terms")]
    assert "Oslo | Norway" in found.text
    assert "A note." in found.text
    assert "Struck out" not in found.text
    assert (where(found, "deposit"), where(found, "keys")) == ("page 1", "page 2")


def test_text_that_was_moved_in_a_word_file_stands_where_it_went(read: Reading) -> None:
    run = "<w:r><w:t>Dogs are allowed.</w:t></w:r>"
    body = (
        f"<w:p><w:moveFrom>{run}</w:moveFrom><w:r><w:t>Cats are not.</w:t></w:r></w:p>"
        f"<w:p><w:moveTo>{run}</w:moveTo></w:p><w:moveTo>{making.paragraph('Nor are birds.')}</w:moveTo>"
    )
    assert read("a.docx", making.docx(body)).text == "Cats are not.\n\nDogs are allowed.\n\nNor are birds."


def test_slides_come_in_the_order_of_the_show_title_first(read: Reading) -> None:
    first = making.shape("We grow by 7 percent.") + making.shape("Outlook", "title") + making.shape("9", "sldNum")
    notes = making.shape("Say this slowly.", "body")
    found = read("a.pptx", making.pptx([first, making.shape("The end of it.")], notes))
    assert found.text == "Outlook\n\nWe grow by 7 percent.\n\nSay this slowly.\n\nThe end of it."
    assert (where(found, "grow"), where(found, "end")) == ("slide 1", "slide 2")


def test_a_row_of_a_sheet_stands_alone_with_the_names_of_its_columns(read: Reading) -> None:
    rows: list[list[str | float]] = [["Region", "Revenue"], ["North", 310.0], [], ["South", 4.5]]
    found = read("a.xlsx", making.xlsx({"Sales": rows, "Notes": [["Only a remark"]]}))
    assert "Region: South; Revenue: 4.5" in found.text
    assert "Revenue: 310\n" in found.text
    assert where(found, "South") == "sheet Sales, row 4"
    assert where(found, "remark") == "sheet Notes, row 1"
    assert [heading.title for heading in found.headings] == ["Sales", "Notes"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_of_a_table_is_found_out(read: Reading, mark: str) -> None:
    lines = [["city", "people"], ["Oslo", "717000"], ['"Rome', 'Italy"', "2800000"]]
    found = read("a.csv", "\n".join(mark.join(line) for line in lines))
    assert "city: Oslo; people: 717000" in found.text
    assert where(found, "2800000") == "row 3"


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\v", "\f"])
def test_a_mark_inside_a_cell_ends_no_row(read: Reading, mark: str) -> None:
    wide = f"say{mark}so"
    found = read("a.csv", f'city;note\nOslo;{wide}\n"Rome\n{wide}";{wide}\nBonn;{wide},7\n')
    assert found.text.split("\n\n") == [
        "city | note", "city: Oslo; note: say so", "city: Rome say so; note: say so", "city: Bonn; note: say so,7",
    ]  # fmt: skip
    assert [spot.label for spot in found.spots] == ["row 1", "row 2", "row 3", "row 5"]


def test_years_days_and_an_empty_corner_name_columns(read: Reading) -> None:
    budget = [["Region", "2024", "2025"], ["North", "310", "320"], ["South", "280", "295"]]
    assert "Region: South; 2024: 280; 2025: 295" in read("a.csv", "\n".join(map(",".join, budget))).text
    plan = [["", "2026-11-16", "2026-11-17"], ["Farrow", "early", "night"], ["Haddad", "late", "early"]]
    assert "Farrow; 2026-11-16: early; 2026-11-17: night" in read("a.csv", "\n".join(map(",".join, plan))).text
    people = [["Smith", "1984", "Boston"], ["Jones", "1979", "Austin"]]
    assert read("a.csv", "\n".join(map(",".join, people))).text == "Smith | 1984 | Boston\n\nJones | 1979 | Austin"


def test_a_sheet_may_hold_more_tables_than_one_and_notes_above_them(read: Reading) -> None:
    rows: list[list[str | float]] = [
        ["Operating budget"], ["Prepared by", "Hollis Venn"], ["Status", "approved 11 December"], [],
        ["Cost centre", "Planned", "Owner"], ["Payroll", 1302, "Venn"], ["Rent", 104, "Whit"], [],
        ["Total", 1406], [],
        ["Date", "Payee", "Amount"], ["2 May", "Hardware", 14], ["9 May", "Bakery", 42], [],
        ["Legend", "all sums", "in dollars"],
    ]  # fmt: skip
    text = read("a.xlsx", making.xlsx({"Budget": rows})).text
    assert "Prepared by | Hollis Venn\n\nStatus | approved 11 December\n\nCost centre | Planned | Owner" in text
    assert "Cost centre: Rent; Planned: 104; Owner: Whit\n\nCost centre: Total; Planned: 1406" in text
    assert "Date: 9 May; Payee: Bakery; Amount: 42\n\nLegend | all sums | in dollars" in text


def test_rows_of_words_in_groups_keep_the_names_of_the_first_row(read: Reading) -> None:
    lines = ["Name,Town,Trade", "Anna,Oslo,nurse", "", "Bert,Rome,baker", "Cleo,Bonn,cook"]
    for empty in (1, 2):
        moved = [*lines[:empty], "", *(line for line in lines[empty:] if line)]
        text = read("a.csv", "\n".join(moved)).text
        assert "Name: Anna; Town: Oslo; Trade: nurse" in text
        assert "Name: Cleo; Town: Bonn; Trade: cook" in text


def test_rows_without_names_stay_as_they_are(read: Reading) -> None:
    assert read("a.csv", "1,2\n3,4\n").text == "1 | 2\n\n3 | 4"


def test_an_opendocument_text_has_headings_and_pages(read: Reading) -> None:
    body = (
        "<o:document-content xmlns:o='office' xmlns:t='text'><o:body><o:text><t:h t:outline-level='2'>Rules</t:h>"
        "<t:p>No<t:s/>dogs <t:span>here</t:span>.</t:p><t:soft-page-break/><t:p>No cats.</t:p></o:text></o:body>"
        "</o:document-content>"
    )
    found = read("a.odt", making.zipped({"content.xml": body}))
    assert found.text == "Rules\n\nNo dogs here.\n\nNo cats."
    assert (where(found, "dogs"), where(found, "cats")) == ("page 1", "page 2")


def test_a_remark_at_the_side_of_an_opendocument_text_is_said_behind_it_by_name(read: Reading) -> None:
    remark = "<annotation><creator>John Doe</creator><date>2024-05-01T10:00:00</date><p>is this right?</p></annotation>"
    body = f"<d><body><text><p>The budget is{remark} five million.</p><h>Rent{remark}s</h></text></body></d>"
    assert read("a.odt", making.zipped({"content.xml": body})).text == (
        "The budget is five million.\n\nComment by John Doe: is this right?\n\n"
        "Rents\n\nComment by John Doe: is this right?"
    )


def test_a_note_in_an_opendocument_text_stands_behind_its_paragraph(read: Reading) -> None:
    note = "<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>Later costs 75.</t:p></t:note-body></t:note>"
    said = "<o:annotation><d:creator>Ruth</d:creator><d:date>2026</d:date><t:p>By noon?</t:p></o:annotation>"
    body = f"<t:p>Return it{note} clean{said}.</t:p><t:p>The end.</t:p>"
    content = f"<o:doc xmlns:o='o' xmlns:t='t' xmlns:d='d'><o:body>{body}</o:body></o:doc>"
    text = read("a.odt", making.zipped({"content.xml": content})).text
    assert text == "Return it clean.\n\nLater costs 75.\n\nComment by Ruth: By noon?\n\nThe end."


def test_rows_of_an_opendocument_table_have_the_names_of_their_columns(read: Reading) -> None:
    def row(*cells: str, page: str = "") -> str:
        said = (f"<t:table-cell><p>{cell}{page}</p></t:table-cell>" for cell in cells)
        return f"<t:table-row>{''.join(said)}</t:table-row>"

    rows = (
        row("City", "Country", "People"),
        row("Oslo", "Norway", "717000"),
        row("Rome", "Italy", "2800000", page="<b/>"),
    )
    table = f"<soft-page-break/><t:table>{''.join(rows)}</t:table>"
    body = f"<d xmlns:t='table'><body><text>{table}</text></body></d>"
    found = read("a.odt", making.zipped({"content.xml": body.replace("<b/>", "<soft-page-break/>", 1)}))
    assert found.text == (
        "City | Country | People\n\nCity: Oslo; Country: Norway; People: 717000\n\n"
        "City: Rome; Country: Italy; People: 2800000"
    )
    assert (where(found, "Oslo"), where(found, "Rome")) == ("page 2", "page 3")


# ── the others ──


def test_a_book_is_read_in_the_order_of_its_spine(read: Reading) -> None:
    package = (
        "<package><metadata><title>Two Tales</title></metadata><manifest>"
        "<item id='b' href='b%20.xhtml' media-type='application/xhtml+xml'/>"
        "<item id='a' href='a.xhtml' media-type='application/xhtml+xml'/></manifest>"
        "<spine><itemref idref='a'/><itemref idref='b'/></spine></package>"
    )
    page = "<html><head><title>x</title></head><body><h2>{}</h2><p>It was <b>{}</b>.</p></body></html>"
    found = read(
        "a.epub",
        making.zipped(
            {
                "META-INF/container.xml": "<c><rootfile full-path='in/p.opf'/></c>",
                "in/p.opf": package,
                "in/a.xhtml": page.format("One", "night"),
                "in/b .xhtml": page.format("Two", "day"),
            }
        ),
    )
    assert found.text == "One\n\nIt was night.\n\nTwo\n\nIt was day."
    assert found.document.title == "Two Tales"


def test_an_e_mail_is_its_headers_and_its_message(read: Reading) -> None:
    lines = (
        "From: Ada <ada@example.org>", "To: bob@example.org", "Date: Tue, 03 Mar 2026 10:00:00 +0100",
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="x"', "",
        "--x", "Content-Type: text/plain; charset=iso-8859-1", "Content-Transfer-Encoding: quoted-printable", "",
        "Caf=E9 at nine.", "--x", "Content-Type: application/pdf",
        'Content-Disposition: attachment; filename="map.pdf"',
        "", "JVBERi0=", "--x--", "",
    )  # fmt: skip
    found = read("a.eml", "\r\n".join(lines))
    assert "From: Ada <ada@example.org>" in found.text
    assert "Café at nine." in found.text
    assert "Attachments: map.pdf" in found.text
    assert found.document.title == "Grüße"
    assert str(found.document.published) == "2026-03-03"


@pytest.mark.parametrize(
    "day",
    [f"Tue, 03 Mar {10**30} 10:00:00 +0100", f"Tue, 03 Mar 2026 10:00:00 +{'9' * 40}", "31 Feb 2026 10:00", "soon"],
)
def test_a_date_of_a_mail_that_cannot_be_is_none(read: Reading, day: str) -> None:
    found = read("a.eml", f"Date: {day}\nSubject: Hello\n\nCome at nine.")
    assert found.text == f"Date: {day}\n\nSubject: Hello\n\nCome at nine."
    assert found.document.published is None


NOTEBOOK = {
    "metadata": {"kernelspec": {"language": "python"}},
    "cells": [
        {"cell_type": "markdown", "source": ["# Rainfall\n", "\n", "Ten years of *rain*, by month."]},
        {
            "cell_type": "code",
            "source": "rain.mean()\n",
            "outputs": [{"data": {"text/plain": ["71.3"]}}, {"text": "ok\n"}],
        },
        {"cell_type": "code", "source": [], "outputs": []},
        {"cell_type": "raw", "source": "See also: wind."},
    ],
}


def test_a_notebook_is_its_cells(read: Reading) -> None:
    found = read("a.ipynb", json.dumps(NOTEBOOK))
    assert found.text == (
        "# Rainfall\n\nTen years of *rain*, by month.\n\n```python\nrain.mean()\n```\n\n```\n71.3\n```\n\n```\nok\n```"
        "\n\nSee also: wind."
    )
    assert found.document.title == "Rainfall"
    assert [spot.label for spot in found.spots] == ["cell 1", "cell 2", "cell 4"]
    assert where(found, "71.3") == "cell 2"


@pytest.mark.parametrize("text", ["{", "[]", '{"worksheets": []}', '{"cells": 3}', '{"cells": []}'])
def test_what_is_no_notebook_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(Unreadable, match=r"no notebook|no text"):
        list(readers.read(tmp_path / "a.ipynb", collection="c", max_bytes=1_000))


BOX = b"""\
From ada@example.org Tue Mar  3 10:00:00 2026
From: Ada <ada@example.org>
Subject: The hall
Date: Tue, 03 Mar 2026 10:00:00 +0100
Message-ID: <one@example.org>

We have the hall for the whole evening, and they want the deposit of two
hundred euros by Friday.
>From here on it is yours to pay.

- chairs
- tables

From bob@example.org Wed Mar  4 09:30:00 2026
From: Bob <bob@example.org>
Subject: Re: The hall
Date: Wed, 04 Mar 2026 09:30:00 +0100
Message-ID: <two@example.org>

Paid.

Ada wrote:
> We have the hall for the whole evening, and they want the deposit of two
> hundred euros by Friday.

From broken Wed Mar  4 09:31:00 2026

From eve@example.org Wed Mar  4 09:32:00 2026
From: Eve <eve@example.org>
Message-ID: <two@example.org>

> Whole numbers only.
No.
"""


def test_a_mailbox_is_a_document_a_message(tmp_path: Path) -> None:
    path = tmp_path / "archive.mbox"
    path.write_bytes(BOX)
    missing: list[Unreadable] = []
    found = list(readers.read(path, collection="c", max_bytes=10_000, report=missing.append))
    assert [one.document.title for one in found] == ["The hall", "Re: The hall", "archive"]
    names = [one.document.url.removeprefix(path.as_uri()) for one in found]
    assert names == ["#one%40example.org", "#two%40example.org", "#4"]
    assert [str(one.document.published) for one in found] == ["2026-03-03", "2026-03-04", "None"]
    assert "archive.mbox, message 3 can't be read: it has no headers" in str(missing[0])


def test_lines_of_a_mail_that_were_full_are_joined_and_what_is_answered_is_not_said_twice(tmp_path: Path) -> None:
    path = tmp_path / "archive.mbox"
    path.write_bytes(BOX)
    first, second, last = readers.read(path, collection="c", max_bytes=10_000, report=lambda _: None)
    assert "they want the deposit of two hundred euros by Friday.\nFrom here on it is yours to pay." in first.text
    assert first.text.endswith("- chairs\n- tables")
    assert second.text.endswith("Paid.\n\nAda wrote:")
    assert last.text.endswith("> Whole numbers only.\nNo.")


def test_a_mailbox_without_messages_says_how_to_make_one(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_text("Dear all")
    with pytest.raises(Unreadable, match="no message begins in it") as caught:
        list(readers.read(tmp_path / "a.mbox", collection="c", max_bytes=100))
    assert "export the mailbox" in caught.value.hint


def test_what_stands_behind_a_silent_element_is_said(read: Reading) -> None:
    page = (
        "<body><style>p { color: red }</style>The meeting is moved to Friday.<p>Bye"
        "<template>x<script>run()</script>y</template>, Bob.</p>See you<nav><a>Home</a> menu</nav>there."
    )
    found = read("a.eml", f"Subject: Meeting\nContent-Type: text/html; charset=utf-8\n\n{page}")
    assert found.text.split("\n\n") == [
        "Subject: Meeting", "The meeting is moved to Friday.", "Bye, Bob.", "See you", "there.",
    ]  # fmt: skip


def test_a_message_that_was_forwarded_as_a_file_is_read(read: Reading) -> None:
    inner = "From: desk@example.org\nSubject: Survey\n\nThe fee is 1,350 dollars."
    parts = f"--x\n\nPlease book him.\n--x\nContent-Type: message/rfc822\n\n{inner}\n--x--\n"
    text = read("a.eml", f"Subject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n{parts}").text
    assert "Please book him.\n\nFrom: desk@example.org\n\nSubject: Survey\n\nThe fee is 1,350 dollars." in text


def test_a_row_of_a_table_in_html_mail_is_a_row_and_one_that_only_lays_out_is_none(read: Reading) -> None:
    rows = "<tr><td><h2>Bill</h2></td></tr><tr><td><p>Invoice</p></td><td><p>T-5581</p></td></tr>"
    rows += "<tr><td>Amount</td><td>30 dollars</td></tr>"
    page = f"<table><tr><td><table>{rows}</table></td></tr><tr><td><p>Pay soon.</p><p>Yours</p></td></tr></table>"
    text = read("a.eml", f"Subject: Bill\nContent-Type: text/html; charset=utf-8\n\n{page}").text
    assert "Invoice | T-5581\n\nAmount | 30 dollars\n\nPay soon.\n\nYours" in text


def test_records_of_json_are_sentences_and_numbered(read: Reading) -> None:
    found = read("a.json", json.dumps([{"name": "Ada", "born": 1815}, {"name": "Alan", "tags": ["x", {"deep": True}]}]))
    assert "name: Ada; born: 1815" in found.text
    assert "tags › 2: deep: yes" in found.text
    assert where(found, "Alan") == "record 2"


def test_rich_text_is_its_words(read: Reading) -> None:
    assert read("a.rtf", rb"{\rtf1\ansi Caf\'e9 {\b bold}.\par Next.}").text == "Café bold.\n\nNext."


def test_xml_is_its_text_with_the_names_of_its_elements(read: Reading) -> None:
    assert read("a.xml", "<r><name>Ada</name><p>She wrote.</p></r>").text == "name: Ada\n\nShe wrote."


# ── the face ──


def test_the_table_of_endings_is_that_of_the_readers() -> None:
    for module in set(readers.APART.values()):
        reader = importlib.import_module(f"pincite.readers.{module}").READER
        assert reader.suffixes == {suffix for suffix, name in readers.APART.items() if name == module}, module


def test_a_type_that_is_not_read_says_what_to_save_it_as(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(Unreadable) as caught:
        list(readers.read(tmp_path / "a.doc", collection="c", max_bytes=100))
    assert caught.value.hint == "save it as .docx"


def test_a_row_of_a_table_in_a_text_has_the_names_of_its_columns(read: Reading) -> None:
    def table(*rows: list[str]) -> str:
        cells = ("".join(f"<w:tc>{making.paragraph(cell)}</w:tc>" for cell in row) for row in rows)
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"

    counted = table(["Voice", "Members"], ["Soprano", "15"], ["Bass", "8"])
    paired = table(["Name", "Hanneke"], ["Role", "Officer"], ["Phone", "0147"])
    merged = table(["Item", "Budget", "Spent"], ["Rent", "9360", "4680"], ["Travel", "all of it"])
    text = read("a.docx", making.docx(counted + paired + merged)).text
    assert text.split("\n\n") == [
        "Voice | Members", "Voice: Soprano; Members: 15", "Voice: Bass; Members: 8",
        "Name | Hanneke", "Role | Officer", "Phone | 0147",
        "Item | Budget | Spent", "Item: Rent; Budget: 9360; Spent: 4680", "Travel | all of it",
    ]  # fmt: skip


def test_a_show_without_a_title_is_called_by_its_first_slide(read: Reading) -> None:
    slides = [making.shape("Project Heron", "ctrTitle"), making.shape("Milestones", "title") + making.shape("In May.")]
    assert read("kickoff.pptx", making.pptx(slides)).document.title == "Project Heron"
    assert read("kickoff.pptx", making.pptx([making.shape("In May.")])).document.title == "kickoff"
