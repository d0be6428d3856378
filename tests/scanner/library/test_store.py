"""A library's kinds of prints: each in a file of its own, and each with the term that says what made it."""

from typing import Any

import pytest

from detectors.fingerprint.prints import PRINT_KINDS, PrintKind
from scanner.library.store import FILE, KINDS, TERMS


@pytest.mark.parametrize("kind", PRINT_KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_prints_has_its_term_and_its_file(kind: PrintKind[Any]) -> None:
    assert TERMS[kind.name] == kind.algorithm
    assert kind.name in KINDS
    assert FILE.fullmatch(f"{kind.name}.bin")
    assert FILE.fullmatch(f"{kind.name}-0123456789abcdef.bin")


def test_terms_and_their_order_are_frozen() -> None:
    """The digest of a library is taken over them, and a library of others is refused."""
    assert list(TERMS.items()) == [
        ("hashes", "pdq/2 search/1"),
        ("pictures", "pdq/2"),
        ("local", "orb/1"),
        ("sound", "chromaprint/1+landmark/1"),
    ]
    assert KINDS == ("hashes", "places", "pictures", "local", "sound")
