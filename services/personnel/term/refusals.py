"""What is refused at the end of a term and about promotion, and what the person should do about it."""

from dataclasses import replace

from contracts.refusals import Code, Refusal

STILL_POSTED = Refusal(
    Code.WRONG_STATE,
    "任期尚未结束",
    "the term is not over",
    "任期结束后办理",
    "wait for the end of the term",
    "9.15",
)
NO_TERM = Refusal(
    Code.WRONG_STATE,
    "补假只在任期正常结束或经批准轮换后给予",
    "compensatory leave follows the normal end of a term, or a rotation that was approved",
    "核对派驻结束的原因",
    "check how the posting ended",
    "9.15",
)
FORCED_OUT = Refusal(
    Code.WRONG_STATE,
    "被强行调整更换的不给补假",
    "after a forced replacement there is no compensatory leave",
    "不予办理",
    "nothing can be done",
    "9.15",
)
NOT_ITS_PERSON = Refusal(
    Code.AUTH,
    "补假由其派出单位给予",
    "the unit that dispatched the person grants the leave",
    "由派出单位办理",
    "have that unit grant it",
    "9.15",
)
LEAVE_GRANTED = Refusal(
    Code.DUPLICATE,
    "该任期的补假已经给予，只给一次",
    "the leave of this term has been granted: once",
    "无需重复办理",
    "nothing to do",
    "9.15",
)
LEAVE_ASKED_FOR = Refusal(
    Code.DUPLICATE,
    "该任期的补假已经申请",
    "the leave of this term has been asked for",
    "等待派出单位办理",
    "wait for the unit",
    "9.15",
)
NOT_FOR_ANOTHER = Refusal(
    Code.AUTH,
    "补假由本人申请",
    "everybody asks for his own leave",
    "由本人办理",
    "have the person ask",
    "9.15",
)
LEAVE_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此补假", "no such leave", "核对补假编号", "check the leave's number", "9.15"
)
LEAVE_TAKEN = Refusal(
    Code.DUPLICATE, "该补假已休", "this leave has been taken", "无需重复登记", "nothing to do", "9.15"
)
BEFORE_THE_END = Refusal(
    Code.WRONG_INTERVAL,
    "补假在任期结束之后",
    "the leave comes after the end of the term",
    "核对开始日期",
    "check the first day",
    "9.15",
)
NOT_DUE = Refusal(
    Code.WRONG_STATE,
    "期限未到，或已提示",
    "not over, or said before",
    "无需处理",
    "nothing to do",
    "9.15",
)
BAR_NOT_OVER = replace(NOT_DUE, article="16.1")
TOO_SHORT = Refusal(
    Code.WRONG_STATE,
    "驻村经历不满半年",
    "the service was shorter than half a year",
    "满半年的一段经历才能认定",
    "only a service of half a year counts",
    "12.11",
)
NOTHING_CREDITED = Refusal(
    Code.NOT_FOUND,
    "没有可证明的半年以上驻村经历",
    "no service of half a year or more has been credited",
    "任期结束后由系统认定，或由县级组织部门认定",
    "it is credited at the end of the service, or by the county organisation department",
    "12.11",
)
CREDITED = Refusal(
    Code.DUPLICATE, "该段经历已认定", "this service has been credited", "无需重复认定", "nothing to do", "12.11"
)
PERSON_UNKNOWN = Refusal(
    Code.UNKNOWN_PERSON,
    "没有此人的派驻记录",
    "nothing is known of a posting of this person",
    "核对人员编号",
    "check the person's number",
    "16.1",
)
NOT_ITS_CADRE = Refusal(
    Code.AUTH,
    "派出单位只核查本单位的干部",
    "a unit asks about people whom it dispatched",
    "由其派出单位或组织部门核查",
    "have the person's own unit or the organisation department ask",
    "16.1",
)
BARRED = Refusal(
    Code.BARRED,
    "年度考核不称职，一年内不得提拔任用",
    "assessed incompetent: no promotion or appointment for a year",
    "期满后再议；期限见 promotion-bar 查询",
    "wait until the bar ends; the query promotion-bar says when",
    "16.1",
)
LEVEL_TOO_LOW = Refusal(
    Code.WRONG_STATE,
    "优先提拔任用须受市级以上表彰",
    "priority takes a commendation of city level or above",
    "核对表彰层级",
    "check who commended",
    "14",
)
MERITS_MISSING = Refusal(
    Code.WRONG_STATE,
    "优先提拔任用须任务完成好且帮扶成效明显",
    "priority takes both work done well and clear results",
    "两项均属实时再办理",
    "record it once both are true",
    "14",
)
PRIORITY_RECORDED = Refusal(
    Code.DUPLICATE,
    "该项表彰已作为优先依据记录",
    "this commendation already gives priority",
    "无需重复记录",
    "nothing to do",
    "14",
)
PUBLISHED = Refusal(
    Code.DUPLICATE,
    "该单位当年的驻村情况已公布",
    "this unit's record of the year has been published",
    "无需重复公布",
    "nothing to do",
    "16.2",
)
YEAR_NOT_OVER = Refusal(
    Code.FUTURE_DATE,
    "年度尚未结束",
    "the year is not over",
    "年度结束后公布",
    "publish it when the year is over",
    "16.2",
)
