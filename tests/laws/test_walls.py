"""A file over 500 lines or a function over 60 is a wall to move; an import inside a function is a hidden door."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "pincite"
FILES = sorted(SOURCE.rglob("*.py"))
EXTRAS = {"lightgbm", "playwright", "psycopg"}
"""Optional packages: the only ones that may be imported where they are needed."""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_can_be_lived_in(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 500
    tree = ast.parse(text)
    assert [f.name for f in functions(tree) if (f.end_lineno or 0) - f.lineno >= 60] == []
    hidden = [
        name
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    ]
    assert [name for name in hidden if name.split(".")[0] not in EXTRAS] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_opens_with_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_is_swallowed_and_nothing_is_executed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert [h.lineno for h in handlers if h.type is None] == []
    assert [h.lineno for h in handlers if ast.unparse(h.body[0]) == "pass" and _broad(h.type)] == []
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [call for call in calls if call in {"eval", "exec", "pickle.loads", "pickle.load"}] == []


def _broad(kind: ast.expr | None) -> bool:
    return kind is None or ast.unparse(kind) in {"Exception", "BaseException"}
