"""Files of every type, as small as they can be, made on the spot."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from pypdfium2 import PdfDocument

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
_SLIDES = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A page for each list of lines, in ASCII."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = "".join(f"({line.translate(_ESCAPED)}) Tj 0 -14 Td\n" for line in lines)
        objects.append(_stream(f"BT /F1 10 Tf 40 800 Td\n{shown}ET".encode()))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>"
    objects.append(f"<< /Title ({title.translate(_ESCAPED)}) >>")
    return assembled(objects, f"/Info {len(objects)} 0 R")


Drawn = tuple[float, float, str]
"""How far from the left and from the foot of the page a text is written."""


def drawn(pages: Sequence[Sequence[Drawn]], typed: Sequence[Drawn] = ()) -> bytes:
    """A PDF whose texts stand where they are said to, 10 points high; ``typed`` fills fields of the first page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    font = "<< /Font << /F1 3 0 R >> >>"
    fields = []
    for x, y, value in typed:
        look = f"/Tx BMC BT /F1 10 Tf 2 4 Td ({value.translate(_ESCAPED)}) Tj ET EMC"
        objects.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 200 16] /Resources {font} " + _stream(look.encode())[3:]
        )
        objects.append(
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f{len(fields)}) /V ({value.translate(_ESCAPED)}) /F 4 "
            f"/Rect [{x} {y} {x + 200} {y + 16}] /AP << /N {len(objects)} 0 R >> >>"
        )
        fields.append(f"{len(objects)} 0 R")
    if fields:
        objects[0] = f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{' '.join(fields)}] >> >>"
    kids = []
    for number, texts in enumerate(pages):
        shown = "".join(f"BT /F1 10 Tf {x} {y} Td ({text.translate(_ESCAPED)}) Tj ET\n" for x, y, text in texts)
        objects.append(_stream(shown.encode()))
        annotated = f"/Annots [{' '.join(fields)}] " if not number else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R {annotated}"
            f"/Resources {font} >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    return assembled(objects)


def scan(pages: Sequence[Picture | Sequence[str]]) -> bytes:
    """A PDF whose pages are pictures, or lines of text."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        if isinstance(page, Picture):
            objects.append(
                f"<< /Type /XObject /Subtype /Image /Width {page.width} /Height {page.height} /ColorSpace /DeviceGray "
                f"/BitsPerComponent 8 /Length {len(page.grey)} >>\nstream\n{page.grey.decode('latin-1')}\nendstream"
            )
            held = f"/XObject << /I {len(objects)} 0 R >> /Font << /F1 3 0 R >>"
            drawn = f"q 595 0 0 842 0 0 cm /I Do Q BT /F1 8 Tf 40 10 Td ({page.stamp}) Tj ET"
        else:
            held = "/Font << /F1 3 0 R >>"
            drawn = "BT /F1 10 Tf 40 800 Td\n" + "".join(f"({line}) Tj 0 -14 Td\n" for line in page) + "ET"
        objects.append(_stream(drawn.encode()))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            f"/Resources << {held} >> >>"
        )
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>"
    return assembled(objects)


@dataclass(frozen=True)
class Picture:
    """A page as a scanner sees it: a byte for each pixel, and what the scanner prints on it."""

    width: int
    height: int
    grey: bytes
    stamp: str = ""


def photographed(lines: Sequence[str], stamp: str = "", dpi: int = 150) -> Picture:
    """A page of these lines, drawn."""
    document = PdfDocument(pdf([lines]))
    bitmap = document[0].render(scale=dpi / 72, grayscale=True)
    rows, stride = bytes(bitmap.buffer), bitmap.stride
    grey = b"".join(rows[at * stride : at * stride + bitmap.width] for at in range(bitmap.height))
    made = Picture(bitmap.width, bitmap.height, grey, stamp)
    bitmap.close()
    document.close()
    return made


def png(picture: Picture) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + picture.grey[at * picture.width : (at + 1) * picture.width] for at in range(picture.height))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


_ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def _stream(data: bytes) -> str:
    return f"<< /Length {len(data)} >>\nstream\n{data.decode('latin-1')}\nendstream"


def squeezed(data: bytes) -> str:
    """A stream that unpacks to ``data``."""
    packed = zlib.compress(data, 9)
    return f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n{packed.decode('latin-1')}\nendstream"


def assembled(objects: Sequence[str], trailer: str = "") -> bytes:
    """A PDF file of these objects, numbered from 1; the first is the catalogue."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        out
        + f"{end}trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def docx(body: str, **parts: str) -> bytes:
    return zipped(
        {
            "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
            "word/_rels/document.xml.rels": relations(
                {"styles": ("styles", "styles.xml"), **{part: (part, f"{part}.xml") for part in parts}}
            ),
            "word/styles.xml": f"<w:styles {_WORD}><w:style w:styleId='berschrift1'><w:name w:val='heading 1'/>"
            "</w:style></w:styles>",
            "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
            **{f"word/{part}.xml": f"<w:{part} {_WORD}>{inside}</w:{part}>" for part, inside in parts.items()},
        }
    )


def replaced(made: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """An office file with something else in a part of it."""
    with ZipFile(BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, part: parts[part].replace(old, new)})


def paragraph(text: str, style: str = "", before: str = "") -> str:
    styled = f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>" if style else ""
    return f"<w:p>{styled}{before}<w:r><w:t>{text}</w:t></w:r></w:p>"


def relations(related: Mapping[str, tuple[str, str]]) -> str:
    rows = "".join(f"<Relationship Id='{i}' Type='{_REL}/{kind}' Target='{to}'/>" for i, (kind, to) in related.items())
    return f"<Relationships xmlns='{_RELS}'>{rows}</Relationships>"


def pptx(slides: Sequence[str], notes: str = "") -> bytes:
    """Slides of shapes, which stand in the show in this order and in the file the other way round."""
    count = len(slides)
    parts: dict[str, str] = {
        "_rels/.rels": relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f"<p:presentation {_SLIDES} xmlns:r='{_REL}'><p:sldIdLst>"
        + "".join(f"<p:sldId id='{256 + n}' r:id='s{n}'/>" for n in range(count))
        + "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            {f"s{n}": ("slide", f"slides/slide{count - n}.xml") for n in range(count)}
        ),
    }
    for n, slide in enumerate(slides):
        parts[f"ppt/slides/slide{count - n}.xml"] = f"<p:sld {_SLIDES} {_DRAWING}><p:spTree>{slide}</p:spTree></p:sld>"
    if notes:
        parts[f"ppt/slides/_rels/slide{count}.xml.rels"] = relations({"r1": ("notesSlide", "../notesSlides/n1.xml")})
        parts["ppt/notesSlides/n1.xml"] = f"<p:notes {_SLIDES} {_DRAWING}><p:spTree>{notes}</p:spTree></p:notes>"
    return zipped(parts)


def shape(text: str, kind: str = "") -> str:
    holder = f"<p:nvSpPr><p:nvPr><p:ph type='{kind}'/></p:nvPr></p:nvSpPr>" if kind else ""
    return f"<p:sp>{holder}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | float]]]) -> bytes:
    names = list(sheets)
    listed = "".join(f"<sheet name='{name}' sheetId='{n}' r:id='r{n}'/>" for n, name in enumerate(names, 1))
    parts = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": relations({"r1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f"<workbook xmlns='{_SHEET}' xmlns:r='{_REL}'><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            {f"r{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)}
        ),
    }
    for n, rows in enumerate(sheets.values(), 1):
        inside = "".join(_row(number, row) for number, row in enumerate(rows, 1) if row)
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f"<worksheet xmlns='{_SHEET}'><sheetData>{inside}</sheetData></worksheet>"
        )
    return zipped(parts)


def _row(number: int, cells: Sequence[str | float]) -> str:
    made = ""
    for column, cell in zip("ABCDEFGH", cells, strict=False):
        at = f"{column}{number}"
        made += (
            f"<c r='{at}'><v>{cell}</v></c>"
            if isinstance(cell, float | int)
            else (f"<c r='{at}' t='inlineStr'><is><t>{cell}</t></is></c>")
        )
    return f"<row r='{number}'>{made}</row>"
