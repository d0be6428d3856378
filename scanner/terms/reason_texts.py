"""What each reason is called, what would clear it, and the principles it rests on.

The codes are in `reasons`. How grave each is at which stage is the policy's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scanner.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class ReasonText:
    """What people read of one reason. `principles` are ids of the policy's rules, such as NFX-WA."""

    title: str
    remedy: str
    principles: tuple[str, ...] = ()


def _table(*rows: tuple[Reason, str, str, str]) -> Mapping[Reason, ReasonText]:
    return MappingProxyType(
        {reason: ReasonText(title, remedy, tuple(rules.split())) for reason, title, remedy, rules in rows}
    )


_NOTHING = "Nothing needs to be done."
_CONTACT = "ask the production's contact for"

REASONS: Mapping[Reason, ReasonText] = _table(
    (
        Reason.AI_UNDECLARED,
        "Generative AI was found that nobody declared",
        "Declare it with tool, use and frames, and have it approved where that is needed; or replace the material.",
        "NFX-DISC NFX-WA",
    ),
    (
        Reason.AI_PARTIALLY_DECLARED,
        "Generative AI was found in frames that the declaration leaves out",
        "Extend the declaration, and its approval, to the frames named here; or replace those frames.",
        "NFX-DISC",
    ),
    (
        Reason.AI_SUSPECTED_UNDECLARED,
        "Something suggests generative AI, and nobody declared any",
        "Ask whoever made the asset; declare it if AI was used, or state `ai_used: no` for it.",
        "NFX-DISC",
    ),
    (
        Reason.AI_ENHANCEMENT_UNDECLARED,
        "An AI tool was used, nothing shows that it generated anything",
        "Declare the tool if it did more than customary clean-up.",
        "NFX-TE2",
    ),
    (Reason.AI_DISCLOSED, "Generative AI was found, and it is declared", _NOTHING, "NFX-DISC"),
    (
        Reason.AI_DECLARED_NO_EVIDENCE,
        "Generative AI is declared, nothing of it was seen in the file",
        "Nothing needs to be done if the declaration names the right asset: marks vanish when files are transcoded.",
        "NFX-DISC",
    ),
    (
        Reason.AI_NO_EVIDENCE,
        "No evidence of generative AI in what was looked at",
        "Nothing needs to be done. It doesn't show how the asset was made.",
        "",
    ),
    (
        Reason.AI_PROMPT_NAMES_PROTECTED,
        "A prompt in the file names a watched person or work",
        "Have the use cleared with the person or rights holder, or replace the material.",
        "NFX-C2",
    ),
    (
        Reason.AI_MARKS_CONTRADICT,
        "Marks in the file contradict each other about how it was made",
        "Ask whoever made the asset which mark is right, and declare it so.",
        "NFX-DISC",
    ),
    (
        Reason.AI_NOT_ALLOWED,
        "Generative AI where the policy allows none",
        "Replace the material: no approval clears it.",
        "NFX-E1",
    ),
    (
        Reason.DECLARATION_CONTRADICTED,
        "Declared to be free of generative AI, and AI was found",
        "Correct the declaration, and clear the AI use; or replace the material.",
        "NFX-DISC",
    ),
    (
        Reason.DECLARATION_TOOL_MISMATCH,
        "The file names a tool that the declaration doesn't",
        "List every tool of the workflow in the declaration, or add the name in the file to the tool's aliases.",
        "NFX-CW",
    ),
    (
        Reason.DECLARATION_TOO_BROAD,
        "The declaration selects so much that it discloses nothing",
        "Name shots, reels or files instead of everything.",
        "NFX-DISC",
    ),
    (
        Reason.DECLARATION_CONFLICT,
        "Two declarations contradict each other about the same frames",
        "Correct one of them, or let one supersede the other.",
        "NFX-DISC",
    ),
    (
        Reason.DECLARATION_MATCHES_NOTHING,
        "A line of the declaration selects nothing in this drop",
        "Check its paths, shots, frames and checksums against the delivered files; name its delivery if it is another.",
        "NFX-DISC",
    ),
    (
        Reason.DECLARATION_CHECKSUM_MISMATCH,
        "The file changed after it was declared",
        "Declare the new version with its own checksum, and have it approved if the old one was.",
        "NFX-DISC",
    ),
    (
        Reason.DECLARATION_DUPLICATE_CONTENT,
        "The same bytes are declared at another path, not at this one",
        "Declare this path too, or select by checksum, if the use here is the same.",
        "NFX-DISC",
    ),
    (
        Reason.DECLARATION_ANSWER_CONTRADICTED,
        "A guiding principle isn't answered as the paper's own record shows",
        "Correct the answer, or the record of the tool; what is true is escalated.",
        "NFX-P2 NFX-ESC",
    ),
    (
        Reason.APPROVAL_MISSING,
        "Written approval is needed, and there is none",
        f"Get written approval for this use, or {_CONTACT} a decision; then list it under `approvals`.",
        "NFX-WA NFX-ESC",
    ),
    (
        Reason.APPROVAL_JUDGEMENT_NEEDED,
        "Incidental background made with AI: somebody has to judge it",
        f"Check that it is briefly seen and not referred to; {_CONTACT} an approval if in doubt.",
        "NFX-M2 NFX-INC",
    ),
    (Reason.APPROVAL_EXPIRED, "The approval had expired at delivery", "Have the approval renewed.", "NFX-WA"),
    (Reason.APPROVAL_REVOKED, "The approval was revoked", "Get a new approval, or replace the material.", "NFX-WA"),
    (
        Reason.APPROVAL_DATED_AFTER_DELIVERY,
        "The approval was granted after delivery",
        "Confirm that the approval was meant for what had been delivered before.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_DATED_IN_FUTURE,
        "The approval is dated later than the day of this judgement",
        "Correct the date, or judge again when the approval is in force.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_OTHER_TOOL,
        "The approval is for another tool",
        "Have the approval extended to every tool that was used.",
        "NFX-WA NFX-CW",
    ),
    (
        Reason.APPROVAL_OUT_OF_SCOPE,
        "The approval doesn't reach this asset, frame range, use or stage",
        "Have the approval extended, or get another one for what is left.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_CONDITIONS_OPEN,
        "Conditions of the approval are not met",
        "Meet the conditions and record when that was done.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_EVIDENCE_MISSING,
        "The written approval itself can't be found",
        "Put the letter or contract at the path that the approval names.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_EVIDENCE_CHANGED,
        "The written approval is not the file that was recorded",
        "Find out why the file changed; restore it, or record the new one once somebody has read it.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_APPROVER_NOT_AUTHORISED,
        "The approver's organisation may not approve",
        "Get the approval from the production's or the commissioner's side; a vendor can't approve its own work.",
        "NFX-WA",
    ),
    (
        Reason.APPROVAL_AFTER_GENERATION,
        "Approved after the material had been made",
        "Nothing needs to be done now; approval should come before the work.",
        "NFX-WA",
    ),
    (
        Reason.CONSENT_MISSING,
        "A performer's or estate's consent is needed, and there is none",
        "Get the documented consent of the person or estate, or state the exemption that applies.",
        "NFX-T1 NFX-P5 NFX-TE1",
    ),
    (Reason.CONSENT_EXPIRED, "The consent had expired at delivery", "Have the consent renewed.", "NFX-T1"),
    (
        Reason.CONSENT_OUT_OF_SCOPE,
        "The consent is for something else",
        "Get consent for this production, performer and shot.",
        "NFX-T1 NFX-TE3",
    ),
    (
        Reason.CONSENT_WITHDRAWN,
        "The consent was withdrawn",
        "Get a new consent, or replace the material.",
        "NFX-T1",
    ),
    (
        Reason.CONSENT_AFTER_GENERATION,
        "Consent was given after the material had been made",
        "Ask whether the consent was meant for what had been made before, and record that in it.",
        "NFX-T1",
    ),
    (
        Reason.LICENCE_MISSING,
        "Third-party material is used without a licence on record",
        "License the material and record the licence, or replace it.",
        "NFX-WA NFX-P1 NFX-C2",
    ),
    (Reason.LICENCE_EXPIRED, "The licence was not in term at delivery", "Have the licence renewed.", "NFX-P1"),
    (
        Reason.LICENCE_OUT_OF_SCOPE,
        "The licence doesn't allow this use",
        "Have the licence extended to this asset and use, or replace the material.",
        "NFX-P1 NFX-C2",
    ),
    (Reason.IP_OWN_MATERIAL, "A reference that the production owns was recognised", _NOTHING, "NFX-P1"),
    (Reason.IP_LICENSED, "A reference was recognised, and it is licensed", _NOTHING, "NFX-P1"),
    (
        Reason.IP_POSSIBLE_MATCH,
        "Something resembles a reference work, not surely",
        "Look at both pictures; record a licence if it is the work.",
        "NFX-P1",
    ),
    (
        Reason.IP_UNLICENSED_MATCH,
        "A reference work was recognised, and no licence names it",
        "Record the licence for this reference, or clear or replace the material.",
        "NFX-P1 NFX-C2",
    ),
    (
        Reason.IP_AI_RESEMBLES_REFERENCE,
        "Material made with AI resembles a reference work",
        "Have it cleared by legal, license the reference, or replace the material.",
        "NFX-P1 NFX-C2",
    ),
    (
        Reason.IP_NO_HUMAN_AUTHOR,
        "Nobody may be the author of music that a model made alone",
        "State `human_input`, what people wrote or played in it, or an `extent` that isn't generated; or replace it.",
        "",
    ),
    (
        Reason.STAGE_TEMP_IN_FINAL,
        "Material declared as temporary is in a final delivery",
        "Replace it, or get an approval for its use in the final.",
        "NFX-P4 NFX-FIN",
    ),
    (
        Reason.STAGE_TEMP_HINT_IN_FINAL,
        "Something in a final delivery is named like temporary material",
        "Check that the right version was delivered.",
        "NFX-P4 NFX-FIN",
    ),
    (
        Reason.STAGE_MANIFEST_MISMATCH,
        "The delivery's manifest states another stage",
        "Correct the manifest or the delivery's stage.",
        "NFX-FIN",
    ),
    (
        Reason.DATA_TOOL_TRAINS_ON_INPUTS,
        "The production's or personal material was put into a tool that trains on it",
        f"Use a tool under terms that rule this out; {_CONTACT} how to go on.",
        "NFX-P2 NFX-D1",
    ),
    (
        Reason.DATA_TOOL_STORES_INPUTS,
        "The production's material was put into a tool that keeps it",
        f"Use a tool under an enterprise agreement; {_CONTACT} how to go on.",
        "NFX-P2 NFX-CONF NFX-M6",
    ),
    (
        Reason.DATA_TOOL_TERMS_UNKNOWN,
        "Nobody stated whether the tool trains on what is put into it",
        "State `trains_on_inputs` for the tool, with a snapshot of its terms.",
        "NFX-P3 NFX-CONF",
    ),
    (
        Reason.FACTUAL_SYNTHETIC_AS_REAL,
        "Synthetic material may be taken for real, and nothing says that viewers are told",
        "Tell viewers, and record how under `audience_disclosure`; or replace the material.",
        "NFX-E1",
    ),
    (
        Reason.CREDENTIAL_UNTRUSTED,
        "A Content Credential is intact, its signer is on no trust list",
        "Nothing needs to be done; add the signer to a trust list if you know it.",
        "",
    ),
    (
        Reason.CREDENTIAL_INVALID,
        "A Content Credential doesn't check: something was changed after signing",
        "Ask the supplier for the file as it was signed, and why it changed.",
        "",
    ),
    (Reason.CREDENTIAL_EXPIRED, "The certificate of a Content Credential has expired", _NOTHING, ""),
    (
        Reason.CREDENTIAL_REMOTE_ONLY,
        "A Content Credential is only referred to, at an address that was not visited",
        "Ask the supplier for the file with its credential embedded.",
        "",
    ),
    (
        Reason.CREDENTIAL_STRIPPED,
        "A Content Credential that an earlier version had is gone",
        "Deliver the file with its credential, where the format can hold one.",
        "",
    ),
    (
        Reason.CONFORM_MISFIT,
        "The timeline doesn't fit the master",
        "Deliver the timeline of this very master.",
        "",
    ),
    (Reason.WAIVER_EXPIRED, "A waiver or confirmation has expired", "Renew it, or clear the finding.", ""),
    (Reason.WAIVER_UNUSED, "A waiver or confirmation is for a finding that isn't there", "Remove it.", ""),
    (
        Reason.WAIVER_NOT_AUTHORISED,
        "A waiver or confirmation was given by the side whose work it is about, or by somebody who may not",
        "Let somebody else's QC decide; what is lacking of an approval, somebody who may approve.",
        "",
    ),
    (
        Reason.WAIVER_NOT_ALLOWED,
        "A waiver or confirmation that nobody may give: for this finding, or for so long",
        "Clear the finding itself, or have it decided within what the policy allows.",
        "",
    ),
    (
        Reason.SCAN_UNREADABLE,
        "The file couldn't be read",
        "Deliver the file again; scan it again if the fault was on this side.",
        "",
    ),
    (Reason.SCAN_PARTIAL, "The file was examined only in part", "Deliver the file again, whole.", ""),
    (
        Reason.SCAN_PART_UNEXAMINED,
        "Something inside the file was not examined",
        "Deliver that part as a file of its own, or without it; or look at it and decide.",
        "",
    ),
    (Reason.SCAN_TIMEOUT, "Examining the file took too long", "Scan it again on a machine with more time.", ""),
    (
        Reason.SCAN_INTERRUPTED,
        "The scan was stopped before this asset",
        "Run the scan again; it goes on from there.",
        "",
    ),
    (Reason.SCAN_CRASHED, "Examining the file failed", "Scan it again; report it if it fails again.", ""),
    (Reason.SCAN_REFUSED, "The file was not opened", "Deliver the file itself instead of a link or a device.", ""),
    (
        Reason.SCAN_UNSUPPORTED_MEDIA,
        "Media of a kind that can't be examined",
        "Deliver it in another format, or have somebody look at it.",
        "",
    ),
    (Reason.SCAN_OTHER_FILE, "Not media; it was not examined", _NOTHING, ""),
    (
        Reason.SCAN_MHL_MISMATCH,
        "The file isn't the one that the manifest of hashes lists",
        "Find out which of both is right; deliver again.",
        "",
    ),
    (Reason.SCAN_MHL_MISSING, "A file that a manifest lists is not in the drop", "Deliver it.", ""),
    (Reason.SCAN_NOT_IN_MHL, "A file is not in the manifest of hashes", "Deliver a manifest that lists it.", ""),
)
"""In the order in which people read them."""
