from fixtures.paper import approval, book, declaration, licence
from tests.scanner.clearance.drops import finding, judged, mark, match, movie, one, reasons, still


def test_a_reference_that_nobody_licensed() -> None:
    judgement = one(movie("r3.mov", match(span=(10, 57))), book())
    told = finding(judgement, "ip.unlicensed_match")
    assert (judgement.verdict, told.observations) == ("fail", (0,))
    assert told.span is not None
    assert (told.span.first_frame, told.span.edge_frames) == (10, 3)
    assert told.message == (
        "Poster 017 was recognised in frames 10-57 (01:00:00:10-01:00:02:09) (match); no licence names it."
    )
    assert one(movie("r3.mov", match(span=(10, 57))), book(), "temp").verdict == "review"


def test_a_licence_that_names_the_reference_clears_it_and_only_it() -> None:
    data = book(licences=[licence()])
    picture = still("a.png", match(), match("posters/018.tif"))
    judgement = one(picture, data)
    assert reasons(judgement) == ["ip.unlicensed_match", "ip.licensed"]
    assert finding(judgement, "ip.licensed").observations == (0,)
    assert judged([picture], data).licences[0].used_by == 1


def test_a_licence_at_fault_explains_and_does_not_aggravate() -> None:
    for changes, reason in (
        ({"ends": "2026-03-30"}, "licence.expired"),
        ({"starts": "2026-04-01"}, "licence.out_of_scope"),
        ({"scope": {"assets": [{"path": "props/*"}]}}, "licence.out_of_scope"),
    ):
        judgement = one(still("a.png", match()), book(licences=[licence(**changes)]))
        assert (judgement.verdict, reasons(judgement)) == ("fail", [reason])
        assert "LIC-1" in judgement.findings[0].message
    assert one(still("a.png", match()), book(licences=[licence()]), missing=["LIC-1"]).verdict == "review"
    assert one(still("a.png", match()), book(licences=[licence()]), changed=["LIC-1"]).verdict == "fail"


def test_a_possible_match_is_a_question_and_a_licence_answers_it() -> None:
    assert reasons(one(still("a.png", match(level="possible")), book())) == ["ip.possible_match"]
    assert one(still("a.png", match(level="possible")), book()).verdict == "review"
    expired = book(licences=[licence(ends="2026-01-01")])
    assert one(still("a.png", match(level="possible")), expired).verdict == "review"
    assert one(still("a.png", match(level="possible")), book(licences=[licence()])).verdict == "pass"


def test_own_material_is_info_by_its_owner_or_by_the_library() -> None:
    for seen in (match(owner="example  streamer"), match(own=True)):
        judgement = one(still("a.png", seen), book())
        assert (judgement.verdict, reasons(judgement)) == ("info", ["ip.own_material"])


def test_ai_that_resembles_a_reference_where_both_are_and_nowhere_else() -> None:
    apart = one(movie("a.mov", mark((0, 9)), match(span=(100, 120))), book(), "temp")
    assert finding(apart, "ip.unlicensed_match").verdict == "review"
    together = one(movie("a.mov", mark((0, 109)), match(span=(100, 120))), book(), "temp")
    assert finding(together, "ip.ai_resembles_reference").verdict == "fail"


def test_declared_ai_without_a_mark_resembles_just_as_well() -> None:
    data = book(declarations=[declaration(path="a.png", approvals=["APP-1"])], approvals=[approval()])
    assert "ip.ai_resembles_reference" in reasons(one(still("a.png", match()), data))


def test_a_licence_that_forbids_changes_with_ai() -> None:
    forbids = licence(scope={"ai_modification_allowed": "no"})
    assert reasons(one(still("a.png", match()), book(licences=[forbids]))) == ["ip.licensed"]
    told = finding(one(still("a.png", match(), mark()), book(licences=[forbids])), "ip.ai_resembles_reference")
    assert "LIC-1 doesn't allow changes made with AI" in told.message


def test_the_same_reference_seen_twice_in_the_same_place_is_one_finding() -> None:
    judgement = one(still("a.png", match(), match(level="certain")), book())
    assert finding(judgement, "ip.unlicensed_match").observations == (0, 1)
