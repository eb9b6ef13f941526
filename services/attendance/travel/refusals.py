"""What is refused about official travel, and what to do about it (Art. 9)."""

from contracts.refusals import Code, Refusal

NO_TRAVEL_PAPERS = Refusal(
    Code.NO_EVIDENCE,
    "因公出差须附通知或会议文件",
    "official travel needs the notice or meeting paper",
    "附文件的摘要",
    "attach the paper's digest",
    "9.2",
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
    "this trip cannot be dealt with so: it is decided, closed or withdrawn, or not yet approved",
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
TRAVEL_FOR_UNIT = Refusal(
    Code.SECONDMENT_FORBIDDEN,
    "为派出单位办事的外出不是工作队的因公出差，派出单位不得抽调",
    "a trip on the home unit's business is no official travel of the team; the unit may not second its people",
    "由派出单位另行派人；本人请假的，走请假手续",
    "have the unit send somebody else; to be away, ask for leave",
    "9.14",
)
