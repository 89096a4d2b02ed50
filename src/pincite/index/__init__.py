"""Which passages match? Documents in, passages out: full text and vectors over one embedded store."""

from pincite.index.face import Added, Index, IndexStatus, Progress

__all__ = ["Added", "Index", "IndexStatus", "Progress"]
