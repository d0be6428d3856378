"""Every reason a finding or a problem can have, as a code.

Codes are never renamed or reused: waivers, reports and people's mails hold them. What each is called and what would
clear it is in `reason_texts`. How grave it is at which stage is the policy's to say; a policy has a row for every code
here, also for those that no part of this version gives yet.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeAlias

from scanner.terms.verdicts import Verdict

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Reason(StrEnum):
    """One code: its area and, behind a dot, what is the matter. In the order in which people read them."""

    AI_UNDECLARED = "ai.undeclared"
    AI_PARTIALLY_DECLARED = "ai.partially_declared"
    AI_SUSPECTED_UNDECLARED = "ai.suspected_undeclared"
    AI_ENHANCEMENT_UNDECLARED = "ai.enhancement_undeclared"
    AI_DISCLOSED = "ai.disclosed"
    AI_DECLARED_NO_EVIDENCE = "ai.declared_no_evidence"
    AI_NO_EVIDENCE = "ai.no_evidence"
    AI_PROMPT_NAMES_PROTECTED = "ai.prompt_names_protected"
    AI_MARKS_CONTRADICT = "ai.marks_contradict"
    AI_NOT_ALLOWED = "ai.not_allowed"
    DECLARATION_CONTRADICTED = "declaration.contradicted"
    DECLARATION_TOOL_MISMATCH = "declaration.tool_mismatch"
    DECLARATION_TOO_BROAD = "declaration.too_broad"
    DECLARATION_CONFLICT = "declaration.conflict"
    DECLARATION_MATCHES_NOTHING = "declaration.matches_nothing"
    DECLARATION_CHECKSUM_MISMATCH = "declaration.checksum_mismatch"
    DECLARATION_DUPLICATE_CONTENT = "declaration.duplicate_content"
    DECLARATION_ANSWER_CONTRADICTED = "declaration.answer_contradicted"
    APPROVAL_MISSING = "approval.missing"
    APPROVAL_JUDGEMENT_NEEDED = "approval.judgement_needed"
    APPROVAL_EXPIRED = "approval.expired"
    APPROVAL_REVOKED = "approval.revoked"
    APPROVAL_DATED_AFTER_DELIVERY = "approval.dated_after_delivery"
    APPROVAL_DATED_IN_FUTURE = "approval.dated_in_future"
    APPROVAL_OTHER_TOOL = "approval.other_tool"
    APPROVAL_OUT_OF_SCOPE = "approval.out_of_scope"
    APPROVAL_CONDITIONS_OPEN = "approval.conditions_open"
    APPROVAL_EVIDENCE_MISSING = "approval.evidence_missing"
    APPROVAL_EVIDENCE_CHANGED = "approval.evidence_changed"
    APPROVAL_APPROVER_NOT_AUTHORISED = "approval.approver_not_authorised"
    APPROVAL_AFTER_GENERATION = "approval.after_generation"
    CONSENT_MISSING = "consent.missing"
    CONSENT_EXPIRED = "consent.expired"
    CONSENT_OUT_OF_SCOPE = "consent.out_of_scope"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_AFTER_GENERATION = "consent.after_generation"
    LICENCE_MISSING = "licence.missing"
    LICENCE_EXPIRED = "licence.expired"
    LICENCE_OUT_OF_SCOPE = "licence.out_of_scope"
    IP_OWN_MATERIAL = "ip.own_material"
    IP_LICENSED = "ip.licensed"
    IP_POSSIBLE_MATCH = "ip.possible_match"
    IP_UNLICENSED_MATCH = "ip.unlicensed_match"
    IP_AI_RESEMBLES_REFERENCE = "ip.ai_resembles_reference"
    IP_NO_HUMAN_AUTHOR = "ip.no_human_author"
    STAGE_TEMP_IN_FINAL = "stage.temp_in_final"
    STAGE_TEMP_HINT_IN_FINAL = "stage.temp_hint_in_final"
    STAGE_MANIFEST_MISMATCH = "stage.manifest_mismatch"
    DATA_TOOL_TRAINS_ON_INPUTS = "data.tool_trains_on_inputs"
    DATA_TOOL_STORES_INPUTS = "data.tool_stores_inputs"
    DATA_TOOL_TERMS_UNKNOWN = "data.tool_terms_unknown"
    FACTUAL_SYNTHETIC_AS_REAL = "factual.synthetic_as_real"
    CREDENTIAL_UNTRUSTED = "credential.untrusted"
    CREDENTIAL_INVALID = "credential.invalid"
    CREDENTIAL_EXPIRED = "credential.expired"
    CREDENTIAL_REMOTE_ONLY = "credential.remote_only"
    CREDENTIAL_STRIPPED = "credential.stripped"
    CONFORM_MISFIT = "conform.misfit"
    WAIVER_EXPIRED = "waiver.expired"
    WAIVER_UNUSED = "waiver.unused"
    WAIVER_NOT_AUTHORISED = "waiver.not_authorised"
    WAIVER_NOT_ALLOWED = "waiver.not_allowed"
    SCAN_UNREADABLE = "scan.unreadable"
    SCAN_PARTIAL = "scan.partial"
    SCAN_PART_UNEXAMINED = "scan.part_unexamined"
    SCAN_TIMEOUT = "scan.timeout"
    SCAN_INTERRUPTED = "scan.interrupted"
    SCAN_CRASHED = "scan.crashed"
    SCAN_REFUSED = "scan.refused"
    SCAN_UNSUPPORTED_MEDIA = "scan.unsupported_media"
    SCAN_OTHER_FILE = "scan.other_file"
    SCAN_MHL_MISMATCH = "scan.mhl_mismatch"
    SCAN_MHL_MISSING = "scan.mhl_missing"
    SCAN_NOT_IN_MHL = "scan.not_in_mhl"


def known(code: str) -> Reason:
    """The reason of a code that was stored; of one that another version wrote, that something was only partly seen.

    >>> known("scan.timeout"), known("scan.of_a_later_version")
    (<Reason.SCAN_TIMEOUT: 'scan.timeout'>, <Reason.SCAN_PARTIAL: 'scan.partial'>)
    """
    return Reason(code) if code in _CODES else Reason.SCAN_PARTIAL


_CODES = frozenset(Reason)


class _Stored:
    """Tells pydantic to read codes by `known`; pydantic is only loaded where something is read."""

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(known, handler(source))


StoredReason: TypeAlias = Annotated[Reason, _Stored()]
"""A reason in a record that is stored: one of a later version is read as `SCAN_PARTIAL`, so somebody has to look."""

UNEXAMINED = frozenset(
    {
        Reason.SCAN_UNREADABLE,
        Reason.SCAN_TIMEOUT,
        Reason.SCAN_CRASHED,
        Reason.SCAN_INTERRUPTED,
        Reason.SCAN_REFUSED,
        Reason.SCAN_UNSUPPORTED_MEDIA,
    }
)
"""Problems that leave an asset unexamined. A partial one was examined as far as it went."""

TRANSIENT = frozenset({Reason.SCAN_TIMEOUT, Reason.SCAN_CRASHED})
"""Problems that may be the machine's fault: what they spoil is not remembered, so that the next run tries again."""

NEVER_FAIL = frozenset({Reason.AI_SUSPECTED_UNDECLARED, Reason.IP_POSSIBLE_MATCH, Reason.STAGE_TEMP_HINT_IN_FINAL})
"""These rest on weak observations or a name alone, and so no policy may make them a fail."""

ADDED_LATER: Mapping[Reason, tuple[Verdict, Verdict, Verdict]] = MappingProxyType(
    {
        Reason.SCAN_INTERRUPTED: (Verdict.REVIEW, Verdict.REVIEW, Verdict.REVIEW),
        Reason.SCAN_PART_UNEXAMINED: (Verdict.REVIEW, Verdict.REVIEW, Verdict.REVIEW),
        Reason.AI_NOT_ALLOWED: (Verdict.REVIEW, Verdict.REVIEW, Verdict.FAIL),
        Reason.DECLARATION_ANSWER_CONTRADICTED: (Verdict.INFO, Verdict.REVIEW, Verdict.REVIEW),
        Reason.CONSENT_WITHDRAWN: (Verdict.REVIEW, Verdict.FAIL, Verdict.FAIL),
        Reason.CONSENT_AFTER_GENERATION: (Verdict.INFO, Verdict.REVIEW, Verdict.REVIEW),
        Reason.IP_NO_HUMAN_AUTHOR: (Verdict.INFO, Verdict.INFO, Verdict.REVIEW),
        Reason.DATA_TOOL_STORES_INPUTS: (Verdict.INFO, Verdict.REVIEW, Verdict.REVIEW),
    }
)
"""Reasons that came after policies had been published, with the verdicts of a policy that doesn't know them."""

NEVER_BELOW_REVIEW = UNEXAMINED | {Reason.SCAN_PART_UNEXAMINED}
"""The asset, or something in it, wasn't examined, and no policy may let it pass."""
