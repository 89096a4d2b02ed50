"""Where does each sentence begin and end?

Spans, so that a sentence can be quoted and cited exactly. A text is cut into blocks first (blank lines, code fences,
list items, headings, table rows), then each block at its full stops. Undecided stops stay: half a sentence in an
answer is worse than two whole ones. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}|\${2}(?=[ \t]*$))(.*)$", re.MULTILINE)
_FENCES = ("```", "~~~", "$$")
_BULLET = r"(?:[-*+•‣◦▪–·]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])[ \t]+"
LOGGED = re.compile(
    r"[\[({]?(?:\"?(?:time|ts|timestamp|date)\"?[=:] ?\"?)?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d "
    r"|(?:ERROR|FATAL|CRITICAL|FAILED|WARN(?:ING)?|INFO|DEBUG)[ :]|(?:error|fatal|warning)(?:\[\w+\])?: "
    r"|[\w.]*(?:Error|Exception): |Traceback \(most"
)
"""How a line of a log begins: with a time, as most do, or a level, as those of compilers and test runs."""
_OWN_LINE = re.compile(rf"(?:#{{1,6}}[ \t]|>|\||{LOGGED.pattern}|{_BULLET})")
_MARKER = re.compile(rf"[ \t]*(?:{_BULLET})")
_HEADING = re.compile(r"#{1,6}[ \t]")
_CLOSERS = r"(?:[\"'”“’»)\]}]|\[\d{1,3}\]|\*{1,2}(?=\s))*+"
_STOP = re.compile(rf"(?<![.!?…‽؟।۔])[.!?…‽؟।۔]++{_CLOSERS}(?=\s)|[。！？｡]++[」』”’）)\"]*")
_LAST_WORD = re.compile(
    # "z. B", "ad es" and "U.S" are one word, each.
    r"(?<![\w.])(?:ad es|p(?:ar|or|\.) ?e[xj]|[vn]\. ?Chr|[^\W\d_](?:\. ?[^\W\d_])*|(?:[^\W\d_]{1,3}\.)*[^\W\d_]+"
    # Vowels of Devanagari are signs of their own, and no letters to ``\w``.
    r"|(?:[\u0900-\u0963\u0970-\u097f]+\.)*[\u0900-\u0963\u0970-\u097f]+)$"
    r"|\d+$",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"([^\W_]+\.?)[\s(]*$")
_DATE = re.compile(r"\s\d{1,2}\.(?: \d|\d{4}\b)")
_ROMAN = re.compile(r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_NEXT = re.compile(r"\s*[\"'“‘«(\[*]*(\w[\w'’]*)?")
_OPENING, _CLOSING = "([（", ")]）"

_NEVER_ENDS = frozenset(
    """dr mr mrs ms mx messrs prof rev hon st ste gen col sgt capt cpt lt cmdr adm maj gov sen rep pres supt insp amb
    e.g i.e viz vs v cf al ca approx est fig figs eq eqs sec ch chap vol vols pp ed eds trans resp incl esp n.b op p
    mt ft dept univ assn bros b d née r c jan feb mar apr jun jul aug sept oct nov dec
    bzw z.b d.h u.a s.o s.u vgl sog ggf bspw m.in inkl exkl zzgl evtl geb hrsg gem insb i.d.r i.v.m o.ä hl dipl ing frl
    hrn mme mmes mlle mlles mgr av p.ex par.ex
    ok p.ej ej sra srta srs sres dña dra dras dres lic gral avda ud uds ee jj sr
    sig sigg dott avv geom ad.es por.ex por.ej exmo profa engº
    bijv dhr mevr drs o.a d.w.z m.b.t fl np tzw inż św ks hab ul např tzv tj mj sv kb ún ifj doç yrd örn
    т.е т.к т.н ул проф акад напр св вул ім κ π.χ δηλ βλ αγ
    mw sn ü د أ डॉ डा प्रो श्री पं रु सं""".split()
)
"""Abbreviations after which a name or number follows, whatever its case."""
_SELDOM_ENDS = frozenset("inc ltd corp co jr etc ex hr fr mio mrd tsd jh jhd jhdt eng uu oo v.chr n.chr chr см".split())
"""Abbreviations that end a sentence only if the next word begins one."""
_BEFORE_NUMBER = frozenset(
    """no nos nr nrn s art par para abs bd ziff kap rn anm str tel núm pág págs pag cap n č čl odst стр blz
    env""".split()
)
"""Abbreviations only if a number follows; else they are words: "He said no." """
_AFTER_NUMBER = frozenset("г гг в вв р рр м с д".split())
"""Abbreviations of a name that follows, but after a number: в 1990 г. Он …, and г. Москва; 540 м. Вона …, м. Київ."""
_STARTERS = frozenset(
    """the a an this that these those it its he she they we you his her their our my in on at by for from with to of as
    after before during since while when where although though however but and so if then there here both each many
    most some all another one two its such today later also because according despite under between until unlike
    like not no what who why how which i moreover furthermore meanwhile nevertheless instead thus
    therefore finally
    der die er sie es ein eine im auf bei nach seit mit dies diese dieser dieses dort hier dann danach dabei wir ich als
    wenn weil während nachdem obwohl auch aber und doch
    il elle ils elles une cette ces nous vous dans mais ce él ella ellos ellas este esta estos estas pero según además
    egli questo questa nel nella è ele eles elas hij zij het он она они оно это его её эта этот в на после
    там""".split()
)
"""Words that begin a sentence far more often than they follow an abbreviation within one. No articles that names begin
with: Robert M. La Follette."""
_COUNTED = frozenset(
    """januar jänner februar feber märz april mai juni juli august september oktober november dezember
    jan feb mär apr jun jul aug sept okt nov dez
    jahrhundert jahrhunderts jahrhunderte jahrhunderten jh jhd jhdt jahrtausend jahrtausends weltkrieg weltkriegs
    weltkrieges auflage aufl klasse bundesliga liga platz mal tag woche monat jahr lebensjahr lebensjahres lebensjahrs
    geburtstag todestag jahrestag stock etage obergeschoss kapitel abschnitt runde spieltag minute division armee korps
    bezirk arrondissement staffel satz sinfonie symphonie strophe sitzung wahlperiode legislaturperiode semester quartal
    trimester dynastie generation rang jahrgang ausgabe schuljahr
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık yüzyıl yüzyılın yüzyılda dünya
    verdenskrig verdenskrigen""".split()
)
"""What is counted by a number with a full stop where it is written large: am 3. Oktober, im 19. Jahrhundert."""
_COUNTING = frozenset(
    """im vom zum zur beim der die das dem des seit bis ab einen einem einer eines ihrem ihrer ihren seinem seiner
    seinen jeder jeden jedem jedes unserem unserer den det""".split()
)
"""Words that a number with a full stop follows and hardly another one. No *am*: I am 21."""

_WRAP_MIN, _WRAP_MAX = 45, 100
"""A line of this many characters that ends in no stop was wrapped by hand: the next line goes on with it."""
_PARENTHESIS = 240
"""A parenthesis longer than this is not held together."""


def split(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``, in order, disjoint, without blanks at either end.

    Every non-blank character is in exactly one span. A heading, a list item, a table row and a code fence are each
    at least one span of their own.
    """
    spans: list[tuple[int, int]] = []
    for start, end, is_code in stretches(text):
        (_put if is_code else _prose)(text, start, end, spans)
    return spans


def stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """All of ``text`` in turns: a span outside of code fences and blocks of maths, and, ``True``, one of these."""
    at = 0
    for start, end in _fences(text):
        yield at, start, False
        yield start, end, True
        at = end
    yield at, len(text), False


def closes(line: str, opening: str) -> bool:
    """Does ``line`` close the code fence, or the block of maths, that the signs ``opening`` began? By as many of them
    or more, and nothing else.
    """
    signs = line.strip()
    return len(signs) >= len(opening) and not signs.strip(opening[0])


def opens(line: str) -> str:
    """The signs with which ``line`` opens a code fence or a block of maths; empty if it does not."""
    found = _FENCE.match(line)
    return found[1] if found else ""


def is_row(sentence: str) -> bool:
    """Is it a row of a table? It ends in the sign that closes its last cell: what stands behind it is in no column."""
    return sentence.startswith("|") and sentence.endswith("|")


def is_code(sentence: str) -> bool:
    """Is it a block of code? Behind the signs that close it nothing may stand, or they close nothing."""
    return sentence.startswith(("```", "~~~"))


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Code fences from their opening line to their closing one; an opening without a closing is none."""
    if not any(signs in text for signs in _FENCES):
        return
    lines = list(_FENCE.finditer(text))
    # The longest signs that stand alone from each line on: whether a fence closes is known before it is looked for.
    longest: list[dict[str, int]] = [{}]
    for line in reversed(lines):
        alone = {} if line[2].strip() else {line[1][0]: max(len(line[1]), longest[-1].get(line[1][0], 0))}
        longest.append({**longest[-1], **alone})
    longest.reverse()
    opening: re.Match[str] | None = None
    for at, line in enumerate(lines):
        if opening is not None:
            if closes(line[0], opening[1]):
                yield opening.start(), line.end()
                opening = None
        elif longest[at + 1].get(line[1][0], 0) >= len(line[1]):
            opening = line


def _put(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    bare = piece.lstrip()
    start += len(piece) - len(bare)
    end = start + len(bare.rstrip())
    if start < end:
        spans.append((start, end))


def _prose(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    for block_start, block_end in _blocks(text, start, end):
        at = block_start
        for stop in _stops(text, block_start, block_end):
            _put(text, at, stop, spans)
            at = stop
        _put(text, at, block_end, spans)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches that no sentence crosses: joined lines of one paragraph, or a line that stands alone."""
    block = line = start
    while line < end:
        newline = text.find("\n", line, end)
        if newline < 0:
            break
        following = newline + 1
        if not _goes_on(text, line, newline, following, end):
            yield block, newline
            block = following
        line = following
    yield block, end


def _goes_on(text: str, line: int, newline: int, following: int, end: int) -> bool:
    """Does the sentence of this line go on in the next one?"""
    here = text[line:newline].strip()
    next_end = text.find("\n", following, end)
    there = text[following : end if next_end < 0 else next_end].strip()
    if not here or not there or _OWN_LINE.match(there) or _HEADING.match(here) or here[0] == "|":
        return False
    if there[0].islower() and here[-1] not in ".!?。":
        return True
    if here[-1] in ".!?…。！？:;\"”'’)]":
        # A paragraph wrapped by hand goes on after a full stop at a line's end; _stops cuts it there.
        return False
    return _WRAP_MIN <= len(here) <= _WRAP_MAX


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Ends of sentences within one block, but for the last."""
    marker = _MARKER.match(text, start, end)
    begin = marker.end() if marker else start
    counted, depth, held = begin, 0, -1
    for match in _STOP.finditer(text, begin, end):
        stop = match.end()
        if stop >= end or stop <= held:
            continue
        if not (_cjk_ends(text, match) if match[0][0] in "。！？｡" else _ends(text, begin, match, end)):
            continue
        depth = max(0, depth + _opened(text, counted, stop))
        counted = stop
        held = _held_until(text, stop, end, depth) if depth else -1
        if held < 0:
            yield stop
            begin, depth = stop, 0


def _cjk_ends(text: str, match: re.Match[str]) -> bool:
    """「…。」と言った goes on; a closing bracket followed by a particle or comma is inside the sentence."""
    return not (match[0][-1] in "」』”’）" and text[match.end() : match.end() + 1] in tuple("とはがをのに、，"))


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    following = _NEXT.match(text, match.end(), end)
    word = (following[1] or "") if following else ""
    if word[:1].islower():
        return False
    if match[0][0] != "." or match[0].startswith(".."):
        return True
    last = _LAST_WORD.search(text, max(begin, match.start() - 24), match.start())
    if last is None:
        return True
    before = _WORD_BEFORE.search(text, max(begin, last.start() - 24), last.start())
    preceding = before[1] if before else ""
    if _is_ordinal(last[0], preceding, word) or (last[0].isdigit() and _DATE.match(text, match.end(), end)):
        return False
    if len(word) == 1 and text.startswith(".", following.end() if following else end):
        word = f"{word}."  # an initial, and no article
    return _word_ends(last[0], preceding, word, closed=len(match[0]) > 1)


def _is_ordinal(last: str, before: str, following: str) -> bool:
    """Does the full stop make an ordinal of a number, and the sentence go on? "am 3. Oktober", "II. Rákóczi Ferenc".

    Years are none, and Roman ones only at the start or behind a word that counts: siglo XIX ends a sentence.
    """
    if last.isdigit():
        if following.isdigit():
            # 1990 of "3. 10. 1990"
            return len(last) < 3 and before[-1:] == "." and before[:-1].isdigit()
        if len(last) > 2:
            return False
    elif not _ROMAN.fullmatch(last):
        return False
    if following.lower() in _COUNTED:
        return True
    if not following[:1].isupper() or following.lower() in _STARTERS:
        return False
    return before.lower() in _COUNTING or (not last.isdigit() and not before)


def _word_ends(last: str, before: str, following: str, *, closed: bool) -> bool:
    """May a sentence end with ``last`` and a full stop, if ``following`` comes next?"""
    name = last.lower().replace(". ", ".").replace(" ", ".")
    starter = following.lower() in _STARTERS and following[:1].isupper()
    if name in _NEVER_ENDS:
        return closed and starter
    if (len(last) == 1 and last.isupper()) or "." in last or name in _SELDOM_ENDS:
        return starter or closed or not following or (name == "etc" and following[:1].isupper())
    if name in _BEFORE_NUMBER or name.endswith("str"):
        return not following[:1].isdigit()
    if name in _AFTER_NUMBER:
        return before.isdigit()
    # The first half of an abbreviation: z. B., v. Chr.
    return not (len(last) == 1 and last.isalpha() and (following == "Chr" or following[1:] == "."))


def _opened(text: str, start: int, end: int) -> int:
    """Parentheses opened less those closed in a stretch."""
    opened = sum(text.count(each, start, end) for each in _OPENING)
    return opened - sum(text.count(each, start, end) for each in _CLOSING)


def _held_until(text: str, stop: int, end: int, depth: int) -> int:
    """Where the parentheses that are open at ``stop`` close, if soon; else -1. Their sentences stay together."""
    for at in range(stop, min(end, stop + _PARENTHESIS)):
        depth += (text[at] in _OPENING) - (text[at] in _CLOSING)
        if depth == 0:
            return at + 1
    return -1
