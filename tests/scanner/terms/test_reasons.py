import ast
import doctest
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from scanner.examination import Problem
from scanner.seen import Remark
from scanner.terms import reasons
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import Reason

ROOT = Path(__file__).parents[3]
HOME = ROOT / "scanner" / "terms"


def literals(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_every_reason_has_a_text_and_a_name_that_follows_from_its_code() -> None:
    assert list(REASONS) == list(Reason)
    assert [reason.name for reason in Reason] == [reason.upper().replace(".", "_") for reason in Reason]


def test_the_search_for_codes_finds_those_of_the_list_itself() -> None:
    found = [code for _, code in literals(HOME / "reasons.py") if code in set(Reason)]
    assert found == list(Reason)


@pytest.mark.parametrize("package", ["scanner", "detectors"])
def test_no_code_is_written_out_but_in_the_list(package: str) -> None:
    codes = set(Reason)
    written = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in sorted((ROOT / package).rglob("*.py"))
        if HOME not in file.parents
        for line, text in literals(file)
        if text.strip() in codes
    ]
    assert written == []


def test_no_template_writes_a_code_out() -> None:
    templates = sorted((ROOT / "scanner").rglob("*.j2"))
    assert templates
    texts = {file.name: file.read_text(encoding="utf-8") for file in templates}
    assert [(name, str(code)) for name, text in texts.items() for code in Reason if code in text] == []


def test_a_problem_is_stored_as_its_code_and_comes_back_equal() -> None:
    stored = TypeAdapter(Problem)
    problem = Problem(Reason.SCAN_TIMEOUT, "decoded 3 of 9 frames before its time was up")
    raw = stored.dump_json(problem)
    assert raw == b'{"code":"scan.timeout","message":"decoded 3 of 9 frames before its time was up"}'
    assert stored.validate_json(raw) == problem


def test_a_code_of_another_version_is_read_as_something_to_look_at() -> None:
    problem = TypeAdapter(Problem).validate_json(b'{"code": "scan.of_a_later_version", "message": "it hums"}')
    assert problem == Problem(Reason.SCAN_PARTIAL, "it hums")
    remark = TypeAdapter(Remark).validate_json(b'{"reason": "stage.of_a_later_version", "message": "m", "about": "a"}')
    assert remark == Remark(Reason.SCAN_PARTIAL, "m", "a")


def test_the_examples_in_the_docstrings_hold() -> None:
    found = doctest.testmod(reasons)
    assert found.attempted
    assert not found.failed
