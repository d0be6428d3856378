"""Which names of a drop a person wants looked at: `--include` and `--exclude`, in the way of .gitignore.

Not the selectors of declarations: those name assets, these name files before there are assets.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scanner.drop.assets import SkipCause
from scanner.errors import UsageError
from scanner.globs import Glob, nfc

Matches: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True)
class Sieve:
    """What passes: all that an include matches (where there are any) and no exclude does."""

    includes: tuple[tuple[str, Matches], ...]
    excludes: tuple[tuple[str, Matches], ...]

    @classmethod
    def of(cls, include: Sequence[str], exclude: Sequence[str]) -> "Sieve":
        """The sieve of these globs.

        Raises:
            UsageError: a glob is empty.
        """
        wanted, unwanted = (map(_readable, globs) for globs in (include, exclude))
        return cls(
            tuple((glob, matcher(glob)) for glob in wanted),
            tuple((glob, matcher(glob)) for glob in unwanted),
        )

    def why_not(self, path: str) -> tuple[str, SkipCause] | None:
        """Why this presentable path is left out, in words and by which option; None where it passes."""
        for glob, matches in self.excludes:
            if matches(path):
                return f"excluded by {glob}", SkipCause.EXCLUDE
        if self.includes and not any(matches(path) for _, matches in self.includes):
            return "not included by " + " or ".join(glob for glob, _ in self.includes), SkipCause.INCLUDE
        return None


def matcher(glob: str) -> Matches:
    """A test of presentable paths against one glob.

    As in .gitignore: a glob without a slash matches at any depth (`*.mov`), one with a slash from the drop's folder on
    (`VFX/*.mov`); `*` and `?` stop at a slash, `**` doesn't; a glob that matches a folder covers all in it, and one
    that ends in a slash matches folders only. Capital letters count. Unlike there, a backslash is only a backslash and
    a path is matched by itself, so that what a report prints can be pasted (`take[1].mov`).

    Raises:
        UsageError: the glob is empty.
    """
    named = glob.removeprefix("./")
    bare = named.strip("/")
    if not bare:
        raise UsageError(f"the pattern {glob!r} names nothing", hint="write one such as *.mov or VFX/**")
    rooted = bare if "/" in named.rstrip("/") else f"**/{bare}"
    within = Glob.of(f"{rooted}/**/*")
    itself = None if glob.endswith("/") else Glob.of(rooted)

    def matches(path: str) -> bool:
        name = nfc(path)
        return path == glob or within.matches(name) or (itself is not None and itself.matches(name))

    return matches


def _readable(glob: str) -> str:
    """The glob with undecodable bytes of the command line as reports print them; its backslashes stay single."""
    return os.fsencode(glob).decode("utf-8", "backslashreplace")
