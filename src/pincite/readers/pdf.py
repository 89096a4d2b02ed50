"""What does a PDF say? Its pages in order, lines joined to paragraphs, tables row by row, without the line that stands
on every page.

A page without text is a picture of one; where tesseract is installed it is read by that, as far as there is time.
Which pages could not be read is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from pypdfium2 import PdfDocument, PdfiumError, PdfPage
from pypdfium2 import raw as pdfium

from pincite.errors import Unreadable
from pincite.readers import ocr, rows
from pincite.readers.draft import OWN_LINE, Draft
from pincite.readers.file import File, Reader
from pincite.readers.layout import CELL, Line, laid_out, unplaced
from pincite.types import Original

MAX_PAGES = 20_000
_LAID_OUT = 2_000
"""Pages up to which it is looked where words stand; that takes as long again as their text, seconds a thousand."""
_BROKEN = re.compile("(?P<left>\\w+)(?:[\ufffe\u0002]|\u2010(?=\n))(?P<end>\\s*)(?P<right>\\w+)(?P<rest>[^\\s]*[ ]?)")
"""pdfium marks the hyphen of a word that goes on in the next line; programs that set type have one of their own."""
_SOFT = re.compile("(?<=\\w)\u00ad\\s*")
_JOINED = re.compile(r"(?<!\w)(\w+)(?=-(\w+))")
"""Each two parts of a compound that stand beside each other: state-of, of-the, the-art."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?<![\d.,/-])(?!0\d)\d{1,5}(?![\d,-]|\.\d|/\d{4})")
"""A number that may be that of a page, which *05* of a month, *2026-0114* of an invoice and *1,240* are not."""
_FEWEST = 4
"""Pages from which on a line that stands on most of them is known for furniture."""
_EDGE = 3
"""Lines at the top, and at the foot, of which each may be furniture."""
_STAMP = 60
"""Letters that a scanner prints on its pictures at the most."""
_FILLED = 0.6
"""Share of a page that one picture covers, from which on the page is that picture."""
_DPI = 200
_PIXELS = 25_000_000


def _read(file: File) -> Iterator[Original]:
    document = _opened(file, file.bytes())
    try:
        if len(document) > MAX_PAGES:
            raise file.unreadable(f"it has {len(document):,} pages, more than {MAX_PAGES:,}", "split it")
        pictures: dict[int, Unreadable] = {}
        pages = [_page(file, document, number, pictures) for number in range(len(document))]
        compounds = {"-".join(pair).lower() for lines in pages for pair in _JOINED.findall(_text(lines))}
        pages = [list(_mended(lines, compounds)) for lines in pages]
        furniture = _furniture(pages)
        draft = Draft()
        head: Sequence[str] = ()
        for number, lines in enumerate(pages, 1):
            draft.spot(f"page {number}", number)
            edges = {place for place in _edges(lines) if not furniture.isdisjoint(_said(lines[place].text, number))}
            head = _put(draft, [line.text for place, line in enumerate(lines) if place not in edges], head)
        title = str(document.get_metadata_value("Title"))
    finally:
        document.close()
    unread = list(_unread(file, pictures))
    if unread and not any(line.text for lines in pages for line in lines):
        raise unread[0]
    for problem in unread:
        if file.report is not None:
            file.report(problem)
    yield draft.original(file, title=title)


def _put(draft: Draft, lines: Sequence[str], head: Sequence[str]) -> Sequence[str]:
    """The lines of a page: lines of cells that follow each other are a table, all others paragraphs.

    ``head`` is the first row of the table that the page before ended with, which may go on here; so is what is given
    back.
    """
    for is_table, group in _grouped(lines):
        found = [line for line in group if line] if is_table else list(group)
        if not is_table:
            for block in _paragraphs(found):
                draft.block(block)
            head = () if any(found) else head
            continue
        table = [line.split(CELL) for line in found]
        goes_on = len(head) == len(table[0]) and not rows.heads(table)
        told = rows.told([head, *table] if goes_on else table)
        for text in islice(told, int(goes_on), None):
            draft.block(text)
        head = head if goes_on else table[0]
    return head


def _grouped(lines: Sequence[str]) -> Iterator[tuple[bool, Iterator[str]]]:
    """Lines in runs that are a table's, or text: a line of cells alone, with text right below, is a label with that."""
    said = [place for place, line in enumerate(lines) if line]
    in_table: set[int] = set()
    for before, place, after in zip([-1, *said], said, [*said[1:], len(lines)], strict=False):
        rows_beside = any(_is_row(lines[near]) for near in (before, after) if 0 <= near < len(lines))
        if _is_row(lines[place]) and (rows_beside or after > place + 1 or after == len(lines)):
            in_table.update((place, *(range(before, place) if before in in_table else ())))
    for is_table, group in groupby(range(len(lines)), key=in_table.__contains__):
        yield is_table, (lines[place] for place in group)


def _is_row(line: str) -> bool:
    return CELL in line


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if paragraph and (not line or OWN_LINE.match(line)):
            yield " ".join(paragraph)
            paragraph = []
        if line:
            paragraph.append(line)


def _opened(file: File, data: bytes) -> PdfDocument:
    try:
        document = PdfDocument(data)
        document.init_forms()
        return document
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise file.unreadable("it is protected by a password", "save it without one") from None
        raise file.unreadable("it is broken, cut off or no PDF", "fetch or save it again") from None


def _page(file: File, document: PdfDocument, number: int, pictures: dict[int, Unreadable]) -> list[Line]:
    """Its lines. A page that is damaged has none, the others are read all the same, and it is said.

    Why one that is a picture could not be read goes to ``pictures``.
    """
    try:
        page = document[number]
        is_form = document.formenv is not None and page.flatten() == pdfium.FLATTEN_SUCCESS
        if is_form:  # what was typed in is a part of the page when that is opened again
            page.close()
            page = document[number]
        text_page = page.get_textpage()
        looked_at = len(document) <= _LAID_OUT
        lines = laid_out(page, text_page, by_place=is_form) if looked_at else unplaced(text_page.get_text_bounded())
        text_page.close()
        if _is_picture(page, _text(lines)):
            try:
                lines = unplaced(ocr.pages(file, _picture(page), _DPI)[0])
            except Unreadable as problem:
                pictures[number + 1] = problem
        page.close()
    except PdfiumError as error:
        if file.report is not None:
            file.report(file.unreadable(f"its page {number + 1} is damaged: {error}", "save it again"))
        return []
    return lines


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _mended(lines: Sequence[Line], compounds: Collection[str]) -> Iterator[Line]:
    """Words that were broken at the end of a line are whole again. The hyphen stays where it is the word's own:
    two-factor stands so elsewhere in the document, in COVID-19 or Anglo-American no word is broken.
    """

    def whole(broken: re.Match[str]) -> str:
        left, right = broken["left"], broken["right"]
        named = right[0].isdigit() or (right[0].isupper() and not left.isupper())
        word = f"{left}-{right}" if named or f"{left}-{right}".lower() in compounds else left + right
        # As many lines as before; what is left of the last one is empty, and ends the paragraph as that did.
        return f"{word}{broken['rest'].strip()}{broken['end'] or ' '}"

    if not lines:
        return
    texts = _BROKEN.sub(whole, _SOFT.sub("", _text(lines))).split("\n")
    for line, text in zip(lines, texts, strict=True):
        yield line._replace(text=text.strip())


def _is_picture(page: PdfPage, text: str) -> bool:
    """Is what is written here only drawn? A page that is blank is no picture."""
    if not text.strip():
        return bool(pdfium.FPDFPage_CountObjects(page))
    if len(text) > _STAMP * _STAMP or sum(letter.isalnum() for letter in text) > _STAMP:
        return False
    width, height = page.get_size()
    return any(
        (right - left) * (top - bottom) >= _FILLED * width * height
        for left, bottom, right, top in (
            image.get_bounds() for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE])
        )
    )


def _unread(file: File, pictures: Mapping[int, Unreadable]) -> Iterator[Unreadable]:
    """What is said of the pages that are pictures and could not be read, once for each reason."""
    reasons: dict[tuple[str, str], list[int]] = {}
    for number, problem in pictures.items():
        said = "" if problem.hint == ocr.INSTALL else problem.detail.partition("can't be read: ")[2]
        reasons.setdefault((said, problem.hint), []).append(number)
    for (said, hint), numbers in reasons.items():
        where = f"{'pages' if len(numbers) > 1 else 'page'} {_runs(numbers)}"
        yield Unreadable(f"{file.path} has no text on {where}: {said or 'a picture each'}", hint=hint)


def _runs(numbers: Sequence[int]) -> str:
    """Ascending numbers as people write them: ``1, 3-9, 12``."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def _picture(page: PdfPage) -> bytes:
    """The page as a PPM file, which is pixels behind a line of text."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    packed = b"".join(rows[at * bitmap.stride : at * bitmap.stride + bitmap.width] for at in range(bitmap.height))
    made = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + packed
    bitmap.close()
    return made


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line)


def _said(line: str, page: int) -> Iterator[tuple[str, ...]]:
    """All that the line may say on every page: its words with each number as it stands, or counted from the page's."""
    numbers = [match[0] for match in _DIGITS.finditer(line)]
    counts = {match.start() for match in _PAGE_NUMBER.finditer(line)}
    places = [place for place, match in enumerate(_DIGITS.finditer(line)) if match.start() in counts]
    yield (_shape(line), *numbers)
    for place in places:
        counted = f"page {int(numbers[place]) - page:+}"
        yield (_shape(line), *numbers[:place], counted, *numbers[place + 1 :])


def _edges(lines: Sequence[Line]) -> list[int]:
    """Places of the lines that may be furniture: the first and the last ones, but for the head of a table."""
    said = [place for place, line in enumerate(lines) if line.text]
    return [
        place
        for place in sorted({*said[:_EDGE], *said[-_EDGE:]})
        if lines[place].at_edge
        and not (lines[place].text.count(CELL) > 1 and _is_row(_text(lines[place + 1 : place + 2])))
    ]


def _furniture(pages: Sequence[Sequence[Line]]) -> set[tuple[str, ...]]:
    """What first and last lines say on most pages: headers, footers, page numbers.

    Numbers are a part of it: those of an invoice, a month or a sum that stand in the same place are none.
    """
    if len(pages) < _FEWEST:
        return set()
    counted: Counter[tuple[str, ...]] = Counter()
    for number, lines in enumerate(pages, 1):
        counted.update({said for place in _edges(lines) for said in _said(lines[place].text, number)})
    return {said for said, times in counted.items() if times * 2 > len(pages)}


READER = Reader(frozenset({".pdf"}), _read)
