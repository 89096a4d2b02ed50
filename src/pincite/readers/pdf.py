"""What does a PDF say? Its pages in order, lines joined to paragraphs, without the line that stands on every page.

A page without text is a picture of one; where tesseract is installed it is read by that, as far as there is time.
Which pages could not be read is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from pypdfium2 import PdfDocument, PdfiumError, PdfPage
from pypdfium2 import raw as pdfium

from pincite.errors import Unreadable
from pincite.readers import ocr
from pincite.readers.draft import Draft, blocks
from pincite.readers.file import File, Reader
from pincite.types import Original

MAX_PAGES = 20_000
_BROKEN = re.compile("(?P<left>\\w+)[\ufffe\u0002]\\s*(?P<right>\\w+)")
"""pdfium marks the hyphen of a word that goes on in the next line."""
_SOFT = re.compile("(?<=\\w)\u00ad\\s*")
_JOINED = re.compile(r"(?<!\w)(\w+)(?=-(\w+))")
"""Each two parts of a compound that stand beside each other: state-of, of-the, the-art."""
_DIGITS = re.compile(r"\d+")
_FEWEST = 4
"""Pages from which on a line that stands on most of them is known for furniture."""
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
        texts = [_page(file, document, number, pictures) for number in range(len(document))]
        compounds = {"-".join(pair).lower() for text in texts for pair in _JOINED.findall(text)}
        pages = [[line.strip() for line in _mended(text, compounds).split("\n")] for text in texts]
        furniture = _furniture(pages)
        draft = Draft()
        for number, lines in enumerate(pages, 1):
            draft.spot(f"page {number}", number)
            for block in blocks([line for line in lines if _shape(line) not in furniture]):
                draft.block(block)
        title = str(document.get_metadata_value("Title"))
    finally:
        document.close()
    unread = list(_unread(file, pictures))
    if unread and not any(any(lines) for lines in pages):
        raise unread[0]
    for problem in unread:
        if file.report is not None:
            file.report(problem)
    yield draft.original(file, title=title)


def _opened(file: File, data: bytes) -> PdfDocument:
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise file.unreadable("it is protected by a password", "save it without one") from None
        raise file.unreadable("it is broken, cut off or no PDF", "fetch or save it again") from None


def _page(file: File, document: PdfDocument, number: int, pictures: dict[int, Unreadable]) -> str:
    """Its text. A page that is damaged has none, the others are read all the same, and it is said.

    Why one that is a picture could not be read goes to ``pictures``.
    """
    try:
        page = document[number]
        text_page = page.get_textpage()
        text = str(text_page.get_text_bounded())
        text_page.close()
        if _is_picture(page, text):
            try:
                text = ocr.pages(file, _picture(page), _DPI)[0]
            except Unreadable as problem:
                pictures[number + 1] = problem
        page.close()
    except PdfiumError as error:
        if file.report is not None:
            file.report(file.unreadable(f"its page {number + 1} is damaged: {error}", "save it again"))
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mended(text: str, compounds: Collection[str]) -> str:
    """Words that were broken at the end of a line are whole again. The hyphen stays where it is the word's own:
    two-factor stands so elsewhere in the document, in COVID-19 or Anglo-American no word is broken.
    """

    def whole(broken: re.Match[str]) -> str:
        left, right = broken["left"], broken["right"]
        named = right[0].isdigit() or (right[0].isupper() and not left.isupper())
        return f"{left}-{right}" if named or f"{left}-{right}".lower() in compounds else left + right

    return _BROKEN.sub(whole, _SOFT.sub("", text))


def _is_picture(page: PdfPage, text: str) -> bool:
    """Is what is written here only drawn? A page that is blank is no picture."""
    if not text.strip():
        return bool(pdfium.FPDFPage_CountObjects(page))
    if sum(letter.isalnum() for letter in text) > _STAMP:
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


def _furniture(pages: Sequence[Sequence[str]]) -> set[str]:
    """First and last lines that stand on most pages, whatever number is in them: headers, footers, page numbers."""
    if len(pages) < _FEWEST:
        return set()
    counted: Counter[str] = Counter()
    for lines in pages:
        said = [line for line in lines if line]
        counted.update({_shape(line) for line in (*said[:2], *said[-2:])})
    return {shape for shape, times in counted.items() if times * 2 > len(pages)}


READER = Reader(frozenset({".pdf"}), _read)
