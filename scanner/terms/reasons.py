"""Every reason a finding can have: what it is called, what would clear it, and the principles it rests on.

Codes are never renamed or reused: waivers, reports and people's mails hold them. How grave each is at which stage is
the policy's to say; a policy has a row for every code here, also for those that no part of this version gives yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scanner.examination import UNEXAMINED
from scanner.terms.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Reason:
    """One code. `principles` are ids of the policy's rules, such as NFX-WA."""

    code: str
    title: str
    remedy: str
    principles: tuple[str, ...] = ()


def _table(*rows: tuple[str, str, str, str]) -> Mapping[str, Reason]:
    return MappingProxyType({row[0]: Reason(*row[:3], tuple(row[3].split())) for row in rows})


_NOTHING = "Nothing needs to be done."
_CONTACT = "ask the production's contact for"

REASONS: Mapping[str, Reason] = _table(
    (
        "ai.undeclared",
        "Generative AI was found that nobody declared",
        "Declare it with tool, use and frames, and have it approved where that is needed; or replace the material.",
        "NFX-DISC NFX-WA",
    ),
    (
        "ai.partially_declared",
        "Generative AI was found in frames that the declaration leaves out",
        "Extend the declaration, and its approval, to the frames named here; or replace those frames.",
        "NFX-DISC",
    ),
    (
        "ai.suspected_undeclared",
        "Something suggests generative AI, and nobody declared any",
        "Ask whoever made the asset; declare it if AI was used, or state `ai_used: no` for it.",
        "NFX-DISC",
    ),
    (
        "ai.enhancement_undeclared",
        "An AI tool was used, nothing shows that it generated anything",
        "Declare the tool if it did more than customary clean-up.",
        "NFX-TE2",
    ),
    ("ai.disclosed", "Generative AI was found, and it is declared", _NOTHING, "NFX-DISC"),
    (
        "ai.declared_no_evidence",
        "Generative AI is declared, nothing of it was seen in the file",
        "Nothing needs to be done if the declaration names the right asset: marks vanish when files are transcoded.",
        "NFX-DISC",
    ),
    (
        "ai.no_evidence",
        "No evidence of generative AI in what was looked at",
        "Nothing needs to be done. It doesn't show how the asset was made.",
        "",
    ),
    (
        "ai.prompt_names_protected",
        "A prompt in the file names a watched person or work",
        "Have the use cleared with the person or rights holder, or replace the material.",
        "NFX-C2",
    ),
    (
        "ai.marks_contradict",
        "Marks in the file contradict each other about how it was made",
        "Ask whoever made the asset which mark is right, and declare it so.",
        "NFX-DISC",
    ),
    (
        "declaration.contradicted",
        "Declared to be free of generative AI, and AI was found",
        "Correct the declaration, and clear the AI use; or replace the material.",
        "NFX-DISC",
    ),
    (
        "declaration.tool_mismatch",
        "The file names a tool that the declaration doesn't",
        "List every tool of the workflow in the declaration, or add the name in the file to the tool's aliases.",
        "NFX-CW",
    ),
    (
        "declaration.too_broad",
        "The declaration selects so much that it discloses nothing",
        "Name shots, reels or files instead of everything.",
        "NFX-DISC",
    ),
    (
        "declaration.conflict",
        "Two declarations state different uses for the same frames",
        "Correct one of them, or let one supersede the other.",
        "NFX-DISC",
    ),
    (
        "declaration.matches_nothing",
        "The declaration selects nothing in this drop",
        "Check its paths, shots and checksums against the delivered files.",
        "NFX-DISC",
    ),
    (
        "declaration.checksum_mismatch",
        "The file changed after it was declared",
        "Declare the new version with its own checksum, and have it approved if the old one was.",
        "NFX-DISC",
    ),
    (
        "declaration.duplicate_content",
        "The same bytes are declared at another path, not at this one",
        "Declare this path too, or select by checksum, if the use here is the same.",
        "NFX-DISC",
    ),
    (
        "approval.missing",
        "Written approval is needed, and there is none",
        f"Get written approval for this use, or {_CONTACT} a decision; then list it under `approvals`.",
        "NFX-WA NFX-ESC",
    ),
    (
        "approval.judgement_needed",
        "Incidental background made with AI: somebody has to judge it",
        f"Check that it is briefly seen and not referred to; {_CONTACT} an approval if in doubt.",
        "NFX-M2 NFX-INC",
    ),
    ("approval.expired", "The approval had expired at delivery", "Have the approval renewed.", "NFX-WA"),
    ("approval.revoked", "The approval was revoked", "Get a new approval, or replace the material.", "NFX-WA"),
    (
        "approval.dated_after_delivery",
        "The approval was granted after delivery",
        "Confirm that the approval was meant for what had been delivered before.",
        "NFX-WA",
    ),
    (
        "approval.dated_in_future",
        "The approval is dated later than the day of this judgement",
        "Correct the date, or judge again when the approval is in force.",
        "NFX-WA",
    ),
    (
        "approval.other_tool",
        "The approval is for another tool",
        "Have the approval extended to every tool that was used.",
        "NFX-WA NFX-CW",
    ),
    (
        "approval.out_of_scope",
        "The approval doesn't reach this asset, frame range, use or stage",
        "Have the approval extended, or get another one for what is left.",
        "NFX-WA",
    ),
    (
        "approval.conditions_open",
        "Conditions of the approval are not met",
        "Meet the conditions and record when that was done.",
        "NFX-WA",
    ),
    (
        "approval.evidence_missing",
        "The written approval itself can't be found",
        "Put the letter or contract at the path that the approval names.",
        "NFX-WA",
    ),
    (
        "approval.evidence_changed",
        "The written approval is not the file that was recorded",
        "Find out why the file changed; restore it, or record the new one once somebody has read it.",
        "NFX-WA",
    ),
    (
        "approval.approver_not_authorised",
        "The approver's organisation may not approve",
        "Get the approval from the production's or the commissioner's side; a vendor can't approve its own work.",
        "NFX-WA",
    ),
    (
        "approval.after_generation",
        "Approved after the material had been made",
        "Nothing needs to be done now; approval should come before the work.",
        "NFX-WA",
    ),
    (
        "consent.missing",
        "A performer's or estate's consent is needed, and there is none",
        "Get the documented consent of the person or estate, or state the exemption that applies.",
        "NFX-T1 NFX-P5 NFX-TE1",
    ),
    ("consent.expired", "The consent had expired at delivery", "Have the consent renewed.", "NFX-T1"),
    (
        "consent.out_of_scope",
        "The consent is for something else",
        "Get consent for this production, performer and shot.",
        "NFX-T1 NFX-TE3",
    ),
    (
        "licence.missing",
        "Third-party material is used without a licence on record",
        "License the material and record the licence, or replace it.",
        "NFX-WA NFX-P1 NFX-C2",
    ),
    ("licence.expired", "The licence was not in term at delivery", "Have the licence renewed.", "NFX-P1"),
    (
        "licence.out_of_scope",
        "The licence doesn't allow this use",
        "Have the licence extended to this asset and use, or replace the material.",
        "NFX-P1 NFX-C2",
    ),
    ("ip.own_material", "A reference that the production owns was recognised", _NOTHING, "NFX-P1"),
    ("ip.licensed", "A reference was recognised, and it is licensed", _NOTHING, "NFX-P1"),
    (
        "ip.possible_match",
        "Something resembles a reference work, not surely",
        "Look at both pictures; record a licence if it is the work.",
        "NFX-P1",
    ),
    (
        "ip.unlicensed_match",
        "A reference work was recognised, and no licence names it",
        "Record the licence for this reference, or clear or replace the material.",
        "NFX-P1 NFX-C2",
    ),
    (
        "ip.ai_resembles_reference",
        "Material made with AI resembles a reference work",
        "Have it cleared by legal, license the reference, or replace the material.",
        "NFX-P1 NFX-C2",
    ),
    (
        "stage.temp_in_final",
        "Material declared as temporary is in a final delivery",
        "Replace it, or get an approval for its use in the final.",
        "NFX-P4 NFX-FIN",
    ),
    (
        "stage.temp_hint_in_final",
        "Something in a final delivery is named like temporary material",
        "Check that the right version was delivered.",
        "NFX-P4 NFX-FIN",
    ),
    (
        "stage.manifest_mismatch",
        "The delivery's manifest states another stage",
        "Correct the manifest or the delivery's stage.",
        "NFX-FIN",
    ),
    (
        "data.tool_trains_on_inputs",
        "Proprietary or personal material was put into a tool that trains on it",
        f"Use a tool under terms that rule this out; {_CONTACT} how to go on.",
        "NFX-P2 NFX-D1",
    ),
    (
        "data.tool_terms_unknown",
        "Nobody stated whether the tool trains on what is put into it",
        "State `trains_on_inputs` for the tool, with a snapshot of its terms.",
        "NFX-P3 NFX-CONF",
    ),
    (
        "factual.synthetic_as_real",
        "Synthetic material may be taken for real, and nothing says that viewers are told",
        "Tell viewers, and record how under `audience_disclosure`; or replace the material.",
        "NFX-E1",
    ),
    (
        "credential.untrusted",
        "A Content Credential is intact, its signer is on no trust list",
        "Nothing needs to be done; add the signer to a trust list if you know it.",
        "",
    ),
    (
        "credential.invalid",
        "A Content Credential doesn't check: something was changed after signing",
        "Ask the supplier for the file as it was signed, and why it changed.",
        "",
    ),
    ("credential.expired", "The certificate of a Content Credential has expired", _NOTHING, ""),
    (
        "credential.remote_only",
        "A Content Credential is only referred to, at an address that was not visited",
        "Ask the supplier for the file with its credential embedded.",
        "",
    ),
    (
        "credential.stripped",
        "A Content Credential that an earlier version had is gone",
        "Deliver the file with its credential, where the format can hold one.",
        "",
    ),
    (
        "conform.misfit",
        "The timeline doesn't fit the master",
        "Deliver the timeline of this very master.",
        "",
    ),
    ("waiver.expired", "A waiver or confirmation has expired", "Renew it, or clear the finding.", ""),
    ("waiver.unused", "A waiver or confirmation is for a finding that isn't there", "Remove it.", ""),
    (
        "waiver.not_authorised",
        "A waiver or confirmation was given by the side whose work it is about",
        "Let somebody else's QC decide.",
        "",
    ),
    (
        "waiver.not_allowed",
        "A waiver or confirmation that nobody may give: for this finding, or for so long",
        "Clear the finding itself, or have it decided within what the policy allows.",
        "",
    ),
    (
        "scan.unreadable",
        "The file couldn't be read",
        "Deliver the file again; scan it again if the fault was on this side.",
        "",
    ),
    ("scan.partial", "The file was examined only in part", "Deliver the file again, whole.", ""),
    ("scan.timeout", "Examining the file took too long", "Scan it again on a machine with more time.", ""),
    ("scan.interrupted", "The scan was stopped before this asset", "Run the scan again; it goes on from there.", ""),
    ("scan.crashed", "Examining the file failed", "Scan it again; report it if it fails again.", ""),
    ("scan.refused", "The file was not opened", "Deliver the file itself instead of a link or a device.", ""),
    (
        "scan.unsupported_media",
        "Media of a kind that can't be examined",
        "Deliver it in another format, or have somebody look at it.",
        "",
    ),
    ("scan.other_file", "Not media; it was not examined", _NOTHING, ""),
    (
        "scan.mhl_mismatch",
        "The file isn't the one that the manifest of hashes lists",
        "Find out which of both is right; deliver again.",
        "",
    ),
    ("scan.mhl_missing", "A file that a manifest lists is not in the drop", "Deliver it.", ""),
    ("scan.not_in_mhl", "A file is not in the manifest of hashes", "Deliver a manifest that lists it.", ""),
)
"""By code, in the order in which people read them."""

NEVER_FAIL = frozenset({"ai.suspected_undeclared", "ip.possible_match", "stage.temp_hint_in_final"})
"""These rest on weak observations or a name alone, and so no policy may make them a fail."""

ADDED_LATER: Mapping[str, tuple[Verdict, Verdict, Verdict]] = MappingProxyType(
    {"scan.interrupted": (Verdict.REVIEW, Verdict.REVIEW, Verdict.REVIEW)}
)
"""Reasons that came after policies had been published, with the verdicts of a policy that doesn't know them."""

NEVER_BELOW_REVIEW = UNEXAMINED
"""The asset wasn't examined, and no policy may let it pass."""
