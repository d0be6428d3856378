import hashlib
from pathlib import Path

import pytest

from scanner.clearance.policy import policy, table
from scanner.clearance.policy.policy import load
from scanner.errors import PolicyError
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import NEVER_BELOW_REVIEW, NEVER_FAIL, Reason
from scanner.terms.verdicts import Stage, Verdict, mildest, worst
from scanner.terms.words import Need

BUILT_IN = Path(policy.__file__).parent / "built_in"
SHARED = Path(__file__).resolve().parents[5] / "shared" / "design" / "examples" / "netflix-genai.yaml"


def broken(folder: Path, *changes: tuple[str, str]) -> str:
    """What is said of the built-in policy with some text in it replaced."""
    text = (BUILT_IN / "netflix-genai.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = folder / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        load(file)
    return "\n".join([str(raised.value), *map(str, raised.value.mistakes)]).replace(f"{folder}/", "")


@pytest.mark.parametrize("name", policy.built_in())
def test_every_built_in_policy_is_total_and_stricter_at_later_stages(name: str) -> None:
    found = load(name)
    assert found.id == name
    for reason in Reason:
        verdicts = [found.verdict(reason, stage).rank for stage in Stage]
        assert verdicts == sorted(verdicts), reason


def test_the_policy_keeps_the_digest_of_its_bytes_and_the_day_its_source_was_read() -> None:
    found = load("netflix-genai")
    assert found.sha256 == hashlib.sha256((BUILT_IN / "netflix-genai.yaml").read_bytes()).hexdigest()
    assert found.version == "2025-11-11"
    assert found.text.source
    assert found.text.source.startswith("https://partnerhelp.netflixstudios.com/")


@pytest.mark.skipif(not SHARED.is_file(), reason="no shared example beside the project")
def test_the_built_in_policy_says_what_the_shared_one_says() -> None:
    shared, ours = load(SHARED), load("netflix-genai")
    for reason in Reason:
        assert [shared.verdict(reason, stage) for stage in Stage] == [ours.verdict(reason, stage) for stage in Stage]
    for axis in table.AXES:
        for need in Need:
            assert set(shared.asking(axis, need)) <= set(ours.asking(axis, need))
    assert shared.text.params == ours.text.params
    assert set(shared.text.unwaivable) <= set(ours.text.unwaivable)


def test_every_principle_that_a_reason_names_is_in_the_policy() -> None:
    named = {principle for reason in REASONS.values() for principle in reason.principles}
    assert named
    assert named <= set(load("netflix-genai").principles)


def test_every_reason_says_what_it_is_and_what_would_clear_it() -> None:
    for code, reason in REASONS.items():
        area, _, name = code.partition(".")
        assert area.isidentifier()
        assert name.isidentifier()
        assert reason.title
        assert not reason.title.endswith(".")
        assert reason.remedy.endswith(".")


def test_all_mistakes_of_a_policy_are_told_at_once(tmp_path: Path) -> None:
    told = broken(
        tmp_path,
        ("  ai.disclosed:  ", "  ai.disclosde:  "),
        ("mending_uses:", "mendign_uses:"),
        ("    training:               [approval]\n", ""),
        ("  ip.own_material:                  [info, info, info]", "  ip.own_material: [info, inof, info]"),
        ("waiver_max_days: 180", "waiver_max_days: soon"),
        ("blanket_match_ratio: 0.5", "blanket_match_ratio: 5"),
        ("hint_counts_as_evidence: false", "hint_counts_as_evidence: true"),
        ("stages: [pre-production, temp, final]", "stages: [final, temp, pre-production]"),
        ("  - consent.missing", "  - consent.mising"),
        ("  scan.unreadable:                  [review,", "  scan.unreadable: [pass,"),
        ("  ip.possible_match:                [info, info, review]", "  ip.possible_match: [info, info, fail]"),
    )
    assert told.startswith("12 mistakes in the policy; nothing was judged\nown.yaml:")
    for expected in (
        "there is no reason 'ai.disclosde'; did you mean ai.disclosed?",
        "no verdicts for ai.disclosed",
        "unknown key 'mendign_uses'; did you mean mending_uses?",
        "use has no row for training; [] asks for nothing",
        "'inof' is none of pass, info, review, fail; did you mean info?",
        "waiver_max_days: expected a number of days",
        "blanket_match_ratio: expected a share of the drop",
        "a hint alone is never evidence",
        "expected [pre-production, temp, final], the order of the verdicts",
        "there is no reason 'consent.mising'; did you mean consent.missing?",
        "scan.unreadable is never below review",
        "ip.possible_match rests on weak observations alone and is never a fail",
    ):
        assert expected in told


@pytest.mark.parametrize("code", sorted(NEVER_FAIL))
def test_no_policy_makes_a_weak_observation_a_fail(tmp_path: Path, code: str) -> None:
    row = next(
        line for line in (BUILT_IN / "netflix-genai.yaml").read_text().splitlines() if line.startswith(f"  {code}:")
    )
    assert f"{code} rests on weak" in broken(tmp_path, (row, f"  {code}: [fail, fail, fail]"))


@pytest.mark.parametrize("code", sorted(NEVER_BELOW_REVIEW))
def test_no_policy_lets_what_nobody_examined_pass(tmp_path: Path, code: str) -> None:
    row = next(
        line for line in (BUILT_IN / "netflix-genai.yaml").read_text().splitlines() if line.startswith(f"  {code}:")
    )
    assert f"{code} is never below review" in broken(tmp_path, (row, f"  {code}: [info, review, review]"))


def test_what_cannot_be_read_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as raised:
        load("netflix-gnai")
    assert str(raised.value) == "there is no policy 'netflix-gnai'; did you mean netflix-genai?"
    assert raised.value.exit_code == 2
    for text in ("", "- a\n", "a: &x 1\n", "verdicts: [a]\n", "stages: x\nverdicts: {ai.undeclared: fail}\n"):
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(PolicyError, match="in the policy"):
            load(tmp_path / "own.yaml")
    with pytest.raises(PolicyError):
        load(tmp_path)


def test_verdicts_stand_in_their_order() -> None:
    assert [verdict.rank for verdict in Verdict] == [0, 1, 2, 3]
    assert worst() is Verdict.PASS
    assert worst(Verdict.INFO, Verdict.FAIL, Verdict.PASS) is Verdict.FAIL
    assert mildest(Verdict.REVIEW, Verdict.INFO) is Verdict.INFO
