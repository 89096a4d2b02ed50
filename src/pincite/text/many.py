"""How is a number of things told in English? 1 passage, 1,024 passages."""

from __future__ import annotations


def many(number: int, noun: str) -> str:
    """``noun`` is the singular of one that takes an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
