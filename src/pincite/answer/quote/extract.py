"""What do the sources say, in their own words? The best sentences, verbatim, each with its citation.

Every sentence written is a passage's sentence with characters left out, never added: reference marks, bullets,
doubled blanks. So each citation supports its sentence by construction. Chosen by expected use for their length
(maximal marginal relevance, Carbonell & Goldstein, SIGIR 1998, λ = 0.7), told lead first, then detail. Lists keep the
items of their page, instructions the steps of one source in its order, comparisons stand side by side. What else is
written, "Sources differ." and the heads of a table, is cited by nothing and says nothing about the world.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pincite.answer.own_words import DIFFER, own_words
from pincite.answer.question.carrier import TELL
from pincite.answer.question.pair import things
from pincite.answer.question.plan import Kind, Plan, Shape
from pincite.answer.question.thing import life_event
from pincite.answer.question.trouble import trouble
from pincite.answer.quote.agree import differing, second_citations
from pincite.answer.quote.around import around, programmed, told_around
from pincite.answer.quote.candidates import NUMBERED, Candidate, candidates, personal
from pincite.answer.quote.compare import Compared, compared, naming_both
from pincite.answer.quote.evidence import ENOUGH, Evidence, weigh
from pincite.answer.quote.instruct import instructed
from pincite.answer.quote.likeness import closest, says_again
from pincite.answer.quote.lines import MAX_SENTENCES, lines, listed
from pincite.answer.quote.opening import bare_title, introduction, life_date
from pincite.answer.quote.read import PASSAGES, Read, believed, joined, laid, unsaid
from pincite.answer.quote.read import SURE as SURE_READ
from pincite.answer.quote.score import UNHURRIED, Scored, score
from pincite.answer.quote.shape import short
from pincite.answer.terms import terms
from pincite.ports import Deadline, Embedder, Reader
from pincite.text.languages import detect
from pincite.types import Card, Citation, Fact, Hit, Passage, Sentence, Source, Span, Verdict

INTRODUCTION_WORDS = 90
INTRODUCTION_SENTENCES = 4
"""Of a document's opening, where the question is what its subject is."""
WORTH = 0.02
"""Chance below which a sentence is not worth its words."""
WORTH_BESIDE_LEAD = 0.02
"""The same as a share of the lead's chance, for sentences of the lead's document."""
WORTH_OF_LEAD = 0.1
"""The same for sentences of other documents: they change the topic."""
SURE = 0.6
"""Chance of the lead from which on a short answer is cut out of it: 87 % of 53 were right then (LAB.md)."""
UNSHORTENED = (Kind.YES_NO, Kind.HOW_TO, Kind.COMPARISON)
"""Questions that no part of a sentence answers; those for a reason are others."""
TELLING = 4
"""Words from which on the same sentence in another source says the same: "Okay." does not."""
SUBJECT_WITHIN = 3
"""Content words at a sentence's start within which its subject stands."""
_STAMP = re.compile(r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
"""When a line of a log was written."""
INSTRUCTED = 1.7
"""Log odds added for instructions: what judges the evidence has learnt questions with short answers (decision 82)."""
AROUND = 1.1
"""The same for what was said in a recording, and for what stands in a program (decisions 83 and 85)."""
NEAR, NEAR_SENTENCES, NEAR_WORDS = 0.02, 3, 60
"""Chance from which on the nearest sentences are shown where no answer is given; how many, how long (decision 84)."""
RELATED = 0.3
"""Cosine from which on a sentence that shares no word with the question may come near it."""
LAMBDA = 0.7
"""Share of relevance against novelty."""


@dataclass(frozen=True)
class Piece:
    """A sentence as it is written: what stands before it (blanks, bullet, a table's bar), its text, what it rests on.

    ``short`` is where the short answer stands in ``text``. What has no citations are our own connecting words.
    """

    lead_in: str
    text: str
    citations: tuple[Citation, ...]
    short: tuple[int, int] | None = None

    def sentence(self, at: int) -> Sentence:
        """It as a sentence of an answer, behind ``at`` characters of text."""
        start = at + len(self.lead_in)
        strong = Span(start=start + self.short[0], end=start + self.short[1]) if self.short else None
        verdict = Verdict.SUPPORTED if self.citations else Verdict.EXEMPT
        end = start + len(self.text)
        return Sentence(start=start, end=end, citations=self.citations, verdict=verdict, short=strong)


@dataclass(frozen=True)
class Extract:
    """``pieces`` is empty where the evidence is too weak; ``nearest`` then names the closest documents."""

    pieces: tuple[Piece, ...]
    lead: Piece | None
    evidence: Evidence
    nearest: tuple[str, ...]
    fact: str = ""
    """The short answer within the lead, where one was found by its shape."""
    near: tuple[Piece, ...] = ()
    hurried: bool = False
    """A reader was there, and had no time for a single passage."""


def extract(
    plan: Plan,
    hits: Sequence[Hit],
    sources: Sequence[Source],
    embedder: Embedder | None,
    max_words: int,
    reader: Reader | None = None,
    reading: Deadline = UNHURRIED,
    least: float = ENOUGH,
) -> Extract:
    """An answer of at most ``max_words`` words. Blocking. Every hit's passage is in ``sources``.

    There is none where the chance that the passages hold one is below ``least``.

    A ``reader`` has its say in which sentences those are, whether there is an answer at all, and what it is in short,
    as far as it comes until ``reading``; it reads while the sentences are being judged.
    """
    # The encoders read English; in Arabic cosines cost half of the right answers (LAB.md).
    lang = detect(plan.queries[0])
    english = lang == "en"
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as beside:
        passages = [hit.passage for hit in hits[:PASSAGES]]
        coming = beside.submit(reader.read, plan.queries[0], passages, reading) if reader and english else None
        sentences = candidates(hits, lang)
        scored = score(plan, hits, sentences, embedder if english else None, reading)
        evidence = weigh(hits, sentences, scored)
        readings = coming.result() if coming else []
        found = laid(readings, hits, sentences, scored.asked)
    # It has learnt sentences, and in programs it finds none of its answers.
    found = None if sentences and programmed(_best(hits, sentences, scored)) else found
    if reader and found is not None:
        both = joined(scored, found, sentences)
        evidence = believed(evidence, found, both, unsaid(reader, found, both, sentences, hits))
        # It has learnt questions with short answers: of others it chose worse leads (LAB.md).
        scored = both if _short_answered(plan) else scored
    if plan.kind is Kind.HOW_TO and english:
        evidence = evidence.shifted(INSTRUCTED)
    elif sentences and told_around(_best(hits, sentences, scored)):
        evidence = evidence.shifted(AROUND)
    numbers = {passage.id: source.number for source in sources for passage in source.passages}
    draft = _Draft(hits, sentences, scored, numbers, found)
    pieces, lead = _written(plan, draft, max_words, enough=evidence.chance >= least)
    nearest = tuple(dict.fromkeys(hit.passage.document.title for hit in hits))[:3]
    fact = lead.text[slice(*lead.short)] if lead and lead.short else ""
    near = () if pieces or evidence.chance < NEAR else _near(draft)
    hurried = coming is not None and bool(passages) and not readings
    return Extract(tuple(pieces), lead, evidence, nearest, fact, near, hurried)


def _best(hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored) -> Passage:
    """In which the likeliest sentence stands."""
    return hits[sentences[int(scored.chance.argmax())].hit].passage


@dataclass(frozen=True)
class _Draft:
    """All that lies before the writer."""

    hits: Sequence[Hit]
    sentences: Sequence[Candidate]
    scored: Scored
    numbers: dict[str, int]
    read: Read | None

    def piece(self, lead_in: str, at: int, short: tuple[int, int] | None = None) -> Piece:
        return Piece(lead_in, self.sentences[at].text, self.citations(at), short)

    def citations(self, at: int) -> tuple[Citation, ...]:
        """Its own passage, any other source that holds the very same sentence, and those that nearly do."""
        found = _citations(at, self.sentences, self.hits, self.numbers)
        if self.sentences[at].size < TELLING:
            return found[:1]
        cited = {citation.source for citation in found}

        def alike(one: int, other: int) -> bool:
            return says_again(other, [one], self.sentences, self.scored)

        more = second_citations(at, alike, self.sentences, self.hits, self.numbers, cited)
        return (*found, *more)


def _written(plan: Plan, draft: _Draft, max_words: int, *, enough: bool) -> tuple[list[Piece], Piece | None]:
    """The pieces and the lead among them; neither where there is not enough evidence."""
    asked = things(plan.queries[0])
    side_by_side = compared(asked, draft.hits, draft.sentences, draft.scored, max_words)
    if side_by_side is not None:
        return _table(side_by_side, draft)
    told = _introduced(plan, draft, max_words)
    introduced = bool(told)
    given = draft.hits, draft.sentences, draft.scored, max_words
    told = told or lines(plan, *given)
    if not told and not enough:
        return [], None
    instructions = [] if told else instructed(plan, *given)
    turns = [] if told or instructions else around(*given)
    whole = instructions or turns
    told = told or whole or listed(plan, draft.sentences, draft.scored, max_words)
    # Of two things of which one has no document only what names both is an answer.
    open_ = naming_both(asked, draft.sentences, draft.scored) if asked else range(len(draft.sentences))
    chosen = told or _choose(plan, draft.sentences, draft.hits, draft.scored, max_words, open_)
    if not chosen:
        return [], None
    lead = _gist(whole, draft) if whole else chosen[0]
    short = short_answer(plan, lead, draft, introduced=introduced)
    other = differing(plan, lead, draft.sentences, draft.hits, draft.scored) if not told else None
    if other is not None and _size(lead, draft) + _size(other[0], draft) + len(DIFFER.split()) <= max_words:
        return _contradicted(lead, other, draft)
    blocks = [told] if told else _blocks(chosen, draft)
    order = [at for block in blocks for at in block]
    bulleted = set() if turns else _bulleted(order, draft.sentences)
    pieces = []
    for before, at in zip([None, *order], order, strict=False):
        lead_in = _next_turn(before, at, draft) if turns else _between(before, at, bulleted, draft, apart=bool(whole))
        pieces.append(draft.piece(lead_in, at, short if at == lead else None))
    return pieces, pieces[order.index(lead)]


def _gist(told: Sequence[int], draft: _Draft) -> int:
    """Of what is told whole the sentence that says the most to the question; code only where there is nothing else."""
    return max(told, key=lambda at: (not draft.sentences[at].code, draft.scored.chance[at]))


def _near(draft: _Draft) -> tuple[Piece, ...]:
    """The likeliest sentences that can be read alone, where none is likely enough to be told as the answer."""
    sentences, scored = draft.sentences, draft.scored
    related = (scored.column("overlap_context") > 0) | (scored.column("cosine") >= RELATED)
    taken: list[int] = []
    for at in map(int, np.argsort(-scored.chance, kind="stable")):
        one = sentences[at]
        readable = one.text and not (one.heading or one.cut or one.caption) and one.size <= NEAR_WORDS
        if readable and related[at] and not says_again(at, taken, sentences, scored):
            taken.append(at)
        if len(taken) == NEAR_SENTENCES:
            break
    return tuple(draft.piece("\n\n- " if at == taken[0] else "\n- ", at) for at in taken)


def short_answer(plan: Plan, lead: int, draft: _Draft, *, introduced: bool) -> tuple[int, int] | None:
    """Where the short answer stands in the lead; ``None`` where none is sure. A reader knows more than shapes do."""
    text = draft.sentences[lead].text
    if ((asked := trouble(plan.queries[0])) and asked.held(text)) or plan.queries[0].startswith(TELL):
        return None  # the line is, or all of it
    if plan.shape is Shape.TIME and (stamp := _STAMP.match(text)):
        return stamp.span()
    event = life_event(plan.queries[0])[1]
    fact = life_date(text, event) if event and introduced else ""
    if not fact and draft.read is not None:
        span, chance = draft.read.spans.get(lead, ((0, 0), 0.0))
        if chance < SURE_READ or introduced or not _short_answered(plan):
            return None
        return draft.scored.asked.quantity.whole(text, span) if draft.scored.asked.quantity else span
    if not fact and draft.scored.chance[lead] >= SURE:
        fact = short(plan.shape, text, plan.queries[0])
    at = text.find(fact) if fact else -1
    return (at, at + len(fact)) if at >= 0 else None


def _short_answered(plan: Plan) -> bool:
    """May a part of a sentence answer it?"""
    return plan.kind not in UNSHORTENED and plan.shape is not Shape.REASON


def _table(found: Compared, draft: _Draft) -> tuple[list[Piece], Piece]:
    """First what names both, then a row a matter. The bars stand outside the sentences."""
    pieces = [draft.piece(" " if place else "", at) for place, at in enumerate(found.both)]
    first, second = found.heads
    pieces += [Piece("\n\n| " if pieces else "| ", first, ()), Piece(" | ", second, ())]
    for place, (a, b) in enumerate(found.rows):
        pieces += [draft.piece("\n| " if place else " |\n|---|---|\n| ", a), draft.piece(" | ", b)]
    return pieces, next(piece for piece in pieces if piece.citations)


def _size(at: int, draft: _Draft) -> int:
    return len(draft.sentences[at].text.split())


def _contradicted(
    lead: int, other: tuple[int, tuple[int, int], tuple[int, int]], draft: _Draft
) -> tuple[list[Piece], Piece]:
    """Both sentences, each with its value, and no verdict on which is right."""
    at, ours, theirs = other
    differ = own_words(DIFFER, draft.scored.asked.text)
    pieces = [Piece("", differ, ()), draft.piece("\n\n", lead, ours), draft.piece("\n\n", at, theirs)]
    return pieces, pieces[1]


def card(found: Extract) -> Card | None:
    """The instant answer, shown while a model writes. ``None`` where there is nothing to show."""
    if found.lead is None:
        return None
    text = found.lead.text
    return Card(
        widget="instant",
        title="From the sources",
        text=text,
        body=Fact(value=found.fact or text, sentence=text),
        citations=found.lead.citations,
    )


def _introduced(plan: Plan, draft: _Draft, max_words: int) -> list[int]:
    """What a document about just this says at its start; of a life's dates only the sentence that holds them."""
    hits, sentences = draft.hits, draft.sentences
    if not hits or "opening" not in hits[0].signals:
        return []
    most, lang = min(max_words, INTRODUCTION_WORDS), draft.scored.asked.lang
    told = introduction(plan.about, bare_title(hits[0]), sentences, most, INTRODUCTION_SENTENCES, lang)
    event = life_event(plan.queries[0])[1]
    if not event:
        return told
    return told[:1] if told and life_date(sentences[told[0]].text, event) else []


def _choose(
    plan: Plan,
    sentences: Sequence[Candidate],
    hits: Sequence[Hit],
    scored: Scored,
    max_words: int,
    among: Sequence[int],
) -> list[int]:
    """The sentences to write, chosen ``among`` those, the lead first; an orphan with the sentence before it."""
    open_ = [at for at in among if not sentences[at].heading and 0 < sentences[at].size <= max_words]
    taken: list[int] = []
    used = 0
    while open_ and len(taken) < MAX_SENTENCES:
        best = max(
            open_, key=lambda at: LAMBDA * scored.chance[at] - (1 - LAMBDA) * closest(at, taken, sentences, scored)
        )
        open_.remove(best)
        if taken and _unfit(best, taken[0], plan, sentences, hits, scored):
            continue
        group = _with_antecedent(best, sentences)
        if not taken and _asked_for(group, sentences, hits, scored):
            group = [best]
        fresh = [at for at in group if at not in taken]
        size = sum(sentences[at].size for at in fresh)
        if used + size > max_words or len(taken) + len(fresh) > MAX_SENTENCES:
            continue
        if says_again(best, taken, sentences, scored):
            continue
        taken += [best, *(at for at in fresh if at != best)]
        open_ = [at for at in open_ if at not in fresh]
        used += size
    return taken


def _unfit(at: int, lead: int, plan: Plan, sentences: Sequence[Candidate], hits: Sequence[Hit], scored: Scored) -> bool:
    """Is the sentence not to stand behind the lead: a fragment, or of too little worth?"""
    one = sentences[at]
    title = one.item and plan.kind not in (Kind.LIST, Kind.HOW_TO) and not one.text.endswith((".", "!", "?"))
    return (
        one.caption
        or title
        or any(sentences[each].cut for each in _with_antecedent(at, sentences))
        or scored.chance[at] < _worth(at, lead, sentences, hits, scored)
    )


def _of_one_document(at: int, other: int, sentences: Sequence[Candidate], hits: Sequence[Hit]) -> bool:
    one, two = (hits[sentences[place].hit].passage.document.id for place in (at, other))
    return one == two


def _worth(at: int, lead: int, sentences: Sequence[Candidate], hits: Sequence[Hit], scored: Scored) -> float:
    share = WORTH_BESIDE_LEAD if _of_one_document(at, lead, sentences, hits) else WORTH_OF_LEAD
    return max(WORTH, share * float(scored.chance[lead]))


def _with_antecedent(at: int, sentences: Sequence[Candidate]) -> list[int]:
    group = [at]
    while sentences[group[0]].orphan:
        before = group[0] - 1
        if before < 0 or sentences[before].hit != sentences[at].hit or sentences[before].heading:
            break
        group.insert(0, before)
    return group


def _asked_for(group: Sequence[int], sentences: Sequence[Candidate], hits: Sequence[Hit], scored: Scored) -> bool:
    """Does the last sentence of the group open with a pronoun, and stands that for what the question names?

    It does where the group begins with what its document is about: whoever asks for the capital of Mongolia knows what
    "its capital" is.
    """
    first, last = sentences[group[0]], sentences[group[-1]]
    subject = set(first.terms[:SUBJECT_WITHIN]) & set(terms(bare_title(hits[first.hit]), scored.asked.lang))
    return len(group) > 1 and not first.orphan and personal(last.text) and bool(subject & scored.asked.terms)


def _blocks(chosen: Sequence[int], draft: _Draft) -> list[list[int]]:
    """Runs of sentences as they will stand: the lead's, then its passage's, then the others as they were chosen."""
    lead, sentences = chosen[0], draft.sentences
    first = _asked_for(_with_antecedent(lead, sentences), sentences, draft.hits, draft.scored)
    runs: list[list[int]] = []
    for at in sorted(chosen):
        # Neighbours of one passage stay together, so that no pronoun loses what it stands for.
        neighbours = runs and runs[-1][-1] == at - 1 and sentences[at - 1].hit == sentences[at].hit
        if neighbours and sentences[at].orphan and not (first and at == lead):
            runs[-1].append(at)
        else:
            runs.append([at])
    first_use = {sentences[at].hit: place for place, at in reversed(list(enumerate(chosen)))}
    return sorted(runs, key=lambda run: (lead not in run, first_use[sentences[run[0]].hit], run[0]))


def _bulleted(order: Sequence[int], sentences: Sequence[Candidate]) -> set[int]:
    """Items and rows beside another of their passage: two make a list, one alone is a sentence like others."""
    found: set[int] = set()
    for one, other in pairwise(order):
        a, b = sentences[one], sentences[other]
        if (a.item or a.row) and (b.item or b.row) and a.hit == b.hit:
            found |= {one, other}
    return found


def _between(before: int | None, at: int, bulleted: set[int], draft: _Draft, *, apart: bool) -> str:
    """What stands before a sentence: a blank, a bullet before an item, a paragraph's break around code and before
    another document; before another passage or paragraph, too, where they are told as they stand (``apart``).
    """
    bullet = "- " if at in bulleted and not NUMBERED.match(draft.sentences[at].text) else ""
    if before is None:
        return bullet
    if at in bulleted:
        return ("\n" if before in bulleted else "\n\n") + bullet
    one, two = draft.sentences[before], draft.sentences[at]
    if before in bulleted or one.heading or two.heading or (apart and not _of_one_paragraph(one, two, draft.hits)):
        return "\n\n"
    return " " if _of_one_document(before, at, draft.sentences, draft.hits) else "\n\n"


def _next_turn(before: int | None, at: int, draft: _Draft) -> str:
    """The same where people talk, and in a program: a turn, a comment, a block of code is a paragraph."""
    if before is None:
        return ""
    return " " if _of_one_paragraph(draft.sentences[before], draft.sentences[at], draft.hits) else "\n\n"


def _of_one_paragraph(one: Candidate, other: Candidate, hits: Sequence[Hit]) -> bool:
    return one.hit == other.hit and "\n\n" not in hits[one.hit].passage.text[one.end : other.start]


def _citations(
    at: int, sentences: Sequence[Candidate], hits: Sequence[Hit], numbers: dict[str, int]
) -> tuple[Citation, ...]:
    """Its own passage, and any other source that holds the very same sentence."""
    one = sentences[at]
    own = hits[one.hit].passage
    found = {
        numbers[own.id]: Citation(
            source=numbers[own.id], passage_id=own.id, quote=Span(start=one.start, end=one.end), support=1.0
        )
    }
    for other in sentences:
        passage = hits[other.hit].passage
        if other.text == one.text and numbers[passage.id] not in found:
            quote = Span(start=other.start, end=other.end)
            found[numbers[passage.id]] = Citation(
                source=numbers[passage.id], passage_id=passage.id, quote=quote, support=1.0
            )
    return tuple(found.values())
