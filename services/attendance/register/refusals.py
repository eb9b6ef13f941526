"""What is refused about check-ins and nights in the village, and what to do about it (Art. 9)."""

from contracts.refusals import Code, Refusal

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
NO_SECOND_BEST = Refusal(
    Code.NO_EVIDENCE,
    "该村未标明无信号，不接受这种次优签到方式",
    "this village is not marked as without signal: a second-best way to show presence is not accepted",
    "用手机或村签到终端签到；确无信号的，报县级联席办标明（mark-signal）；已过期限的补登（backfill-check-in）",
    "use a phone or the kiosk; where there is no signal have the county office mark it (mark-signal), or backfill it",
    "9.3",
)
DUTY_DAY = Refusal(
    Code.WRONG_STATE,
    "当日为工作日，不是休息日",
    "this is a duty day by the calendar, no day of rest",
    "核对日历；离岗的走请假手续",
    "check the calendar; to be away, ask for leave",
    "9.3",
)
REST_DAY_RECORDED = Refusal(
    Code.DUPLICATE, "当日休息已登记", "the day of rest is recorded", "无需重复登记", "nothing to do", "9.3"
)
SIGNAL_UNCHANGED = Refusal(
    Code.DUPLICATE, "该村已如此标明", "the village is marked so already", "无需重复标明", "nothing to do", "9.3"
)
OTHER_COUNTY = Refusal(
    Code.UNKNOWN_PLACE,
    "签到地点不在派驻的县（市、区）内",
    "the place of this check-in lies outside the county of the posting",
    "核对村代码；因公外出的走出差手续（request-travel）",
    "check the village's code; away on duty is official travel (request-travel)",
    "9.1",
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
NO_PROOF_OF_PRESENCE = Refusal(
    Code.NO_EVIDENCE,
    "补登须附证明材料",
    "a backfilled check-in needs evidence",
    "附证明材料的摘要",
    "attach the papers' digests",
    "9.3",
)
NO_CONSENT = Refusal(
    Code.NO_CONSENT,
    "队长（或代理队长）尚未同意补登",
    "the team's leader or acting leader has not consented yet",
    "由队长或乡镇指定的代理队长先同意（consent-to-backfill）",
    "have the leader, or the acting leader whom the township designates, consent first (consent-to-backfill)",
    "9.3",
)
NOT_THE_LEADER = Refusal(
    Code.AUTH,
    "补登由该队现任队长或代理队长同意，队长本人的由代理队长同意",
    "the present leader or acting leader of that team consents, to the leader's own the acting leader",
    "由有权的人同意；没有代理队长的，请乡镇指定",
    "have that person consent; where there is no acting leader ask the township to designate one",
    "9.3",
)
BACKFILL_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该同志没有申请过这条补登",
    "this person has not asked for such a late presence",
    "先由本人申请（request-backfill）；核对记录号",
    "have the person ask for it first (request-backfill); check the record's number",
    "9.3",
)
BACKFILL_EXISTS = Refusal(
    Code.DUPLICATE, "该记录号已申请补登", "this record was asked for already", "等待办理", "wait for it", "9.3"
)
BACKFILL_SETTLED = Refusal(
    Code.WRONG_STATE,
    "该补登已办结或队长已同意",
    "this late presence is settled, or the leader has consented already",
    "查看登记；不准的由本人附新材料另行申请",
    "look at the register; after a no the person may ask again with other papers",
    "9.3",
)
SHOWN_ALREADY = Refusal(
    Code.DUPLICATE,
    "当日在该村已有有效签到",
    "that day is shown in that village already",
    "无需补登",
    "nothing to do",
    "9.3",
)
LODGING_OVERLAPS = Refusal(
    Code.OVERLAP, "与已登记的食宿日期重叠", "it overlaps with a recorded stay", "核对日期", "check the dates", "9.1"
)
