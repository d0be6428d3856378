"""The command line of the box that a program is put in: bubblewrap's, which builds it out of kernel namespaces.

Inside there is no network, no other process, and no file but the system's own programs and libraries, read-only, and
whatever descriptors were handed in. A parser that a hostile file takes over finds nothing to read, nobody to tell and
nowhere to write. This module only writes the line; whether this machine can build such a box is tried in `program`.
"""

import os
from collections.abc import Sequence

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives")
"""What a program needs to start. Debian's ffmpeg finds one of its libraries through /etc/alternatives."""
_APART = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")


def is_of_the_system(program: str) -> bool:
    """Whether a program, by its absolute path, is in the box without being put there."""
    return os.path.realpath(program).startswith(tuple(f"{place}/" for place in _SYSTEM))


def line(bubblewrap: str, program: str, *, root: bool, folders: Sequence[str] = ()) -> list[str]:
    """What to put before the command line of `program`. `folders` of ours are in the box under their own names.

    `root`: whether we are root. A user namespace knows no files but its own user's, so root, who scans what belongs to
    others, does without one, and keeps the one right to read, which reaches no further than what is in the box.
    """
    rights = ["--cap-add", "CAP_DAC_READ_SEARCH"] if root else ["--unshare-user"]
    visible = [word for place in _SYSTEM for word in ("--ro-bind-try", place, place)]
    for folder in folders:
        visible += ["--ro-bind", folder, folder]
    if not is_of_the_system(program):
        visible += ["--ro-bind", os.path.realpath(program), program]
    # as the first process of its world, it has bubblewrap itself for a parent, and its processor time counts as ours
    fixed = ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/"]
    process = ["--die-with-parent", "--as-pid-1", "--"]
    return [bubblewrap, *_APART, "--cap-drop", "ALL", *rights, *visible, *fixed, *process]
