"""Where does a person want to look? The focuses by name; each names the backends that it asks."""

from __future__ import annotations

from pincite.errors import UnknownFocus
from pincite.ports import Focus

FOCUSES: dict[str, Focus] = {
    one.id: one
    for one in (
        Focus(
            id="index",
            label="My index",
            description="The documents indexed on this machine. Nothing leaves it.",
            backends=("index",),
        ),
    )
}


def focus(name: str) -> Focus:
    """The focus called ``name``. Raises ``UnknownFocus`` that lists the known ones."""
    try:
        return FOCUSES[name]
    except KeyError:
        known = ", ".join(sorted(FOCUSES))
        raise UnknownFocus(
            f"no focus called {name!r}; there are: {known}", hint=f"try --focus {min(FOCUSES)}"
        ) from None
