"""What lies behind names that systems give or that are hidden: left out only for what it holds, never for its name.

A folder view, thumbnails of Windows, a resource fork are known by their bytes. Media are media under any name. Only
the first bytes are read, and of no other files than these.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

from scanner.drop.assets import SkipCause
from scanner.drop.headers import read_head
from scanner.drop.kinds import HEAD_BYTES, may_show, sniff
from scanner.drop.names import presentable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOLDER_VIEW = b"\0\0\0\1Bud1"
_APPLE_DOUBLE = b"\0\5\x16\7"  # RFC 1740; what is in one file with these (AppleSingle) is no mere companion
_GZIP = b"\x1f\x8b\x08"
_EVENTS = (b"1SLD", b"2SLD", b"3SLD")  # inside the files of .fseventsd
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_SYSTEM_FOLDERS = frozenset({"__macosx"})


@dataclass(frozen=True, slots=True)
class Shadow:
    """Why a name, or all in a folder, may be nobody's delivery. Whether it is, its bytes say."""

    why: str
    cause: SkipCause


_SYSTEM_FILE = Shadow("a system file", SkipCause.SYSTEM)
_HIDDEN_FILE = Shadow("a hidden file", SkipCause.HIDDEN)


def shadow(relative: str, name: str, *, is_folder: bool) -> Shadow | None:
    """What a name casts on itself and on all below it; None where it is an ordinary one."""
    if is_folder:
        if name.casefold() in _SYSTEM_FOLDERS:
            return Shadow(f"in the system folder {presentable(relative)}", SkipCause.HIDDEN)
        if name.startswith("."):
            return Shadow(f"in the hidden folder {presentable(relative)}", SkipCause.HIDDEN)
        return None
    if name.casefold() in _SYSTEM_FILES:
        return _SYSTEM_FILE
    return _HIDDEN_FILE if name.startswith(".") else None


def left_out(path: Path, name: str, cast: Shadow) -> tuple[str, SkipCause] | None:
    """Why the regular file at `path`, on which a shadow is cast, is left out.

    None: it is examined like any other, because there is or may be a picture or sound in it, because it isn't what its
    name says, or because it can't be read, which the examination then tells.
    """
    try:
        head = read_head(path, HEAD_BYTES)
    except OSError:
        return None
    written_by = _system(head, name)
    if written_by:
        return f"a system file ({written_by})", SkipCause.SYSTEM
    if not head:
        return f"{cast.why}; it is empty", cast.cause
    if may_show(sniff(head, name)):
        return None
    if cast.cause is SkipCause.HIDDEN:
        return cast.why, cast.cause
    return (_HIDDEN_FILE.why, _HIDDEN_FILE.cause) if name.startswith(".") else None


def _system(head: bytes, name: str) -> str:
    """What a system wrote this for; empty where it didn't."""
    called = name.casefold()
    if head.startswith(_APPLE_DOUBLE):
        return "what macOS keeps beside a file"
    if head.startswith(_FOLDER_VIEW):
        return "a folder's view in macOS"
    if called == "thumbs.db" and head.startswith(_OLE):
        return "thumbnails of Windows"
    if called == "desktop.ini" and (sniff(head, name).name == "text" or head.startswith(b"[")):
        return "a folder's settings in Windows"
    return "a log of changes by macOS" if _is_log_of_changes(head) else ""


def _is_log_of_changes(head: bytes) -> bool:
    if not head.startswith(_GZIP):
        return False
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 4).startswith(_EVENTS)
    except zlib.error:
        return False
