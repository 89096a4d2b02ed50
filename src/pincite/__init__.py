"""pincite: an answer engine in which every sentence cites the exact passage it rests on, checked.

Importing this package is light: each public name brings in its part when it is first used.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine
    from pincite.events import Event, Stamped, fold, replay
    from pincite.ports import Focus
    from pincite.settings import Settings
    from pincite.types import Answer, Question

# onnxruntime 1.32 on reports each run to its makers, and keeps a number for this device in the home folder. It looks
# here once, when it is first imported, which nothing of ours does before this line.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

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
