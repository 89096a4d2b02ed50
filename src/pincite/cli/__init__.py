"""How does a person at a terminal use pincite? Answers go to stdout, everything else to stderr."""

from pincite.cli.front import main

__all__ = ["main"]
