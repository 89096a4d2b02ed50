from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from tests.cli.conftest import call

from pincite.library.files import Uploads
from pincite.types import Upload


def test_accounts_are_made_invited_changed_and_deleted_from_the_terminal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bad = call(data, "people", "add", "root@example.org", "--role", "owner", stdin="short\n")
    assert (bad.returncode, "5 characters" in bad.stderr) == (2, True)
    made = call(data, "people", "add", "Root@example.org", "--role", "owner", stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    invited = call(data, "people", "invite", "ada@example.org", "--role", "guest")
    assert re.fullmatch(r"http://localhost:8765/invite/[\w-]{43}\n", invited.stdout)
    assert "on this machine alone" in invited.stderr
    told = call(
        data,
        "--set",
        "server.base_url=https://ask.example.org",
        "people",
        "invite",
        "ada@example.org",
        "--role",
        "guest",
    )
    assert (told.stdout[:31], told.stderr) == ("https://ask.example.org/invite/", "")
    listed = call(data, "people")
    assert re.search(r"^root@example.org  owner  free$", listed.stdout, re.MULTILINE)
    assert re.search(r"^ada@example.org  guest  invited, until ", listed.stdout, re.MULTILINE)
    assert "correct horse" not in listed.stdout + listed.stderr + made.stdout + made.stderr
    (tmp_path / "content").write_bytes(b"x")
    uploads = Uploads(data / "files")
    uploads.begin(Upload(name="a.txt", bytes=1, owner="me", created=datetime.now(UTC)), tmp_path / "content")
    last = call(data, "people", "rm", "root@example.org", "--yes")
    assert (last.returncode, "last owner" in last.stderr) == (1, True)
    assert len(uploads.all()) == 1
    call(data, "people", "add", "heir@example.org", "--role", "owner", stdin="correct horse battery\n")
    gone = call(data, "people", "rm", "root@example.org", "--yes")
    assert (gone.returncode, uploads.all()) == (0, []), gone.stderr
    nobody = call(data, "people", "suspend", "eve@example.org")
    assert (nobody.returncode, "nobody has the address" in nobody.stderr) == (1, True)


def test_a_public_server_without_an_account_says_how_to_make_one(tmp_path: Path) -> None:
    done = call(tmp_path / "data", "serve", "--public", "--port", "0")
    assert done.returncode == 1
    assert "pincite people add you@example.org --role owner" in done.stderr
