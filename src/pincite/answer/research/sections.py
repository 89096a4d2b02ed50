"""What is written after research without a model, and from which sources? The lead first, then a section a part.

The lead answers the whole question: the last hop of a chain where there is one, since only that says what was asked. A
section has the smaller question above it, which is no statement about the world; every sentence below is a source's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pincite.answer.clarify.facets import plain, said
from pincite.answer.gather import Gathered, number
from pincite.answer.own_words import NO_ANSWER, PARTLY, UNSURE, own_words
from pincite.answer.question.plan import Plan
from pincite.answer.question.split import Part
from pincite.answer.quote.extract import Extract, Piece
from pincite.answer.research.bridge import rests_on
from pincite.prompts import render
from pincite.types import Citation, Degradation, Hit

SECTION_WORDS = 80
"""Of a section at the most."""


@dataclass(frozen=True)
class Finding:
    """A question that was searched for, and what came of it. ``hop`` counts from 1: a second one rests on a first."""

    asked: str
    plan: Plan
    gathered: Gathered
    extract: Extract
    hop: int = 1
    over: str = ""
    """The bridge it rests on."""
    part: int | None = None
    """The place of its part in the plan; ``None`` for the whole question."""

    @property
    def told(self) -> bool:
        """Does a passage answer it?"""
        opened = bool(self.gathered.hits) and "opening" in self.gathered.hits[0].signals
        return self.extract.lead is not None and (self.extract.evidence.enough or opened or self._as_chosen)

    @property
    def _as_chosen(self) -> bool:
        """Is what leads from a passage that says all that was chosen in a form? A side of a thing is no question, so
        the chance of an answer says little; what was offered was found."""
        lead, chosen = self.extract.lead, plain(self.plan.chosen)
        cited = {citation.passage_id for citation in lead.citations} if lead is not None else set()
        return bool(chosen) and any(chosen <= said(hit) for hit in self.gathered.hits if hit.passage.id in cited)

    @property
    def covered(self) -> bool:
        """Does a passage answer it, and one that names the bridge?"""
        return self.told and (not self.over or rests_on(self.extract, self.gathered.hits, self.over))


@dataclass(frozen=True)
class Researched:
    """What came of it: the union of what was found as one numbered list, and the answer that no model wrote."""

    gathered: Gathered
    extract: Extract
    parts: tuple[str, ...]
    """The smaller questions that were answered, in order."""
    searches: int = 0
    degraded: tuple[Degradation, ...] = ()

    def asked(self, question: str) -> str:
        """``question`` as a model that writes is given it."""
        lines = "\n".join(f"- {part}" for part in self.parts)
        return render("smaller", question=question, parts=lines) if lines else question


def compiled(whole: Finding, findings: Sequence[Finding], parts: Sequence[Part], most: int) -> Researched:
    """Everything found, as one answer. At most ``most`` passages become sources, or as many as are cited."""
    told = _one_a_part(findings)
    last = [at for at in range(len(parts)) if all(part.after != at for part in parts)]
    by_part = {finding.part: finding for finding in told}
    further = [finding for finding in told if finding.hop > 1 and finding.part in last]
    lead = max(further, key=lambda finding: finding.hop) if further else whole
    asked = tuple(finding.asked for finding in told)
    if lead.covered:
        blocks = [(lead, False), *([(whole, False)] if whole.covered and lead is not whole else [])]
    elif told:
        blocks = []
    else:
        gathered = _union([whole], [whole, *findings], most)
        nearest = tuple(dict.fromkeys(hit.passage.document.title for hit in whole.gathered.hits))[:3]
        return Researched(gathered, Extract((), None, whole.extract.evidence, nearest), asked)
    blocks += [(finding, True) for finding in told if finding is not lead]
    gathered = _union([finding for finding, _ in blocks], [whole, *findings], most)
    numbered = _numbers(gathered)
    partly = "" if lead.covered or all(at in by_part for at in last) else own_words(PARTLY, whole.asked)
    pieces = [_renumbered(piece, numbered) for piece in _written(blocks, partly)]
    best = blocks[0][0].extract
    first = next(piece for piece in pieces if best.lead is not None and piece.text == best.lead.text)
    return Researched(gathered, replace(best, pieces=tuple(pieces), lead=first), asked)


def side_by_side(first: Finding, second: Finding, most: int) -> Researched:
    """Two questions in one, each above its answer or the word that it has none; as one where the same answers both.

    Where neither has an answer there are no pieces, and what comes nearest to them.
    """
    told = [finding for finding in (first, second) if finding.extract.pieces]
    best = (told or [first])[0].extract
    gathered = _union([first, second], [first, second], most)
    numbers = _numbers(gathered)
    if not told:
        nearest = tuple(dict.fromkeys((*first.extract.nearest, *second.extract.nearest)))
        near = tuple(_renumbered(piece, numbers) for piece in first.extract.near or second.extract.near)
        return Researched(gathered, replace(best, nearest=nearest, near=near), ())
    same = len(told) > 1 and not _added(second, {piece.text for piece in first.extract.pieces})
    pieces = tuple(_renumbered(piece, numbers) for piece in (best.pieces if same else _paired(first, second)))
    lead = next((piece for piece in pieces if best.lead is not None and piece.text == best.lead.text), None)
    return Researched(gathered, replace(best, pieces=pieces, lead=lead), ())


def _paired(first: Finding, second: Finding) -> Iterator[Piece]:
    said: set[str] = set()
    for finding in (first, second):
        yield Piece("\n\n**" if said else "**", finding.asked, ())
        pieces = [piece for piece in finding.extract.pieces or _lacking(finding) if piece.text not in said]
        yield replace(pieces[0], lead_in=f"**\n\n{pieces[0].lead_in.lstrip()}")
        yield from pieces[1:]
        said |= {piece.text for piece in pieces}


def _lacking(finding: Finding) -> tuple[Piece, ...]:
    """That it has no answer, and what comes nearest to one."""
    near = finding.extract.near
    return (Piece("", own_words(UNSURE if near else NO_ANSWER, finding.asked), ()), *near)


def _one_a_part(findings: Sequence[Finding]) -> list[Finding]:
    """Of each part the first finding that covers it, in the order of the parts."""
    first: dict[int, Finding] = {}
    for finding in findings:
        if finding.covered and finding.part is not None:
            first.setdefault(finding.part, finding)
    return [first[part] for part in sorted(first)]


def _written(blocks: Sequence[tuple[Finding, bool]], partly: str) -> Iterator[Piece]:
    """What says that they are parts, the first block as it stands, then what the others add; those with a heading below
    their question.

    No sentence comes twice, and a section that adds none has no heading.
    """
    said: set[str] = set()
    begun = bool(partly)
    if partly:
        yield Piece("", partly, ())
    for finding, headed in blocks:
        pieces = _added(finding, said) if begun or headed else finding.extract.pieces
        if not pieces:
            continue
        said |= {piece.text for piece in pieces}
        before = "\n\n" if begun else ""
        if headed:
            yield Piece(f"{before}**", finding.asked, ())
            before = "**\n\n"
        for place, piece in enumerate(pieces):
            between = piece.lead_in.lstrip() if not place else piece.lead_in
            if (begun or headed) and "|" in between:  # a row of a table whose head is not told
                between = "" if not place else " "
            yield replace(piece, lead_in=(before if not place else "") + between)
        begun = True


def _added(finding: Finding, said: set[str]) -> tuple[Piece, ...]:
    """Its sentences from the document of its lead that were not written yet; none if the lead was."""
    lead = finding.extract.lead
    if lead is None or lead.text in said:
        return ()
    of = {hit.passage.id: hit.passage.document.id for hit in finding.gathered.hits}
    about = {of.get(citation.passage_id) for citation in lead.citations}
    return tuple(
        piece
        for piece in finding.extract.pieces
        if piece.text not in said and any(of.get(citation.passage_id) in about for citation in piece.citations)
    )


def _numbers(gathered: Gathered) -> dict[str, int]:
    """Of the source of each passage."""
    return {passage.id: source.number for source in gathered.sources for passage in source.passages}


def _renumbered(piece: Piece, numbered: dict[str, int]) -> Piece:
    """Cited by the numbers of the union, each source once."""
    found: dict[int, Citation] = {}
    for citation in piece.citations:
        source = numbered[citation.passage_id]
        found.setdefault(source, citation.model_copy(update={"source": source}))
    return replace(piece, citations=tuple(found.values()))


def _union(told: Sequence[Finding], every: Sequence[Finding], most: int) -> Gathered:
    """One list of hits: what is cited, in its order, then the best of every finding in turn."""
    known = {hit.passage.id: hit for finding in every for hit in finding.gathered.hits}
    pieces = [piece for finding in told for piece in (*finding.extract.pieces, *finding.extract.near)]
    cited = [citation.passage_id for piece in pieces for citation in piece.citations]
    hits = {id_: known[id_] for id_ in cited if id_ in known}
    for place in range(max(len(finding.gathered.hits) for finding in every)):
        for finding in every:
            if place < len(finding.gathered.hits) and len(hits) < most:
                hit = finding.gathered.hits[place]
                hits.setdefault(hit.passage.id, hit)
    return joined([finding.gathered for finding in every], list(hits.values()))


def joined(found: Sequence[Gathered], hits: Sequence[Hit]) -> Gathered:
    """Several gatherings as one, of which ``hits`` are told; documents that came whole stay whole."""
    whole = {
        source.document.id: source.passages
        for one in found
        for source in one.sources
        if source.document.id in one.whole
    }
    return Gathered(
        hits=tuple(hits),
        sources=number(hits, whole),
        steps=(),
        degraded=(),
        searches=sum(one.searches for one in found),
        whole=frozenset(whole),
        ranked=tuple({hit.passage.id: hit for one in found for hit in one.ranked}.values()),
    )
