"""Values of the examples that a field's name alone does not tell, event by event."""

import hashlib
from typing import Any

from contracts.example_money import BY_EVENT as OF_MONEY

_EVENT = "5f0c1c1e-7a3d-5b0e-9c43-2d8a6f1b7e90"


def _sha256(seed: str) -> str:
    return hashlib.sha256(seed.encode("utf-8")).hexdigest()


BY_EVENT: dict[tuple[str, str], Any] = OF_MONEY | {
    ("AnnualPlanAdopted", "document"): _sha256("plan"),
    ("AssessmentFinalised", "determination"): 2,
    ("AssessmentListsFiled", "recipient"): "CO",
    ("AssessmentReissued", "determination"): 2,
    ("AssignedUnitSupportRecorded", "kind"): "money",
    ("DisqualificationDetermined", "evidence"): [_EVENT],
    ("DisqualificationDetermined", "ground"): "D4",
    ("EvidenceTaken", "decision"): _EVENT,
    ("EvidenceTaken", "manifest"): _sha256("sums of a bag"),
    ("EvidenceTaken", "purpose"): "县联席办复核考核异议",
    ("ExcellentCirculated", "persons"): ["P000101", "P000102"],
    ("InterpretationIssued", "parameter"): "absence.basis",
    ("InterpretationIssued", "value"): "duty",
    ("InterpretationProposed", "parameter"): "absence.basis",
    ("InterpretationProposed", "value"): "duty",
    ("LeaveGranted", "kind"): "family",
    ("LeaveRequested", "kind"): "family",
    ("MeetingHeld", "agenda"): "听取汇报，交流经验，部署工作",
    ("MemberReplaced", "kind"): "ordinary",
    ("MisconductRecorded", "ground"): "not_resident",
    ("MonthlyReportDelivered", "recipient"): "dispatching_unit",
    ("MonthlyReportOverdue", "recipient"): "assigned_unit",
    ("MonthlyReportReceived", "recipient"): "dispatching_unit",
    ("MonthlyReportSubmitted", "document"): _sha256("report"),
    ("MonthlySheetFiled", "recipient"): "XZ",
    ("OrganisationRegistered", "kind"): "organ",
    ("PersonSpotChecked", "finding"): "present",
    ("ReassessmentOrdered", "cause"): "investigation_closed",
    ("ReplacementDecided", "kind"): "ordinary",
    ("ReplacementEscalated", "level"): "township",
    ("ReplacementRejected", "level"): "county",
    ("SelectionOpinionGiven", "body"): "agriculture",
    ("SevereImpactFindingMade", "finding"): "在群众中造成严重不良影响",
    ("ShortfallReviewed", "outcome"): "upheld",
    ("SpotCheckConducted", "finding"): "到户核查三户，帮扶台账齐全",
    ("SpotCheckPlanned", "kind"): "random",
    ("TeamMemberAssigned", "source"): "assigned_unit_cadre",
    ("TeamUnderstrengthDetected", "strength"): 5,
    ("TownshipHeadVisitRecorded", "findings"): "队员住房已安排",
    ("TrainerSupported", "body"): "市委农办",
    ("ValuesErased", "event"): _EVENT,
    ("ValuesErased", "members"): ["kind", "reason"],
    ("ValuesErased", "reason"): "本人要求删除病情信息",
}
