"""How does a person at a terminal use pincite? Answers go to stdout, everything else to stderr."""

import sys
from importlib import import_module

__all__ = ["main"]


def main() -> None:
    """The entry point. Ctrl-C leaves quietly from the first moment on, also while the program is still being loaded."""
    try:
        import_module("pincite.cli.front").main()
    except KeyboardInterrupt:
        sys.exit(130)
