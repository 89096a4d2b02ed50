"""Which answers of a thread belong together? A turn is a question with all its versions, edited and asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pincite.text import languages
from pincite.types import Answer
from pincite.web.draw import paint, parts
from pincite.web.words import t


@dataclass(frozen=True)
class Turn:
    """A question of a thread with the answer that is shown. Asked again, it has several ``versions``.

    A form and what became of it are one turn: ``asked`` is the answer that asked the form of which the shown one's
    question is the reply. It is no version; where it is missing (deleted, or left out) only the reply is known.
    """

    number: int
    versions: Sequence[Answer]
    version: int
    lang: str
    view: paint.View = field(default_factory=paint.View)
    asked: Answer | None = None
    inside: str = ""
    """The files in which alone it was looked, in words; empty where it was the question's focus."""

    @property
    def answer(self) -> Answer:
        return self.versions[self.version - 1]

    @property
    def chosen(self) -> str:
        """What was chosen in the form, in one line; empty where there was none."""
        reply = self.answer.question.reply
        if reply is None:
            return ""
        words = parts.replied(self.asked.form if self.asked else None, reply)
        if not reply.skipped:
            return words
        return t("Skipped; assumed: {what}", what=words) if words else t("Skipped")

    def edited(self) -> str:
        """The form again, as it was filled in; what is sent becomes a new version of this turn."""
        assert self.asked is not None
        return parts.form(self.asked, reply=self.answer.question.reply, replaces=self.answer.id)


def turns(answers: Sequence[Answer], wanted: Mapping[int, int] | None = None) -> list[Turn]:
    """The turns in the order of their first questions. ``wanted`` picks a turn's version by its number, else the last.

    An answer that replaces another is a version of its turn; so is one to the same words as the answer before it.
    """
    found = []
    forms = {answer.form.id: answer for answer in answers if answer.form}
    answered = {answer.question.reply.form_id for answer in answers if answer.question.reply}
    for number, whole in enumerate(_grouped(answers), start=1):
        group = [answer for answer in whole if not (answer.form and answer.form.id in answered)] or whole
        version = min(max((wanted or {}).get(number, len(group)), 1), len(group))
        shown = group[version - 1]
        lang = languages.detect(f"{shown.question.text} {shown.text[:500]}")
        asked = forms.get(shown.question.reply.form_id) if shown.question.reply else None
        found.append(Turn(number, group, version, lang, asked=asked))
    return found


def _grouped(answers: Sequence[Answer]) -> list[list[Answer]]:
    groups: list[list[Answer]] = []
    home: dict[str, list[Answer]] = {}
    for answer in answers:
        reply = answer.question.reply
        group = home.get(answer.question.replaces or "") or home.get(reply.form_id if reply else "")
        if group is None and groups and groups[-1][-1].question.text == answer.question.text:
            group = groups[-1]
        if group is None:
            group = []
            groups.append(group)
        group.append(answer)
        home[answer.id] = group
        if answer.form is not None:
            home[answer.form.id] = group
    return groups


def history(answers: Sequence[Answer], replaces: str | None = None) -> list[Answer]:
    """What a question follows on: the last version of each turn, up to the turn that it is a new version of."""
    found = []
    for group in _grouped(answers):
        if any(answer.id == replaces for answer in group):
            break
        found.append(group[-1])
    return found


def place(answers: Sequence[Answer], answer_id: str) -> int:
    """The number of the turn that an answer belongs to; of the last one if it belongs to none."""
    groups = _grouped(answers)
    return next((i for i, group in enumerate(groups, start=1) if any(a.id == answer_id for a in group)), len(groups))
