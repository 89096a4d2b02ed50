"""What does one site say? The question names it: ``site:example.org``."""

from __future__ import annotations

from pincite.ports import Focus

FOCUS = Focus(
    id="site",
    label="One site",
    description="Only the site that the question names, as in site:example.org",
    backends=("web",),
    needs_site=True,
    place=70,
)
