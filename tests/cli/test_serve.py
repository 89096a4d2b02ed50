"""The page is up when it says so, and ends on Ctrl-C."""

import signal
import subprocess
from pathlib import Path

import httpx
from tests.cli.conftest import Cli, command, environment


def test_the_address_it_names_answers(indexed: Path) -> None:
    process = subprocess.Popen(
        command("serve", "--port", "0"), env=environment(indexed), stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "pincite is at" in line)
        url = line.split()[3]
        assert httpx.get(f"{url}/healthz", timeout=30).status_code == 200
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_public_bind_without_a_token_is_refused(fresh: Cli) -> None:
    done = fresh("serve", "--host", "0.0.0.0")
    assert done.returncode == 1
    assert "PINCITE_TOKEN" in done.stderr
