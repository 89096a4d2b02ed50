"""A parser that is taken over speaks to nobody and reaches into no other process; nor does a program that it starts."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.readers import making

from pincite import readers
from pincite.readers.child import Child
from pincite.readers.confine import _ARM64, _AUDIT, _REFUSE, _REFUSED, _TGKILL, _X32, _X86_64, program
from pincite.settings import FilesSettings

ALLOW, KILL = 0x7FFF0000, 0x80000000
EXECVE = {_X86_64: 59, _ARM64: 221}

here = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in _AUDIT, reason="the kernel's filter is for Linux"
)


def confined(body: str, *words: str) -> subprocess.CompletedProcess[str]:
    code = f"import os, socket, subprocess, sys\nfrom pincite.readers.confine import confine\nassert confine()\n{body}"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, timeout=120
    )


@here
@pytest.mark.parametrize(
    "body",
    [
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.socketpair()",
        "os.kill(os.getppid(), 0)",
        "socket.create_connection(('127.0.0.1', 9))",
    ],
)
def test_what_leads_out_is_refused(body: str) -> None:
    done = confined(body)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr


@here
def test_a_program_that_it_starts_is_refused_as_well() -> None:
    done = confined("sys.exit(subprocess.run([sys.executable, '-c', 'import socket; socket.socket()']).returncode)")
    assert done.returncode == 1
    assert "PermissionError" in done.stderr


@here
def test_whatever_it_needs_it_may_do_and_it_may_abort(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("read")
    done = confined("print(open(sys.argv[1]).read(), subprocess.check_output(['true']))", str(tmp_path / "a"))
    assert (done.returncode, done.stdout) == (0, "read b''\n"), done.stderr
    assert confined("os.abort()").returncode == -signal.SIGABRT


@here
def test_the_process_that_reads_files_is_confined(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(making.pdf([["Text."]]))
    with Child(FilesSettings()) as child:
        (found,) = readers.read(tmp_path / "a.pdf", collection="c", max_bytes=1 << 20, child=child)
        assert found.text == "Text."
        assert child._worker._process is not None
        lines = Path(f"/proc/{child._worker._process.pid}/status").read_text().splitlines()
    assert "Seccomp:\t2" in lines
    assert "NoNewPrivs:\t1" in lines


def ruled(machine: str, call: int, first: int = 0, *, on: int | None = None) -> int:
    """What the filter says of a call, by the rules of the kernel's interpreter."""
    data = {0: call, 4: _AUDIT[machine] if on is None else on, 16: first}
    steps, at, held = program(machine, os.getpid()), 0, 0
    while True:
        code, where, otherwise, value = steps[at]
        at += 1
        if code == 0x20:
            held = data[value]
        elif code == 0x06:
            return value
        else:
            at += where if (held == value if code == 0x15 else held >= value) else otherwise


@pytest.mark.parametrize(("machine", "column"), [(_X86_64, 0), (_ARM64, 1)])
def test_the_filter_rules_the_same_on_each_machine(machine: str, column: int) -> None:
    for name, numbers in _REFUSED.items():
        assert ruled(machine, numbers[column]) == _REFUSE, name
    for call in (0, EXECVE[machine], max(n[column] for n in _REFUSED.values()) + 1):
        assert ruled(machine, call) == ALLOW
    assert ruled(machine, _TGKILL[machine], os.getpid()) == ALLOW
    assert ruled(machine, _TGKILL[machine], os.getppid()) == _REFUSE
    assert ruled(machine, 0, on=0x40000003) == KILL, "the same kernel, called as a 32-bit machine"
    assert ruled(machine, _X32) == (KILL if machine == _X86_64 else ALLOW)
