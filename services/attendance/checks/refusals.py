"""What is refused about spot checks, and what to do about it (Art. 8, 9)."""

from contracts.refusals import Code, Refusal

SPOT_CHECK_RECORDED = Refusal(
    Code.DUPLICATE,
    "该次抽查对此人的结果已记录",
    "this spot check's finding on the person is recorded",
    "换用新的抽查编号；结果有误的，更正当日",
    "use a new number; if the finding was wrong, correct the day",
    "8.4",
)
CHECK_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此次抽查", "no such spot check", "核对抽查编号", "check the number", "8.4"
)
CHECK_EXISTS = Refusal(
    Code.DUPLICATE, "该抽查编号已用过", "this check's number is taken", "换用新的编号", "use a new number", "8.4"
)
CHECK_PAST = Refusal(
    Code.WRONG_INTERVAL, "抽查期限已过", "the days of this check are over", "核对日期", "check the dates", "8.4"
)
TEAMS_OR_NUMBER = Refusal(
    Code.MALFORMED,
    "定期抽查指定工作队（teams），随机抽查只定数目（count），由系统抽取",
    "a periodic check names its teams, a random one only their number: they are drawn",
    "二者取其一，与抽查方式一致",
    "give one of the two, as the kind of check says",
    "8.4",
)
TEAM_NOT_THERE = Refusal(
    Code.UNKNOWN_TEAM,
    "抽查范围内没有该工作队",
    "there is no such team in the area of this check",
    "核对范围与工作队编号",
    "check area and team",
    "8.4",
)
NOT_IN_PLAN = Refusal(
    Code.WRONG_STATE,
    "该队或该日不在抽查计划之内",
    "team or day are not in the plan of this check",
    "按计划抽查；计划外的用新的抽查编号",
    "keep to the plan; use a new number for what was not planned",
    "8.4",
)
