"""Example values by event, where one name of a field means different things in different events."""

import hashlib
from typing import Any

from contracts.example_money import BY_EVENT as MONEY_BY_EVENT

EVENT = "5f0c1c1e-7a3d-5b0e-9c43-2d8a6f1b7e90"
"""Id of the event that the examples refer to."""


def sha256_of(seed: str) -> str:
    """A digest that stands for the paper of that name."""
    return hashlib.sha256(seed.encode("utf-8")).hexdigest()


BY_EVENT: dict[tuple[str, str], Any] = {
    ("AdvancedWorkerNominated", "area"): "5301",
    ("AdvancedWorkerOpinionGiven", "area"): "5301",
    ("AdvancedWorkerSelected", "area"): "5301",
    ("AssessmentFinalised", "determination"): 2,
    ("AssessmentListsFiled", "recipient"): "CO",
    ("AssessmentReissued", "area"): None,
    ("AssessmentReissued", "determination"): 2,
    ("AwardWithdrawn", "area"): "5301",
    ("AwardWithdrawn", "award"): "advanced",
    ("AwardWithdrawn", "determination"): 2,
    ("CountyOpinionGiven", "matter"): "grades",
    ("DisqualificationDetermined", "evidence"): [EVENT],
    ("DisqualificationDetermined", "ground"): "D4",
    ("GradeProposed", "grade"): "不称职",
    ("ValuesErased", "event"): EVENT,
    ("ValuesErased", "members"): ["kind", "reason"],
    ("ValuesErased", "reason"): "本人要求删除病情信息",
    ("EvidenceTaken", "decision"): EVENT,
    ("EvidenceTaken", "manifest"): sha256_of("sums of a bag"),
    ("EvidenceTaken", "purpose"): "县联席办复核考核异议",
    ("ExcellentCirculated", "persons"): ["P000101", "P000102"],
    ("InterpretationIssued", "parameter"): "absence.basis",
    ("InterpretationIssued", "value"): "duty",
    ("InterpretationProposed", "parameter"): "absence.basis",
    ("InterpretationProposed", "value"): "duty",
    ("LeaveGranted", "kind"): "family",
    ("LeaveRequested", "kind"): "family",
    ("MemberReplaced", "kind"): "ordinary",
    ("MisconductRecorded", "ground"): "not_resident",
    ("OrganisationRegistered", "kind"): "organ",
    ("PersonSpotChecked", "finding"): "present",
    ("QuotaComputed", "scope"): "county",
    ("QuotaComputed", "groups"): [],
    ("TieOpinionGiven", "supports"): ["P000101"],
    ("TieOpinionGiven", "tied"): ["P000101", "P000102"],
    ("TieOpinionGiven", "township"): "530113101",
    ("TieResolved", "heard"): [EVENT],
    ("ReassessmentOrdered", "cause"): "investigation_closed",
    ("ReplacementDecided", "kind"): "ordinary",
    ("ReplacementEscalated", "level"): "township",
    ("PromotionPriorityRecorded", "level"): "city",
    ("ReplacementRejected", "level"): "county",
    ("SelectionOpinionGiven", "body"): "agriculture",
    ("JointOpinionGiven", "opinion"): "opinion-2017-02",
    ("JointOpinionGiven", "text"): "人选合适，同意组队",
    ("AnnualPlanAdopted", "document"): sha256_of("plan"),
    ("MonthlyReportSubmitted", "document"): sha256_of("report"),
    ("MonthlyReportDelivered", "recipient"): "dispatching_unit",
    ("MonthlyReportReceived", "recipient"): "dispatching_unit",
    ("AnnualPlanReviewed", "opinion"): "任务分解到人，同意",
    ("ChiefCaptainProposed", "reason"): "熟悉农村工作，单位推荐",
    ("PostingEnded", "reason"): "接到组织部门文件较迟，按文件日期补登",
    ("MonthlyReportOverdue", "recipient"): "assigned_unit",
    ("MeetingHeld", "agenda"): "听取汇报，交流经验，部署工作",
    ("AssignedUnitSupportRecorded", "kind"): "money",
    ("TownshipHeadVisitRecorded", "findings"): "队员住房已安排",
    ("TrainerSupported", "body"): "市委农办",
    ("SevereImpactProposed", "finding"): "多次不服从管理，群众反映强烈",
    ("SevereImpactFindingMade", "finding"): "在群众中造成严重不良影响",
    ("ShortfallReviewed", "outcome"): "upheld",
    ("MonthlySheetFiled", "recipient"): "XZ",
    ("SpotCheckConducted", "finding"): "到户核查三户，帮扶台账齐全",
    ("SpotCheckPlanned", "kind"): "random",
    ("SubscriptionGranted", "role"): "XF",
    ("TeamMemberAssigned", "source"): "assigned_unit_cadre",
    ("TeamUnderstrengthDetected", "strength"): 5,
} | MONEY_BY_EVENT
