"""`provscan trust`, as a person runs it."""

import json
from pathlib import Path

import pytest

from detectors.credentials.signing import Authority
from fixtures.command import Outcome
from fixtures.trust import Answer, published, serving
from tests.scanner.cli.here import provscan_here


def run(folder: Path, *words: str) -> Outcome:
    """`provscan trust WORDS`."""
    return provscan_here(folder, "trust", *words)


def test_lists_are_added_listed_replaced_and_removed(tmp_path: Path) -> None:
    one, two = Authority.make("One"), Authority.make("Two")
    (tmp_path / "studio.pem").write_bytes(one.certificate_pem + two.certificate_pem)
    (tmp_path / "times.pem").write_bytes(two.certificate_pem)
    assert run(tmp_path, "list").out == "no trust lists: signers are not verified, everything else is checked\n"
    added = run(tmp_path, "add", "studio.pem", "--kind", "manifest", "--next-update", "2020-01-01")
    assert (added.code, added.out) == (0, "studio: 2 certificates of kind manifest\n")
    assert run(tmp_path, "add", "times.pem", "--kind", "tsa", "--name", "clocks").out.splitlines() == [
        "clocks: 1 certificate of kind tsa",
        "  1 of them stand in studio too; each counts in one list only",
    ]
    lines = run(tmp_path, "list").out.splitlines()
    assert lines[0] == "clocks  tsa, 1 certificates"
    assert lines[2].startswith("studio  manifest, 2 certificates, next update 2020-01-01, OVERDUE")
    told = json.loads(run(tmp_path, "list", "--json").out)
    assert [row["name"] for row in told["lists"]] == ["clocks", "studio"]
    assert "in place of the list of that name" in run(tmp_path, "add", "studio.pem", "--kind", "manifest").out
    assert run(tmp_path, "remove", "clocks", "studio").code == 0
    assert json.loads(run(tmp_path, "list", "--json").out)["lists"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "bad.pem", "--kind", "manifest"), "there is no PEM certificate in it"),
        (("add", "absent.pem", "--kind", "manifest"), "can't be read: No such file"),
        (("add", "bad.pem"), "Missing option '--kind'"),
        (("add", "bad.pem", "--kind", "cawg"), "'cawg' is not one of"),
        (("add", "bad.pem", "--kind", "tsa", "--name", "../x"), "can't be the name of a trust list"),
        (("remove", "studio"), "there is no trust list 'studio'"),
        (("update", "--from", "http://127.0.0.1/"), "is no https URL"),
        (("update", "--from", "https://127.0.0.1:1/", "--ca", "absent.pem"), "--ca absent.pem"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("nothing\n")
    outcome = run(tmp_path, *words)
    assert outcome.code == 2
    assert said in outcome.err
    assert not (tmp_path / "data").exists()


def test_an_update_says_what_it_got_and_a_failed_one_ends_with_4(tmp_path: Path) -> None:
    authority = Authority.make("Example CA")
    answers: dict[str, bytes | Answer] = {
        "/C2PA-TRUST-LIST.json": published(authority),
        "/C2PA-TSA-TRUST-LIST.json": published(authority),
    }
    with serving(tmp_path, answers) as server:
        words = ("update", "--from", server.url, "--ca", str(server.authority))
        assert run(tmp_path, *words).out.splitlines() == [
            "c2pa-trust-list: new, issued 2026-08-05, 1 certificates",
            "c2pa-tsa-trust-list: new, issued 2026-08-05, 1 certificates",
        ]
        answers["/C2PA-TRUST-LIST.json"] = b"gone"
        failed = run(tmp_path, *words)
        assert failed.code == 4
        assert "what came is no trust list" in failed.err
        assert "nothing was changed" in failed.err
    assert run(tmp_path, *words).code == 4
    assert len(json.loads(run(tmp_path, "list", "--json").out)["lists"]) == 2
