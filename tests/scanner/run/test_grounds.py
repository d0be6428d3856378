"""What a drop is judged by comes back from the archive and judges the same, whatever became of the files."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fixtures.paper import approval, book, consent, declaration, example, licence, write
from scanner.clearance.paper import reader
from scanner.clearance.policy import policy
from scanner.clearance.scope.context import Context
from scanner.errors import PaperError, PolicyError
from scanner.run.grounds import Grounds, grounds_from_json, grounds_to_json
from scanner.terms.verdicts import Stage
from scanner.terms.words import Proof


def grounds(*files: Path, delivery: str | None = None) -> Grounds:
    paper = reader.load(files) if files else None
    named = paper.delivery(delivery, "drop") if paper and delivery else None
    context = Context(Stage.FINAL, named, date(2026, 3, 31), date(2026, 4, 2), "drop")
    return Grounds(policy.load("netflix-genai"), context, "option", paper)


def test_they_come_back_equal_though_every_file_is_gone(tmp_path: Path) -> None:
    data = book(
        declarations=[declaration(approvals=["APP-1", "APP-2", "APP-3"])],
        approvals=[approval(), approval("APP-2"), approval("APP-3")],
        consents=[consent()],
        licences=[licence()],
    )
    given = grounds(write(tmp_path / "p", data, missing=["APP-2"], changed=["APP-3"]), delivery="DEL-1")
    assert given.paper
    kept = grounds_to_json(given)
    shutil.rmtree(tmp_path / "p")
    back = grounds_from_json(kept)
    assert back == given
    assert grounds_to_json(back) == kept
    assert back.paper
    assert [back.paper.proof("approvals", f"APP-{number}") for number in (1, 2, 3)] == [
        Proof.PRESENT,
        Proof.MISSING,
        Proof.CHANGED,
    ]
    assert (back.production, back.delivery) == ("TLW-81234567", "DEL-1")


def test_every_part_of_the_model_comes_back(tmp_path: Path) -> None:
    given = grounds(example(tmp_path))
    assert grounds_from_json(grounds_to_json(given)) == given


def test_without_paper_there_is_none_when_they_come_back() -> None:
    given = grounds()
    assert grounds_from_json(grounds_to_json(given)) == given
    assert (given.production, given.delivery) == ("", "")


def test_bytes_that_are_not_utf_8_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "paper.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + (write(tmp_path, book())).read_bytes())
    given = grounds(file)
    assert grounds_from_json(grounds_to_json(given)) == given


def broken(change: dict[str, Any], tmp_path: Path) -> bytes:
    kept = json.loads(grounds_to_json(grounds(write(tmp_path, book()))))
    kept.update(change)
    return json.dumps(kept).encode()


def test_what_a_later_version_cannot_read_is_its_own_error(tmp_path: Path) -> None:
    nonsense = {"name": "x", "sha256": "0", "content": "YTogYg=="}  # a: b
    with pytest.raises(PolicyError):
        grounds_from_json(broken({"policy": nonsense}, tmp_path))
    with pytest.raises(PaperError):
        grounds_from_json(broken({"paper": [nonsense]}, tmp_path))
    with pytest.raises(ValueError, match="stage"):
        grounds_from_json(broken({"stage": None}, tmp_path))
