"""What does a PDF say? Its pages in order, lines joined to paragraphs, without the line that stands on every page.

A page without text is a picture of one; where tesseract is installed it is read by that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from pincite.readers import ocr
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

MAX_PAGES = 20_000
_HYPHEN = re.compile("(?<=\\w)[\ufffe\u0002\u00ad]\\s*\n?\\s*")
"""pdfium marks a word that was broken at the end of a line."""
_DIGITS = re.compile(r"\d+")
_FEWEST = 4
"""Pages from which on a line that stands on most of them is known for furniture."""
_SHORTEST = 25
_DPI = 200
_PIXELS = 25_000_000


def _read(file: File) -> Iterator[Original]:
    document = _opened(file, file.bytes())
    try:
        if len(document) > MAX_PAGES:
            raise file.unreadable(f"it has {len(document):,} pages, more than {MAX_PAGES:,}", "split it")
        pages = [_page(file, document, number) for number in range(len(document))]
        furniture = _furniture(pages)
        draft = Draft()
        for number, lines in enumerate(pages, 1):
            draft.spot(f"page {number}", number)
            for block in blocks([line for line in lines if _shape(line) not in furniture]):
                draft.block(block)
        hint = "" if ocr.is_there() else "its pages are pictures; with tesseract installed they are read"
        title = str(document.get_metadata_value("Title"))
    finally:
        document.close()
    yield draft.original(file, title=title, empty=hint)


def _opened(file: File, data: bytes) -> PdfDocument:
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise file.unreadable("it is protected by a password", "save it without one") from None
        raise file.unreadable("it is broken, cut off or no PDF", "fetch or save it again") from None


def _page(file: File, document: PdfDocument, number: int) -> list[str]:
    """Its lines. A page that is damaged has none, the others are read all the same, and it is said."""
    try:
        page = document[number]
        text_page = page.get_textpage()
        text = str(text_page.get_text_bounded())
        text_page.close()
        if not text.strip() and ocr.is_there():
            text = ocr.lines(file, _picture(page))
        page.close()
    except PdfiumError as error:
        if file.report is not None:
            file.report(file.unreadable(f"its page {number + 1} is damaged: {error}", "save it again"))
        return []
    text = _HYPHEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return [line.strip() for line in text.split("\n")]


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


def _furniture(pages: Sequence[Sequence[str]]) -> set[str]:
    """First and last lines that stand on most pages, whatever number is in them: headers, footers, page numbers."""
    if len(pages) < _FEWEST:
        return set()
    counted: Counter[str] = Counter()
    for lines in pages:
        said = [line for line in lines if line]
        counted.update({_shape(line) for line in (*said[:2], *said[-2:])})
    return {shape for shape, times in counted.items() if times * 2 > len(pages)}


def blocks(lines: Sequence[str]) -> Iterator[str]:
    """Paragraphs: a line as long as most goes on in the next one, a shorter one ends there."""
    lengths = sorted(len(line) for line in lines if line)
    full = max(_SHORTEST, 0.7 * lengths[int(0.9 * (len(lengths) - 1))]) if lengths else 0
    paragraph: list[str] = []
    for line in lines:
        if line:
            paragraph.append(line)
        ended = not line or len(line) < full
        if ended and paragraph:
            yield " ".join(paragraph)
            paragraph = []
    if paragraph:
        yield " ".join(paragraph)


READER = Reader(frozenset({".pdf"}), _read)
