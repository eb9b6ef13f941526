"""Words of the report for people: day statuses, kinds of facts, and the values of findings, Chinese first."""

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
    "AdvancedWorkerSelected": "评为先进",
    "AssessmentFinalised": "审定结果",
    "AssessmentListsFiled": "报送名单",
    "AssessmentObjectListed": "列入考核对象",
    "AssessmentObjectRemoved": "移出考核对象",
    "AssessmentReissued": "重新认定",
    "AssessmentYearOpened": "启动年度考核",
    "AttendanceSummaryAttached": "附考勤汇总",
    "AttendanceYearClosed": "考勤年度结束",
    "CheckInBackfilled": "补签",
    "CheckInVoided": "签到作废",
    "CheckedIn": "签到",
    "CountyCommendationAwarded": "县级表彰",
    "CountyMeasureAdopted": "县级细则",
    "DayStatusCorrected": "更正当日状态",
    "DisciplinarySanctionRecorded": "党纪政纪处分",
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
    "OfficialTravelRequested": "申请因公出差",
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
    "TieResolved": "确定同分人选",
    "TrainingAttended": "参加培训",
    "UnitOpinionGiven": "派出单位意见",
    "VillageRegistered": "登记村",
    "WithdrawalApproved": "批准撤回",
}

VALUES = {
    "basis": "离岗天数按",
    "closed_late": "迟销假次数",
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
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "score" and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}"
    return WORDS.get(str(value), str(value))
