"""Start-up stays light: what is not needed is not imported. (How long it takes is measured by a benchmark.)"""

import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "onnxruntime",
    "tokenizers",
    "sqlalchemy",
    "fastapi",
    "tantivy",
    "uvicorn",
    "torch",
    "pydantic",
    "rich",
    "pint",
}


@pytest.mark.parametrize(
    ("program", "allowed"),
    [
        ("import pincite", set()),
        ("from pincite.cli.front import app; app(['--help'], standalone_mode=False)", set()),
        ("from pincite import Settings", {"pydantic"}),
        ("from pincite import Question, fold", {"pydantic"}),
    ],
)
def test_what_is_not_used_is_not_imported(program: str, allowed: set[str]) -> None:
    told = f"{program}\nimport sys; sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    assert (HEAVY - allowed) & set(done.stderr.split()) == set()
