import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.markers.shapes import SHAPES, SIZE_LIMIT

CODED = {"Label": "1", "ContentProducer": "001191110102MACQD9K64010000", "ProduceID": "x"}


def found(value: str) -> set[str]:
    return {name for name, shape in SHAPES.items() if shape(value) is not None}


@pytest.mark.parametrize(
    ("label", "shape"),
    [
        ("1", "tc260.generated"),
        (1, "tc260.generated"),
        ("2", "tc260.possible"),
        ("3", "tc260.suspected"),
        ("AIGC", "tc260.unlabelled"),
        (None, "tc260.unlabelled"),
    ],
)
def test_labels_are_told_apart(label: str | int | None, shape: str) -> None:
    assert found(json.dumps(CODED | {"Label": label})) == {shape}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text,
        lambda text: f"AIGC{text}",
        lambda text: f"(AIGC) {text}",
        lambda text: json.dumps({"AIGC": json.loads(text)}),
        lambda text: json.dumps({"AIGC": text}),
        lambda text: f"\n {text} trailing",
    ],
)
def test_a_label_is_found_whatever_it_is_wrapped_in(wrap: object) -> None:
    assert callable(wrap)
    assert found(wrap(json.dumps(CODED))) == {"tc260.generated"}


def test_a_label_of_0_or_a_single_field_is_none() -> None:
    assert found(json.dumps(CODED | {"Label": "0"})) == set()
    assert found('{"Label": "1"}') == set()
    assert found('{"project": "AIGC conference 2026"}') == set()


@pytest.mark.parametrize(
    ("producer", "generator", "probably"),
    [
        ("kling", "kling", None),
        ("001191110102MACQD9K64010000", "Doubao", None),  # a company whose own files were seen
        ("001191110108335469089C10001", None, "Kling"),
        ("001191000000000000000X10001", None, None),
    ],
)
def test_a_producer_s_code_is_kept_and_names_a_service_only_where_its_files_were_seen(
    producer: str, generator: str | None, probably: str | None
) -> None:
    told = SHAPES["tc260.generated"](json.dumps(CODED | {"ContentProducer": producer}))
    assert told is not None
    assert (told.generator, told.facts["producer"]) == (generator, producer)
    assert told.facts.get("producer_probably") == probably


def graph(*classes: str) -> dict[str, dict[str, str]]:
    return {str(number): {"class_type": name} for number, name in enumerate(classes)}


@pytest.mark.parametrize(
    ("value", "shapes"),
    [
        (json.dumps(graph("LoadImage", "KSampler")), {"comfy.generative"}),
        ("prompt:" + json.dumps(graph("VAEDecodeAudio")), {"comfy.generative"}),
        (json.dumps({"prompt": graph("KSampler"), "workflow": {}}), {"comfy.generative"}),
        (json.dumps({"prompt": json.dumps(graph("KSampler"))}), {"comfy.generative"}),
        (json.dumps(graph("KSampler", "SaveImage"))[:-9], {"comfy.generative"}),  # cut off by a reader
        (json.dumps(graph("LoadImage", "ImageNegate", "VideoCombine", "SaveImage")), {"comfy.other"}),
        (json.dumps({"class_type": "KSampler"}), set()),
        ('a caption about "class_type": "KSampler"', set()),
        ("", set()),
    ],
)
def test_a_graph_counts_by_the_nodes_that_ran(value: str, shapes: set[str]) -> None:
    assert found(value) == shapes


def test_nesting_without_end_and_values_without_end_are_no_shape() -> None:
    assert found('{"a":' * 100_000) == set()
    assert found("[" * 100_000) == set()
    assert found(json.dumps(CODED | {"filler": "x" * SIZE_LIMIT})) == set()


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Label", "AIGC", "prompt", "ContentProducer", "class_type", "x"]), inner)
    ),
    max_leaves=10,
)


@given(json_values)
def test_any_json_is_looked_at_without_error(value: object) -> None:
    assert found(json.dumps(value)) <= set(SHAPES)


@given(st.text(max_size=60))
def test_any_text_is_looked_at_without_error(value: str) -> None:
    assert found("{" + value) <= set(SHAPES)
