"""What is refused about absence, its reasons and corrections, and what to do about it (Art. 9, 15.4)."""

from contracts.refusals import Code, Refusal

DAY_NOT_OVER = Refusal(
    Code.FUTURE_DATE,
    "当日尚未结束，不能记缺岗",
    "the day is not over: nobody can be absent from it yet",
    "次日再记",
    "record it tomorrow",
    "9.3",
)
NO_JUSTIFICATION = Refusal(
    Code.NO_EVIDENCE,
    "认定正当理由须附证明材料",
    "a good reason has to be proven",
    "附证明材料的摘要",
    "attach the papers' digests",
    "15.4",
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
