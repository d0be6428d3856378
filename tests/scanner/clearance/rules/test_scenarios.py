"""The stories that the rules were made for, without media: each without the right paper and with it."""

from fixtures.paper import PRODUCTION, Entry, Value, approval, book, consent, declaration, licence
from tests.scanner.clearance.drops import credential, finding, hint, judged, mark, match, movie, one, reasons, still

PLATE = {"path": "VFX/TLW_103_045_0010_comp_v012.mov", "first_frame": "1001", "frames": "1001-1240"}
COLLAPSE = movie(PLATE["path"], mark())
NO_TEMP = {"p1": "yes", "p2": "yes", "p3": "yes", "p4": "no", "p5": "yes"}


def collapse(*approvals: Entry) -> Entry:
    listed = [each["id"] for each in approvals]
    return book(
        declarations=[declaration(assets=[PLATE], principles=NO_TEMP, approvals=listed)], approvals=list(approvals)
    )


def test_a_collapse_made_with_ai_that_nobody_declared_fails() -> None:
    judgement = one(COLLAPSE, book())
    assert judgement.verdict == "fail"
    assert reasons(judgement) == ["ai.undeclared"]


def test_a_collapse_that_is_only_declared_fails_for_want_of_approval() -> None:
    judgement = one(COLLAPSE, collapse())
    assert judgement.verdict == "fail"
    assert reasons(judgement) == ["approval.missing", "ai.disclosed"]
    assert "because this is a final delivery" in judgement.findings[0].message


def test_an_approved_collapse_passes() -> None:
    judgement = one(COLLAPSE, collapse(approval()))
    assert (judgement.verdict, reasons(judgement)) == ("pass", ["ai.disclosed"])


def test_an_approved_collapse_whose_marks_were_stripped_is_info() -> None:
    judgement = one(movie(PLATE["path"]), collapse(approval()))
    assert (judgement.verdict, reasons(judgement)) == ("info", ["ai.declared_no_evidence"])


def test_a_collapse_without_marks_or_approval_fails_all_the_same() -> None:
    assert one(movie(PLATE["path"]), collapse()).verdict == "fail"


def test_an_approval_of_some_frames_leaves_exactly_the_others() -> None:
    first = approval(scope={"stages": ["final"], "frames": "1001-1100"})
    judgement = one(COLLAPSE, collapse(first))
    left = finding(judgement, "approval.out_of_scope")
    assert (judgement.verdict, left.verdict) == ("fail", "fail")
    assert left.span is not None
    assert (left.span.first_frame, left.span.last_frame) == (100, 239)
    assert left.message == (
        "No approval of DEC-1 reaches frames 1101-1240 by the plate's numbers (frames 100-239 of the file, "
        "01:00:04:04-01:00:09:23): APP-1 is for frames 1001-1100."
    )
    second = approval("APP-2", scope={"stages": ["final"], "frames": "1101-1240"})
    assert one(COLLAPSE, collapse(first, second)).verdict == "pass"


def younger(**changes: Value) -> Entry:
    consents = changes.pop("consents", [])
    talent = [{"performer": "A. Actor", **changes}]
    shots = [
        declaration(path="VFX/**", use="final_vfx", involves=["talent_likeness"], talent=talent, approvals=["APP-1"])
    ]
    return book(declarations=shots, approvals=[approval()], consents=consents)


def test_actors_made_younger_need_their_consent_for_this_production() -> None:
    scene = movie("VFX/TLW_101_001_0010.mov")
    assert "consent.missing" in reasons(one(scene, younger()))
    assert one(scene, younger()).verdict == "fail"
    assert one(scene, younger(consent="CON-1", consents=[consent()])).verdict == "info"
    assert one(movie(scene.path, mark()), younger(consent="CON-1", consents=[consent()])).verdict == "pass"
    elsewhere = consent(scope={"production": "OTHER-1", "description": "re-ageing"})
    judgement = one(scene, younger(consent="CON-1", consents=[elsewhere]))
    assert judgement.findings[0].reason == "consent.out_of_scope"
    assert judgement.verdict == "fail"
    assert one(movie(scene.path, mark()), younger(exemption="unrecognisable")).verdict == "pass"


def test_costumes_imagined_in_pre_production_are_fine_there_and_not_in_the_final() -> None:
    costume = still("art/costume_04.png", mark(tool="Example Image Model"))
    sketch = book(declarations=[declaration(path=costume.path, use="ideation", tools=["still-tool"])])
    assert one(costume, book(), "pre-production").verdict == "review"
    assert one(costume, sketch, "pre-production").verdict == "pass"
    final = one(costume, sketch, "final")
    assert final.verdict == "fail"
    assert set(reasons(final)) == {"stage.temp_in_final", "approval.missing", "ai.disclosed"}


def test_an_imagined_costume_that_resembles_a_poster_is_its_own_reason() -> None:
    costume = still("art/costume_04.png", mark(), match())
    for stage, verdict in (("pre-production", "review"), ("temp", "fail"), ("final", "fail")):
        assert finding(one(costume, book(), stage), "ip.ai_resembles_reference").verdict == verdict


def archive(**changes: Value) -> Entry:
    stills = declaration(path="stills/a.png", use="factual_representation", approvals=["APP-1"], **changes)
    return book(declarations=[stills], approvals=[approval()], production=PRODUCTION | {"kind": "documentary"})


def test_ai_pictures_in_a_documentary_need_approval_and_a_word_to_the_audience() -> None:
    documentary = book(production=PRODUCTION | {"kind": "documentary"})
    hinted = one(still("stills/a.png", hint()), documentary)
    assert (hinted.verdict, reasons(hinted)) == ("review", ["ai.suspected_undeclared"])
    marked = one(still("stills/a.png", mark()), documentary)
    assert reasons(marked) == ["ai.undeclared", "factual.synthetic_as_real"]
    assert marked.verdict == "fail"
    silent = one(still("stills/a.png", mark()), archive())
    assert (silent.verdict, silent.findings[0].reason) == ("fail", "factual.synthetic_as_real")
    told = archive(audience_disclosure={"how": "chyron", "timecode": "01:00:10:00"})
    assert one(still("stills/a.png", mark()), told).verdict == "pass"
    told["approvals"] = [approval(granted="2026-04-01")]
    late = one(still("stills/a.png", mark()), told)
    assert (late.verdict, late.findings[0].reason) == ("review", "approval.dated_after_delivery")


def test_a_film_generated_throughout_needs_paper_reel_by_reel() -> None:
    reels = [movie(f"reels/TLW_R{number}.mov", mark(), credential("untrusted")) for number in range(1, 5)]
    blanket = book(
        declarations=[declaration(path="**", use="key_creative", approvals=["APP-1"])], approvals=[approval()]
    )
    judgement = judged(reels, blanket)
    for asset in judgement.assets:
        assert asset.verdict == "fail"
        assert reasons(asset) == ["ai.undeclared", "declaration.too_broad", "credential.untrusted"]
    each = [
        declaration(f"DEC-{number}", path=f"reels/TLW_R{number}.mov", use="key_creative", approvals=["APP-1"])
        for number in range(1, 5)
    ]
    judgement = judged(reels, book(declarations=each, approvals=[approval()]))
    assert judgement.verdict == "info"
    assert all(reasons(asset) == ["credential.untrusted", "ai.disclosed"] for asset in judgement.assets)


def test_a_clip_from_a_public_generator_with_a_famous_face() -> None:
    clip = movie("marketing/clip.mov", mark(tool="Sora"))
    assert one(clip, book()).findings[0].reason == "ai.undeclared"
    wrong = book(declarations=[declaration(path=clip.path, approvals=["APP-1"])], approvals=[approval()])
    judgement = one(clip, wrong)
    assert (judgement.verdict, judgement.findings[0].reason) == ("review", "declaration.tool_mismatch")
    tools = {"sora": {"name": "Sora", "vendor": "OpenAI"}}
    face = declaration(
        path=clip.path,
        tools=["sora"],
        involves=["deceased_person", "third_party_ip"],
        talent=[{"performer": "A. Actor", "consent": "CON-1"}],
        licences=["LIC-1"],
        approvals=["APP-1"],
    )
    bare = face | {"talent": [], "licences": []}
    judgement = one(clip, book(tools=tools, declarations=[bare], approvals=[approval()]))
    assert judgement.verdict == "fail"
    assert reasons(judgement)[:2] == ["consent.missing", "licence.missing"]
    in_place = book(
        tools=tools,
        declarations=[face],
        approvals=[approval()],
        consents=[consent(kind="estate")],
        licences=[licence()],
    )
    assert one(clip, in_place).verdict == "pass"


def test_an_invalid_credential_that_says_ai_still_says_ai() -> None:
    judgement = one(still("stills/a.jpg", mark(), credential("tampered")), book())
    assert judgement.verdict == "fail"
    assert reasons(judgement) == ["ai.undeclared", "credential.invalid"]
