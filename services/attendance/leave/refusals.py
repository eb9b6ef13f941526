"""What is refused about leave, and what to do about it (Art. 9)."""

from contracts.refusals import Code, Refusal

NO_PAPERS = Refusal(
    Code.NO_EVIDENCE,
    "须附证明材料",
    "evidence is required",
    "附证明材料的摘要；紧急情况可先口头请假，在补交期限内附材料登记",
    "attach the papers' digests; in an emergency ask orally and enter it with papers within the days allowed",
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
