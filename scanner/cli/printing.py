"""Printing to a reader who may have gone (`| head`), which is no fault of ours."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def unless_unread() -> Iterator[None]:
    """Print what is printed inside as long as somebody reads it; the rest is given up in silence."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:  # the interpreter must not try to flush to them once more as it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_lines(lines: Iterable[str]) -> None:
    """Print lines on standard output, as long as somebody reads them."""
    with unless_unread():
        for line in lines:
            click.echo(line)
