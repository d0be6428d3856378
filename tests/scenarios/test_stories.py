"""The six stories that this product was born from: invented titles, real media, the real command, paper after paper.

Where the paper is in order the command ends with 0, and the outcome is pass, or info where something is only told.
"""

import pytest

from detectors.credentials.signing import Authority, ai_manifest
from fixtures.marks import INFOTEXT, png_text, tagged
from fixtures.media import still
from fixtures.paper import ALL_YES, DELIVERY, Entry, Value, approval, book, consent, declaration, evidence, licence
from fixtures.stories import COMPOSITE, GENERATED, Place, Told, titled

FAIL, REVIEW, INFO, PASS = (1, "fail"), (3, "review"), (0, "info"), (0, "pass")
"""How the command ends, and what its report says."""
NOT_TEMPORARY = ALL_YES | {"p4": "no"}
FINAL = {"stages": ["final"]}


# ---- A building collapse made with generative AI in the final footage of a series -----------------------------------

COLLAPSE = "VFX/TAF_103_045_0010_comp_v012.mov"
FRAME = "stills/TAF_103_045_0010_dust_01.png"
MASTER = "masters/TAF_103.mov"
SERIES = titled("The Ash Front", "TAF-1")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The clip of 240 frames, a generated still that went into it, and a master without any mark of it.

    `stripped` holds clip and still without a mark anywhere.
    """
    place = Place(tmp_path_factory.mktemp("series"))
    for drop in ("drop", "stripped"):
        clip = place.movie(f"{drop}/{COLLAPSE}", seed=11, frames=240)
        picture = place.still(f"{drop}/{FRAME}", seed=12)
        if drop == "drop":
            tagged(clip, COMPOSITE, picture)
            place.movie(f"drop/{MASTER}", seed=13, frames=12)
    return place


def collapse(*approvals: Entry, still_approved: bool = True) -> Entry:
    """The paper of the collapse: its clip by the plate's numbers with these approvals, its still with its own."""
    clip = declaration(
        assets=[{"path": COLLAPSE, "first_frame": "1001", "frames": "1001-1240"}],
        principles=NOT_TEMPORARY,
        approvals=[each["id"] for each in approvals],
    )
    own = [approval("APP-STILL", scope=FINAL)] if still_approved else []
    picture = declaration("DEC-2", FRAME, principles=NOT_TEMPORARY, approvals=[each["id"] for each in own])
    return book(production=SERIES, declarations=[clip, picture], approvals=[*approvals, *own])


def test_collapse_that_nobody_declared_fails(series: Place) -> None:
    told = series.scan("none", book(production=SERIES))
    assert told.verdict == FAIL
    assert told.reasons(COLLAPSE) == {"ai.undeclared": "fail"}
    assert told.reasons(FRAME) == {"ai.undeclared": "fail"}
    assert told.reasons(MASTER) == {"ai.no_evidence": "pass"}


def test_collapse_that_is_declared_only_fails_for_want_of_approval(series: Place) -> None:
    told = series.scan("declared", collapse(still_approved=False))
    assert told.verdict == FAIL
    for path in (COLLAPSE, FRAME):
        assert told.reasons(path) == {"approval.missing": "fail", "ai.disclosed": "pass"}
        assert told.finding(path, "approval.missing")["principles"][0] == "NFX-WA"


def test_collapse_that_is_approved_passes(series: Place) -> None:
    told = series.scan("approved", collapse(approval(scope=FINAL)))
    assert told.verdict == PASS
    assert told.reasons(COLLAPSE) == told.reasons(FRAME) == {"ai.disclosed": "pass"}


def test_collapse_whose_marks_are_stripped_from_everything_is_info_where_it_is_approved(series: Place) -> None:
    told = series.scan("stripped", collapse(approval(scope=FINAL)), drop="stripped")
    assert told.verdict == INFO
    assert told.reasons(COLLAPSE) == told.reasons(FRAME) == {"ai.declared_no_evidence": "info"}


def test_collapse_that_is_approved_in_part_fails_for_exactly_the_other_frames(series: Place) -> None:
    first = approval("APP-1", scope=FINAL | {"frames": "1001-1100"})
    told = series.scan("part", collapse(first))
    assert told.verdict == FAIL
    left = told.finding(COLLAPSE, "approval.out_of_scope")
    assert (left["span"]["first_frame"], left["span"]["last_frame"]) == (100, 239)
    assert "frames 1101-1240 by the plate's numbers" in left["message"]
    assert (left["span"]["in"], left["span"]["out"]) == ("01:00:04:04", "01:00:09:23")
    assert told.reasons(FRAME) == {"ai.disclosed": "pass"}


def test_collapse_that_two_approvals_tile_passes(series: Place) -> None:
    tiles = [approval(f"APP-{part}", scope=FINAL | {"frames": part}) for part in ("1001-1100", "1101-1240")]
    assert series.scan("tiled", collapse(*tiles)).verdict == PASS


# ---- An opening scene in which actors are made younger --------------------------------------------------------------

COMEDY = titled("Second Serve", "SSV-1")
SHOTS = [f"VFX/SSV_101_001_{number:04}_comp_v003.mov" for number in range(10, 50, 10)]


@pytest.fixture(scope="module")
def comedy(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The shots of one scene."""
    place = Place(tmp_path_factory.mktemp("comedy"))
    made = [place.movie(f"drop/{path}", seed=30 + number, frames=6) for number, path in enumerate(SHOTS)]
    tagged(made[0], COMPOSITE, *made[1:])
    return place


def younger(*consents: Entry, **talent: Value) -> Entry:
    """The paper of the scene, approved; the performer is in it with these consents, or with this exemption."""
    scene = declaration(
        assets=[{"shot": "SSV_101_001_*"}, *({"path": path} for path in SHOTS)],
        use="performance_alteration",
        involves=["talent_likeness"],
        principles=ALL_YES | {"p4": "no", "p5": "no"},
        talent=[{"performer": "A. Actor", **({"consent": consents[0]["id"]} if consents else {}), **talent}],
        approvals=["APP-1"],
    )
    granted = approval(scope=FINAL | {"involves": ["talent_likeness"], "shots": ["SSV_101_001_*"]})
    return book(production=COMEDY, declarations=[scene], approvals=[granted], consents=list(consents))


def all_shots(told: Told, *reasons: str) -> None:
    for path in SHOTS:
        assert tuple(told.reasons(path)) == reasons, path


def for_title(key: str) -> Entry:
    return consent(scope={"production": key, "description": "re-ageing, opening scene"})


def test_younger_actors_with_approval_and_without_consent_fail(comedy: Place) -> None:
    told = comedy.scan("no-consent", younger())
    assert told.verdict == FAIL
    all_shots(told, "ai.disclosed", "consent.missing")


def test_younger_actors_with_approval_and_consent_pass(comedy: Place) -> None:
    told = comedy.scan("both", younger(for_title("SSV-1")))
    assert told.verdict == PASS
    all_shots(told, "ai.disclosed")


def test_younger_actors_with_consent_for_another_title_fail(comedy: Place) -> None:
    told = comedy.scan("other-title", younger(for_title("SSV-0")))
    assert told.verdict == FAIL
    all_shots(told, "ai.disclosed", "consent.out_of_scope")
    assert "is for the production SSV-0" in told.finding(SHOTS[0], "consent.out_of_scope")["message"]


def test_younger_actors_under_an_exemption_pass(comedy: Place) -> None:
    assert comedy.scan("exempt", younger(exemption="unrecognisable")).verdict == PASS


# ---- Costumes and sets imagined in pre-production -------------------------------------------------------------------

HEIST = titled("The Vault Below", "TVB-1")
COSTUME, SET, KEY_ART, MOOD = "art/costume_04.png", "art/set_02.png", "art/hall_01.png", "art/mood_07.png"
JOB = "a vault under the sea --ar 3:2 --v 5.2 Job ID: 2b6e053b-9a65-4ca9-9e13-b6f4465164d4"
IMAGINED = {
    "sd": {"name": "Stable Diffusion", "trains_on_inputs": "no"},
    "mj": {"name": "Midjourney", "trains_on_inputs": "yes"},
    "ff": {"name": "Adobe Firefly", "trains_on_inputs": "no"},
}


@pytest.fixture(scope="module")
def heist(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Three generators' pictures in `drop`; in `posters` one that is a reference poster over again."""
    place = Place(tmp_path_factory.mktemp("heist"))
    png_text(place.still(f"drop/{COSTUME}", seed=51), {"parameters": INFOTEXT})
    png_text(place.still(f"drop/{SET}", seed=52), {"Description": JOB})
    tagged(place.still(f"drop/{KEY_ART}", seed=53), GENERATED | {"XMP-xmp:CreatorTool": "Adobe Firefly"})
    for path in ("references/poster.png", f"posters/{MOOD}"):
        (place.folder / path).parent.mkdir(parents=True, exist_ok=True)
        still(place.folder / path, seed=54, size=(480, 270))
    png_text(place.folder / "posters" / MOOD, {"parameters": INFOTEXT})
    return place


def at(stage: str) -> list[Entry]:
    return [DELIVERY | {"stage": stage}]


def imagined(stage: str) -> Entry:
    """The paper of the pictures, whose use is ideation and nothing else; nobody approved it."""
    paths = {COSTUME: "sd", SET: "mj", KEY_ART: "ff"}
    each = [
        declaration(f"DEC-{tool}", path, use="ideation", tools=[tool], modality=["image"], extent="generated")
        for path, tool in paths.items()
    ]
    return book(production=HEIST, deliveries=at(stage), tools=IMAGINED, declarations=each)


def test_imagined_costumes_that_nobody_declared_are_for_review_in_pre_production(heist: Place) -> None:
    told = heist.scan("undeclared", book(production=HEIST, deliveries=at("pre-production")))
    assert told.verdict == REVIEW
    for path, tool in ((COSTUME, None), (SET, "Midjourney"), (KEY_ART, "Adobe Firefly")):
        assert told.reasons(path) == {"ai.undeclared": "review"}
        assert tool in {None, *(seen["generator"] for seen in told.asset(path)["observations"])}


def test_imagined_costumes_that_are_declared_pass_in_pre_production(heist: Place) -> None:
    told = heist.scan("declared", imagined("pre-production"))
    assert told.verdict == PASS
    assert all(told.reasons(path) == {"ai.disclosed": "pass"} for path in (COSTUME, SET, KEY_ART))


def test_imagined_costumes_inside_a_final_drop_fail(heist: Place) -> None:
    told = heist.scan("final", imagined("final"))
    assert told.verdict == FAIL
    for path in (COSTUME, SET, KEY_ART):
        expected = {"stage.temp_in_final": "fail", "approval.missing": "fail", "ai.disclosed": "pass"}
        assert told.reasons(path) == expected


@pytest.mark.parametrize(("stage", "verdict"), [("pre-production", REVIEW), ("temp", FAIL), ("final", FAIL)])
def test_imagined_poster_that_resembles_a_reference_is_a_reason_of_its_own(
    heist: Place, stage: str, verdict: tuple[int, str]
) -> None:
    paper = book(production=HEIST, deliveries=at(stage))
    told = heist.scan(f"poster-{stage}", paper, "--references", "references", drop="posters")
    assert told.verdict == verdict
    assert told.reasons(MOOD)["ip.ai_resembles_reference"] == verdict[1]
    assert "ai.undeclared" in told.reasons(MOOD)


# ---- AI pictures standing in for archive photographs in a documentary -----------------------------------------------

DOCUMENTARY = titled("The Dunmore Tapes", "TDT-1", kind="documentary")
PHOTOGRAPHS = [f"reel_2/stills/TDT_{what}.png" for what in ("class_of_1998", "harbour", "kitchen")]
SAVED = "reel_2/stills/ChatGPT Image May 12, 2025, 10_35_21 AM.png"


@pytest.fixture(scope="module")
def documentary(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Three marked stills in `drop`; in `hinted` one whose name alone tells something."""
    place = Place(tmp_path_factory.mktemp("documentary"))
    made = [place.still(f"drop/{path}", seed=70 + number) for number, path in enumerate(PHOTOGRAPHS)]
    tagged(made[0], GENERATED, *made[1:])
    place.still(f"hinted/{SAVED}", seed=76)
    return place


def archive(granted: str = "2026-02-05", **changes: Value) -> Entry:
    stills = declaration(
        assets=[{"path": path} for path in PHOTOGRAPHS],
        use="factual_representation",
        extent="generated",
        modality=["image"],
        principles=NOT_TEMPORARY,
        approvals=["APP-1"],
        **changes,
    )
    granting = approval(granted=granted, scope=FINAL)
    return book(production=DOCUMENTARY, declarations=[stills], approvals=[granting])


CHYRON: Entry = {"audience_disclosure": {"how": "chyron over the picture", "timecode": "01:12:04:00"}}


def test_archive_picture_with_a_telling_name_alone_is_for_review(documentary: Place) -> None:
    told = documentary.scan("hint", book(production=DOCUMENTARY), drop="hinted")
    assert told.verdict == REVIEW
    assert told.reasons(SAVED) == {"ai.suspected_undeclared": "review"}


def test_archive_pictures_with_marks_that_nobody_declared_fail_twice(documentary: Place) -> None:
    told = documentary.scan("undeclared", book(production=DOCUMENTARY))
    assert told.verdict == FAIL
    for path in PHOTOGRAPHS:
        assert told.reasons(path) == {"factual.synthetic_as_real": "fail", "ai.undeclared": "fail"}


def test_archive_pictures_approved_and_not_disclosed_to_the_audience_fail(documentary: Place) -> None:
    told = documentary.scan("silent", archive())
    assert told.verdict == FAIL
    for path in PHOTOGRAPHS:
        assert told.reasons(path) == {"ai.disclosed": "pass", "factual.synthetic_as_real": "fail"}


def test_archive_pictures_approved_and_disclosed_to_the_audience_pass(documentary: Place) -> None:
    assert documentary.scan("told", archive(**CHYRON)).verdict == PASS


def test_archive_pictures_approved_after_delivery_are_for_review(documentary: Place) -> None:
    told = documentary.scan("late", archive("2026-04-01", **CHYRON))
    assert told.verdict == REVIEW
    assert told.reasons(PHOTOGRAPHS[0]) == {"ai.disclosed": "pass", "approval.dated_after_delivery": "review"}


# ---- A short film generated throughout ------------------------------------------------------------------------------

SHORT = titled("Last Train to Porto", "LTP-1")
REELS = [f"reels/LTP_R{number}.mp4" for number in range(1, 5)]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Four reels, each with a credential of a generator's that is on no trust list."""
    place = Place(tmp_path_factory.mktemp("short"))
    authority = Authority.make("Example Generator CA")
    for number, path in enumerate(REELS):
        signed(place, path, authority, 90 + number, "Example Video Tool", "Example AI")
    return place


def signed(place: Place, path: str, authority: Authority, seed: int, agent: str, maker: str) -> None:
    plain = place.movie(f"unsigned/{path}", seed=seed, frames=12)
    (place.folder / "drop" / path).parent.mkdir(parents=True, exist_ok=True)
    manifest = ai_manifest(plain.name, "video/mp4", agent=agent, generator=agent)
    authority.sign(plain, place.folder / "drop" / path, manifest, organisation=maker)


TOOLS = {"video-tool": {"name": "Example Video Tool"}, "music-tool": {"name": "Example Music Model"}}


def test_generated_film_under_one_blanket_declaration_fails(short: Place) -> None:
    everything = declaration(path="**", use="key_creative", tools=list(TOOLS), approvals=["APP-1"])
    paper = book(production=SHORT, tools=TOOLS, declarations=[everything], approvals=[approval(scope=FINAL)])
    told = short.scan("blanket", paper)
    assert told.verdict == FAIL
    for path in REELS:
        reasons = {"ai.undeclared": "fail", "declaration.too_broad": "review", "credential.untrusted": "info"}
        assert told.reasons(path) == reasons


def test_generated_film_declared_and_approved_reel_by_reel_passes(short: Place) -> None:
    each = [
        declaration(f"DEC-{n}", path, use="key_creative", tools=list(TOOLS), extent="generated", approvals=[f"APP-{n}"])
        for n, path in enumerate(REELS, 1)
    ]
    granted = [approval(f"APP-{n}", scope=FINAL | {"assets": [{"path": path}]}) for n, path in enumerate(REELS, 1)]
    told = short.scan("reels", book(production=SHORT, tools=TOOLS, declarations=each, approvals=granted))
    assert told.verdict == INFO
    for path in REELS:
        assert told.reasons(path) == {"ai.disclosed": "pass", "credential.untrusted": "info"}


# ---- A clip from a public video generator with a famous face --------------------------------------------------------

CAMPAIGN = titled("The Ash Front: Campaign", "TAF-2")
ACTOR, STATESMAN = "marketing/TAF_teaser_actor.mp4", "marketing/TAF_teaser_statesman.mp4"
PUBLIC = {"sora": {"name": "Sora", "vendor": "OpenAI"}, "other": {"name": "Example Video Tool"}}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two clips with the credential of a public generator: a living actor, and somebody out of history."""
    place = Place(tmp_path_factory.mktemp("campaign"))
    authority = Authority.make("Example Signers")
    signed(place, ACTOR, authority, 101, "Sora", "OpenAI")
    signed(place, STATESMAN, authority, 102, "Sora", "OpenAI")
    return place


def faces(tool: str = "sora", **sections: Value) -> Entry:
    """The paper of the two clips, approved. `sections` hold the consents and licences that they rest on."""
    consents, licences = sections.get("consents", []), sections.get("licences", [])
    held = {each["performer"]: each["id"] for each in consents}
    people = {ACTOR: "A. Actor", STATESMAN: "H. Figure"}
    involves = {ACTOR: ["talent_likeness"], STATESMAN: ["deceased_person", "third_party_ip"]}
    clips = [
        declaration(
            f"DEC-{number}",
            path,
            tools=[tool],
            involves=involves[path],
            talent=[{"performer": who, **({"consent": held[who]} if who in held else {})}],
            licences=[each["id"] for each in licences] if path == STATESMAN else [],
            approvals=["APP-1"],
        )
        for number, (path, who) in enumerate(people.items(), 1)
    ]
    return book(production=CAMPAIGN, tools=PUBLIC, declarations=clips, approvals=[approval(scope=FINAL)], **sections)


def with_estate() -> Entry:
    scope = {"production": "TAF-2", "description": "a teaser of ten seconds"}
    estate = consent("CON-2", performer="H. Figure", kind="estate", scope=scope)
    likeness = licence("LIC-1", reference="likeness/h_figure", evidence=evidence("LIC-1"))
    return {"consents": [consent("CON-1", scope=scope), estate], "licences": [likeness]}


def test_famous_face_that_nobody_declared_fails(campaign: Place) -> None:
    told = campaign.scan("undeclared", book(production=CAMPAIGN))
    assert told.verdict == FAIL
    assert told.reasons(ACTOR) == told.reasons(STATESMAN) == {"ai.undeclared": "fail", "credential.untrusted": "info"}


def test_famous_face_declared_as_another_tool_is_for_review(campaign: Place) -> None:
    told = campaign.scan("other-tool", faces("other", **with_estate()))
    assert told.verdict == REVIEW
    for path in (ACTOR, STATESMAN):
        assert told.reasons(path)["declaration.tool_mismatch"] == "review"
        assert "The file names Sora" in told.finding(path, "declaration.tool_mismatch")["message"]


def test_famous_face_without_consent_estate_consent_or_licence_fails(campaign: Place) -> None:
    told = campaign.scan("nobody-asked", faces())
    assert told.verdict == FAIL
    assert told.reasons(ACTOR)["consent.missing"] == "fail"
    assert "no consent of the estate" in told.finding(STATESMAN, "consent.missing")["message"]
    assert told.reasons(STATESMAN)["licence.missing"] == "fail"


def test_famous_face_with_everything_in_place_passes(campaign: Place) -> None:
    told = campaign.scan("in-place", faces(**with_estate()))
    assert told.verdict == INFO
    for path in (ACTOR, STATESMAN):
        assert told.reasons(path) == {"ai.disclosed": "pass", "credential.untrusted": "info"}
