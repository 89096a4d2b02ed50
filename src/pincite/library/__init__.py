"""Where is everything kept? Threads, answers and their events, in SQLite or PostgreSQL, behind one face."""

from pincite.library.library import Library
from pincite.library.rescue import Rescued, rescue

__all__ = ["Library", "Rescued", "rescue"]
