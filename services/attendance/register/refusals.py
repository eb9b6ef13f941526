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
    "补登须经队长（或代理队长）和办理的乡镇负责人同意",
    "a backfilled check-in needs the consent of the team's leader and of the township official who enters it",
    "由现任队长或乡镇指定的代理队长同意，由本人办理并填报乡镇同意人",
    "have the present or acting leader consent; the township's consent is that of whoever gives the command",
    "9.3",
)
OWN_CONSENT = Refusal(
    Code.SELF,
    "队长不得同意自己的补登",
    "a leader cannot consent to his own backfilled check-in",
    "由乡镇指定的代理队长同意",
    "have the acting leader whom the township designates consent",
    "9.3",
)
LODGING_OVERLAPS = Refusal(
    Code.OVERLAP, "与已登记的食宿日期重叠", "it overlaps with a recorded stay", "核对日期", "check the dates", "9.1"
)
