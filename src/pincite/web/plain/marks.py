"""Where does [1] stand? Citations are standoff; clients of other engines expect them inside the text.

A marker stands right behind its sentence, in a row's last cell and below a block of code. The sentence is known to be
complete only when its ``Cited`` comes. So text is passed on as it arrives, but never beyond the end of a sentence that
may still get markers, nor the sign that closes a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pincite.text.sentences import is_code, is_row, split
from pincite.types import Answer, Card, Form, Sentence, Table, Verdict
from pincite.web.plain import forms, tables


@dataclass(frozen=True)
class Mark:
    """Characters ``start:end`` of the marked text are the marker of ``source``."""

    start: int
    end: int
    source: int


class Marker:
    """Clean text and sentences in, marked text out, in any interleaving. Linear but for the open sentence.

    The concatenation of all that ``write``, ``cite``, ``ask`` and ``finish`` return is ``content``; the rows of a card
    that was shown stand at its end. Where every
    sentence's ``Cited`` comes before ``finish``, it is the same for every way in which the text was cut into pieces.
    """

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._out: list[str] = []
        self._tables: list[Table] = []
        self._length = 0
        self._cited = 0  # where the last sentence whose citations are known ends, in the clean text
        self._rest = ""  # the clean text behind that
        self._gone = 0  # characters of the rest that are out

    @property
    def content(self) -> str:
        return "".join(self._out)

    def write(self, text: str) -> str:
        self._rest += text
        return self._flow()

    def cite(self, sentence: Sentence) -> str:
        """A second verdict on a sentence that is out changes nothing: what was sent can't be taken back."""
        length = sentence.end - self._cited
        if length <= 0:
            return ""
        said = self._rest[:length].lstrip()
        out = self._pass(length - is_row(said))
        numbers = sources_of(sentence)
        if numbers and is_code(said):
            out += self._put("\n\n")
        out += "".join(map(self._mark, numbers)) + self._pass(length)
        self._cited = sentence.end
        self._rest = self._rest[length:]
        self._gone = max(0, self._gone - length)
        return out + self._flow()

    def ask(self, form: Form) -> str:
        """A form as text, behind all that was written."""
        before = self.finish()
        text = ("\n\n" if self._length else "") + forms.told(form)
        self._put(text)
        return before + text

    def show(self, card: Card) -> None:
        """Rows of a database wait for the end. Any other card says what the text says too."""
        if isinstance(card.body, Table):
            self._tables.append(card.body)

    def finish(self) -> str:
        before = self._pass(len(self._rest))
        text = "\n\n".join(map(tables.told, self._tables))
        if text and self._length:
            text = f"\n\n{text}"
        self._tables.clear()
        self._put(text)
        return before + text

    def _flow(self) -> str:
        """What of the rest may go out: it belongs to the sentence that is being written."""
        spans = split(self._rest)
        if not spans:
            return ""
        start, end = spans[0]
        return self._pass(end - is_row(self._rest[start:end]))

    def _pass(self, end: int) -> str:
        text = self._rest[self._gone : end]
        self._gone += len(text)
        return self._put(text)

    def _mark(self, number: int) -> str:
        text = f"[{number}]"
        self.marks.append(Mark(self._length, self._length + len(text), number))
        return self._put(text)

    def _put(self, text: str) -> str:
        self._out.append(text)
        self._length += len(text)
        return text


def sources_of(sentence: Sentence) -> list[int]:
    """The numbers to show behind ``sentence``, each once. None where the check found that its passages don't say so."""
    if sentence.verdict is Verdict.UNSUPPORTED:
        return []
    return list(dict.fromkeys(citation.source for citation in sentence.citations))


def marked(answer: Answer) -> tuple[str, Sequence[Mark]]:
    """The whole text with its markers, and the form or the tables that it ends with."""
    marker = Marker()
    for card in answer.cards:
        marker.show(card)
    marker.write(answer.text)
    for sentence in answer.sentences:
        marker.cite(sentence)
    if answer.form is not None:
        marker.ask(answer.form)
    marker.finish()
    return marker.content, marker.marks
