"""What stands around a citation? A source's cited passages in their document, with the mark in sight."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from pincite.answer.tables import rows
from pincite.errors import NotFound
from pincite.types import Answer, Original, Passage, Source, Span, Table
from pincite.web.draw import parts, stretch
from pincite.web.looks import on_no_device, page
from pincite.web.state import engine_of
from pincite.web.wire import AnswerId

router = APIRouter(include_in_schema=False)

AROUND = 900
"""Characters of the document shown before and after a kept passage."""


@router.get("/s/{answer_id}/{number}")
async def reader(
    request: Request,
    answer_id: AnswerId,
    number: int,
    p: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(pattern=r"^(\d{1,9}-\d{1,9})?$")] = "",
) -> Response:
    """The cited passages of a source, their sentences marked, with what stands around them in the document."""
    answer = await engine_of(request).library.answer(answer_id)
    source = next((source for source in answer.sources if source.number == number), None)
    if source is None:
        raise NotFound(f"answer {answer_id} has no source {number}", hint="go back to the answer and pick one")
    document = await engine_of(request).original(source.document)
    text = document.text if document else ""
    current = all(text[passage.start : passage.end] == passage.text for passage in source.passages)
    start, _, end = q.partition("-")
    chosen = Span(start=int(start), end=int(end)) if q else None
    whole = document if current else None
    shown = [_shown(answer, source, passage, whole, p, chosen) for passage in source.passages]
    shown = [one for one in shown if one["chosen"]] or shown
    response = page(
        request,
        "reader.html",
        source=source,
        thread_id=f"{answer.question.thread_id}",
        site=parts.site(source),
        original=parts.original_link(source.document.url, ""),
        current=current,
        query=_query(answer, source),
        from_web=document is None and source.document.collection == "web",
        passages=shown,
    )
    return on_no_device(response) if answer.question.temporary else response


def _query(answer: Answer, source: Source) -> str:
    """The SQL that a source is; empty for any other."""
    tables = [card.body for card in answer.cards if isinstance(card.body, Table)]
    return next((one.sql for one in tables if rows.passage(one).passage.document.id == source.document.id), "")


def _shown(
    answer: Answer, source: Source, passage: Passage, document: Original | None, wanted: str, chosen: Span | None
) -> dict[str, object]:
    cited = [
        citation.quote
        for sentence in answer.sentences
        for citation in sentence.citations
        if citation.source == source.number and citation.passage_id == passage.id and citation.quote
    ]
    here = passage.id == wanted
    spans = sorted({(s.start, s.end) for s in [*cited, *([chosen] if here and chosen else [])]})
    marks: list[tuple[int, int]] = []
    for start, end in spans:
        if (marks[-1][1] if marks else 0) <= start < end <= len(passage.text):
            marks.append((start, end))
    first = next((one for one in marks if here and (chosen is None or chosen.start == one[0])), None)
    spot = passage.spot(chosen.start if here and chosen else spans[0][0] if spans else 0)
    # Of a document that is not there any more the passage is all there is.
    text, at = (document.text, passage.start) if document else (passage.text, 0)
    spots = document.spots if document else passage.spots
    pages = [one for one in spots if one.page]
    low, high = max(0, at - AROUND), min(len(text), at + len(passage.text) + AROUND)
    return {
        "headings": passage.headings,
        "place": spot.label if spot and not pages else "",
        "blocks": stretch.blocks(
            text,
            (low, high),
            (at, at + len(passage.text)),
            [(at + start, at + end) for start, end in marks],
            anchor=first and (at + first[0], at + first[1]),
            titles=stretch.titles(passage.document, text, document.headings if document else ()),
            pages=pages,
        ),
        "before": low > 0,
        "after": high < len(text),
        "chosen": here or not wanted,
    }
