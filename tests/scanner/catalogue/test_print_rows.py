"""Prints as rows: every kind there is goes in and comes out, in the order in which rows have always been written."""

from typing import Any

import pytest

from detectors.fingerprint.prints import PRINT_KINDS, PrintKind, Prints
from tests.scanner.catalogue.some import PRINTS, same


def test_every_kind_is_written_by_its_name_and_algorithm() -> None:
    assert [(name, algorithm) for name, algorithm, _ in PRINTS.to_rows()] == sorted(
        (kind.name, kind.algorithm) for kind in PRINT_KINDS
    )
    assert [name for name, *_ in PRINTS.to_rows()] == ["local", "pictures", "sound"]  # as archives number them
    assert Prints().to_rows() == []


@pytest.mark.parametrize("kind", PRINT_KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_read_alone_and_with_the_others(kind: PrintKind[Any]) -> None:
    [row] = [part for part in PRINTS.to_rows() if part[0] == kind.name]
    alone = Prints.from_rows([row])
    assert [each for each, _ in alone.parts()] == [kind]
    assert alone.to_rows() == [row]
    assert same(Prints.from_rows(reversed(PRINTS.to_rows())), PRINTS)
