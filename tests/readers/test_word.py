"""What Word shows and its file only implies: numbers of clauses, notes and comments where they belong."""

from __future__ import annotations

from collections.abc import Callable

from tests.readers import making

from pincite.types import Original

Reading = Callable[[str, bytes | str], Original]


def level(place: int, kind: str, look: str) -> str:
    return f"<w:lvl w:ilvl='{place}'><w:start w:val='1'/><w:numFmt w:val='{kind}'/><w:lvlText w:val='{look}'/></w:lvl>"


LEGAL = level(0, "decimal", "%1.") + level(1, "decimal", "%1.%2") + level(2, "lowerLetter", "(%3)")
NUMBERING = (
    f"<w:abstractNum w:abstractNumId='7'>{LEGAL}</w:abstractNum>"
    f"<w:abstractNum w:abstractNumId='8'>{level(0, 'bullet', '*')}{level(1, 'upperRoman', 'Part %2')}</w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='7'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='8'/></w:num>"
    "<w:num w:numId='3'><w:abstractNumId w:val='7'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/>"
    "</w:lvlOverride></w:num>"
)


def item(text: str, depth: int = 0, number: int = 1, more: str = "") -> str:
    listed = f"<w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{number}'/></w:numPr>"
    return f"<w:p><w:pPr>{listed}{more}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def reference(kind: str, number: int) -> str:
    return f"<w:r><w:{kind}Reference w:id='{number}'/></w:r>"


def test_a_clause_is_called_by_the_number_that_word_shows(read: Reading) -> None:
    body = (
        item("Duties") + item("Use it well.", 1) + item("Show it to", 1) + item("counsel;", 2) + item("lenders.", 2)
        + item("Term") + item("Three years.", 1) + item("Bring a pen.", 0, 2) + item("Afters", 1, 2)
        + item("Anew", 0, 3) + item("Inside", 1, 3)
    )  # fmt: skip
    assert read("nda.docx", making.docx(body, numbering=NUMBERING)).text.split("\n\n") == [
        "1. Duties", "1.1 Use it well.", "1.2 Show it to", "(a) counsel;", "(b) lenders.",
        "2. Term", "2.1 Three years.", "- Bring a pen.", "Part I Afters", "1. Anew", "1.1 Inside",
    ]  # fmt: skip


def test_an_empty_item_counts_and_a_deleted_one_does_not(read: Reading) -> None:
    body = item("One") + item("") + item("", more="<w:rPr><w:del w:id='1'/></w:rPr>") + item("Three")
    assert read("a.docx", making.docx(body, numbering=NUMBERING)).text == "1. One\n\n3. Three"


def test_the_number_of_a_heading_comes_with_it_and_styles_may_give_it(read: Reading) -> None:
    made = making.docx(making.paragraph("Fees", "berschrift1") + making.paragraph("Text."), numbering=NUMBERING)
    style = b"<w:name w:val='heading 1'/>"
    numbered = style + b"<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
    found = read("a.docx", making.replaced(made, "word/styles.xml", style, numbered))
    assert [heading.title for heading in found.headings] == ["1. Fees"]


def test_a_note_and_a_comment_stand_behind_their_paragraph(read: Reading) -> None:
    notes = f"<w:footnote w:id='2'>{making.paragraph('Net of tax.')}</w:footnote>"
    said = f"<w:comment w:id='0' w:author='Ruth'>{making.paragraph('Too much?')}</w:comment>"
    body = (
        making.paragraph("The fee is 30 dollars.", before=reference("footnote", 2))
        + making.paragraph("It is due in May.", before=reference("comment", 0))
        + making.paragraph("The end.")
    )
    assert read("a.docx", making.docx(body, footnotes=notes, comments=said)).text.split("\n\n") == [
        "The fee is 30 dollars.", "Net of tax.", "It is due in May.", "Comment by Ruth: Too much?", "The end.",
    ]  # fmt: skip
