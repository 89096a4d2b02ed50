"""On a full disk writing fails cleanly, searching goes on, and it heals when there is room again."""

from __future__ import annotations

import os
import random
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.index.making import Hashing, original, urls

from pincite.errors import DiskFull
from pincite.index import Index


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def noise(seed: int) -> str:
    """Text that does not compress well."""
    dice = random.Random(seed)
    return " ".join(f"w{dice.randrange(10**9)}" for _ in range(3000))


def fill(index: Index) -> int:
    """Adds documents until there is no room, and returns how many were acknowledged."""
    for number in range(60):
        try:
            index.add([original(f"x:{number}", noise(number))])
            index.commit()
            index.embed_pending(threading.Event())
        except DiskFull:
            return number
    raise AssertionError("the disk never was full")


@pytest.mark.parametrize("spare", [0, 30_000, 120_000, 400_000])
def test_what_was_committed_before_the_disk_was_full_is_found_and_the_rest_comes_later(
    small_disk: Path, spare: int
) -> None:
    index = Index.open(small_disk / "index", Hashing(), writer=True)
    index.add([original("x:first", "Whales are mammals.")])
    index.commit()
    index.embed_pending(threading.Event())
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk).f_bavail * 4096
    ballast.write_bytes(b"\1" * max(0, free - spare))
    number = fill(index)
    assert urls(index, "whales")[0] == "x:first"
    acknowledged = range(number)
    ballast.unlink()
    index.commit()
    index.embed_pending(threading.Event())
    for each in acknowledged:
        assert urls(index, noise(each).split()[5], dense=False) == [f"x:{each}"]
    index.close()
    again = Index.open(small_disk / "index", Hashing(), writer=True)
    assert again.repaired == ()
    assert again.status().documents == number + 2
    assert again.status().embedded == again.status().passages
    again.close()
