"""What is everything called? Every noun of the house, frozen, JSON both ways, unknown fields refused.

These are pure values: where and how they are stored is the library's and the index's concern.
Character offsets are Python string indices (code points), start inclusive, end exclusive.
"""

from pincite.types.answer import (
    DECLINED,
    Answer,
    Degradation,
    Problem,
    Sentence,
    Status,
    Usage,
    Verdict,
    lineage,
)
from pincite.types.card import Card, Cell, Chart, Column, Fact, Table
from pincite.types.citation import Citation, Source, places
from pincite.types.document import Document, Heading, Hit, Link, Original, Passage, Spot
from pincite.types.form import Choice, Form, FormField, FormReply
from pincite.types.noun import Noun, Span, new_id
from pincite.types.question import Actor, Filters, Question
from pincite.types.thread import QUERIED, UPLOADED, Thread, Upload

__all__ = [
    "DECLINED",
    "QUERIED",
    "UPLOADED",
    "Actor",
    "Answer",
    "Card",
    "Cell",
    "Chart",
    "Choice",
    "Citation",
    "Column",
    "Degradation",
    "Document",
    "Fact",
    "Filters",
    "Form",
    "FormField",
    "FormReply",
    "Heading",
    "Hit",
    "Link",
    "Noun",
    "Original",
    "Passage",
    "Problem",
    "Question",
    "Sentence",
    "Source",
    "Span",
    "Spot",
    "Status",
    "Table",
    "Thread",
    "Upload",
    "Usage",
    "Verdict",
    "lineage",
    "new_id",
    "places",
]
