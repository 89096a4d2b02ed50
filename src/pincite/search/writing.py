"""What if nothing is to be looked up? A model writes from what it knows; nothing it says has a source."""

from __future__ import annotations

from pincite.ports import Focus

FOCUS = Focus(
    id="writing",
    label="Writing",
    description="No search: a model writes, and nothing is cited",
    backends=(),
    place=80,
)
