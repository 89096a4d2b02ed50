"""Which passages match? Documents in, passages out: full text and vectors over one embedded store."""

from pincite.index.face import Index
from pincite.index.progress import Added, IndexCounts, IndexStatus, Progress

__all__ = ["Added", "Index", "IndexCounts", "IndexStatus", "Progress"]
