# ruff: noqa: E501 - an attack is one line
"""Attacks that a submission may try, each a few lines of Python.

A probe is run while the script is checked, and returns something true where it got through. `HERE`
is a folder of the teacher's, in which lie a file ``victim`` and a Unix socket ``socket``; `PORT` is
a TCP port that listens, `PARENT` the program that checks, `C` the C library.
"""

PROBES = {
    # files
    "read a file": "return open(f'{HERE}/victim').read()",
    "read a file by descriptor": "d = os.open(HERE, os.O_RDONLY); return os.open('victim', 0, dir_fd=d)",
    "read it above": "return [open(f'{p}/victim') for p in ['..', '../..'] if os.path.exists(f'{p}/victim')]",
    "list a folder": "return os.listdir(HERE)",
    "read /etc/passwd": "return open('/etc/passwd').read()",
    "read through a link": "os.symlink(f'{HERE}/victim', 'link'); return open('link').read()",
    "read through a hard link": "os.link(f'{HERE}/victim', 'hard'); return open('hard').read()",
    "read by numpy": "return np.fromfile(f'{HERE}/victim', 'u1').size",
    "read by ctypes": "return C.open(f'{HERE}/victim'.encode(), 0) >= 0",
    "read by mmap": "import mmap; return mmap.mmap(os.open(f'{HERE}/victim', 0), 0, prot=mmap.PROT_READ)[:]",
    "write a file": "return open(f'{HERE}/victim', 'w')",
    "append to a file": "return os.open(f'{HERE}/victim', os.O_WRONLY | os.O_APPEND)",
    "truncate a file": "os.truncate(f'{HERE}/victim', 0); return True",
    "write, realpath patched": "os.path.realpath = lambda p: os.getcwd() + '/x'; return open(f'{HERE}/victim', 'w')",
    "write by ctypes": "return C.open(f'{HERE}/victim'.encode(), 1) >= 0",
    "make a file": "return open(f'{HERE}/new', 'w')",
    "make a file by descriptor": "return os.open('new', os.O_CREAT | os.O_WRONLY, dir_fd=os.open(HERE, os.O_PATH))",
    "make a folder": "return C.mkdir(f'{HERE}/folder'.encode(), 0o700) == 0",
    "make a pipe": "os.mkfifo(f'{HERE}/pipe'); return True",
    "make a device": "os.mknod('disk', 0o60600, os.makedev(254, 0)); return os.open('disk', 0)",
    "make a database": "import sqlite3; sqlite3.connect(f'{HERE}/new.db').execute('create table t (a)'); return True",
    "delete a file": "os.unlink('victim', dir_fd=os.open(HERE, os.O_PATH)); return True",
    "rename a file": "os.rename('victim', 'moved', src_dir_fd=os.open(HERE, os.O_PATH)); return True",
    "replace a file": "return C.rename(b'own', f'{HERE}/victim'.encode()) == 0",
    "chmod a file": "return C.chmod(f'{HERE}/victim'.encode(), 0) == 0",
    "chown a file": "return C.chown(f'{HERE}/victim'.encode(), 1, 1) == 0",
    "age a file": "os.utime(f'{HERE}/victim', (0, 0)); return True",
    "tag a file": "os.setxattr(f'{HERE}/victim', 'user.tag', b'1'); return True",
    "open by handle": "return C.syscall(304, -100, b'0' * 128, 0) >= 0",
    "chroot": "return C.chroot(b'.') == 0",
    "mount": "return C.mount(b'none', b'.', b'tmpfs', 0, 0) == 0",
    "new namespaces": "return C.unshare(0x10000000) == 0",
    "read a disk": "return os.open('/dev/vda', 0)",
    "read the kernel's memory": "return open('/proc/kcore', 'rb').read(1)",
    "change the system": "return open('/proc/sys/kernel/core_pattern', 'w')",
    # other programs and processes
    "run a program": "import subprocess; return subprocess.run(['/bin/true']).returncode == 0",
    "run a shell": "return os.system('true') == 0",
    "run by ctypes": "return C.system(b'exit 7') == 7 << 8",
    "run by fork_exec": "import _posixsubprocess as p; r, w = os.pipe(); return p.fork_exec([b'/bin/true'], [b'/bin/true'], True, (), None, None, -1, -1, -1, -1, -1, -1, r, w, False, False, 0, None, None, None, -1, None, False)",
    "run in memory": "d = C.memfd_create(b'x', 0); return d >= 0",
    "fork": "p = os.fork(); p or os._exit(0); return True",
    "fork by ctypes": "p = C.fork(); p or os._exit(0); return p > 0",
    "fork by clone": "p = C.syscall(56, 17, 0, 0, 0, 0); p or os._exit(0); return p > 0",
    "fork by clone3": "import struct; p = C.syscall(435, struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64); p or os._exit(0); return p > 0",
    "kill the parent": "os.kill(os.getppid(), 0); return True",
    "kill by ctypes": "return C.kill(os.getppid(), 0) == 0",
    "kill the group": "return C.kill(0, 0) == 0",
    "kill everything": "return C.kill(-1, 0) == 0",
    "kill by descriptor": "signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0); return True",
    "kill a thread of the parent": "return C.syscall(200, os.getppid(), 0) == 0",
    "queue a signal": "return C.sigqueue(os.getppid(), 0, None) == 0",
    "kill the checker": "os.kill(PARENT, 0); return True",
    "trace the parent": "return C.ptrace(16, os.getppid(), 0, 0) == 0",
    "read the parent's memory": "return open(f'/proc/{os.getppid()}/mem', 'rb')",
    "read its memory by a call": "import ctypes; b = ctypes.create_string_buffer(8); v = (ctypes.c_ulong * 2)(ctypes.addressof(b), 8); f = (ctypes.c_ulong * 2)(id(b), 8); return C.process_vm_readv(os.getppid(), v, 1, f, 1, 0) > 0",
    "read the parent's environment": "return open(f'/proc/{os.getppid()}/environ').read()",
    "read the checker's environment": "return open(f'/proc/{PARENT}/environ').read()",
    "read the process list": "return [p for p in os.listdir('/proc') if p.isdigit()]",
    "steal a pipe": "return C.syscall(438, C.syscall(434, os.getppid(), 0), 0, 0) >= 0",
    "open the parent's pipes": "return os.open(f'/proc/{os.getppid()}/fd/1', 1)",
    "outlive the parent": "return C.prctl(1, 0, 0, 0, 0) == 0",
    "slow the parent down": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19); return True",
    "limit the parent": "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)); return True",
    "push into the terminal": "import fcntl; return fcntl.ioctl(os.open('/dev/tty', 2), 0x5412, b'x')",
    # the network
    "a socket": "import socket; return socket.socket()",
    "a TCP connection": "import _socket; _socket.socket().connect(('127.0.0.1', PORT)); return True",
    "a TCP connection by ctypes": "import struct; return C.connect(C.socket(2, 1, 0), struct.pack('=HH4s8x', 2, (PORT % 256) * 256 + PORT // 256, b'\\x7f\\0\\0\\1'), 16) == 0",
    "a Unix socket by ctypes": "s = C.socket(1, 1, 0); return C.connect(s, b'\\1\\0' + f'{HERE}/socket'.encode() + b'\\0', 2 + len(HERE) + 8) == 0",
    "an abstract socket": "s = C.socket(1, 1, 0); return C.connect(s, b'\\1\\0\\0clearprop-' + str(PORT).encode(), 13 + len(str(PORT))) == 0",
    "a raw socket": "return C.socket(17, 3, 0) >= 0",
    "a kernel socket": "return C.socket(16, 3, 0) >= 0",
    "io_uring": "return C.syscall(425, 8, b'\\0' * 120) >= 0",
    # memory that outlives or escapes the limits
    "shared memory": "return C.shmget(0, 4096, 0o1600) >= 0",
    "a message queue": "return C.msgget(0, 0o1600) >= 0",
    "bpf": "return C.syscall(321, 0, b'\\0' * 72, 72) >= 0",
    "keyrings": "return C.syscall(250, 0, -3, 0) >= 0",
    "more memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); return True",
    "the environment": "return 'SECRET_OF_THE_TEACHER' in os.environ",
}

RIGHT = """
import ctypes, os, resource, signal, struct, sys, threading, time
import numpy as np

C = ctypes.CDLL(None)
if True:
    HOOK


def loss_and_grad(W1, b1, W2, b2, X, Y):
    CALL
    m = len(X)
    A1 = np.tanh(X @ W1 + b1)
    A2 = 1 / (1 + np.exp(-(A1 @ W2 + b2)))
    loss = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    dZ2 = (A2 - Y) / m
    dZ1 = dZ2 @ W2.T * (1 - A1**2)
    return loss, {"dW1": X.T @ dZ1, "db1": dZ1.sum(0), "dW2": A1.T @ dZ2, "db2": dZ2.sum(0)}
"""
WRONG = RIGHT.replace(" * (1 - A1**2)", "")

ENDED, TIME, NOTHING = "ended the process by itself", "did not end within", "nothing usable"
FULL, MEMORY, OK = "fills its folder", "emory", "Every gradient is right"
PIPES = "fds = [d for d in range(3, 64) if not C.fcntl(d, 1) < 0]\n    "
SEND = (
    PIPES
    + "for d in fds:\n        try: os.write(d, struct.pack('!I', len(m)) + m)\n        except OSError: pass"
)

BEFORE = {
    # name: lines at the top of the script, and what is said of it
    "exit": ("os._exit(3)", ENDED),
    "exit with 0": ("os._exit(0)", ENDED),
    "a reply of its own, by name": ("open('reply.json', 'w').write('{}'); os._exit(0)", ENDED),
    "a pipe for a file": ("os.mkfifo('errors.txt'); os._exit(3)", ENDED),
    "a link for a file": ("C.symlink(b'/dev/zero', b'errors.txt'); os._exit(3)", ENDED),
    "a segmentation fault": ("ctypes.string_at(0)", ENDED),
    "abort": ("C.abort()", ENDED),
    "stop": ("C.kill(os.getpid(), signal.SIGSTOP)", TIME),
    "an endless loop": ("while True: pass", TIME),
    "a loop that swallows everything": (
        "signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True:\n    try: np.ones(9)\n    except BaseException: pass",
        TIME,
    ),
    "waiting": ("threading.Event().wait(100)", TIME),
    "a thread left behind": ("threading.Thread(target=threading.Event().wait).start()", OK),
    "50 GB": ("np.ones(50 * 2**27)", MEMORY),
    "memory in small steps": ("kept = []\nwhile True: kept.append(bytes(2**20))", MEMORY),
    "shared mappings": (
        "import mmap\nkept = []\nwhile True: kept.append(mmap.mmap(-1, 2**26))",
        MEMORY,
    ),
    "1 GB to stdout": ("for _ in range(1024): os.write(1, bytes(2**20))", OK),
    "10 MB to stderr": ("for _ in range(10): os.write(2, b'x' * 2**20)", OK),
    "a file of 1 GB": (
        "with open('big', 'wb') as f:\n    for _ in range(64): f.write(bytes(2**24))",
        OK,
    ),
    "3,000 files": (
        "for n in range(3000): open(f'{n}', 'wb').write(bytes(10**5))\nthreading.Event().wait(100)",
        FULL,
    ),
    "files in folders": (
        "for n in range(3000): os.mkdir(f'{n}')\nthreading.Event().wait(100)",
        FULL,
    ),
    "folders in folders": (
        "for n in range(1500): os.mkdir('d'); os.chdir('d')\nthreading.Event().wait(100)",
        FULL,
    ),
    "many descriptors": (
        "kept = []\ntry:\n    while True: kept.append(os.open('.', os.O_RDONLY))\nexcept OSError: pass",
        OK,
    ),
    "many threads": (
        "try:\n    for _ in range(10000): threading.Thread(target=threading.Event().wait, daemon=True).start()\nexcept RuntimeError: pass",
        OK,
    ),
    "another program": ("C.execve(b'/bin/true', None, None)", OK),
    "closed pipes": ("os.closerange(3, 64)", ENDED),
}
DURING = {
    # name: lines in the function that is checked, and what is said of it
    "a junk message": ("m = b'hello'; " + SEND, NOTHING),
    "a message of other fields": ("m = b'{\"success\": null}'; " + SEND, NOTHING),
    "a list for a message": ("m = b'[]'; " + SEND, NOTHING),
    "a million brackets": ("m = b'[' * 10**6; " + SEND, NOTHING),
    "a huge type": (
        'm = b\'{"found": {"sizes": [4, 1], "own_shapes": {}, "gradients": {"dW1": {"array": "", "dtype": "U500000000", "shape": [1]}}}}\'; '
        + SEND,
        NOTHING,
    ),
    "a huge shape": (
        'm = b\'{"found": {"sizes": [4, 1], "own_shapes": {}, "gradients": {"dW1": {"array": "", "dtype": "bool", "shape": [1000000000, 0]}}}}\'; '
        + SEND,
        NOTHING,
    ),
    "a huge network": (
        'm = b\'{"found": {"sizes": [4000, 4000], "own_shapes": {}, "gradients": []}}\'; ' + SEND,
        NOTHING,
    ),
    "a huge number": ("m = b'{\"found\": ' + b'9' * 10**6 + b'}'; " + SEND, NOTHING),
    "a message without end": (
        PIPES
        + "[os.write(d, b'\\xff\\xff\\xff\\xff') for d in fds[-1:]]; threading.Event().wait(3)",
        NOTHING,
    ),
    "half a message": (
        PIPES + "[os.write(d, b'\\0\\0\\0') for d in fds[-1:]]; threading.Event().wait(100)",
        TIME,
    ),
    "an error of a megabyte": ("raise ValueError('x' * 10**6)", "ValueError"),
    "an error that moves the cursor": ("raise ValueError('\\x1b[2J' * 3)", "ValueError"),
    "an error without words": (
        "class E(Exception):\n        def __str__(self): raise E\n    raise E",
        ENDED,
    ),
    "an interrupt": ("raise KeyboardInterrupt", ENDED),
}
FORGED = {
    # name: lines at the top of a wrong script; its gradient stays wrong
    "numpy patched": "np.array_equal = np.allclose = lambda *a, **k: True",
    "the checker patched": "for m in list(sys.modules.values()):\n    for n in ('close', 'same', 'distance', 'verdict'):\n        if hasattr(m, n) and m.__name__.startswith('clearprop'): setattr(m, n, lambda *a, **k: True)",
    "another answer": "from clearprop.check.script.child.attempts import attempting\nfrom clearprop.check.script.messages import Answer, Found\nattempting.Script.answer = lambda self, attempt: Answer(Found((4, 8, 3), {}, {'dW1': np.zeros((4, 8))}))",
    "its own losses": "from clearprop.check.script.child.attempts import calling\ncalling.FunctionsCall.losses_around = lambda self: {n: np.zeros((*a.shape, 2)) for n, a in self.arrays.items()}",
}
HARMLESS = ("numpy patched", "the checker patched", "another answer", "its own losses")
"""Those that leave a right script right."""
EMPTY = {
    # name: loss and gradient of no network, and what is said of them
    "all zero": (
        "0.0, {'dW1': 0 * W1, 'db1': 0 * b1, 'dW2': 0 * W2, 'db2': 0 * b2}",
        "Every gradient is 0",
    ),
    "half the squares": (
        "0.5 * sum((a**2).sum() for a in (W1, b1, W2, b2)), {'dW1': W1, 'db1': b1, 'dW2': W2, 'db2': b2}",
        "The loss depends neither on X nor on Y",
    ),
    "the samples beside it": (
        "X.sum() + Y.sum() + 0.5 * sum((a**2).sum() for a in (W1, b1, W2, b2)), {'dW1': W1, 'db1': b1, 'dW2': W2, 'db2': b2}",
        "The gradient depends neither on X nor on Y",
    ),
}
SOURCES = {
    # name: a script, and what is said of it
    "deep signs": ("x = " + "-" * 500_000 + "1\n", "cannot be read as Python"),
    "deep brackets": ("x = " + "(" * 5000 + "1" + ")" * 5000 + "\n", "Python"),
    "20,000 elif": ("if 0: pass\n" + "elif 0: pass\n" * 20_000, "Python"),
    "5 million numbers": ("x = [" + "1," * 5_000_000 + "]\n", "more than a million bytes"),
    "many numbers": ("x = [" + "1," * 30_000 + "]\n", "no gradient was found"),
    "a long sum": ("x = 1" + "+1" * 300_000 + "\n", "cannot be read as Python"),
    "a number of 10,000 digits": ("x = " + "9" * 10_000 + "\n", "Python"),
    "NUL": ("x = 1\0\n", "Python"),
    "nothing": ("", "it holds no code"),
}
