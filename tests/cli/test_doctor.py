"""One line a check, and what to do for each that is not well."""

import json
import socket

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
