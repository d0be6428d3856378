"""What a detector owes whoever runs it: the checks that a scan makes of a house's own one, and the tests to make first.

A house that writes a detector lets its test class inherit from `DetectorContract` and gives it some materials. A scan
holds what a detector says against `checked`, so that nothing it says can harm a report; what it can't hold against
anything is whether that is true.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from detectors.material import Detector, DetectorIdentity, FakeMaterial, Material, MaterialError, Piece
from detectors.observation import VALUE_LIMIT, Claim, Kind, Observation, Span, Strength

MOST_OBSERVATIONS = 1000
"""Observations of one asset; more is a fault of the detector."""
FACTS_LIMIT = 64 << 10
"""Characters of the facts of one observation, as JSON."""
VERSION_LIMIT = 100

_ID = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_RULE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")
_NAME_LIMIT = 100
_LAST_FRAME = 10**9
_KINDS = frozenset({Kind.AI, Kind.NOTE})


class ContractError(AssertionError):
    """A detector broke the contract; the message is a sentence for whoever wrote it."""


def require(detector: DetectorIdentity) -> None:
    """Hold a detector's own properties against the contract.

    Raises:
        ContractError: they can't be used.
    """
    if type(detector.id) is not str or not _ID.fullmatch(detector.id) or len(detector.id) > _NAME_LIMIT:
        raise ContractError(f"the id of a house's detector is lower-case words with dots between: {detector.id!r}")
    version = detector.version
    if type(version) is not str or not version.isprintable() or not 0 < len(version) <= VERSION_LIMIT:
        raise ContractError(f"{detector.id}: its version is one line of at most {VERSION_LIMIT} characters")
    if not isinstance(detector.reads_names, bool):
        raise ContractError(f"{detector.id}: reads_names is True or False")
    for name in ("handles", "observe"):
        if not callable(getattr(detector, name, None)):
            raise ContractError(f"{detector.id}: it has no method {name!r}")


def checked(detector: str, yielded: object) -> Observation:
    """What a detector of this id yielded, if it is fit for a report: made of plain values, without code of its own.

    Raises:
        ContractError: it isn't.
    """
    if not isinstance(yielded, Observation) or type(yielded) is not Observation:
        raise ContractError(f"it yielded no Observation but {type(yielded).__name__}")
    for fault in _wrong(detector, yielded):
        named = isinstance(yielded.rule, str) and len(yielded.rule) <= _NAME_LIMIT and _RULE.fullmatch(yielded.rule)
        raise ContractError(f"an observation{f' of the rule {yielded.rule}' if named else ''}: {fault}")
    return replace(yielded, facts=json.loads(json.dumps(dict(yielded.facts))))


def _wrong(detector: str, observation: Observation) -> Iterable[str]:
    """What is wrong with an observation."""
    yield from _wrong_meaning(detector, observation)
    yield from _wrong_text(observation)
    if not _spans(observation.span):
        yield "its span is None or a Span of whole numbers from 0, the first not after the last"
    if not _fit(observation.facts):
        yield f"its facts are what JSON can hold, at most {FACTS_LIMIT} characters of it"


def _wrong_meaning(detector: str, observation: Any) -> Iterable[str]:  # noqa: ANN401 - it only calls itself an Observation
    if observation.detector != detector:
        yield f"it is signed with another id than {detector}"
    if not _text(observation.rule, _NAME_LIMIT) or not _RULE.fullmatch(observation.rule):
        yield "a rule is lower-case words with dots between"
    if type(observation.kind) is not Kind or observation.kind not in _KINDS:
        yield "its kind is Kind.AI or Kind.NOTE: the others are held against paper by facts that only we know to make"
    if not isinstance(observation.strength, Strength) or not (
        observation.claim is None or isinstance(observation.claim, Claim)
    ):
        yield "its strength is a Strength, and its claim a Claim or None"
    if observation.kind is Kind.AI and observation.claim is None:
        yield "an AI observation claims something: generated, edited or touched"
    if not isinstance(observation.suspect, bool) or (observation.suspect and observation.strength is not Strength.WEAK):
        yield "suspect is True or False, and only a weak observation can be a suspicion"


def _wrong_text(observation: Observation) -> Iterable[str]:
    for name, value, least in (
        ("where", observation.where, 1),
        ("value", observation.value, 0),
        ("source", observation.source, 1),
    ):
        if not _text(value, VALUE_LIMIT, least):
            yield f"its {name} is text of {least} to {VALUE_LIMIT} characters (shorten() cuts it)"
    if observation.generator is not None and not _text(observation.generator, _NAME_LIMIT, 1):
        yield f"its generator is None or a name of at most {_NAME_LIMIT} characters"
    if not _text(observation.prompt, FACTS_LIMIT):
        yield f"its prompt is text of at most {FACTS_LIMIT} characters"


def _text(value: object, most: int, least: int = 0) -> bool:
    if type(value) is not str or not least <= len(value) <= most:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)  # UTF-8 has no bytes for these


def _spans(span: object) -> bool:
    if span is None:
        return True
    if not isinstance(span, Span) or type(span) is not Span:
        return False
    numbers = (span.first_frame, span.last_frame, span.edge_frames)
    if any(type(number) is not int for number in numbers):  # numpy's are no int, and JSON can't hold them
        return False
    return 0 <= span.first_frame <= span.last_frame < _LAST_FRAME and 0 <= span.edge_frames < _LAST_FRAME


def _fit(facts: object) -> bool:
    if not isinstance(facts, Mapping):
        return False
    try:
        written = json.dumps(dict(facts), allow_nan=False, ensure_ascii=False)
        return len(written) <= FACTS_LIMIT and bool(json.loads(written.encode()) == facts)
    except (TypeError, ValueError, RecursionError):
        return False


class DetectorContract:
    """The tests that every detector of a house has to pass, for pytest: inherit from it in a class `Test…`.

    `materials` are what it is shown; at least one of them should be something that it sees.
    """

    materials: Sequence[Material] = ()

    def detector(self) -> Detector:
        """A new detector, as a scan makes one."""
        raise NotImplementedError("return your detector here")

    def test_its_properties_can_be_used(self) -> None:
        """An id with a dot, a version, and whether names are evidence to it."""
        require(self.detector())

    def test_what_it_says_is_fit_for_a_report(self) -> None:
        """Of every material that it handles."""
        detector = self.detector()
        for material in self.materials:
            for observation in observed(detector, material):
                checked(detector.id, observation)

    def test_it_sees_something_in_at_least_one_of_the_materials(self) -> None:
        """A test that shows a detector nothing that it sees proves nothing."""
        if not any(observed(self.detector(), material) for material in self.materials):
            raise ContractError("it saw nothing in any of the materials: add one in which it does")

    def test_it_says_the_same_again_whatever_it_saw_before(self) -> None:
        """A report must not hang on the order in which assets are looked at."""
        used = self.detector()
        forwards = [observed(used, material) for material in self.materials]
        backwards = [observed(used, material) for material in reversed(self.materials)]
        alone = [observed(self.detector(), material) for material in self.materials]
        if forwards != backwards[::-1] or forwards != alone:
            raise ContractError("it says something else when it looks a second time, or in another order")

    def test_a_file_that_cannot_be_read_gives_an_error_or_nothing(self) -> None:
        """Any other exception would be reported as a fault of the detector."""
        for kind in ("still", "video", "sequence", "audio", "document", "other"):
            pieces = (Piece(Path("broken.bin"), "broken.bin", 1 if kind == "sequence" else None),)
            try:
                observed(self.detector(), FakeMaterial(kind, "unknown", pieces, fault="the file can't be read"))
            except MaterialError:
                continue


def observed(detector: Detector, material: Material) -> list[Observation]:
    """All that a detector says of a material."""
    return list(detector.observe(material)) if detector.handles(material) else []
