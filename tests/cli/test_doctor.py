"""One line a check, and what to do for each that is not well."""

import json
import socket
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tests.cli.conftest import Cli

from pincite.cli.doctor import CHECKS


def test_a_sound_folder_is_found_sound(pincite: Cli) -> None:
    found = json.loads(pincite("doctor", "--json", "--set", "server.port=0").stdout)
    assert {finding["check"] for finding in found} == set(CHECKS)
    assert [finding for finding in found if finding["state"] in {"warn", "bad"}] == []


def test_what_is_wrong_comes_with_what_to_do(fresh: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = fresh("doctor", "--set", f"server.port={port}", "--set", "models.default=nobody:nothing")
    assert done.returncode == 1
    assert f"✗ port: port {port} of 127.0.0.1 is in use" in done.stdout
    assert "✗ models: the default nobody:nothing can't be used" in done.stdout
    assert "· index: nothing is indexed yet\n    → pincite index PATH" in done.stdout


@pytest.mark.parametrize(("state", "code", "said"), [("ok", 0, "✓ port: "), ("busy", 1, "✗ port: ")])
def test_a_server_of_ours_on_the_port_is_asked_how_it_is(fresh: Cli, state: str, code: int, said: str) -> None:
    class Healthz(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if state == "ok" else 503)
            self.end_headers()
            self.wfile.write(json.dumps({"parts": {"library": state}}).encode())

    with HTTPServer(("127.0.0.1", 0), Healthz) as ours:
        Thread(target=ours.serve_forever, daemon=True).start()
        done = fresh("doctor", "--set", f"server.port={ours.server_port}")
        ours.shutdown()
    assert done.returncode == code
    assert f"{said}pincite serves on {ours.server_port} of 127.0.0.1" in done.stdout


def test_a_model_that_was_to_help_and_can_not_is_told(fresh: Cli) -> None:
    done = fresh("doctor", "--set", "server.port=0", "--set", "models.checker=openai:gpt-4.1")
    assert "models: models.checker is openai:gpt-4.1, which can't be used: " in done.stdout
    assert done.returncode == 0, "it is missed by nobody"


def test_a_damaged_library_is_found_and_what_can_be_read_is_saved(fresh: Cli, data_dir: Path) -> None:
    fresh("ask", "Is this kept?")
    path = next(data_dir.rglob("library.sqlite3"))
    for beside in path.parent.glob("library.sqlite3-*"):
        beside.unlink()
    with closing(sqlite3.connect(path)) as library:
        library.execute("UPDATE answers SET answer = 'no answer' WHERE answer IS NOT NULL")
        library.commit()
    found = fresh("doctor", "--set", "server.port=0")
    assert found.returncode == 1
    assert "✗ library:" in found.stdout
    assert "pincite doctor --rescue" in found.stdout
    saved = fresh("doctor", "--rescue", "--set", "server.port=0")
    assert "threads saved: 1; answers saved: 1, lost: 0" in saved.stderr
    assert saved.returncode == 0
    assert "Is this kept?" in fresh("threads", "list").stdout


def test_a_server_for_several_people_without_any_is_told_so(fresh: Cli, data_dir: Path) -> None:
    data_dir.mkdir(exist_ok=True)
    found = fresh("doctor", "--set", "server.port=0", "--set", "server.public=true").stdout
    assert "✗ library: nobody has an account yet\n    → make yours first: pincite people add" in found


def test_a_damaged_index_is_told_of_and_keeps_its_vectors(fresh: Cli, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text("The pump stands in the cellar.")
    fresh("index", str(tmp_path / "note.md"))
    database = next(data_dir.rglob("index.sqlite3"))
    database.write_bytes(b"x" * database.stat().st_size)
    found = fresh("doctor", "--set", "server.port=0").stdout
    assert "! index: was damaged and is mended: " in found
    assert "wait for vectors" not in found
    assert "1 (100%)" in fresh("index", "status").stdout


@pytest.mark.parametrize(
    ("name", "check"), [("policy.toml", "ranking"), ("cross/card.json", "ranking"), ("crawl.sqlite3", "crawl")]
)
def test_a_damaged_file_of_the_data_folder_is_found(fresh: Cli, data_dir: Path, name: str, check: str) -> None:
    data_dir.mkdir(exist_ok=True)
    (data_dir / name).parent.mkdir(exist_ok=True)
    (data_dir / name).write_text("no such thing")
    told = fresh("doctor", "--json", "--set", "server.port=0", "--set", "rank.cross_encoder=")
    found = json.loads(told.stdout)
    (ill,) = [finding for finding in found if finding["state"] == "bad"]
    assert ill["check"] == check
    assert str(data_dir / name.partition("/")[0]) in ill["found"]
    assert ill["fix"]
