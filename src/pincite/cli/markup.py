"""How does a cited text look in Markdown? Marks put into clean text, blocks that may be printed, sources below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import category
from urllib.parse import quote, unquote

from pincite.text.sentences import is_code, is_row
from pincite.text.snippet import snippet
from pincite.types import (
    QUERIED,
    UPLOADED,
    Answer,
    Card,
    Citation,
    Degradation,
    Document,
    Fact,
    Sentence,
    Source,
    Span,
    Table,
    Verdict,
    places,
)
from pincite.web.plain import forms, tables

DOUBTS = {
    Verdict.PARTIAL: "partly supported",
    Verdict.UNCHECKED: "not checked",
    Verdict.UNSUPPORTED: "not supported by its source",
    Verdict.UNCITED: "no source",
}
_ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
"""Letters beyond ASCII, as an address has them."""
BLANK = re.compile(r"\n[ \t]*\n\s*")
LONGEST_QUOTE = 240
PLACES = 3
"""Pages, rows or headings that are named of one source."""
NEAREST = 3
"""Sources of which some words are shown where no answer was found."""


def marked(text: str, sentences: Iterable[Sentence], sources: Mapping[int, Source], *, links: bool, at: int = 0) -> str:
    """``text`` (which begins at ``at`` of the answer) with the marks of the sentences that end in it."""
    pieces: list[str] = []
    done = 0
    for sentence in sorted(sentences, key=lambda s: s.end):
        place = sentence.end - at
        marks = _marks(sentence, sources, links)
        if done <= place <= len(text) and (marks or sentence.short):
            said = text[max(0, sentence.start - at) : place]
            place = place - 1 if is_row(said) else place
            between = "\n\n" if marks and is_code(said) else ""
            pieces += [_strong(text, done, place, sentence.short, at), between, marks.lstrip() if between else marks]
            done = place
    return "".join([*pieces, text[done:]])


def _strong(text: str, start: int, end: int, short: Span | None, at: int) -> str:
    """Characters ``start:end``, with the short answer in bold unless it would not read as such."""
    if short is None or not start <= short.start - at < short.end - at <= end:
        return text[start:end]
    words = text[short.start - at : short.end - at]
    bold = f"**{words}**" if words.strip() == words and not set(words) & set("*_`\\\n") else words
    return f"{text[start : short.start - at]}{bold}{text[short.end - at : end]}"


def _marks(sentence: Sentence, sources: Mapping[int, Source], links: bool) -> str:
    numbers = dict.fromkeys(citation.source for citation in sentence.citations)
    marks = "".join(_link(number, sources.get(number)) if links else f"[{number}]" for number in numbers)
    doubt = DOUBTS.get(sentence.verdict)
    return f"{' ' if marks else ''}{marks}{f' *({doubt})*' if doubt else ''}"


def _link(number: int, source: Source | None) -> str:
    label = f"\\[{number}\\]"
    url = address(source.document) if source else ""
    return f"[{label}](<{url}>)" if url else label


def address(document: Document) -> str:
    """The document's URL as it may stand in a link: one word, no brackets; empty for what has no address."""
    url = document.url
    return quote(url, safe="%/:?#@!$&'*+,;=~-._[]") if url.startswith(("http:", "https:", "file:")) else ""


def readable(url: str) -> str:
    """The address with the letters that it has escaped: файл.md for %D1%84%D0%B0%D0%B9%D0%BB.md, blanks as they are."""
    return _ESCAPED.sub(_letters, url)


def _letters(escaped: re.Match[str]) -> str:
    text = unquote(escaped[0], errors="replace")
    # Nothing that would turn the line around, or that nobody sees.
    return text if all(c.isalnum() or category(c)[0] == "M" for c in text) else escaped[0]


def settled(text: str, start: int, cited: int) -> int:
    """Up to where ``text`` from ``start`` on will not change: whole blocks of which every sentence was checked.

    ``cited`` is where the last checked sentence ends. Blocks end at blank lines, but not inside a code fence.
    """
    best = start
    for gap in BLANK.finditer(text, start):
        fenced = len(re.findall(r"^ {0,3}(?:```|~~~)", text[start : gap.start()], re.MULTILINE)) % 2
        if not fenced and cited >= len(text[: gap.start()].rstrip()):
            best = gap.end()
    return best


def listed(answer: Answer) -> list[str]:
    """The sources below the answer, a block each: those that are cited, or the nearest ones where none is."""
    cited = [citation for sentence in answer.sentences for citation in sentence.citations]
    cited += [citation for card in answer.cards for citation in card.citations]
    numbers = {citation.source for citation in cited}
    said = {" ".join(answer.text[s.start : s.end].split()) for s in answer.sentences}
    shown = [source for source in answer.sources if source.number in numbers or not numbers]
    near = [] if numbers else shown[:NEAREST]
    return [_source(source, quotes(source, cited, said) or _snippet(source, answer, near), cited) for source in shown]


def heading(answer: Answer) -> str:
    """What stands above the sources."""
    cited = any(sentence.citations for sentence in answer.sentences) or any(card.citations for card in answer.cards)
    return "Sources" if cited and not answer.declined else "Nearest sources"


def quotes(source: Source, cited: Sequence[Citation], said: set[str]) -> list[str]:
    """What the source says, word for word, where the answer says it in other words."""
    passages = {passage.id: passage for passage in source.passages}
    found: dict[str, None] = {}
    for citation in cited:
        passage = passages.get(citation.passage_id)
        if citation.source == source.number and citation.quote is not None and passage is not None:
            quoted = " ".join(passage.text[citation.quote.start : citation.quote.end].split())
            if quoted and quoted not in said:
                found[quoted if len(quoted) <= LONGEST_QUOTE else quoted[: LONGEST_QUOTE - 1] + "…"] = None
    return list(found)


def _snippet(source: Source, answer: Answer, near: Sequence[Source]) -> list[str]:
    """What one of the nearest sources says to the question that none answers: whoever asked may see more in it."""
    if source not in near or not source.passages:
        return []
    return [snippet(source.passages[0].text, source.document.title, answer.question.text)]


def _source(source: Source, quoted: Sequence[str], cited: Sequence[Citation]) -> str:
    document = source.document
    stand = places(source, cited)
    head = ", ".join([f"[{source.number}] {document.title}", *stand[:PLACES]]) + (" …" if len(stand) > PLACES else "")
    if document.url.startswith(QUERIED):
        return head  # its rows and its query stand above
    # Of a file that was handed in it leads nowhere.
    url = "" if document.url.startswith(UPLOADED) else readable(document.url)
    about = " · ".join(part for part in (url, str(document.published or "")) if part)
    return "\n".join([head, *([f"    {about}"] if about else []), *(f"    “{words}”" for words in quoted)])


def card(shown: Card) -> str:
    """The instant answer."""
    marks = "".join(f"[{citation.source}]" for citation in shown.citations)
    value = shown.body.value if isinstance(shown.body, Fact) else ""
    return f"**{value or shown.text}**{f' {marks}' if marks else ''}"


def beside(shown: Card, text: str) -> bool:
    """Whether a card says what the text does not."""
    return isinstance(shown.body, Fact) and shown.body.value not in text


def rows(answer: Answer) -> list[Table]:
    """What databases gave for the answer."""
    return [shown.body for shown in answer.cards if isinstance(shown.body, Table)]


def plain(answer: Answer) -> str:
    """The whole answer as Markdown: what a pipe gets, and what an export holds."""
    parts = [card(shown) for shown in answer.cards if beside(shown, answer.text)]
    if answer.text:
        parts.append(marked(answer.text, answer.sentences, {}, links=False).strip())
    if answer.form is not None:
        parts.append(forms.told(answer.form))
    parts += map(tables.told, rows(answer))
    if sources := listed(answer):
        parts.append(f"{heading(answer)}:\n\n" + "\n".join(sources))
    return "\n\n".join(parts)


def notes(answer: Answer) -> list[str]:
    """A line about each thing that should have helped and could not, and one about what to do; none twice, and none
    that the text itself says.
    """
    told = _plain(answer.text)
    said = dict.fromkeys(one for one in answer.degraded if one.hint or not one.detail or _plain(one.detail) not in told)
    return list(dict.fromkeys(note(one) for one in said))


def note(degraded: Degradation) -> str:
    """What should have helped and could not, and what to do."""
    next_ = f"\n  → {degraded.hint}" if degraded.hint else ""
    return (degraded.detail or f"{degraded.part}: {degraded.reason}") + next_


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
