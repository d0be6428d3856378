import pytest

from detectors.markers.rulebook import RuleError, built_in, load

GOOD = """
[[rule]]
id = "example.tool"
strength = "strong"
claim = "generated"
where = ['IFD0:Software']
match = { regex = '^Example Tool$' }
source = "here"
checked = 2026-11-21
seen = "source"
hit = [{ "IFD0:Software" = "Example Tool" }]
spare = [{ "IFD0:Software" = "Example Tools of the Trade" }]
"""


def test_a_good_table_loads() -> None:
    (rule,) = load(GOOD).rules
    assert (rule.id, rule.suspect, rule.generator) == ("example.tool", False, None)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('seen = "source"', 'seen = "source"\nsean = 1', "unknown key 'sean'"),
        ('seen = "source"', 'seen = "rumour"', "seen is none of"),
        ('"strong"', '"certain"', "certain"),
        ('claim = "generated"', 'claim = "made"', "made"),
        ('claim = "generated"', "", "needs a claim"),
        ('source = "here"', "", "source missing"),
        ("checked = 2026-11-21", "", "checked missing"),
        ("2026-11-21", '"2026-11-21"', "wrong type"),
        ('id = "example.tool"', 'id = "Example"', "lower case"),
        ('id = "example.tool"', "id = 7", "wrong type"),
        ('"strong"', '"strong"\nsuspect = true', "only a weak rule"),
        ('seen = "source"', 'seen = "second-hand"\nnot = ["("]', "not a pattern"),
        ("'^Example Tool$'", "'(a+)+$'", "repeats what can repeat"),
        ("regex = '^Example Tool$'", "shape = 'square'", "no shape"),
        ("regex = '^Example Tool$'", "source_type = 'human'", "human"),
        ("regex = '^Example Tool$'", "regex = 'a', shape = 'b'", "exactly one"),
        ("regex = '^Example Tool$'", "pair = [['a', 'b']]", "take no 'where'"),
        ("where = ['IFD0:Software']", "", "needs one"),
        ('spare = [{ "IFD0:Software" = "Example Tools of the Trade" }]', "spare = []", "one that it spares"),
        ('hit = [{ "IFD0:Software" = "Example Tool" }]', 'hit = ["Example Tool"]', "an example is a table"),
        ('hit = [{ "IFD0:Software" = "Example Tool" }]', "hit = []", "an example that it sees"),
        ('hit = [{ "IFD0:Software" = "Example Tool" }]', 'hit = [{ "IFD0:Make" = "x" }]', "must see: IFD0:Make = 'x'"),
        ('"Example Tools of the Trade"', '"Example Tool"', "doesn't spare the example"),
    ],
)
def test_a_mistake_is_refused_with_the_rule_s_name(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(RuleError, match=message) as caught:
        load(GOOD.replace(old, new))
    assert "rule " in str(caught.value)


def test_what_is_known_at_second_hand_is_never_definitive() -> None:
    with pytest.raises(RuleError, match="second hand"):
        load(GOOD.replace('"strong"', '"definitive"').replace('seen = "source"', 'seen = "second-hand"'))


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(RuleError) as caught:
        load(GOOD + GOOD + GOOD.replace("example.tool", "example.other").replace('"here"', "7"))
    assert str(caught.value).splitlines() == [
        "rule example.tool: the id is used twice",
        "rule example.other: 'source' has the wrong type",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [("[[rule]", "no TOML"), ("", "no rule"), ("rules = []", "unknown key 'rules'"), ("rule = [1]", "not a table")],
)
def test_what_is_no_table_of_rules_is_refused(text: str, message: str) -> None:
    with pytest.raises(RuleError, match=message):
        load(text)


def test_another_table_has_another_digest() -> None:
    assert load(GOOD).digest != load(GOOD + "# more").digest


def test_the_built_in_table_loads_and_names_its_sources() -> None:
    assert len(built_in().rules) > 40
    assert all(rule.source for rule in built_in().rules)
