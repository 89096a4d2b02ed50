"""pincite: an answer engine in which every sentence cites the exact passage it rests on, checked.

Importing this package is light; ``AnswerEngine`` brings in its parts when it is first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pincite.events import Event, Stamped, fold, replay
from pincite.ports import Focus
from pincite.settings import Settings
from pincite.types import Answer, Question

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine

__all__ = ["Answer", "AnswerEngine", "Event", "Focus", "Question", "Settings", "Stamped", "fold", "replay"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "AnswerEngine":
        return import_module("pincite.engine").AnswerEngine
    raise AttributeError(f"module 'pincite' has no attribute {name!r}")
