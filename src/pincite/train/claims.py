"""Which statements does a passage support, and which does it not? Made from questions with answers, without a model.

Supported: a question and its answer told as a statement; a sentence of the passage, shortened. Not supported: the same
with another answer of the same kind, with a number or a name changed, or beside a passage of the same article that
does not say so. Partly supported: a sentence of this passage joined with one of another. After MiniCheck's structured
negatives (Tang et al., EMNLP 2024), which make the difference there; here by rules instead of a large model.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pincite.answer.quote.statement import stated
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.text.sentences import split
from pincite.train.examples import Claim, Text
from pincite.train.twist import NAME, NUMBER, other_number

NO, PART, YES = 0, 1, 2
_NOT = {"is": "is not", "are": "are not", "was": "was not", "were": "were not", "can": "can not", "had": "had not"}


@dataclass
class Article:
    """What stands under one title: its passages, and the answers of each kind that its questions have."""

    rows: list[PassageRow] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)


def kind(answer: str) -> str:
    """A coarse type, so that a wrong answer looks right: year, number, name, words."""
    if re.fullmatch(r"(?:1\d|20)\d\d", answer):
        return "year"
    if re.search(r"\d", answer):
        return "number"
    return "name" if answer[:1].isupper() else "words"


def articles(rows: Sequence[PassageRow], questions: Sequence[QuestionRow]) -> dict[str, Article]:
    """By title."""
    found: dict[str, Article] = {}
    title = {}
    for row in rows:
        title[row.id] = row.title
        found.setdefault(row.title, Article()).rows.append(row)
    for question in questions:
        for id_ in question.right:
            if id_ in title and question.answers:
                answer = question.answers[0]
                found[title[id_]].answers.setdefault(kind(answer), []).append(answer)
    return found


def from_questions(
    questions: Sequence[QuestionRow], rows: dict[str, PassageRow], about: dict[str, Article], seed: int
) -> Iterator[Claim]:
    """Two claims a question: one that its passage says, and one that the passage beside it does not."""
    chance = random.Random(seed)  # noqa: S311
    for question in questions:
        row = next((rows[id_] for id_ in question.right if id_ in rows), None)
        if row is None or not question.answers:
            continue
        answer = question.answers[0]
        said = stated(question.text, answer)
        if said is None or len(answer) > 80:
            continue
        yield Claim(said, Text(row.title, row.text), YES)
        article = about[row.title]
        same = [a for a in article.answers.get(kind(answer), ()) if not _alike(a, answer)]
        others = [o for o in article.rows if o.id != row.id and answer.lower() not in o.text.lower()]
        draw = chance.random()
        if same and (draw < 0.55 or not others):
            wrong = stated(question.text, chance.choice(same))
            if wrong is not None:
                yield Claim(wrong, Text(row.title, row.text), NO)
        elif others and draw < 0.9:
            other = chance.choice(others)
            yield Claim(said, Text(other.title, other.text), NO)
        elif (denied := _denied(said)) is not None:
            yield Claim(denied, Text(row.title, row.text), NO)


def from_sentences(rows: Sequence[PassageRow], about: dict[str, Article], seed: int) -> Iterator[Claim]:
    """Up to two claims a passage, in a sentence's words: kept, changed, moved beside another passage, or joined."""
    chance = random.Random(seed)  # noqa: S311
    for row in rows:
        sentences = [row.text[start:end] for start, end in split(row.text)]
        usable = [s for s in sentences if 6 <= len(s.split()) <= 45]
        if len(usable) < 2:
            continue
        sentence = chance.choice(usable)
        passage = Text(row.title, row.text)
        others = [o for o in about[row.title].rows if o.id != row.id]
        draw = chance.random()
        if draw < 0.4:
            yield Claim(_shortened(sentence, chance), passage, YES)
        changed = _changed(sentence, row.text, chance)
        if draw < 0.5 and changed is not None:
            yield Claim(changed, passage, NO)
        elif draw < 0.75 and others:
            other = chance.choice(others)
            yield Claim(_shortened(sentence, chance), Text(other.title, other.text), NO)
        elif others:
            other = chance.choice(others)
            strange = [other.text[s:e] for s, e in split(other.text) if 6 <= e - s <= 160]
            if strange:
                parts = [_shortened(sentence, chance), _shortened(chance.choice(strange), chance)]
                chance.shuffle(parts)
                yield Claim(" ".join(parts), passage, PART)


def _shortened(sentence: str, chance: random.Random) -> str:
    """Without its parentheses, and sometimes without a clause at its end or its beginning."""
    bare = re.sub(r"\s?\([^()]*\)", "", sentence)
    parts = bare.split(", ")
    if len(parts) > 2 and chance.random() < 0.6:
        kept = ", ".join(parts[:-1] if chance.random() < 0.5 else parts[1:]).strip()
        if len(kept.split()) >= 6:
            bare = kept[:1].upper() + kept[1:]
    return bare.rstrip(" .,;") + "."


def _changed(sentence: str, passage: str, chance: random.Random) -> str | None:
    """With one number or name that is not the same; ``None`` where there is none to change."""
    numbers = list(NUMBER.finditer(sentence))
    names = list(NAME.finditer(sentence))
    if numbers and (chance.random() < 0.5 or not names):
        match = chance.choice(numbers)
        return sentence[: match.start()] + other_number(match[0], chance) + sentence[match.end() :]
    others = [name for name in {m[0] for m in NAME.finditer(passage)} if name not in sentence]
    if names and others:
        match = chance.choice(names)
        return sentence[: match.start()] + chance.choice(sorted(others)) + sentence[match.end() :]
    return _denied(sentence)


def _denied(said: str) -> str | None:
    for plain, negated in _NOT.items():
        if f" {plain} " in said and " not " not in said:
            return said.replace(f" {plain} ", f" {negated} ", 1)
    return None


def _alike(a: str, b: str) -> bool:
    one, other = a.lower(), b.lower()
    return one in other or other in one
