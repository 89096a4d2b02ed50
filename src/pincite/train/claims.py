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

from pincite.evals.sets import PassageRow, QuestionRow
from pincite.text.sentences import split
from pincite.train.examples import Claim, Text
from pincite.train.twist import NAME, NUMBER, other_number

NO, PART, YES = 0, 1, 2
_BE = r"(is|are|was|were)"
_WHEN = r"(?:in |on |at )?(?:what|which) (?:year|date|day|month|century|decade)"
_DONE = r"(\S+(?:ed|en|wn|rn|ade|uilt|eld|unded))"
_NOUN = r"(?:name|capital|term|title|purpose|result|cause|largest|first|last|main)"
_DO = r"(?:do|does|did)"
_HELP = r"(has|have|had|can|could|will|would|should|must|may|might)"
_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_NOT = {"is": "is not", "are": "are not", "was": "was not", "were": "were not", "can": "can not", "had": "had not"}


def stated(question: str, answer: str) -> str | None:
    """Question and answer as one statement, in plain but not always good English; ``None`` where no rule fits."""
    text = question.strip().rstrip("?").strip()
    text = text[:1].lower() + text[1:]
    for pattern, told in _RULES:
        match = pattern.match(text)
        if match:
            said = told.format(*(part or "" for part in match.groups()), a=answer)
            said = re.sub(r"\s+", " ", said).strip()
            return said[:1].upper() + said[1:] + "."
    return None


_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), told)
    for pattern, told in (
        (rf"{_WHEN} {_BE} (.+) {_DONE}$", "{1} {0} {2} in {a}"),
        (rf"{_WHEN} {_DO} (.+)$", "{0} in {a}"),
        (rf"when {_BE} (.+) {_DONE}$", "{1} {0} {2} in {a}"),
        (rf"when {_DO} (.+)$", "{0} in {a}"),
        (rf"when {_BE} (.+)$", "{1} {0} {a}"),
        (rf"where {_BE} (.+) (located|found|born|held|based|situated)$", "{1} {0} {2} in {a}"),
        (rf"where {_DO} (.+)$", "{0} in {a}"),
        (rf"where {_BE} (.+)$", "{1} {0} in {a}"),
        (rf"why {_DO} (.+)$", "{0} because {a}"),
        (rf"how (?:many|much) (\w+) {_BE} (?:there )?(.+)$", "there {1} {a} {0} {2}"),
        (rf"how (?:many|much) (.+?) {_DO} (.+)$", "{1} {a} {0}"),
        (r"how many (.+)$", "{a} {0}"),
        (rf"how (old|long|large|big|tall|far|high|deep|wide|hot|cold|fast|heavy) {_BE} (.+)$", "{2} {1} {a} {0}"),
        (rf"(?:what|which) (?:type|kind|sort) of (\S+(?: \S+)?) {_BE} (.+)$", "{2} {1} {a}"),
        (rf"(?:what|who|which) {_BE} (.+) (called|named|known as|considered)$", "{1} {0} {2} {a}"),
        (rf"(?:what|who|which) {_BE} (.+) (\S+ed) (by|for|in|as|to|with|from|on)$", "{1} {0} {2} {3} {a}"),
        (rf"(?:what|who|which) {_BE} (the {_NOUN}\b.+)$", "{1} {0} {a}"),
        (rf"(?:what|who|which) {_BE} ((?:a|an|the|one) .+|[A-Z].+)$", "{1} {0} {a}"),
        (rf"(?:what|which|whose) (\S+(?: \S+)?) {_DO} (.+)$", "{1} {a}"),
        (rf"(?:what|who|whom) {_DO} (.+)$", "{0} {a}"),
        (rf"(?:what|who|which) {_HELP} (.+)$", "{a} {0} {1}"),
        (rf"(?:what|which) (\S+) {_BE} (.+)$", "{a} {1} {2}"),
        (r"who (.+)$", "{a} {0}"),
        (r"which (?:\S+ ){1,2}(\S+(?:ed|s|de|te|ew|an|on|ok|ld)\b.+)$", "{a} {0}"),
        (rf"what {_BE} (\S+ed|\S+ing) (.+)$", "{a} {0} {1} {2}"),
        (rf"what (?!{_BE})(\S+(?:s|ed)\b.*)$", "{a} {1}"),
        (rf"(.+) (?:{_WH}|what \S+)$", "{0} {a}"),
    )
)  # fmt: skip


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
