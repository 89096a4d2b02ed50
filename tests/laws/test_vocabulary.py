"""The house speaks one language: its errors are all in the tree, its events are ten, its nouns have one name."""

import re
from pathlib import Path
from typing import get_args

from pincite import errors
from pincite.events import Event

ROOT = Path(__file__).parents[2]
SYNONYMS = re.compile(r"\b(chunks? of (?:text|document)|text chunks?|RAG|chatbot|snippet index)\b", re.IGNORECASE)


def test_every_error_is_in_the_tree_that_opens_the_module() -> None:
    tree = errors.__doc__ or ""
    defined = [name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert [name for name in defined if not re.search(rf"\b{name}\b", tree)] == []


def test_there_are_ten_events_and_the_architecture_names_each() -> None:
    events = [kind.__name__ for kind in get_args(get_args(Event)[0])]
    assert len(events) == 10
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [name for name in events if f"`{name}" not in architecture] == []


def test_no_file_uses_a_second_word_for_a_thing() -> None:
    texts = [
        *(ROOT / "src").rglob("*.py"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "ARCHITECTURE.md",
    ]
    found = {str(p.relative_to(ROOT)): SYNONYMS.findall(p.read_text(encoding="utf-8")) for p in texts if p.is_file()}
    assert {name: words for name, words in found.items() if words} == {}
