"""What a report leaves out when it was asked to: whatever stands in metadata, such as prompts, ids and people's names.

A digest stands in its place, the same for the same text, so that two reports can still be compared. Whoever can guess a
short text can check the guess. The tool that a mark names stays, and so do the words of published vocabularies.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from detectors.observation import Json, Kind, Observation
from scanner.terms.findings import Finding
from scanner.terms.reasons import Reason

_OURS = frozenset({"watermark", "media", "images", "video", "audio", "lineage"})
"""Detectors that quote nothing but what they measured."""
_VOCABULARY = frozenset(
    {"label", "digital_source_type", "seen", "also_in", "captured", "contradicts", "generative_nodes"}
)
"""Facts of marks that are keys, codes and classes, not what somebody wrote."""
_DIGITS = 16


def of_observation(observation: Observation) -> Observation:
    """The observation without what metadata says."""
    if observation.detector in _OURS or observation.kind not in {Kind.AI, Kind.NOTE}:
        return observation
    facts = observation.facts if observation.detector == "credentials" else _facts(observation.facts)
    return replace(observation, value=_digest(f"{observation.value}\0{observation.prompt}"), prompt="", facts=facts)


def of_finding(finding: Finding) -> Finding:
    """The finding without a name that a prompt names; others quote places and tools only."""
    if finding.reason != Reason.AI_PROMPT_NAMES_PROTECTED:
        return finding
    return replace(finding, message=f"A prompt in the file names one of the watched names: {_digest(finding.message)}.")


def _facts(facts: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value if key in _VOCABULARY else _hidden(value) for key, value in facts.items()}


def _hidden(value: Json) -> Json:
    if isinstance(value, str):
        return _digest(value)
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else value


def _digest(text: str) -> str:
    digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"redacted, sha256 {digits}…"
