"""What may the process that reads a file not do? Speak to anybody, or reach into another process.

The kernel refuses it: seccomp(2) with a filter in classic BPF, set by prctl(2). That takes no privilege, no namespace
and no library, works in containers, can't be taken back, and holds for whatever the process starts. Linux on x86-64
and ARM64; elsewhere nothing is done. What was open before stays open.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Mapping, Sequence

_X86_64, _ARM64 = "x86_64", "aarch64"
_AUDIT = {_X86_64: 0xC000003E, _ARM64: 0xC00000B7}
"""How the kernel calls these machines, AUDIT_ARCH_…"""
_REFUSED: Mapping[str, tuple[int, int]] = {
    # Each with its number on x86-64 and on ARM64.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    # It can do all of the above, past the filter.
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kill": (62, 129),
    "tkill": (200, 130),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
_TGKILL = {_X86_64: 234, _ARM64: 131}
"""Only of itself: that is how a program aborts."""
_X32 = 0x40000000
"""From this number on, x86-64 has the same calls a second time."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _MACHINE, _FIRST = 0, 4, 16
"""Where in ``struct seccomp_data`` they stand: the call, the machine, and the low half of the first argument."""
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1
"""SECCOMP_RET_…; to refuse is EPERM."""
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2

Step = tuple[int, int, int, int]
"""What to do, how many steps to jump where it holds and where not, and the number that it is about."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def confine() -> bool:
    """From now on, this process and all that it starts. Says whether the kernel took it."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _AUDIT or struct.calcsize("P") != 8:
        return False
    steps = program(machine, os.getpid())
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    what = _Program(len(steps), ctypes.addressof(code))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    # Without new privileges, anybody may set a filter.
    return not prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) and not prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(what), 0, 0)


def program(machine: str, pid: int) -> Sequence[Step]:
    """The filter: another machine's calls end the process, those that are refused fail, all others are done."""
    numbers = [pair[machine == _ARM64] for pair in _REFUSED.values()]
    foreign: list[Step] = [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)] if machine == _X86_64 else []
    return [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *foreign,
        # A jump counts the steps between: the calls after this one, those about ``tgkill``, and what allows.
        *((_EQUAL, len(numbers) - place + 3, 0, number) for place, number in enumerate(numbers)),
        (_EQUAL, 0, 2, _TGKILL[machine]),
        (_LOAD, 0, 0, _FIRST),
        (_EQUAL, 0, 1, pid),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
