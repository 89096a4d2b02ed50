"""What does the web say?"""

from __future__ import annotations

from pincite.ports import Focus

FOCUS = Focus(
    id="web", label="Web", description="Pages of the whole web, read for this question", backends=("web",), place=20
)
