"""What was asked is found again, shown, renamed, exported and forgotten."""

import json
from pathlib import Path

from tests.cli.conftest import Cli


def test_a_thread_lives_and_goes(fresh: Cli, data_dir: Path) -> None:
    assert "nothing was asked yet" in fresh("threads").stderr
    fresh("How tall is the Eiffel Tower?", "-q")
    line = fresh("threads").stdout
    assert "How tall is the Eiffel Tower?  (1 answer)" in line
    short = line.split()[0]
    fresh("threads", "rename", short, "The", "iron", "lady")
    assert "The iron lady" in fresh("threads", "search", "eiffel").stdout
    assert fresh("threads", "show", short).stdout.startswith("# The iron lady\n\n## How tall is the Eiffel Tower?\n")
    exported = data_dir.parent / "thread.json"
    fresh("threads", "export", short, "--format", "json", "--to", str(exported))
    assert json.loads(exported.read_text())["thread"]["title"] == "The iron lady"
    page = fresh("threads", "export", short, "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert "How tall is the Eiffel Tower?" in page
    assert "deleted" in fresh("threads", "rm", short).stderr
    gone = fresh("threads", "show", short)
    assert gone.returncode == 1
    assert "pincite threads lists them" in gone.stderr
