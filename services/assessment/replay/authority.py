"""Who may say what: the authority matrix of the measures as data, one line for every fact that a replay looks at.

A line names the roles, the one that usually speaks first. `=` after a role: only about oneself; `!`: never about
oneself; nothing: about anybody. `domain.md` 3.1 and 3.2; the article of each fact stands in the fact. Standard library
only, for it travels in an evidence bundle.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CLOCK = "CK"

MATRIX: Mapping[str, str] = {
    # Presence and official travel (Art. 9): one's own record; the leader, for the leader the township, lets one travel
    "CheckedIn": "MB= LD= KI!",
    "CheckInBackfillRequested": "MB= LD=",
    "CheckInBackfillConsented": "LD!",
    "CheckInBackfillRejected": "LD! TP! TM!",
    "CheckInBackfilled": "TP! TM!",
    "LodgingRecorded": "MB= LD=",
    "RestDayRecorded": "MB= LD=",
    "OfficialTravelRequested": "MB= LD=",
    "OfficialTravelApproved": "LD! TP! TM!",
    "OfficialTravelRejected": "LD! TP! TM!",
    "OfficialTravelWithdrawn": "MB= LD=",
    "OfficialTravelClosed": "MB= LD= TP! TM!",
    # Leave (Art. 9): member: leader, then township; leader: township, then county office; nobody for himself
    "LeaveRequested": "MB= LD=",
    "LeavePapersSupplied": "MB= LD=",
    "LeaveApprovedByLeader": "LD!",
    "LeaveApprovedByTownship": "TL! TP! TM!",
    "LeaveGranted": "TL! TP! TM! XO!",
    "LeaveRejected": "LD! TL! TP! TM! XO!",
    "LeaveWithdrawn": "MB= LD=",
    "LeaveExtended": "TL! TP! TM! XO!",
    "LeaveShortened": "MB= LD= TP! TM!",
    "LeaveClosed": "MB= LD= TP! TM!",
    "LeaveOverstayed": "CK LD! TL! TP! TM! XO!",
    "LeaveClosingOverdue": "CK",
    # Checks and absence (Art. 8, 9, 15.4)
    "PersonSpotChecked": "XO! CO!",
    "CheckInVoided": "TL! TP! TM! XO! CO!",
    "AbsenceRecorded": "LD! TL! TP! TM! XO!",
    "AbsenceJustified": "TP! TM! XO!",
    "JustificationRejected": "TP! TM! XO!",
    "DayCorrectionRequested": "TP! TM!",
    "DayStatusCorrected": "TL! TP! TM!",
    "AbsenceWarned": "CK",
    "PaceLost": "CK",
    "AttendanceYearClosed": "CK",
    # Postings (Art. 5), withdrawal and ordinary replacement (Art. 8), secondment (Art. 9)
    "TeamMemberAssigned": "TP! XO! CO!",
    "PostingEnded": "TP! XO! CO!",
    "TermCompleted": "TP! XO! CO!",
    "TermFellDue": "CK",
    "GrassrootsExperienceCredited": "XZ! XO! TP! CO!",
    "WithdrawalRequested": "DU!",
    "WithdrawalCountyOpinionGiven": "XO!",
    "WithdrawalApproved": "CO!",
    "WithdrawalRefused": "CO!",
    "MemberWithdrawn": "TP! XO!",
    "MemberReplaced": "TP! XO! CO!",
    "SecondmentDetected": "TP! XO!",
    "SecondmentEnded": "TP! XO!",
    # Forced replacement, level by level (Art. 10)
    "MisconductRecorded": "LD! TP!",
    "EducationGiven": "LD! TP!",
    "NonCorrectionRecorded": "LD! TP!",
    "ReplacementRequested": "LD! TP!",
    "ReplacementEscalated": "TP! XO!",
    "ReplacementDecided": "XO! CO!",
    "ReplacementRejected": "TP! XO! CO!",
    "SuccessorProposed": "DU!",
    # Training (Art. 11), leave after the term (Art. 9)
    "TrainingAttended": "XZ! XP! XN! TP!",
    "CompensatoryLeaveRequested": "MB= LD=",
    "CompensatoryLeaveGranted": "DU!",
    "CompensatoryLeaveTaken": "DU!",
    # Grounds (Art. 15): sanctions from discipline inspection alone, severe effect found by the county office
    "DisciplinarySanctionRecorded": "DI!",
    "SevereImpactProposed": "TP! DI!",
    "SevereImpactFindingMade": "XO!",
    "InvestigationOpened": "DI! XO!",
    "InvestigationClosed": "DI! XO!",
    # The year (Art. 12): township with unit proposes, county office reviews and confirms
    "AssessmentYearOpened": "XO",
    "AssessmentObjectListed": "XO",
    "AssessmentObjectRemoved": "XO",
    "AttendanceSummaryAttached": "TP!",
    "PerformanceEvidenceAttached": "TP!",
    "UnitOpinionGiven": "DU!",
    "GradeProposed": "TP!",
    "GradeReviewed": "XO!",
    "ShortfallReviewed": "XO!",
    "TieOpinionGiven": "TP",
    "TieResolved": "XO",
    "QuotaComputed": "XO",
    "SensitiveListAcknowledged": "XO",
    "CountyOpinionGiven": "XZ",
    "DisqualificationDetermined": "XO!",
    "AssessmentFinalised": "XO!",
    # Results (Art. 12) and disputes (A66)
    "AssessmentListsFiled": "XO",
    "ResultFedBack": "XO",
    "ResultFiledInPersonalFile": "DU!",
    "TermAssessmentRecorded": "XO!",
    "DisputeRaised": "MB= LD= DU!",
    "ReassessmentOrdered": "XO!",
    "DisputeOpinionGiven": "TP! DU!",
    "DisputeDecided": "XO!",
    "AssessmentReissued": "XO!",
    # Praise (Art. 13): the city's and a county's, from those put forward; priority and the bar (Art. 14, 16)
    "ExcellentCirculated": "XO CO",
    "ExcellentCircularWithdrawn": "XO CO",
    "AdvancedWorkerNominated": "XO!",
    "AdvancedWorkerOpinionGiven": "CZ! CP!",
    "AdvancedWorkerSelected": "CO!",
    "CommendationProposed": "TP!",
    "CountyCommendationAwarded": "XO!",
    "AwardWithdrawn": "XO! CO!",
    "PromotionBarStarted": "CK",
    "PromotionBarLifted": "CK",
    "PromotionBarEnded": "CK",
    "PromotionChecked": "CZ! XZ! CO! XO! DU!",
    "PromotionPriorityRecorded": "CZ! XZ! CO! XO!",
    # Rules (Art. 23): the two interpreters, a county for itself
    "RuleSetAdopted": "CZ CP",
    "InterpretationProposed": "CZ CP",
    "InterpretationIssued": "CZ CP",
    "CountyMeasureAdopted": "XO",
    "ParametersRecorded": "XO",
    "DutyCalendarPublished": "CZ CP",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of the matrix: roles that speak about themselves, about others, and about anybody."""

    own: frozenset[str]
    others: frozenset[str]
    anybody: frozenset[str]

    def why_not(self, role: str, *, own: bool) -> str | None:
        """`not_for_this_role`, `own_case` or `not_ones_own` where somebody in that role may not say it; else None."""
        if role in self.anybody or role in (self.own if own else self.others):
            return None
        if own and role in self.others:
            return "own_case"
        return "not_ones_own" if role in self.own else "not_for_this_role"


def line(text: str) -> Line:
    """A line of the matrix as it is read."""
    roles = text.split()
    return Line(
        own=frozenset(role[:-1] for role in roles if role.endswith("=")),
        others=frozenset(role[:-1] for role in roles if role.endswith("!")),
        anybody=frozenset(role for role in roles if role[-1] not in "=!"),
    )


LINES: Mapping[str, Line] = {name: line(text) for name, text in MATRIX.items()}
