"""The words out of prompts: what was written, not what the tool noted, and never at any price."""

import json
import time

from hypothesis import given
from hypothesis import strategies as st

from detectors.markers.match import MarkersDetector, marks
from detectors.markers.prompts import LIMIT, words
from detectors.material import FakeMaterial, Piece, Tag
from detectors.observation import Span
from fixtures.marks import GRAPH, INFOTEXT


def prompt_of(**tags: str) -> str:
    return "\n".join(one.prompt for one in marks([Tag("exiftool", k, v) for k, v in tags.items()], "a.png"))


def test_the_line_of_settings_is_no_part_of_what_was_written() -> None:
    assert prompt_of(**{"PNG:Parameters": INFOTEXT}) == "a lighthouse at dusk\nNegative prompt: people"
    assert words(["Steps: 20, Sampler: Euler a, Model: Actor"]) == ""


def test_of_a_graph_the_texts_are_taken_and_the_names_of_nodes_are_not() -> None:
    graph = json.loads(GRAPH) | {"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "été, ada actor", "n": 1}}}
    assert prompt_of(**{"PNG:Prompt": json.dumps(graph)}) == "été, ada actor"


def test_a_graph_within_a_comment_is_unwrapped() -> None:
    inner = json.dumps({"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "ada actor"}}})
    assert words([json.dumps({"prompt": inner})]) == "ada actor"


def test_the_prompt_beside_a_tool_s_name_is_found() -> None:
    assert "ada actor" in prompt_of(**{"PNG:Software": "NovelAI", "PNG:Description": "ada actor, rain"})


def test_a_mark_that_holds_no_prompt_has_none() -> None:
    assert prompt_of(**{"XMP-photoshop:Credit": "Made with Google AI"}) == ""


def test_hostile_values_cost_little() -> None:
    began = time.process_time()
    deep, long, cut = "[" * 10_000 + "]" * 10_000, json.dumps(["word"] * 100_000), '{"text": "ada actor'
    assert all(len(words([value])) <= LIMIT for value in (deep, long, "Steps: 1, " * 100_000))
    assert "ada actor" in words([cut])
    assert time.process_time() - began < 2


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_every_text_of_a_json_value_is_there(value: object) -> None:
    wrapped = {"inputs": [value, "ada actor"]}
    assert "ada actor" in words([json.dumps(wrapped)])


def test_a_sequence_keeps_the_prompt_of_every_frame_that_says_something_else() -> None:
    pieces = [Piece(FakeMaterial().pieces[0].path, f"f.{number}.png", number) for number in range(1, 5)]
    said = {1: "a sea", 2: "a sea", 3: "ada actor", 4: "ada actor"}
    by_name = {
        piece.name: [Tag("exiftool", "PNG:Parameters", f"{said[number]}\nSteps: 20, Seed: {number}")]
        for number, piece in enumerate(pieces, start=1)
    }
    told = list(MarkersDetector().observe(FakeMaterial("sequence", pieces=pieces, by_name=by_name)))
    assert [(one.prompt, one.span) for one in told] == [("a sea", Span(1, 2)), ("ada actor", Span(3, 4))]
