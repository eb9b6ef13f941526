"""What selection refuses, and what the person should do about it."""

from contracts.refusals import Code, Refusal

ROUND_EXISTS = Refusal(
    Code.DUPLICATE, "该选派批次已开始", "this round has been opened", "换用新的批次编号", "use a new number", "4.1"
)
ROUND_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "查无此选派批次", "no such round", "核对批次编号", "check the round's number", "4.1"
)
ROUND_OVER = Refusal(
    Code.PERIOD_CLOSED,
    "该批次已截止提名",
    "this round takes no more names",
    "在下一批次提名",
    "nominate in the next round",
    "4.1",
)
WRONG_LEVEL = Refusal(
    Code.MALFORMED,
    "市级批次由市级统筹，县级批次以县（市、区）为范围",
    "a city round covers the city, a county round one county",
    "核对层级与范围",
    "check level and area",
    "4.1",
)
OTHER_BODY = Refusal(
    Code.AUTH,
    "只能提出本部门的意见",
    "a body gives its own opinion, not another's",
    "由有关部门提出，或由组织部门记录",
    "have that body give it, or the organisation department record it",
    "4.1",
)
NOMINATED = Refusal(
    Code.DUPLICATE,
    "该同志在此批次已被提名",
    "this person is nominated in this round",
    "无需重复提名",
    "nothing to do",
    "3",
)
NOT_NOMINATED = Refusal(
    Code.UNKNOWN_CASE,
    "该同志在此批次没有被提名",
    "this person is not nominated in this round",
    "由派出单位先提名",
    "have the unit nominate first",
    "3",
)
OWN_NAME = Refusal(
    Code.SELF, "不得提名本人", "nobody nominates himself", "由单位其他经办人提名", "have a colleague do it", "3"
)
OTHER_UNIT = Refusal(
    Code.AUTH, "由提名的单位出具", "the unit that nominated attests", "由提名单位办理", "have that unit do it", "3"
)
NOT_ATTESTED = Refusal(
    Code.WRONG_STATE,
    "政治素质和业务能力须由派出单位一并证明",
    "the unit has to attest both politics and ability",
    "由派出单位补充证明",
    "have the unit attest both",
    "3",
)
NOT_SCREENED = Refusal(
    Code.WRONG_STATE,
    "尚未审查人选",
    "the candidate has not been screened",
    "先审查人选",
    "screen the candidate first",
    "3",
)
DISPATCHED = Refusal(
    Code.DUPLICATE, "该同志已确定选派", "this person's dispatch is confirmed", "无需重复确定", "nothing to do", "4.1"
)
NOT_A_POOR_COUNTY = Refusal(
    Code.WRONG_STATE,
    "总队长、副总队长只选派到贫困县（区）",
    "chief captains are sent to poor counties only",
    "核对县（区）",
    "check the county",
    "4.2",
)
IS_CHIEF_CAPTAIN = Refusal(
    Code.DUPLICATE,
    "该同志已是总队长或副总队长",
    "this person is a chief captain or deputy",
    "先结束原任职",
    "end the present post first",
    "4.2",
)
CAPTAIN_PROPOSED = Refusal(
    Code.DUPLICATE,
    "该同志已被推荐，尚待市委组织部决定",
    "this person was proposed, and the city's organisation department has not decided",
    "等待决定",
    "wait for the decision",
    "4.2",
)
NOT_CHIEF_CAPTAIN = Refusal(
    Code.UNKNOWN_CASE,
    "该同志现不是该县（区）的总队长或副总队长",
    "this person is no chief captain of that county",
    "核对人员与县（区）",
    "check person and county",
    "4.2",
)
