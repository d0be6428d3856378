r"""What bytes a file, an asset and a drop hold, as SHA-256: the keys that everything remembered hangs on.

A file is read once, and whatever other digests its manifests state are made in the same read.

Only regular files are ever opened, and never through a symbolic link: a pipe put in a file's place can't block a run.

The digest of several files is the SHA-256 of lines `sha256 size name`, each ended by one newline, sorted as bytes.
In a line a backslash stands as two and a newline within a name as `\n`, as sha256sum writes them, so that a name can't
pose as another line.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol

import xxhash

from scanner.drop.assets import Asset

_BLOCK = 1 << 20
"""Bytes read at a time: large enough for a network share, small enough for a dozen threads."""


class _Digest(Protocol):
    def update(self, block: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


_MAKERS: Mapping[str, Callable[[], _Digest]] = {
    "sha256": hashlib.sha256,
    "md5": partial(hashlib.md5, usedforsecurity=False),
    "sha1": partial(hashlib.sha1, usedforsecurity=False),
    "sha512": hashlib.sha512,
    "xxh32": xxhash.xxh32,
    "xxh64": xxhash.xxh64,
    "xxh3": xxhash.xxh3_64,
    "xxh128": xxhash.xxh3_128,
}
HEX_DIGITS: Mapping[str, int] = {name: len(make().hexdigest()) for name, make in _MAKERS.items()}
"""The digests that can be made, by the words that ASC MHL has for them, and how long each is in hex digits."""


def open_regular(path: Path) -> int:
    """A descriptor of a regular file, open for reading; the caller closes it.

    Raises:
        OSError: it isn't there, may not be read, or is a link, a pipe, a socket, a device or a folder.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "a symbolic link, which is not followed", path) from None
        if error.errno == errno.ENXIO:  # a socket, or a device that isn't there
            raise OSError(errno.ENXIO, "not a regular file", path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return descriptor


def hash_file(path: Path, also: Collection[str] = ()) -> dict[str, str]:
    """The digests of a regular file's bytes by algorithm, in lower-case hex: `sha256`, and each of `also`.

    `also` are words of `HEX_DIGITS`. The file is read once, however many there are.

    Raises:
        OSError: it can't be read to its end, or isn't a regular file.
    """
    digests = {name: _MAKERS[name]() for name in ("sha256", *also)}
    block = memoryview(bytearray(_BLOCK))
    with os.fdopen(open_regular(path), "rb", buffering=0) as file:
        while count := file.readinto(block):
            for digest in digests.values():
                digest.update(block[:count])
    return {name: digest.hexdigest() for name, digest in digests.items()}


def asset_digest(asset: Asset, shas: Mapping[str, str]) -> str:
    """The asset's identity: a file's own SHA-256; a sequence's is that of its lines `sha256 size name`.

    `shas` gives each member's SHA-256 by its `relative`. The name is the base name's bytes, so that a sequence keeps
    its identity when its folder is moved.

    Raises:
        KeyError: a member has no digest.
    """
    if not asset.is_sequence:
        return shas[asset.members[0].relative]
    return _digest(
        _line(shas[member.relative], member.size, os.fsencode(member.name).replace(b"\\", b"\\\\"))
        for member in asset.members
    )


def drop_digest(entries: Iterable[tuple[str, int, str]]) -> str:
    """The identity of all a drop's files: `sha256:` and the SHA-256 of its lines `sha256 size path`.

    `entries` holds SHA-256, size in bytes and presentable path (in which backslashes are doubled already) of each file.
    """
    return "sha256:" + _digest(_line(sha256, size, path.encode()) for sha256, size, path in entries)


def _line(sha256: str, size: int, name: bytes) -> bytes:
    return b"%s %d %s\n" % (sha256.encode(), size, name.replace(b"\n", b"\\n"))


def _digest(lines: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(lines))).hexdigest()
