"""Do the citations hold? The measures of the literature, each exactly as its source defines it.

Every measure takes one judged answer and gives a count and out of how many, or ``None`` where it is not defined; a
figure is the sum of the counts over the sum of what they are out of, so no answer without citations counts as 0 or 1.

- Liu, Zhang & Liang, "Evaluating Verifiability in Generative Search Engines", Findings of EMNLP 2023.
- Gao et al., "Enabling Large Language Models to Generate Text with Citations" (ALCE), EMNLP 2023; its averages are
  over answers, so each answer counts once.
- Narayanan Venkit et al., "DeepTRACE", 2025 (AEE before): from C, which statement cites which listed source, and S,
  which source supports which statement. A statement is relevant if it is verification-worthy.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.answer.check.opinion import Label
from pincite.evals.judging import Judged, Ruling

Count = tuple[float, float]
"""So much, out of so much."""
Matrix = tuple[tuple[bool, ...], ...]
"""A row a relevant statement, a column a listed source."""


def f1(recall: float, precision: float) -> float:
    """Harmonic mean, of two averages as Liu et al. take it: 2·58.7·89.5 / (58.7 + 89.5) = 70.9."""
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


# ── Liu et al. ──


def liu_recall(one: Judged) -> Count | None:
    """Verification-worthy statements that their citations together support fully, of all such statements."""
    worthy = [ruling for ruling in one.rulings if ruling.worthy]
    return _of(sum(_supported(ruling) for ruling in worthy), len(worthy))


def liu_precision(one: Judged) -> Count | None:
    """(T_fs + T_ps) / N over the citations of verification-worthy statements.

    T_fs support their statement fully, alone. T_ps support it partly, and count only where all citations together
    support the statement and no single one does.
    """
    worthy = [ruling for ruling in one.rulings if ruling.worthy]
    good = 0
    for ruling in worthy:
        alone = sum(judgement.full for judgement in ruling.each)
        good += alone
        if not alone and _supported(ruling):
            good += sum(judgement.label is Label.PARTIAL for judgement in ruling.each)
    return _of(good, sum(len(ruling.each) for ruling in worthy))


# ── ALCE ──


def alce_recall(one: Judged) -> Count | None:
    """Share of an answer's sentences, worthy or not, that their citations together entail. People are not asked so."""
    if one.human or not one.rulings:
        return None
    return sum(_supported(ruling) for ruling in one.rulings) / len(one.rulings), 1.0


def alce_precision(one: Judged) -> Count | None:
    """Share of an answer's citations that count.

    One counts if its sentence is entailed by all of them together, unless it is irrelevant: it does not entail the
    sentence alone, and the others still do without it.
    """
    citations = sum(len(ruling.each) for ruling in one.rulings)
    if one.human or not citations:
        return None
    good = 0
    for ruling in one.rulings:
        if _supported(ruling):
            pairs = zip(ruling.each, ruling.without, strict=True)
            good += sum(alone.full or not without for alone, without in pairs)
    return good / citations, 1.0


# ── AEE / DeepTRACE ──


def cites(one: Judged) -> Matrix:
    """C."""
    numbers = [source.number for source in one.record.answer.sources]
    cited = {s.start: {c.source for c in s.citations} for s in one.record.answer.sentences}
    return tuple(tuple(n in cited.get(ruling.start, ()) for n in numbers) for ruling in one.rulings if ruling.worthy)


def supports(one: Judged) -> Matrix | None:
    """S; ``None`` if the judge was not asked about every listed source."""
    rows = [ruling.sources for ruling in one.rulings if ruling.worthy]
    return tuple(row for row in rows if row is not None) if all(row is not None for row in rows) else None


def citation_accuracy(c: Matrix, s: Matrix) -> Count | None:
    """ΣC∘S / ΣC."""
    return _of(_both(c, s), _sum(c))


def citation_thoroughness(c: Matrix, s: Matrix) -> Count | None:
    """ΣC∘S / ΣS."""
    return _of(_both(c, s), _sum(s))


def unsupported_statements(s: Matrix) -> Count | None:
    """Relevant statements that no listed source supports."""
    return _of(sum(not any(row) for row in s), len(s))


def source_necessity(s: Matrix) -> Count | None:
    """The fewest sources that support all that is supported, of those listed."""
    columns = len(s[0]) if s else 0
    return _of(cover([frozenset(n for n, yes in enumerate(row) if yes) for row in s if any(row)]), columns)


def uncited_sources(c: Matrix, listed: int) -> Count | None:
    """Listed sources that no statement cites."""
    return _of(sum(not any(row[n] for row in c) for n in range(listed)), listed)


def relevant_statements(one: Judged) -> Count | None:
    """Verification-worthy statements, of all."""
    return _of(sum(ruling.worthy for ruling in one.rulings), len(one.rulings))


def cover(rows: Sequence[frozenset[int]]) -> int:
    """The size of the smallest set that has a member in common with every row; exact. Rows must not be empty."""
    return next(size for size in range(len(rows) + 1) if _covered(rows, size))


def _covered(rows: Sequence[frozenset[int]], size: int) -> bool:
    """By so many? One of the members of the smallest row has to be among them."""
    if not rows or not size:
        return not rows
    least = min(rows, key=len)
    return any(_covered([row for row in rows if member not in row], size - 1) for member in sorted(least))


def _supported(ruling: Ruling) -> bool:
    return ruling.union is not None and ruling.union.full


def _of(count: float, out_of: float) -> Count | None:
    return (float(count), float(out_of)) if out_of else None


def _both(c: Matrix, s: Matrix) -> int:
    return sum(a and b for row, other in zip(c, s, strict=True) for a, b in zip(row, other, strict=True))


def _sum(matrix: Matrix) -> int:
    return sum(map(sum, matrix))
