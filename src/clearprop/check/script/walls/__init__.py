"""The walls around a person's script: what the kernel refuses it, and which of them stand.

Each wall is a file. `bubblewrap` gives namespaces and a file system of its own, `landlock` says
which files may be read and written, `seccomp` which system calls may be made, `limits` how much of
everything may be used. `audit` explains in words what the kernel would refuse with a number; where
the system is not Linux it is all there is, and keeps accidents away, not attackers.
"""
