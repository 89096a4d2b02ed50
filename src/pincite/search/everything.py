"""What do my own documents and the web say together?"""

from __future__ import annotations

from pincite.ports import Focus

FOCUS = Focus(id="all", label="All", description="My index and the web together", backends=("index", "web"), place=0)
