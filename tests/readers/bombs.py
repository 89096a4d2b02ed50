"""Files that are made to burst, hang or crash whoever reads them: small to keep, large to open. Forty, by name."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from struct import pack

from tests.readers import making

MIB = 1 << 20
_LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_LAUGHS = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{_LOL}]>'
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_QUADRATIC = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "{"x" * 100_000}">]>'
_TYPES = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": making.relations({"r1": ("officeDocument", "word/document.xml")}),
}
_BOOK = {
    "_rels/.rels": making.relations({"r1": ("officeDocument", "xl/workbook.xml")}),
    "xl/_rels/workbook.xml.rels": making.relations({"r1": ("worksheet", "worksheets/sheet1.xml")}),
    "xl/workbook.xml": "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' "
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
    "<sheets><sheet name='s' sheetId='1' r:id='r1'/></sheets></workbook>",
}
_SHEET = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>{}</worksheet>"


def _word(part: str | bytes) -> bytes:
    return making.zipped({**_TYPES, "word/document.xml": part})


def _deep(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + "x" + f"</{tag}>" * depth


def _book(sheet: str | bytes) -> bytes:
    return making.zipped({**_BOOK, "xl/worksheets/sheet1.xml": sheet})


def _pages(content: str, more: str = "", kids: str = "[3 0 R]", count: int = 1) -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {more} >>"
    return making.assembled(
        ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {count} /Kids {kids} >>", page, content]
    )


def _lying(name: str, claimed: int) -> bytes:
    """A ZIP whose directory lies about how large a part is."""
    made = bytearray(_word("<x/>" * 1000))
    at = made.find(b"PK\x01\x02")
    while made[at + 46 : at + 46 + len(name)] != name.encode():
        at = made.find(b"PK\x01\x02", at + 4)
    made[at + 24 : at + 28] = pack("<I", claimed)
    return bytes(made)


def _picture(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * (width // 8 + 1) * min(height, 1000), 9)
    head = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _nested_zip(depth: int) -> bytes:
    made = b"x" * 100_000
    for _ in range(depth):
        made = making.zipped({"[Content_Types].xml": made})
    return made


BOMBS: dict[str, Callable[[], bytes]] = {
    "flat.docx": lambda: _word(b"<w>" + b" " * (400 * MIB) + b"</w>"),
    "styles.docx": lambda: making.zipped({**_TYPES, "word/document.xml": b"<x>" + b"a" * (60 * MIB) + b"</x>"}),
    "laughs.docx": lambda: _word(f"{_LAUGHS}<x>&l9;</x>"),
    "outside.docx": lambda: _word(f"{_OUTSIDE}<x>&e;</x>"),
    "deep.docx": lambda: _word(_deep("tbl", 5_000)),
    "no-part.docx": lambda: making.zipped(_TYPES),
    "lying.docx": lambda: _lying("word/document.xml", 10),
    "boasting.docx": lambda: _lying("word/document.xml", 4_000_000_000),
    "cut.docx": lambda: _word("<x/>")[:-30],
    "many-parts.docx": lambda: making.zipped({f"{n}": "" for n in range(20_100)}),
    "nested.docx": lambda: _nested_zip(40),
    "flat.pptx": lambda: making.zipped(
        {"_rels/.rels": making.relations({"r1": ("officeDocument", "p.xml")}), "p.xml": b"<p>" + b"0" * (200 * MIB)}
    ),
    "laughs.odt": lambda: making.zipped({"content.xml": f"{_LAUGHS}<x>&l9;</x>"}),
    "flat.odt": lambda: making.zipped({"content.xml": b"<x>" + b"y" * (200 * MIB)}),
    "deep.odt": lambda: making.zipped({"content.xml": f"<d><body>{_deep('section', 3_000)}</body></d>"}),
    "flat.epub": lambda: making.zipped({"META-INF/container.xml": b"<c>" + b" " * (200 * MIB)}),
    "endless.epub": lambda: making.zipped(
        {"META-INF/container.xml": "<c><rootfile full-path='../../etc/passwd'/></c>"}
    ),
    "flat.xlsx": lambda: _book(_SHEET.format("<sheetData>" + "<row>" * (30 * MIB // 5)).encode()),
    "wide.xlsx": lambda: _book(
        _SHEET.format(
            "<dimension ref='A1:XFD1048576'/><sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
            "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
        )
    ),
    "laughs.xlsx": lambda: _book(f"{_LAUGHS}<x>&l9;</x>"),
    "cut.xlsx": lambda: _book(_SHEET.format(""))[:-40],
    "flate.pdf": lambda: _pages(making.squeezed(b"BT " + b"(x) Tj " * (60 * MIB // 7))),
    "nulls.pdf": lambda: _pages(making.squeezed(bytes(512 * MIB))),
    "pages.pdf": lambda: _pages("null", kids="[" + "3 0 R " * 300_000 + "]", count=300_000),
    "loop.pdf": lambda: _pages("null", kids="[2 0 R]"),
    "count.pdf": lambda: _pages("null", count=2_000_000_000),
    "xref-loop.pdf": lambda: making.assembled(["<< /Type /Catalog /Pages 2 0 R >>", "<< >>"], "/Prev 9"),
    "self.pdf": lambda: _pages("4 0 R"),
    "deep.pdf": lambda: _pages("[" * 100_000 + "]" * 100_000),
    "huge-page.pdf": lambda: _pages("null", "/UserUnit 75000 /Rotate 91"),
    "cut.pdf": lambda: making.pdf([["Text."]])[:200],
    "laughs.xml": lambda: f"{_LAUGHS}<x>&l9;</x>".encode(),
    "quadratic.xml": lambda: f"{_QUADRATIC}<x>{'&e;' * 50_000}</x>".encode(),
    "outside.xml": lambda: f"{_OUTSIDE}<x>&e;</x>".encode(),
    "deep.xml": lambda: _deep("a", 200_000).encode(),
    "deep.json": lambda: b"[" * 500_000,
    "wide.json": lambda: json.dumps({"a": ["x" * 1000] * 12_000}).encode(),
    "line.csv": lambda: b'a,b\n"' + b"x" * (30 * MIB),
    "deep.rtf": lambda: b"{\\rtf1" + b"{" * 200_000 + b"x" * 3 + b"}" * 200_000 + b"}",
    "nested.eml": lambda: b"".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n'.encode() for n in range(3_000)
    ),
    "parts.eml": lambda: b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\n" * 200_000,
    "huge.png": lambda: _picture(40_000, 40_000),
}
