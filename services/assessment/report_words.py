"""Words for people: outcomes, findings, day statuses, kinds of facts, values; Chinese first.

Standard library only: the page of a case is made again by whoever verifies it.
"""

from collections.abc import Mapping
from typing import Any

DUTIES = ("8.4", "9.2", "9.12", "9.14")
"""Clauses that ask something of the person or the unit, and that decide nothing by themselves."""

OUTCOMES = {
    "met": "成立 met",
    "not_met": "不成立 not met",
    "needs_determination": "待认定 needs determination",
    "not_applicable": "不适用 not applicable",
    "undetermined": "无法判定（未披露） undetermined: not disclosed",
    "erased": "无法判定（已销毁） undetermined: erased",
}
RESULTS = {
    "NOT_ASSESSED_HERE": "不在此考核（不足半年） NOT_ASSESSED_HERE",
    "NOT_POSTED": "当年无派驻 NOT_POSTED",
    "YEAR_OPEN": "年度未结束 YEAR_OPEN",
    "OFF_LIST": "不列入名单 OFF_LIST",
    "AWAITING_GRADE": "待定等次 AWAITING_GRADE",
    "undetermined": "无法判定 undetermined",
}
FLAGS = {
    "awaiting_ruling": "结果取决于条文的读法，待解释机关裁定",
    "beyond_quota": "拟为优秀而名额已满，列为称职",
    "died": "当年亡故",
    "first_secretary": "村党组织第一书记",
    "found_absent_by_spot_check": "抽查时不在岗",
    "investigation_pending": "正在接受调查",
    "leave_checkin_conflict": "请假期间有签到",
    "leave_closed_late": "迟销假或未销假",
    "leave_overstayed": "逾期不归",
    "long_leave": "请假超过半年",
    "reference_village": "非贫困村，参照执行",
    "review_of_grade_pending": "等次待县级联席办审核",
    "run_broken_by_rest_day": "连续离岗只因休息日在岗而未超过限额",
    "seconded": "被派出单位抽调",
    "shortfall_review_referred": "天数不足一事已提请解释机关",
    "shortfall_review_required": "天数不足须先复核",
    "shortfall_review_undetermined": "是否须复核无法判定（请假种类未披露）",
    "shortfall_review_upheld": "天数不足已复核，维持",
    "tie_unresolved": "同分待定",
    "two_villages_in_one_day": "一天在两村签到",
    "under_half_year": "派驻不足半年",
}
"""Every flag of the fold, in words."""

GROUNDS = {
    "D1": "第15条第1项 受党纪政纪处分",
    "D2": "第15条第2项 造成严重不良影响",
    "D3": "第15条第3项 驻村时间不足",
    "D4": "第15条第4项 无正当理由离岗",
    "D5": "第15条第5项 被强行调整更换",
}
"""Ground -> where it stands and what it is."""

_DONE = {"met": "做到", "not_met": "未做到"}
_THERE = {"met": "存在此情形", "not_met": "不存在此情形"}


def outcome_words(finding: Mapping[str, Any]) -> str:
    """What came out for a clause, in the words that fit it: a duty is kept, a ground is there, a condition is met."""
    article, outcome = str(finding["article"]), str(finding["outcome"])
    words = _THERE if article.startswith("15.") else _DONE if article in DUTIES else {}
    zh, _, en = OUTCOMES[outcome].partition(" ")
    return f"{words.get(outcome, zh)} {en}"


PARAMETERS_OF = {
    "8.4": ("spotcheck.wins",),
    "9.2": (
        "onpost.threshold", "onpost.travel_counts", "onpost.training_counts", "onpost.count_rest_days",
        "onpost.min_checkins", "partial_year.mode", "half_year.rule", "transition.2016",
    ),
    "9.12": ("leave.close_within_duty_days", "overstay.counts", "conflict.leave_checkin"),
    "9.14": ("secondment.day",),
    "12.4": ("assess.min_half_year", "move.grade_owner", "longleave.no_grade", "longleave.days", "fs.assess"),
    "12.6": ("quota.pct", "quota.scope", "quota.round", "quota.tie"),
    "12.11": ("half_year.rule",),
    "15.1": ("d1.year_by", "transition.2016_grounds"),
    "15.2": ("transition.2016_grounds",),
    "15.3": ("shortfall.threshold", "shortfall.review", "leave.medical_kinds", "longleave.no_grade",
        "longleave.days"),
    "15.4": (
        "absence.run_limit", "absence.year_limit", "absence.basis", "absence.rest_in_run", "absence.cross_year",
        "absence.cumulative_window", "absence.sync_horizon_h", "leave.resets_run",
    ),
    "15.5": ("forced.year_by", "transition.2016_grounds"),
}  # fmt: skip
"""Clause -> the parameters that it reads (a test checks that every parameter of the fold stands somewhere)."""

STATUSES: dict[str, tuple[str, str, str]] = {
    "ONPOST": ("岗", "在岗", "on post"),
    "TRAVEL": ("差", "因公出差", "official travel"),
    "TRAINING": ("训", "培训", "training"),
    "SECONDED": ("抽", "被抽调", "seconded"),
    "LEAVE": ("假", "请假", "leave"),
    "REST": ("休", "休息日", "rest day"),
    "EXCUSED": ("由", "有正当理由", "excused"),
    "ABSENT": ("离", "离岗", "absent"),
    "PENDING": ("待", "待上传", "pending"),
}
"""Status -> one character for the calendar, Chinese, English."""

FACTS = {
    "AbsenceJustified": "离岗理由成立",
    "AbsenceRecorded": "登记离岗",
    "AssessmentFinalised": "审定结果",
    "AssessmentListsFiled": "报送名单",
    "AssessmentObjectListed": "列入考核对象",
    "AssessmentObjectRemoved": "移出考核对象",
    "AssessmentReissued": "重新认定",
    "AssessmentYearOpened": "启动年度考核",
    "AttendanceSummaryAttached": "附考勤汇总",
    "AttendanceYearClosed": "考勤年度结束",
    "CheckInBackfillConsented": "同意补签",
    "CheckInBackfillRejected": "不同意补签",
    "CheckInBackfillRequested": "申请补签",
    "CheckInBackfilled": "补签",
    "CheckInVoided": "签到作废",
    "CheckedIn": "签到",
    "CountyMeasureAdopted": "县级细则",
    "CountyOpinionGiven": "县级组织部门意见",
    "DayStatusCorrected": "更正当日状态",
    "DisciplinarySanctionRecorded": "党纪政纪处分",
    "DisputeOpinionGiven": "对异议的意见",
    "DisputeDecided": "异议处理",
    "DisputeRaised": "提出异议",
    "DisqualificationDetermined": "认定不合格情形",
    "DutyCalendarPublished": "公布工作日安排",
    "EducationGiven": "教育帮助",
    "GradeProposed": "提出等次",
    "GradeReviewed": "审核等次",
    "InterpretationIssued": "作出解释",
    "InterpretationProposed": "提请解释",
    "InvestigationClosed": "结案",
    "InvestigationOpened": "立案",
    "JustificationRejected": "离岗理由不成立",
    "LeaderAppointed": "任命队长",
    "LeaveApprovedByLeader": "队长同意请假",
    "LeaveApprovedByTownship": "乡镇同意请假",
    "LeaveClosed": "销假",
    "LeaveExtended": "续假",
    "LeaveGranted": "准假",
    "LeaveOverstayed": "超假",
    "LeaveRejected": "不准假",
    "LeaveRequested": "请假",
    "LeaveShortened": "提前返岗",
    "LeaveWithdrawn": "撤回请假",
    "MemberReplaced": "撤换",
    "MemberWithdrawn": "撤回",
    "MisconductRecorded": "登记不当行为",
    "NonCorrectionRecorded": "教育后仍不改正",
    "OfficialTravelApproved": "批准因公出差",
    "OfficialTravelClosed": "出差返回",
    "OfficialTravelRejected": "不批准因公出差",
    "OfficialTravelRequested": "申请因公出差",
    "OfficialTravelWithdrawn": "撤回因公出差",
    "PerformanceEvidenceAttached": "附工作实绩",
    "PersonSpotChecked": "抽查",
    "PostingEnded": "派驻结束",
    "QuotaComputed": "核定优秀名额",
    "ReassessmentOrdered": "责令重新认定",
    "ReplacementDecided": "决定撤换",
    "ReplacementEscalated": "撤换提请上级",
    "ReplacementRequested": "申请撤换",
    "RestDayRecorded": "登记调休",
    "ResultFedBack": "反馈派出单位",
    "ResultFiledInPersonalFile": "结果归档",
    "RuleSetAdopted": "登记考核办法",
    "SecondmentDetected": "被抽调",
    "SecondmentEnded": "抽调结束",
    "SensitiveListAcknowledged": "确认读法名单",
    "SevereImpactProposed": "提请认定严重不良影响",
    "SevereImpactFindingMade": "认定严重不良影响",
    "ShortfallReviewed": "复核天数不足",
    "TeamMemberAssigned": "派驻",
    "TermAssessmentRecorded": "任期考核",
    "TieOpinionGiven": "乡镇对同分人选的意见",
    "TieResolved": "确定同分人选",
    "TrainingAttended": "参加培训",
    "UnitOpinionGiven": "派出单位意见",
    "VillageRegistered": "登记村",
    "WithdrawalApproved": "批准撤回",
}

VALUES = {
    "basis": "离岗天数按",
    "closed_late": "迟销假或未销假次数",
    "days": "天数",
    "days_found_absent": "抽查不在岗天数",
    "days_in_year": "全年天数",
    "days_with_voided_check_ins": "签到作废天数",
    "decisions": "当年决定数",
    "grade": "等次",
    "grounds": "成立的情形",
    "half_year": "派驻满半年",
    "longest_run": "最长连续离岗",
    "maximum": "优秀名额",
    "not_disclosed": "未披露",
    "objects": "考核总数",
    "on_post": "在岗天数",
    "overstayed": "超假次数",
    "posted_days": "派驻天数",
    "required": "应在岗天数",
    "run_broken_by_rest_day": "因休息日在岗而中断",
    "run_limit": "连续离岗上限",
    "score": "得分",
    "shortfall_review": "天数不足的复核",
    "since": "起始日",
    "threshold": "全年应在岗天数",
    "total": "累计离岗",
    "waits_for": "待何方",
    "year_limit": "累计离岗上限",
    "year_over": "年度已结束",
}

MEMBERS = {"decided_on": "作出决定的日期", "kind": "请假种类"}
"""Sensitive members that the fold opens, in words."""

WORDS = {
    "natural": "自然日",
    "calendar": "自然日",
    "duty": "工作日",
    "TP": "乡镇（街道）",
    "XO": "县级联席办",
    "required": "须先复核",
    "undetermined": "无法判定",
    "upheld": "维持",
    "referred": "已提请解释",
}


def fact_name(event_type: str) -> str:
    """The Chinese name of a kind of fact, and its own name where there is none."""
    name = event_type.split(".")[2]
    return FACTS.get(name, name)


def value_text(name: str, value: object) -> str:
    """A value of a finding in words."""
    if value is None or value == "":
        return "无"
    if name == "grounds":
        return "、".join(GROUNDS.get(ground, ground) for ground in str(value).split())
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "score" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}"
    return WORDS.get(str(value), str(value))
