"""Which characters do these bytes mean? A byte-order mark, the server's word, the page's own word, else a guess.

The prescan follows "Determining the character encoding", WHATWG HTML §13.2.3.2, in outline; labels mean what
browsers take them for (``iso-8859-1`` is ``windows-1252``).
"""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LABELS = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "l1": "cp1252", "windows-1252": "cp1252", "x-sjis": "cp932", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "gb_2312-80": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs", "iso-8859-9": "cp1254",
    "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "ks_c_5601-1987": "cp949", "euc-kr": "cp949",
    "unicode-1-1-utf-8": "utf-8", "utf8": "utf-8", "x-mac-cyrillic": "mac_cyrillic", "macintosh": "mac_roman",
    "x-user-defined": "cp1252",
}  # fmt: skip
_PRESCAN = 4096
"""The standard looks at 1,024 bytes; pages in the wild put the declaration later."""
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta[\s/]((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"([^\s=/>\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"'>]+)", re.IGNORECASE)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.IGNORECASE)


def decode(data: bytes, content_type: str = "") -> str:
    """The text of ``data``; ``content_type`` is the header of that name. Never fails: bad bytes become U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    named = _CHARSET.search(content_type)
    encoding = codec(named[1]) if named else ""
    if not encoding:
        encoding = declared(data)
    if not encoding:
        return _guess(data)
    if encoding == "cp1252" and not data.isascii():
        # Pages that say latin-1 and hold UTF-8 outnumber texts that are both.
        return _guess(data)
    return data.decode(encoding, errors="replace")


def declared(data: bytes) -> str:
    """The codec that a page names in its own first bytes, or ``""``."""
    head = data[:_PRESCAN]
    for match in _META.finditer(_COMMENT.sub(b"", head)):
        if encoding := _of_meta(match[1]):
            return encoding
    declaration = _DECLARATION.match(head)
    return _no_wide(codec(declaration[1].decode("ascii"))) if declaration else ""


def _of_meta(attributes: bytes) -> str:
    values: dict[str, str] = {}
    for name, *quoted in _ATTRIBUTE.findall(attributes):
        value = next((each for each in quoted if each), b"")
        values.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    if "charset" in values:
        return _no_wide(codec(values["charset"]))
    if values.get("http-equiv", "").strip().lower() != "content-type":
        return ""
    named = _CHARSET.search(values.get("content", ""))
    # An unquoted content=text/html; charset=x falls apart into two attributes; the second was taken above.
    return _no_wide(codec(named[1])) if named else ""


def _no_wide(encoding: str) -> str:
    # A page that could be read so far is no UTF-16, whatever it says.
    return "utf-8" if encoding.startswith("utf-16") else encoding


def codec(label: str) -> str:
    """Python's name for an encoding label, as browsers understand it; ``""`` for one that nobody knows."""
    name = label.strip().lower()
    try:
        found = codecs.lookup(_LABELS.get(name, name))
    except (LookupError, ValueError):
        return ""
    # Python also knows codecs that are no encodings of text, such as "zip" and "rot13".
    return found.name if getattr(found, "_is_text_encoding", True) and name not in ("idna", "punycode") else ""


def _guess(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    one_byte = data.decode("cp1252", errors="replace")
    utf8 = data.decode("utf-8", errors="replace")
    # A few broken bytes in a UTF-8 page are no reason to garble all the others.
    return utf8 if utf8.count("\ufffd") * 20 < sum(byte > 127 for byte in data) else one_byte
