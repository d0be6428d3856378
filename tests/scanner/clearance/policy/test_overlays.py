"""Policies that extend another one: what they inherit, and that they only tighten unless they say so."""

import hashlib
from pathlib import Path

import pytest

from detectors.observation import Claim
from fixtures.paper import Entry, approval, book, declaration
from scanner.clearance.policy import policy
from scanner.clearance.policy.policy import Policy, load, read
from scanner.errors import PolicyError
from scanner.terms.reasons import NEVER_BELOW_REVIEW, NEVER_FAIL, Reason
from scanner.terms.verdicts import Stage
from scanner.terms.words import Need
from tests.scanner.clearance.drops import finding, mark, movie, one, reasons

HEAD = 'id: house\nversion: "1"\nextends: netflix-genai\n'
NETFLIX = load("netflix-genai")


def house(folder: Path, text: str, name: str = "house.yaml") -> Policy:
    file = folder / name
    file.write_text(HEAD + text, encoding="utf-8")
    return load(file)


def refused(folder: Path, text: str, head: str = HEAD) -> list[str]:
    file = folder / "house.yaml"
    file.write_text(head + text, encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        load(file)
    return [str(mistake).replace(f"{folder}/", "") for mistake in raised.value.mistakes]


def rows(found: Policy) -> dict[str, list[str]]:
    return {str(code): [str(found.verdict(code, stage)) for stage in Stage] for code in Reason}


def test_what_a_file_leaves_out_is_that_of_what_it_extends(tmp_path: Path) -> None:
    found = house(
        tmp_path,
        "verdicts:\n  approval.missing: [fail, fail, fail]\nparams: {waiver_max_days: 30}\n"
        'principles: {HOUSE-1: "No AI in credits."}\nrests_on: {ai.undeclared: [HOUSE-1]}\n',
    )
    assert rows(found) == rows(NETFLIX) | {"approval.missing": ["fail", "fail", "fail"]}
    assert found.text.obliges == NETFLIX.text.obliges
    assert found.text.excuses == NETFLIX.text.excuses
    assert found.text.params == NETFLIX.text.params.model_copy(update={"waiver_max_days": 30})
    assert found.behind(Reason.AI_UNDECLARED) == ("NFX-DISC", "NFX-WA", "HOUSE-1")
    assert (found.id, found.version, found.bases) == ("house", "1", ("netflix-genai",))
    assert found.principles["NFX-WA"] == NETFLIX.principles["NFX-WA"]


@pytest.mark.parametrize("place", range(3))
def test_no_cell_of_the_matrix_may_be_milder(tmp_path: Path, place: int) -> None:
    milder = {"info": "pass", "review": "info", "fail": "review"}
    below = {
        code: [milder[word] if at == place else word for at, word in enumerate(row)]
        for code, row in rows(NETFLIX).items()
        if row[place] != "pass" and code not in NEVER_BELOW_REVIEW
    }
    told = refused(tmp_path, "verdicts:\n" + "".join(f"  {code}: [{', '.join(row)}]\n" for code, row in below.items()))
    assert len(told) == len(below) > 20
    for line, ((code, row), each) in enumerate(zip(below.items(), told, strict=True), start=5):
        column = len(code) + 6 + sum(len(word) + 2 for word in row[:place])
        was = rows(NETFLIX)[code][place]
        assert each == (
            f"house.yaml:{line}:{column}: {code} at {list(Stage)[place]}: {row[place]} is milder than {was}, "
            "as in netflix-genai; a policy may only tighten what it extends"
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("require_approval: {stages: []}", "stages leaves out final, which stands in netflix-genai"),
        ("require_approval: {uses: [story_element]}", "uses leaves out factual_representation, key_creative and "),
        ("require_approval: {judgement_uses: [background_incidental, music]}", "judgement_uses adds music, unlike"),
        ("require_approval: {principles_not_yes: false}", "principles_not_yes is false; it is true in netflix-genai"),
        ("require_consent: {involves: [talent_likeness]}", "involves leaves out voice_likeness"),
        ("require_consent: {exempt: [human_safety, none]}", "exempt adds none, unlike netflix-genai"),
        ("require_estate_consent: {involves: []}", "involves leaves out deceased_person"),
        ("require_licence: {involves: []}", "involves leaves out third_party_ip"),
        ("require_audience_disclosure: {kinds: [news]}", "kinds leaves out documentary"),
        ("obliges: {use: {voice: [consent]}}", "voice asks for no approval; it does in netflix-genai"),
        ("obliges: {use: {music: [human_input, judgement]}}", "music is left to judgement, unlike in netflix-genai"),
        ("obliges: {tool: {stores_inputs: []}}", "stores_inputs asks for no approval, terms and true_answer"),
        ("consent_kinds: {talent_likeness: [voice]}", "talent_likeness takes consents of the kind voice, unlike"),
        ("excuses: {mending_uses: [restoration, music]}", "mending_uses adds music, unlike netflix-genai"),
        ("excuses: {not_for_generated: []}", "not_for_generated leaves out customary_alteration, digital_alteration"),
        ("only_approvers_waive: [approval.missing]", "only_approvers_waive leaves out ai.not_allowed, "),
        ("approver_orgs: [Netflix, ABC VFX]", "approver_orgs adds ABC VFX, unlike netflix-genai"),
        ("params: {waiver_max_days: 181}", "waiver_max_days is 181; in netflix-genai it is 180"),
        ("params: {blanket_match_ratio: 0.6}", "blanket_match_ratio is 0.6; in netflix-genai it is 0.5"),
        ("unwaivable: [scan.unreadable]", "unwaivable leaves out approval.evidence_changed, "),
    ],
)
def test_every_loosening_is_a_mistake_at_its_place_unless_it_is_meant(tmp_path: Path, text: str, said: str) -> None:
    (told,) = refused(tmp_path, text)
    assert told.startswith("house.yaml:4:")
    assert said in told
    assert house(tmp_path, f"allow_loosen: true\n{text}\n").id == "house"


def test_a_list_that_was_written_before_some_words_asked_for_anything_says_nothing_of_them(tmp_path: Path) -> None:
    older = house(
        tmp_path,
        "require_approval:\n"
        "  uses: [key_creative, story_element, performance_alteration, factual_representation, restoration]\n"
        "  involves: [talent_likeness, voice_likeness, personal_data, third_party_ip, unowned_training_data,\n"
        "    union_work]\n"
        "unwaivable: [consent.missing, consent.expired, consent.out_of_scope, declaration.contradicted,\n"
        "  approval.revoked, approval.evidence_changed, scan.unreadable, scan.partial, scan.timeout, scan.crashed,\n"
        "  scan.refused, ai.undeclared]\n",
    )
    assert {"voice", "training", "restoration"} <= set(older.asking("use", Need.APPROVAL))
    assert {"public_figure", "synthetic_performer"} <= set(older.asking("involves", Need.APPROVAL))
    assert {"consent.withdrawn", "scan.interrupted", "ai.undeclared"} <= set(older.text.unwaivable)


def test_a_word_that_asks_for_consent_says_which_kinds_cover_it(tmp_path: Path) -> None:
    asks = "obliges: {involves: {public_figure: [approval, consent]}}\n"
    (told,) = refused(tmp_path, asks)
    assert "consent_kinds has no row for public_figure, which asks for a consent" in told
    found = house(tmp_path, f"{asks}consent_kinds: {{public_figure: [digital_replica]}}\n")
    assert found.asking("involves", Need.CONSENT) == ("talent_likeness", "voice_likeness", "public_figure")


def test_tightening_every_part_is_no_mistake(tmp_path: Path) -> None:
    found = house(
        tmp_path,
        "require_approval: {stages: [temp, final], judgement_uses: []}\nrequire_consent: {exempt: [human_safety]}\n"
        "require_audience_disclosure: {involves: [public_figure]}\napprover_orgs: []\n"
        "params: {waiver_max_days: 1, blanket_match_ratio: 0.1}\n",
    )
    assert found.asking("stage", Need.APPROVAL) == (Stage.TEMP, Stage.FINAL)
    assert found.asking("use", Need.APPROVAL) == NETFLIX.asking("use", Need.APPROVAL)
    assert found.asking("use", Need.JUDGEMENT) == ()
    assert found.asking("kind", Need.DISCLOSURE) == NETFLIX.asking("kind", Need.DISCLOSURE)
    assert found.asking("involves", Need.DISCLOSURE) == ("public_figure",)
    assert found.text.excuses.exemptions == ("human_safety",)


def test_a_chain_is_followed_from_folder_to_folder_and_each_file_only_tightens_the_next(tmp_path: Path) -> None:
    (tmp_path / "studio").mkdir()
    studio = tmp_path / "studio" / "studio.yaml"
    studio.write_text('id: studio\nversion: "3"\nextends: strict\nparams: {waiver_max_days: 60}\n', encoding="utf-8")
    title = tmp_path / "title.yaml"
    title.write_text('id: title\nversion: "1"\nextends: studio/studio.yaml\nparams: {waiver_max_days: 61}\n')
    with pytest.raises(PolicyError) as raised:
        load(title)
    assert "in studio it is 60" in str(raised.value.mistakes[0])
    title.write_text('id: title\nversion: "1"\nextends: studio/studio.yaml\nparams: {waiver_max_days: 7}\n')
    found = load(title)
    assert found.bases == ("studio", "strict", "netflix-genai")
    assert found.verdict(Reason.APPROVAL_JUDGEMENT_NEEDED, Stage.FINAL) == "fail"


def test_the_example_in_the_docs_is_a_policy(tmp_path: Path) -> None:
    page = (Path(__file__).parents[4] / "docs" / "policy.md").read_text(encoding="utf-8")
    file = tmp_path / "house.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert load(file).behind(Reason.CONSENT_MISSING)[-1] == "HOUSE-1"


def test_the_digest_is_of_all_files_and_the_kept_text_reads_back_without_them(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HEAD.replace("house", "base"), encoding="utf-8")
    leaf = tmp_path / "leaf.yaml"
    leaf.write_text(HEAD.replace("netflix-genai", "base.yaml"), encoding="utf-8")
    before = load(leaf)
    assert before.sha256 == hashlib.sha256(before.source).hexdigest()
    kept = read(before.source, "house")
    (tmp_path / "base.yaml").write_text(HEAD.replace("house", "base") + "params: {waiver_max_days: 9}\n")
    assert load(leaf).sha256 != before.sha256
    assert kept == before


def test_circles_and_missing_bases_are_mistakes_and_one_is_told_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text('id: other\nversion: "1"\nextends: house.yaml\n', encoding="utf-8")
    head = HEAD.replace("netflix-genai", "{}")
    assert refused(tmp_path, "", head.format("other.yaml")) == [
        "other.yaml:3:1: 'house.yaml' extends this policy in turn; a circle has no beginning"
    ]
    assert "extends this policy" in refused(tmp_path, "", head.format("house.yaml"))[0]
    assert refused(tmp_path, "", head.format("netflix-gnai")) == [
        "house.yaml:3:1: there is no policy 'netflix-gnai' to extend; did you mean netflix-genai?"
    ]
    assert "give a file beside this one" in refused(tmp_path, "", head.format("gone/away.yaml"))[0]
    assert "unknown key" in refused(tmp_path, "extend: strict\n")[0]


def test_what_no_policy_may_say_no_layer_may_say_even_when_it_may_loosen(tmp_path: Path) -> None:
    told = refused(
        tmp_path,
        "allow_loosen: true\nverdicts:\n  scan.unreadable: [info, info, info]\n"
        "  ip.possible_match: [fail, fail, fail]\n"
        "  ai.undecleared: [fail, fail, fail]\nrests_on: {ai.undeclared: [NFX-DSC]}\n",
    )
    assert [each.split(": ", 1)[1][:40] for each in told] == [
        "scan.unreadable is never below review: n",
        "ip.possible_match rests on weak observat",
        "there is no reason 'ai.undecleared'; did",
    ]
    (told_later,) = refused(tmp_path, "rests_on: {ai.undeclared: [NFX-DSC]}\n")
    assert "there is no principle 'NFX-DSC'; did you mean NFX-DISC?" in told_later


@pytest.mark.parametrize("name", sorted(set(policy.built_in()) - {"netflix-genai"}))
def test_the_built_in_policies_only_tighten_and_say_where_they_are_from(name: str) -> None:
    found = load(name)
    assert found.bases == ("netflix-genai",)
    assert not found.text.allow_loosen
    assert all(rule.source and rule.read for rule in found.principles.values())
    assert rows(found) != rows(NETFLIX) or found.text.obliges != NETFLIX.text.obliges


def test_strict_tightens_the_thirteen_reasons_of_the_research_as_far_as_weak_observations_allow() -> None:
    strict = rows(load("strict"))
    changed = {code: "/".join(row) for code, row in strict.items() if row != rows(NETFLIX)[code]}
    assert changed == {
        "ai.suspected_undeclared": "review/review/review",
        "ai.declared_no_evidence": "info/info/review",
        "declaration.too_broad": "review/fail/fail",
        "declaration.tool_mismatch": "review/review/fail",
        "approval.evidence_missing": "review/fail/fail",
        "approval.dated_after_delivery": "review/fail/fail",
        "approval.judgement_needed": "info/review/fail",
        "declaration.conflict": "review/review/fail",
        "ip.possible_match": "review/review/review",
        "credential.untrusted": "info/info/review",
        "credential.invalid": "review/fail/fail",
        "ai.undeclared": "fail/fail/fail",
        "approval.conditions_open": "review/fail/fail",
    }
    assert {"ai.suspected_undeclared", "ip.possible_match", "stage.temp_hint_in_final"} == NEVER_FAIL


def test_a_real_persons_likeness_in_fiction_needs_a_word_to_viewers_only_under_the_eu_ai_act() -> None:
    face: Entry = {"involves": ["public_figure"], "approvals": ["APP-1"]}
    silent = book(declarations=[declaration(**face)], approvals=[approval()])
    told = book(
        declarations=[declaration(**face, audience_disclosure={"how": "a caption", "timecode": "01:00:00:00"})],
        approvals=[approval()],
    )
    scene = movie("VFX/shot.mov", mark())
    assert "factual.synthetic_as_real" not in reasons(one(scene, silent))
    owed = finding(one(scene, silent, by=load("eu-ai-act")), "factual.synthetic_as_real")
    assert (owed.verdict, owed.principles) == (
        "fail",
        ("NFX-E1", "EU-50-4", "EU-50-5", "EU-CODE-ICON", "EU-CODE-ART"),
    )
    assert "factual.synthetic_as_real" not in reasons(one(scene, told, by=load("eu-ai-act")))


def test_the_documentary_policy_makes_any_production_factual_and_restoring_something_to_be_approved() -> None:
    restored = book(declarations=[declaration(use="restoration")])
    scene = movie("VFX/shot.mov", mark(claim=Claim.EDITED))
    assert one(scene, restored, "temp").verdict == "pass"
    assert reasons(one(scene, restored, "temp", by=load("documentary")))[0] == "approval.missing"
    used = book(declarations=[declaration()])
    assert "factual.synthetic_as_real" in reasons(one(scene, used, by=load("documentary")))


def test_missing_evidence_fails_under_strict() -> None:
    data = book(declarations=[declaration(approvals=["APP-1"])], approvals=[approval()])
    scene = movie("VFX/shot.mov", mark())
    assert one(scene, data, missing=["APP-1"]).verdict == "review"
    assert one(scene, data, missing=["APP-1"], by=load("strict")).verdict == "fail"
