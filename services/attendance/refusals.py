"""What attendance refuses, and what the person should do about it."""

from contracts.refusals import Code, Refusal

PERSON_UNKNOWN = Refusal(
    Code.UNKNOWN_PERSON,
    "查无此人的派驻记录",
    "nobody of this number was ever posted",
    "核对人员编号；如刚派驻，稍后再试",
    "check the person's number; if just posted, try again in a moment",
    "9.3",
)
TEAM_UNKNOWN = Refusal(
    Code.UNKNOWN_TEAM, "查无此工作队", "no such team", "核对工作队编号", "check the team's number", "8.4"
)
NOT_POSTED = Refusal(
    Code.NOT_POSTED,
    "该同志当日不在该工作队派驻期内",
    "this person was not posted in that team on that day",
    "核对日期、人员与工作队编号",
    "check date, person and team",
    "9.3",
)
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day", "9.3"
)
DAY_NOT_OVER = Refusal(
    Code.FUTURE_DATE,
    "当日尚未结束，不能记缺岗",
    "the day is not over: nobody can be absent from it yet",
    "次日再记",
    "record it tomorrow",
    "9.3",
)
HORIZON_PASSED = Refusal(
    Code.HORIZON_PASSED,
    "已超过离线补传期限",
    "the time for late uploads has passed",
    "附证明材料，经队长和乡镇同意后补登（backfill-check-in）",
    "enter it with evidence and the consent of leader and township (backfill-check-in)",
    "9.3",
)
NOT_AUTHOR = Refusal(
    Code.AUTH,
    "签到只能由本人作出，或由所在村的签到终端代传；他人不得代签",
    "a check-in is the person's own; only a kiosk of that village may carry it, nobody may sign for another",
    "由本人签到，或使用村签到终端",
    "check in yourself, or use the village's kiosk",
    "9.3",
)
METHOD_NOT_ACCEPTED = Refusal(
    Code.NO_EVIDENCE,
    "此处不接受这种签到方式",
    "presence shown in this way is not accepted here",
    "用规定的方式签到；确不能用的，事后经队长和乡镇同意补登（backfill-check-in）",
    "use a way that is accepted; where that is impossible have it backfilled with both consents (backfill-check-in)",
    "9.3",
)
RECORD_OF_ANOTHER_DAY = Refusal(
    Code.DUPLICATE,
    "该设备记录号已用于另一日",
    "this device record stands for another day",
    "一条设备记录只对应一日，换用新的记录号",
    "one device record is one day: use a new record number",
    "9.3",
)
CHECK_IN_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该同志当日没有这条签到",
    "there is no such check-in of this person on that day",
    "核对签到的事件编号与日期",
    "check event number and date of the check-in",
    "8.4",
)
CHECK_IN_VOIDED = Refusal(
    Code.DUPLICATE, "该签到已作废", "this check-in is void", "无需重复作废", "nothing to do", "8.4"
)
NO_PAPERS = Refusal(
    Code.NO_EVIDENCE,
    "须附证明材料",
    "evidence is required",
    "附证明材料的摘要；紧急情况可先口头请假，在补交期限内附材料登记",
    "attach the papers' digests; in an emergency ask orally and enter it with papers within the days allowed",
    "9.9",
)
NO_PROOF_OF_PRESENCE = Refusal(
    Code.NO_EVIDENCE,
    "补登须附证明材料",
    "a backfilled check-in needs evidence",
    "附证明材料的摘要",
    "attach the papers' digests",
    "9.3",
)
NO_TRAVEL_PAPERS = Refusal(
    Code.NO_EVIDENCE,
    "因公出差须附通知或会议文件",
    "official travel needs the notice or meeting paper",
    "附文件的摘要",
    "attach the paper's digest",
    "9.2",
)
NO_JUSTIFICATION = Refusal(
    Code.NO_EVIDENCE,
    "认定正当理由须附证明材料",
    "a good reason has to be proven",
    "附证明材料的摘要",
    "attach the papers' digests",
    "15.4",
)
NO_CONSENT = Refusal(
    Code.NO_CONSENT,
    "补登须经队长（或代理队长）和办理的乡镇负责人同意",
    "a backfilled check-in needs the consent of the team's leader and of the township official who enters it",
    "由现任队长或乡镇指定的代理队长同意，由本人办理并填报乡镇同意人",
    "have the present or acting leader consent; the township's consent is that of whoever gives the command",
    "9.3",
)
OWN_CASE = Refusal(
    Code.SELF, "不得办理本人事项", "nobody acts in his own case", "由他人办理", "have somebody else act", "9.9"
)
OWN_CONSENT = Refusal(
    Code.SELF,
    "队长不得同意自己的补登",
    "a leader cannot consent to his own backfilled check-in",
    "由乡镇指定的代理队长同意",
    "have the acting leader whom the township designates consent",
    "9.3",
)
NOT_APPLICANT = Refusal(
    Code.AUTH,
    "须由本人提出",
    "only the person himself can ask for this",
    "由本人办理",
    "have the person ask",
    "9.9",
)
WRONG_LEVEL = Refusal(
    Code.AUTH,
    "该事项不由此级批准：队员由队长批准后报乡镇批准，队长由乡镇批准后报县级联席办批准",
    "this level has no say here: a member's leave goes to leader, then township; a leader's to township, then county",
    "报有权的一级批准",
    "have the competent level approve",
    "9.10",
)
LEVEL_SKIPPED = Refusal(
    Code.WRONG_STATE,
    "须逐级批准，现不在此环节",
    "level by level: it is not this level's turn",
    "等上一环节批准；已批准的无需重复",
    "wait for the level before; what you approved needs no repetition",
    "9.10",
)
LEAVE_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此假", "no such leave", "核对人员与请假编号", "check person and leave", "9.9"
)
LEAVE_EXISTS = Refusal(
    Code.DUPLICATE, "该请假编号已用过", "this leave number is taken", "换用新的请假编号", "use a new number", "9.9"
)
LEAVE_OVERLAPS = Refusal(
    Code.OVERLAP,
    "与另一次请假日期重叠",
    "it overlaps with another leave",
    "先撤回、缩短或销假，或改日期；延长用续假",
    "withdraw, shorten or close the other one first, or use extend-leave",
    "9.9",
)
LEAVE_TOO_LATE = Refusal(
    Code.HORIZON_PASSED,
    "已超过紧急情况补办请假的期限",
    "the days allowed for entering an emergency leave afterwards have passed",
    "已过的日子由乡镇认定是否有正当理由（justify-absence）；今后的日子另行请假",
    "for the days gone by have the township rule on the reason (justify-absence); ask for leave for days to come",
    "9.9",
)
LEAVE_NOT_OPEN = Refusal(
    Code.WRONG_STATE,
    "该假现不能这样办理（未批准、已销假、已撤回或未获准）",
    "this leave cannot be dealt with so: it is not granted, or closed, withdrawn or rejected",
    "查看请假的当前环节",
    "look up where the leave stands",
    "9.12",
)
NOTHING_PENDING = Refusal(
    Code.WRONG_STATE,
    "没有待批准的事项",
    "nothing is waiting for approval",
    "查看请假的当前环节",
    "look up where the leave stands",
    "9.9",
)
KIND_GONE = Refusal(
    Code.WRONG_STATE,
    "请假类别已不可读，不能批准",
    "the kind of this leave can no longer be read, so it cannot be granted",
    "撤回后重新申请",
    "withdraw it and ask again",
    "9.9",
)
WRONG_INTERVAL = Refusal(
    Code.WRONG_INTERVAL,
    "起止日期不成立",
    "the dates do not form an interval",
    "核对起止日期",
    "check both dates",
    "9.9",
)
NOT_LATER = Refusal(
    Code.WRONG_INTERVAL,
    "续假须晚于原截止日",
    "an extension has to end later than the leave",
    "提前返回用缩短或销假",
    "to return earlier, shorten or close the leave",
    "9.12",
)
NOT_EARLIER = Refusal(
    Code.WRONG_INTERVAL,
    "缩短后的截止日须在假期之内",
    "the new last day has to lie inside the leave",
    "核对日期；未离岗的撤回请假",
    "check the date; withdraw a leave that was never taken",
    "9.12",
)
NO_OVERSTAY = Refusal(
    Code.WRONG_STATE,
    "不构成逾期不归：假期未满，或当日已签到",
    "no overstay: the leave is not over, or there is a check-in after it",
    "核对假期截止日与签到",
    "check the leave's last day and the check-ins",
    "9.12",
)
OVERSTAY_RECORDED = Refusal(
    Code.DUPLICATE, "逾期不归已记录", "the overstay is recorded", "无需重复记录", "nothing to do", "9.12"
)
TRAVEL_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此次出差", "no such trip", "核对人员与出差编号", "check person and trip", "9.2"
)
TRAVEL_EXISTS = Refusal(
    Code.DUPLICATE, "该出差编号已用过", "this trip's number is taken", "换用新的编号", "use a new number", "9.2"
)
TRAVEL_OVERLAPS = Refusal(
    Code.OVERLAP, "与另一次出差日期重叠", "it overlaps with another trip", "核对日期", "check the dates", "9.2"
)
TRAVEL_TOO_LATE = Refusal(
    Code.HORIZON_PASSED,
    "已超过因公出差的登记期限",
    "the days allowed for entering official travel have passed",
    "附文件申请更正该日（correct-day）",
    "ask for a correction of the days, with the paper (correct-day)",
    "9.2",
)
TRAVEL_LEVEL = Refusal(
    Code.AUTH,
    "队员出差由队长批准，队长出差由乡镇批准",
    "a member's trip is approved by the leader, a leader's by the township",
    "报有权的一级批准",
    "have the competent level approve",
    "9.2",
)
TRAVEL_NOT_OPEN = Refusal(
    Code.WRONG_STATE,
    "该次出差现不能这样办理",
    "this trip cannot be dealt with so: it is approved, closed, or not yet approved",
    "查看出差的当前环节",
    "look up where the trip stands",
    "9.2",
)
TRAVEL_LONGER = Refusal(
    Code.WRONG_INTERVAL,
    "实际结束日须在批准的出差期内",
    "the actual last day has to lie inside the approved trip",
    "超出批准期的，另行申请",
    "ask for another trip for the days beyond it",
    "9.2",
)
PRESENT_THAT_DAY = Refusal(
    Code.WRONG_STATE,
    "当日有有效签到，不能记缺岗",
    "there is a valid check-in on that day",
    "签到不实的，先作废签到或记录抽查结果",
    "if the check-in is untrue, void it or record the spot check first",
    "9.3",
)
ABSENCE_RECORDED = Refusal(
    Code.DUPLICATE, "当日缺岗已记录", "the absence is recorded", "无需重复记录", "nothing to do", "9.3"
)
COUNTY_DECIDED = Refusal(
    Code.WRONG_STATE,
    "县级联席办已对这些日子作出认定，乡镇不得改变",
    "the county office has ruled on these days; the township cannot change that",
    "报县级联席办",
    "refer it to the county office",
    "15.4",
)
NOT_SUPERSEDED = Refusal(
    Code.UNKNOWN_CASE,
    "所更正的记录不是当日现行记录",
    "what is to be superseded is no current record of that day",
    "以当日最近一次更正或签到为更正对象",
    "name the day's latest correction, or a check-in of that day",
    "9.3",
)
TRAVEL_FOR_UNIT = Refusal(
    Code.SECONDMENT_FORBIDDEN,
    "为派出单位办事的外出不是工作队的因公出差，派出单位不得抽调",
    "a trip on the home unit's business is no official travel of the team; the unit may not second its people",
    "由派出单位另行派人；本人请假的，走请假手续",
    "have the unit send somebody else; to be away, ask for leave",
    "9.14",
)
PAPERS_TO_COME = Refusal(
    Code.NO_EVIDENCE,
    "紧急请假的证明材料尚未补交，不能批准",
    "the papers of this emergency leave have not come: it cannot be granted",
    "由本人在期限内补交（supply-leave-papers）",
    "have the person supply them within the days allowed (supply-leave-papers)",
    "9.9",
)
PAPERS_TOO_LATE = Refusal(
    Code.HORIZON_PASSED,
    "已超过补交证明材料的期限，该假不能成立",
    "the days allowed for the papers have passed: this leave cannot be granted any more",
    "由乡镇认定是否有正当理由（justify-absence）",
    "have the township rule on the reason (justify-absence)",
    "9.9",
)
OTHER_TIER = Refusal(
    Code.AUTH,
    "按本县规定，这样长的假由乡镇另一负责人批准",
    "by the county's tiers a leave of this length is for another of the township's leaders to approve",
    "报相应的负责人",
    "have that leader approve",
    "9.10",
)
LODGING_OVERLAPS = Refusal(
    Code.OVERLAP, "与已登记的食宿日期重叠", "it overlaps with a recorded stay", "核对日期", "check the dates", "9.1"
)
UNREADABLE_INSTANT = Refusal(
    Code.MALFORMED,
    "as_of 须为日期或带时区的 RFC 3339 时间",
    "as_of takes a date or an RFC 3339 instant with an offset",
    "例如 2017-06-20 或 2017-06-20T18:00:00+08:00",
    "for instance 2017-06-20 or 2017-06-20T18:00:00+08:00",
)
