"""seccomp: the system calls that a script may not make, refused by a filter in the kernel.

Source: the kernel's Documentation/userspace-api/seccomp_filter.rst. The filter is a program of
classic BPF, which sees the number of a call and its arguments. Calls that the table does not know,
because they are newer, are refused too.
"""

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Iterator
from typing import NamedTuple

from clearprop.check.script.walls.libc import PR_SET_PDEATHSIG, PR_SET_SECCOMP, control_process

MODE_FILTER = 2
LOAD, JUMP_IF_EQUAL, JUMP_IF_ABOVE, JUMP_IF_BITS, RETURN = 0x20, 0x15, 0x25, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Offsets in ``struct seccomp_data``; the low half of an argument comes first."""
CLONE_THREAD = 0x00010000
LAST_KNOWN = 469
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

REFUSED = {
    # the network
    "socket": (41, 198),
    "socketpair": (53, 199),
    # other programs and processes
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "kcmp": (312, 272),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # properties of files, which Landlock leaves to whoever owns them
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # memory that no limit counts, and ways around this filter
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # the system itself
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "acct": (163, 89),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "quotactl": (179, 60),
    "personality": (135, 92),
}
"""Calls that are refused whatever their arguments, by their numbers on x86-64 and on ARM64."""
CLONE, CLONE3 = (56, 220), (435, 435)
KILL_CALL, TGKILL, PRLIMIT = (62, 129), (234, 131), (302, 261)
PRCTL, IOCTL = (157, 167), (16, 29)
HARMLESS_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: questions about an open file."""


class Instruction(ctypes.Structure):
    """``struct sock_filter``."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class Program(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.POINTER(Instruction)))


class Step(NamedTuple):
    """One instruction: an operation, two distances to jump, and its operand."""

    code: int
    if_true: int
    if_false: int
    k: int


def refuse_calls() -> bool:
    """Refuse what a script has no business with, in this process and all that it starts.

    Whoever calls this must have set ``no_new_privs``, and run in one thread.

    Returns
    -------
    bool
        Whether the wall stands: not on every kind of processor.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in ARCHITECTURES or sys.maxsize < 2**32:
        return False
    steps = list(program(machine, os.getpid()))
    filters = (Instruction * len(steps))(*(Instruction(*step) for step in steps))
    whole = Program(len(steps), filters)
    return control_process(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(whole))


def program(machine: str, own_process: int) -> Iterator[Step]:
    """Yield the filter for a kind of processor."""
    column = list(ARCHITECTURES).index(machine)
    yield Step(LOAD, 0, 0, ARCHITECTURE)
    yield Step(JUMP_IF_EQUAL, 1, 0, ARCHITECTURES[machine])
    yield Step(RETURN, 0, 0, KILL)
    yield Step(LOAD, 0, 0, NUMBER)
    yield Step(JUMP_IF_ABOVE, 0, 1, LAST_KNOWN)  # also the numbers of x32
    yield Step(RETURN, 0, 0, REFUSE | errno.ENOSYS)
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            yield from when(numbers[column], [Step(RETURN, 0, 0, REFUSE | errno.EPERM)])
    # the C library falls back to clone, whose flags can be seen
    yield from when(CLONE3[column], [Step(RETURN, 0, 0, REFUSE | errno.ENOSYS)])
    yield from when(CLONE[column], only_if(0, JUMP_IF_BITS, (CLONE_THREAD,)))
    yield from when(KILL_CALL[column], only_if(0, JUMP_IF_EQUAL, (own_process,)))
    yield from when(TGKILL[column], only_if(0, JUMP_IF_EQUAL, (own_process,)))
    yield from when(PRLIMIT[column], only_if(0, JUMP_IF_EQUAL, (0, own_process)))
    yield from when(IOCTL[column], only_if(1, JUMP_IF_EQUAL, HARMLESS_IOCTL))
    yield from when(PRCTL[column], unless(0, PR_SET_PDEATHSIG))
    yield Step(RETURN, 0, 0, ALLOW)


def when(number: int | None, steps: list[Step]) -> Iterator[Step]:
    """Yield steps that are made for one call only; they end with a return."""
    if number is not None:
        yield Step(JUMP_IF_EQUAL, 0, len(steps), number)
        yield from steps


def only_if(argument: int, test: int, values: tuple[int, ...]) -> list[Step]:
    """Return the steps that allow a call with one of these values of an argument."""
    steps = [Step(LOAD, 0, 0, ARGUMENTS + 8 * argument)]
    steps += [Step(test, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [*steps, Step(RETURN, 0, 0, REFUSE | errno.EPERM), Step(RETURN, 0, 0, ALLOW)]


def unless(argument: int, value: int) -> list[Step]:
    """Return the steps that refuse a call with this value of an argument."""
    return [
        Step(LOAD, 0, 0, ARGUMENTS + 8 * argument),
        Step(JUMP_IF_EQUAL, 0, 1, value),
        Step(RETURN, 0, 0, REFUSE | errno.EPERM),
        Step(RETURN, 0, 0, ALLOW),
    ]
