"""Which sentences could be quoted? Every sentence of the passages at hand, cleaned by deletions only.

``clean`` never adds or changes a character, so what is written is a subsequence of its passage, provably.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pincite.answer.terms import STRONG_VERBS, terms
from pincite.text.sentences import LOGGED, is_code, split
from pincite.text.tokens import words
from pincite.types import Hit

_REFERENCE = re.compile(
    # A mark follows a word or a stop; after a single letter it may be an index, as in a[10].
    r"(?:(?<=[^\W\d_]{3})|(?<=[.,;:!?)\]\"”’»%\d]))\s?\[(?:\d{1,3}|[a-z]|(?:note|nb) \d{1,2})\](?=[\s\[.,;:!?)]|$)"
    r"|\s?\[(?:citation needed|clarification needed|who\?|when\?)\]"
)
_OTHER_SCRIPT = r"\u0250-\u02af\u0400-\u06ff\u0900-\u10ff\u3040-\u9fff\uac00-\ud7a3"
_SPOKEN = re.compile(
    # How a name sounds or is written elsewhere, in parentheses or brackets, unless they hold a year.
    r"\s?\((?!(?:[^()]|\([^()]*\))*?(?<![\d,])\d{3,4}(?![\d,]))"
    rf"(?=(?:[^()]|\([^()]*\))*?(?:\bIPA\b|pronounced|pronunciation|help ?·|[{_OTHER_SCRIPT}]))(?:[^()]|\([^()]*\))*\)"
    r"|\s?\[[^\[\]\d]*[\u0250-\u02af][^\[\]\d]*\]"
)
_IMAGE = re.compile(r"\[?!\[[^\[\]]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)(?:\]\([^()\s]*\))?\s?")
"""In Markdown, with the link that it stands for: what a badge is."""
_BULLET = re.compile(r"^(?:[-*+•‣◦▪]|#{1,6})\s+")
NUMBERED = re.compile(r"\(?\d{1,3}[.)]\s")
"""How an item begins that keeps its number."""
_BARS = re.compile(r"\s*\|.*\|\s*$")
_RULE = re.compile(r"\s*\|[\s:|-]+\|?[ \t]*(?:\n|$)")
_ABOVE, _BELOW = re.compile(r"\S[ \t]*\n[ \t]*\Z"), re.compile(r"[ \t]*\n[ \t]*\S")
"""What stands around a line where the next line follows at once."""
_RECORD = re.compile(r"[^\W\d][\w /().-]{0,39}: \S")
_FIELDS = re.compile(r"[^\W\d][\w /().-]{0,39}: [^\n]*?\S; [^\W\d][\w /().-]{0,39}: \S")
_CELLS = " | "
CAPTION = 200
"""Characters from which on a sentence that stands alone is taken for a paragraph, not a caption."""
VERBLESS = 120
"""The same of what ends in a full stop: in longer ones the verb is one that is not known here."""
_END_MARKS = tuple('.!?…。！？｡؟।॥۔"”’»」』）)]')
_FRAGMENT = re.compile(
    r"\b[Cc]lockwise from\b|^(?:Aerial |Satellite )?(?:[Vv]iew|[Ii]mage|[Pp]hoto|[Mm]ap|[Pp]icture)s? (?:of|showing)\b|"
    r"^(?:\.{2,}|…|[,;)\]])|:$|^\([^()]*\)\W*$|\((?:pictured|shown|right|left)\)"
    r"|\b(?:pictured|shown|seen?|see (?:image|picture|figure|photo|diagram|map))"
    r" (?:above|below|(?:at |on the )?(?:left|right))\b"
    # Notes to the reader of a page on where else to look.
    r"|\bredirects here\b|\(disambiguation\)|^(?:[Ss]ee also|For [\w ]{1,40},? see)\b"
    r"|^(?:The (?:remainder|rest) of )?[Tt]his (?:article|page|section) (?:is about|deals with|covers)\b"
)
_LATIN = re.compile(r"[^\w]*[A-Za-z]")
_BLANKS = re.compile(r"\s+")
_ORPHAN = re.compile(
    r"^[\"'“‘(]*(?:(?:he|she|it|they|his|her|hers|its|their|theirs|him|them|this|these|that|those|such|both|here|then"
    r"|the (?:former|latter|same|other|others|two|three|following))\b(?!['’]s (?:Day|Own))"
    r"|(?:however|therefore|thus|hence|moreover|furthermore|additionally|instead|meanwhile|nevertheless|nonetheless"
    r"|consequently|otherwise|similarly|likewise|accordingly|besides|also|but|and|or|so|yet|still|another|others"
    r"|as a result|as such|in addition|in contrast|by contrast|on the other hand|for example|for instance"
    r"|in particular|after this|after that|because of this|due to this|despite this|in this|at this|by this|to this"
    r"|of these|of this|from this|with this|at that time|in that|by then|since then|subsequently|afterwards"
    r"|an? (?:second|third|fourth|fifth)|(?:some|many|most|all|both|each|one|none|two|three) of (?:these|them|those)"
    r"|(?:when|while|after|before|although|though|because|since|as|if|once|during|in|at|on|by|for|with|to|from|until"
    r"|despite|like|unlike|under) (?:he|she|it|they|his|her|its|their|this|these|that|those|such)"
    # "With an area of 17,075,400 square kilometres, it is the largest country."
    r"|(?:(?:together|along|only|just|even|soon|shortly|immediately) )?"
    r"(?:in|at|on|with|by|from|during|for|under|since|until|within|throughout|among|between|as|after|before)"
    r" (?:[^,.;]|[.,](?=\d)){1,80}, (?:he|she|it|they)"
    r"|(?:\w+ ){1,4}(?:later|earlier|afterwards|thereafter), (?:he|she|it|they))\b)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"^it (?:is|was|has been) (?:(?:also|not|now|often|generally|widely|usually|sometimes|very|therefore) ){0,2}(?:"
    r"(?:important|possible|impossible|necessary|difficult|hard|easy|common|interesting|worth) (?:to|that|noting)"
    r"|(?:believed|thought|estimated|said|known|likely|unlikely|clear|true|assumed|claimed|argued) that)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"^[\"'“‘(]*(?:he|she|it|they|his|her|hers|its|their|theirs)\b", re.IGNORECASE)


_PASTS = "|".join(
    ["became", "came", "ran", *(one[1] for verb in STRONG_VERBS.split(";") if len(one := verb.split()) == 3)]
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|will|would|may|might|must|should|does|do|did|shall|cannot|\w+n['’]t"
    rf"|{_PASTS})\b"
    rf"|(?:^|s |\b(?:I|you|we|they) )(?:{'|'.join(verb.split()[0] for verb in STRONG_VERBS.split(';'))})\b"
    r"|\b[a-z]+(?:s|ed) (?:the|an?|its|his|her|their|that)\b",
    re.IGNORECASE,
)
"""A sentence has a verb, the words below a picture mostly have none. Strong pasts that are participles, too, say
nothing: a temple built in 1300."""


@dataclass(frozen=True)
class Candidate:
    """A sentence: characters ``start:end`` of the passage of ``hits[hit]``, the ``place``-th there from 0."""

    hit: int
    place: int
    start: int
    end: int
    text: str
    """As it would be written: the span without reference marks, bullets and doubled blanks."""
    size: int
    """Words, or all that stands between blanks, where that is more, as in code and around dashes."""
    terms: tuple[str, ...]
    """Plain forms of its content words, in order."""
    orphan: bool
    """Opens with a pronoun or connective: not to be read without the sentence before it."""
    item: bool
    """A list item."""
    heading: bool
    """A line that is no sentence: a title, the head of a table, a block of code."""
    code: bool
    """A block of code, with the signs around it."""
    row: bool
    """A line that says something in its own right: a table's row, a record, one of several lines under each other."""
    cells: bool
    """A row of several cells: all that it says is about one thing, and another row says nothing of that."""
    cut: bool
    """Begins or ends in the middle: the document was cut there, or the sentence announces what is not in it."""
    caption: bool
    """A short line of its own that is no sentence, such as stands under a picture: it may not be about what stands
    around it."""


def candidates(hits: Sequence[Hit], lang: str = "en") -> list[Candidate]:
    """All sentences of all hits, in order. ``lang`` is the question's: its words and theirs are cut the same way."""
    found: list[Candidate] = []
    for at, hit in enumerate(hits):
        passage = hit.passage.text
        for place, (start, end) in enumerate(split(passage)):
            raw = passage[start:end]
            text, code = clean(raw), is_code(raw)
            cells = _is_of_cells(passage, start, end)
            row = cells or _is_row(passage, start, end, text)
            found.append(
                Candidate(
                    hit=at,
                    place=place,
                    start=start,
                    end=end,
                    text=text,
                    size=max(len(words(text)), len(text.split())),
                    terms=terms(text, lang),
                    orphan=bool(_ORPHAN.match(text)) and not _EXPLETIVE.match(text),
                    item=bool(_BULLET.match(raw) or NUMBERED.match(raw)),
                    heading=not row and _is_heading(raw, text),
                    code=code,
                    row=row,
                    cells=cells,
                    cut=not row and (_is_cut(passage, start, end) or bool(_FRAGMENT.search(text)) or _is_open(text)),
                    caption=not row and _is_caption(passage, start, end, text, hit.passage.document.lang),
                )
            )
    return found


def clean(raw: str) -> str:
    """``raw`` with characters left out, never changed: marks, pictures, bullets, a row's bars, sounds, blanks; code as
    it is.
    """
    if is_code(raw):
        return raw
    # What looks like a mark in a line of a log is a process: nginx[812].
    bare = _BULLET.sub("", raw if LOGGED.match(raw) else _IMAGE.sub("", _REFERENCE.sub("", raw)).strip())
    if _BARS.match(bare):
        bare = bare.strip("| ")
    if _LATIN.match(bare):
        bare = _SPOKEN.sub("", bare)
    return _BLANKS.sub(lambda run: " " if " " in run[0] else run[0][0], bare)


def personal(sentence: str) -> bool:
    """Does it open with a word for someone or something that has a name: he, her, it, their?"""
    return bool(_PERSONAL.match(sentence))


def _is_cut(passage: str, start: int, end: int) -> bool:
    """A sentence that begins in lower case at the start or behind code, or a last one that does not end."""
    if passage[start].islower() and (start == 0 or passage[:start].rstrip().endswith(("```", "~~~"))):
        return True
    return end == len(passage.rstrip()) and passage[end - 1].isalnum() and end - start > 40


def _is_open(text: str) -> bool:
    """A parenthesis that is not closed, or not opened."""
    return text.count("(") != text.count(")")


def _is_caption(passage: str, start: int, end: int, text: str, lang: str) -> bool:
    """One sentence between two line breaks, or between one and the passage's edge, that says nothing of anything: no
    end mark, or no verb among longer paragraphs. Notes are made of such short ones, and they are no captions.

    Verbs are known of English alone; of other languages an end mark makes a sentence.
    """
    before, after = passage[:start].rstrip(" \t"), passage[end:].lstrip(" \t")
    alone = before[-1:] in ("", "\n") and after[:1] in ("", "\n")
    if not (alone and (before or after)) or len(text) > CAPTION or _BULLET.match(passage[start:end]):
        return False
    if text[-1:] not in _END_MARKS:
        return True
    return lang == "en" and len(text) <= VERBLESS and not _FINITE.search(text) and _is_prose(before, after)


def _is_prose(before: str, after: str) -> bool:
    """Has one of the paragraphs at hand several sentences, or is one long?"""
    paragraphs = (one.strip() for text in (before, after) for one in text.split("\n"))
    return any(len(one) > CAPTION or len(split(one)) > 1 for one in paragraphs if not _BULLET.match(one))


def _is_of_cells(passage: str, start: int, end: int) -> bool:
    """A table's row that is neither head nor rule: between bars, beside other rows, or each cell with its name."""
    raw = passage[start:end]
    if _BARS.match(raw):
        return not _RULE.match(raw) and not _RULE.match(passage[end:].lstrip("\n"))
    before, after = passage[:start].rstrip(" \t"), passage[end:].lstrip(" \t")
    if before[-1:] not in ("", "\n") or after[:1] not in ("", "\n"):
        return False
    if _FIELDS.match(raw):
        return True
    return _CELLS in raw and (
        _CELLS in before.rstrip().rpartition("\n")[2] or _CELLS in after.lstrip().partition("\n")[0]
    )


def _is_row(passage: str, start: int, end: int, text: str) -> bool:
    """``name: value``; a short line next to another one; a line of a log."""
    raw = passage[start:end]
    if LOGGED.match(raw):
        return True
    if _BARS.match(raw):
        return False
    if not _is_heading(raw, text) or raw.startswith(("#", "```", "~~~")):
        return False
    beside = _ABOVE.search(passage[:start]) or _BELOW.match(passage[end:])
    return bool(beside or _RECORD.match(text))


def _is_heading(raw: str, text: str) -> bool:
    if raw.startswith(("#", "|", "```", "~~~")):
        return True
    return not text.endswith((*_END_MARKS, "'", ":", ";", "：", "；")) and len(text) < 80 and not _BULLET.match(raw)
