"""pincite: an answer engine in which every sentence cites the exact passage it rests on, checked.

Importing this package is light: each public name brings in its part when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine
    from pincite.events import Event, Stamped, fold, replay
    from pincite.ports import Focus
    from pincite.settings import Settings
    from pincite.types import Answer, Question

__all__ = ["Answer", "AnswerEngine", "Event", "Focus", "Question", "Settings", "Stamped", "fold", "replay"]
__version__ = "0.1.0"

_HOMES = {
    "Answer": "types",
    "AnswerEngine": "engine",
    "Event": "events",
    "Focus": "ports",
    "Question": "types",
    "Settings": "settings",
    "Stamped": "events",
    "fold": "events",
    "replay": "events",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"pincite.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'pincite' has no attribute {name!r}")
