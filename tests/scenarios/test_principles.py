"""The five guiding principles and the four triggers of written approval, without the right paper and with it."""

import pytest

from fixtures.marks import tagged
from fixtures.media import still
from fixtures.paper import ALL_YES, DELIVERY, Entry, Value, approval, book, consent, declaration, licence
from fixtures.stories import GENERATED, Place, Told, titled

STAGES = {"stages": ["temp", "final"]}
PRODUCTION = titled("The Long Winter", "TLW-1")
AGREED: Entry = {"scope": {"production": "TLW-1", "description": "likeness in one still"}}
ANSWERS = {f"stills/p{number}_{answer or 'blank'}.png": (f"p{number}", answer) for number, answer in (
    (1, "no"), (2, "unsure"), (3, None), (4, "no"), (5, "no"),
)}  # fmt: skip
"""Files whose declaration answers one principle otherwise than yes, or not at all."""
TRIGGERS = {
    "stills/likeness.png": ("talent_likeness", "it involves talent_likeness"),
    "stills/personal.png": ("personal_data", "it involves personal_data"),
    "stills/third_party.png": ("third_party_ip", "it involves third_party_ip"),
    "stills/final.png": (None, "this is a final delivery"),
}
"""Files that need approval whatever the principles say, with what the finding gives as its cause."""
RULES = {
    "stills/poster.png": ("ip.ai_resembles_reference", "NFX-P1"),
    "stills/training.png": ("data.tool_trains_on_inputs", "NFX-P2"),
    "stills/terms.png": ("data.tool_terms_unknown", "NFX-P3"),
    "stills/sketch.png": ("stage.temp_in_final", "NFX-P4"),
    "stills/face.png": ("consent.missing", "NFX-P5"),
}
"""Files in which one principle is broken for all to see, and the reason that says so."""
TOOLS = {
    "ours": {"name": "House Model", "enterprise_agreement": "yes", "trains_on_inputs": "no"},
    "hungry": {"name": "Hungry Model", "trains_on_inputs": "yes"},
    "unread": {"name": "Unread Model"},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Stills that a model made, one for each case; `poster.png` is a reference over again."""
    place = Place(tmp_path_factory.mktemp("principles"))
    answered = [place.still(f"drop/{path}", seed=300 + seed) for seed, path in enumerate([*ANSWERS, *TRIGGERS])]
    broken = [place.still(f"rules/{path}", seed=330 + seed) for seed, path in enumerate(RULES)]
    (place.folder / "references").mkdir()
    for path in (broken[0], place.folder / "references" / "poster.png"):
        still(path, seed=350, size=(480, 270))
    tagged(answered[0], GENERATED, *answered[1:], *broken)
    return place


def asked(stage: str, *approvals: Entry) -> Entry:
    """The paper of the answers and the triggers, with everything but approval in order."""
    keys = [each["id"] for each in approvals]
    answers = [
        declaration(
            f"DEC-{key}",
            path,
            use="story_element" if stage == "final" else "temp",
            tools=["ours"],
            principles={name: said for name, said in (ALL_YES | {key: answer}).items() if said},
            approvals=keys,
        )
        for path, (key, answer) in ANSWERS.items()
    ]
    triggers = [
        declaration(
            f"DEC-{path}",
            path,
            use="final_vfx",
            tools=["ours"],
            involves=[flag] if flag else [],
            talent=[{"performer": "A. Actor", "consent": "CON-1"}] if flag == "talent_likeness" else [],
            licences=["LIC-1"] if flag == "third_party_ip" else [],
            approvals=keys,
        )
        for path, (flag, _) in TRIGGERS.items()
    ]
    return book(
        production=PRODUCTION,
        deliveries=[DELIVERY | {"stage": stage}],
        tools=TOOLS,
        declarations=[*answers, *triggers],
        approvals=list(approvals),
        consents=[consent(**AGREED)],
        licences=[licence()],
    )


@pytest.fixture(scope="module")
def unapproved(place: Place) -> Told:
    return place.scan("temp", asked("temp"))


@pytest.fixture(scope="module")
def final(place: Place) -> Told:
    return place.scan("final", asked("final"))


@pytest.mark.parametrize("path", ANSWERS)
def test_a_principle_that_isn_t_answered_yes_needs_approval(unapproved: Told, path: str) -> None:
    missing = unapproved.finding(path, "approval.missing")
    assert (missing["verdict"], "NFX-ESC" in missing["principles"]) == ("review", True)
    assert "not every guiding principle is answered yes" in missing["message"]


@pytest.mark.parametrize("path", [path for path, (flag, _) in TRIGGERS.items() if flag])
def test_likeness_personal_data_and_third_party_ip_need_approval_before_the_final(unapproved: Told, path: str) -> None:
    missing = unapproved.finding(path, "approval.missing")
    assert (missing["verdict"], "NFX-WA" in missing["principles"]) == ("review", True)
    assert TRIGGERS[path][1] in missing["message"]


def test_what_isn_t_final_and_involves_nothing_needs_none(unapproved: Told) -> None:
    assert unapproved.reasons("stills/final.png") == {"ai.disclosed": "pass"}


@pytest.mark.parametrize("path", TRIGGERS)
def test_everything_in_a_final_delivery_needs_approval(final: Told, path: str) -> None:
    missing = final.finding(path, "approval.missing")
    assert (missing["verdict"], "NFX-WA" in missing["principles"]) == ("fail", True)
    assert "this is a final delivery" in missing["message"]
    assert TRIGGERS[path][1] in missing["message"]


@pytest.mark.parametrize("stage", ["temp", "final"])
def test_with_written_approval_all_of_it_passes(place: Place, stage: str) -> None:
    told = place.scan(f"approved-{stage}", asked(stage, approval(scope=STAGES)))
    assert told.verdict == (0, "pass")


def ruled(*, kept: bool) -> Entry:
    """The paper of the rules, approved but for the fourth: each broken, or each kept."""

    def own(what: str, use: str = "final_vfx", **changes: Value) -> Entry:
        changes = {"tools": ["ours"], "approvals": ["APP-1"], **changes}
        return declaration(f"DEC-{what}", f"stills/{what}.png", use=use, **changes)

    talent = {"performer": "A. Actor", **({"consent": "CON-1"} if kept else {})}
    return book(
        production=PRODUCTION,
        tools=TOOLS,
        declarations=[
            own("poster"),
            own("training", inputs=["proprietary"], tools=["ours" if kept else "hungry"]),
            own("terms", inputs=["personal"], tools=["ours" if kept else "unread"]),
            own("sketch", "temp", approvals=["APP-1"] if kept else []),
            own("face", "performance_alteration", involves=["talent_likeness"], talent=[talent]),
        ],
        approvals=[approval(scope=STAGES)],
        consents=[consent(**AGREED)],
        licences=[licence(reference="poster.png")] if kept else [],
    )


@pytest.fixture(scope="module")
def broken(place: Place) -> Told:
    return place.scan("broken", ruled(kept=False), "--references", "references", drop="rules")


@pytest.mark.parametrize("path", RULES)
def test_a_guiding_principle_that_is_broken_is_a_finding_that_rests_on_it(broken: Told, path: str) -> None:
    reason, principle = RULES[path]
    found = broken.finding(path, reason)
    assert principle in found["principles"]
    assert found["verdict"] == ("review" if reason == "data.tool_terms_unknown" else "fail")
    others = {each for each in broken.reasons(path) if each not in {reason, "ai.disclosed"}}
    assert others == ({"approval.missing"} if reason == "stage.temp_in_final" else set())


def test_with_every_principle_kept_the_same_pictures_pass(place: Place) -> None:
    told = place.scan("kept", ruled(kept=True), "--references", "references", drop="rules")
    assert told.verdict == (0, "pass")
    assert told.reasons("stills/poster.png") == {"ai.disclosed": "pass", "ip.licensed": "pass"}
