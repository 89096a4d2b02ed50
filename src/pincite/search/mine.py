"""What do my own documents say? Nothing leaves this machine."""

from __future__ import annotations

from pincite.ports import Focus

FOCUS = Focus(
    id="index", label="My index", description="The documents indexed on this machine", backends=("index",), place=10
)
