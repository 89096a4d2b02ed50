"""Which characters do these bytes mean? A byte-order mark, the server's word, the page's own word, else a guess.

The prescan follows "Prescan a byte stream to determine its encoding", WHATWG HTML §13.2.3.2; labels mean what browsers
take them for (``iso-8859-1`` is ``windows-1252``), WHATWG Encoding §4.2.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from pincite.text import languages

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CODECS = {
    "cp1252": """iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 latin1 latin-1 ascii us-ascii
        ansi_x3.4-1968 l1 cp819 ibm819 csisolatin1 windows-1252 x-cp1252 x-user-defined""",
    "cp1254": "iso-8859-9 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 iso-ir-148 latin5 l5 csisolatin5 x-cp1254",
    "cp874": "iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 dos-874",
    "cp932": "shift_jis shift-jis sjis x-sjis csshiftjis ms_kanji ms932 windows-31j",
    "gb18030": "gb2312 gbk x-gbk gb_2312 gb_2312-80 chinese csgb2312 csiso58gb231280 iso-ir-58",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5 csbig5",
    "cp949": """euc-kr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean cseuckr csksc56011987 iso-ir-149
        windows-949""",
    "euc_jp": "x-euc-jp cseucpkdfmtjapanese",
    "iso8859-8": "iso-8859-8-i logical visual csiso88598i csiso88598e iso-8859-8-e csisolatinhebrew",
    "iso8859-6": "iso-8859-6-e iso-8859-6-i csiso88596e csiso88596i csisolatinarabic asmo-708",
    "koi8-r": "koi koi8 koi8_r cskoi8r",
    "koi8-u": "koi8-ru",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "mac_roman": "macintosh mac x-mac-roman csmacintosh",
    "utf-8": "utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16-le": "utf-16 utf-16le csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    "iso8859-7": "sun_eu_greek",
    "iso8859-15": "csisolatin9",
}
_LABELS = {label: codec for codec, labels in _CODECS.items() for label in labels.split()}
"""Those that Python has not, or takes for something else than browsers do."""
_FAMILIES = re.compile(r"(?:x-)?(iso8859|iso-8859|cp)-?(\d{1,2}|125[0-8])")
"""``iso88592`` and ``x-cp1251``: whole families of labels, spelled regularly."""
_UNSAFE = frozenset("utf-7 hz idna punycode unicode-escape raw-unicode-escape iso2022_kr mbcs oem".split())
"""What Python would decode and browsers refuse: markup could hide in it."""
_PRESCAN = 16_384
"""The standard looks at 1,024 bytes; pages in the wild put the declaration later."""
_TAG = re.compile(rb"<(?:(!--)|(meta)(?=[\s/])|/?[a-z]|[!/?])", re.IGNORECASE)
_NAME_REST = re.compile(rb"[^\s/>]*")
_ATTRIBUTE = re.compile(
    rb"[\s/]*(?:(?P<end>>|\Z)|(?P<name>[^\s/>][^\s/>=]*)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|"
    rb"(?P<bare>[^\s>\"'][^\s>]*)|(?P<open>[\"'])|(?=>)))?)"
)
_CHARSET = re.compile(r"charset\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s;\"']+))", re.IGNORECASE)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)|<[^>]*>|[\x00-\x20]+", re.IGNORECASE | re.DOTALL)
_HIGH = bytes(range(128, 256))
_SAMPLE = 6_000
"""Bytes that a guess looks at: enough to tell languages apart, and bounded."""
_GUESSED = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874", "koi8_r"]
_GUESSED += ["iso8859_2", "cp932", "euc_jp", "gb18030", "big5", "cp949"]
_LATIN = frozenset("cp1250 cp1252 cp1254 cp1257 iso8859_2".split())
_EASTERN = frozenset("pl cs hu ro hr".split())


def decode(data: bytes, content_type: str = "") -> str:
    """The text of ``data``; ``content_type`` is the header of that name. Never fails: bad bytes become U+FFFD."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    named = _CHARSET.search(content_type)
    encoding = codec(next(filter(None, named.groups()), "")) if named else ""
    if not encoding:
        encoding = declared(data)
    if not encoding:
        return _guess(data)
    if encoding == "cp1252" and not data.isascii():
        # Pages that say latin-1 and hold UTF-8 outnumber texts that are both.
        text = _utf8(data)
        return data.decode(encoding, errors="replace") if text is None else text
    return data.decode(encoding, errors="replace")


def media_type(content_type: str) -> str:
    """What the header says that a body is: without parameters, lower case; empty if it does not say."""
    return content_type.partition(";")[0].strip().lower()


def declared(data: bytes) -> str:
    """The codec that a page names in its own first bytes, or ``""``."""
    head = data[:_PRESCAN]
    at = 0
    while match := _TAG.search(head, at):
        comment, meta = match[1], match[2]
        if comment:
            # <!--> is a whole comment.
            end = head.find(b"-->", match.start() + 2)
            if end < 0:
                break
            at = end + 3
        elif match[0][-1:] in b"!/?":
            end = head.find(b">", match.end())
            at = end + 1 if end >= 0 else len(head)
        else:
            begins = match.end() if meta else _skipped_name(head, match.end())
            attributes, at = _attributes(head, begins)
            if meta and (encoding := _of_meta(attributes)):
                return encoding
    declaration = _DECLARATION.match(head)
    return _no_wide(codec(declaration[1].decode("ascii"))) if declaration else ""


def _skipped_name(head: bytes, at: int) -> int:
    rest = _NAME_REST.match(head, at)
    return rest.end() if rest else at


def _attributes(head: bytes, at: int) -> tuple[dict[str, str], int]:
    """An element's attributes, the first of each name, and where the element ends. An open quote eats the rest."""
    found: dict[str, str] = {}
    while (match := _ATTRIBUTE.match(head, at)) is not None:
        at = match.end()
        if match["end"] is not None:
            return found, at
        if match["open"]:
            return {}, len(head)
        value = match["double"] or match["single"] or match["bare"] or b""
        found.setdefault(match["name"].decode("latin-1").lower(), value.decode("latin-1"))
    return found, len(head)


def _of_meta(attributes: dict[str, str]) -> str:
    if "charset" in attributes:
        return _no_wide(codec(attributes["charset"]))
    if attributes.get("http-equiv", "").lower() != "content-type":
        return ""
    named = _CHARSET.search(attributes.get("content", ""))
    return _no_wide(codec(next(filter(None, named.groups()), ""))) if named else ""


def _no_wide(encoding: str) -> str:
    # A page that could be read so far is no UTF-16, whatever it says.
    return "utf-8" if encoding.startswith("utf-16") else encoding


def codec(label: str) -> str:
    """Python's name for an encoding label, as browsers understand it; ``""`` for one that nobody knows."""
    name = label.strip().lower()
    if family := _FAMILIES.fullmatch(name):
        name = _LABELS.get(
            name, family[1].replace("iso8859", "iso-8859") + ("-" if family[1] != "cp" else "") + family[2]
        )
    try:
        found = codecs.lookup(_LABELS.get(name, name))
    except (LookupError, ValueError):
        return ""
    # Python also knows codecs that are no encodings of text, such as "zip" and "rot13".
    return found.name if getattr(found, "_is_text_encoding", True) and found.name not in _UNSAFE else ""


def _utf8(data: bytes) -> str | None:
    """``data`` as UTF-8 if it is that but for a few broken bytes: they are no reason to garble all the others."""
    text = data.decode("utf-8", errors="replace")
    high = len(data) - len(data.translate(None, _HIGH))
    return text if not high or text.count("\ufffd") * 20 < high else None


def _guess(data: bytes) -> str:
    """Undeclared: UTF-8 where it is that, else the encoding whose letters make most sense together."""
    text = _utf8(data)
    if text is not None:
        return text
    sample = _MARKUP.sub(b" ", data[: 20 * _SAMPLE])[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=_GUESSED, enable_fallback=False).best()
    found = best.encoding if best is not None else "cp1252"
    if found in _LATIN:
        # Letters hardly tell these apart; the small words, which are ASCII in all of them, do.
        lang = languages.detect(sample.decode("cp1254", errors="replace"))
        if lang == "tr":
            found = "cp1254"
        elif lang not in _EASTERN or found not in ("cp1250", "iso8859_2"):
            found = "cp1250" if lang in _EASTERN else "cp1252"
    return data.decode(found, errors="replace")
