"""What is refused about the daily work, and what the person should do about it."""

from contracts.refusals import Code, Refusal

NOT_OVER = Refusal(
    Code.FUTURE_DATE,
    "还未到该月份",
    "that month has not begun",
    "到该月份再报送",
    "report in that month",
    "7.2",
)
BEFORE_THE_TEAM = Refusal(
    Code.WRONG_INTERVAL,
    "该月份工作队尚未组建",
    "the team did not exist in that month",
    "核对月份",
    "check the month",
    "7.2",
)
PLAN_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该年度尚无工作计划",
    "there is no plan for that year",
    "由队长先制定计划",
    "have the leader adopt one first",
    "7.1",
)
PLAN_REVIEWED = Refusal(
    Code.DUPLICATE,
    "该计划的现行版本已审核",
    "this edition of the plan has been reviewed",
    "队长修订后再审核",
    "review it again once the leader has adopted another",
    "7.1",
)
REPORT_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该月的报告尚未报送",
    "nothing was reported for that month",
    "由队长先报送",
    "have the leader report first",
    "7.2",
)
NOBODY_LEFT = Refusal(
    Code.DUPLICATE,
    "各报送对象均已收到",
    "all recipients have it",
    "无需再报送",
    "nothing to do",
    "7.2",
)
NOT_A_RECIPIENT = Refusal(
    Code.UNKNOWN_CASE,
    "报告没有报送给该对象",
    "the report was not delivered to this recipient",
    "核对报送对象",
    "check the recipient",
    "7.2",
)
ACKNOWLEDGED = Refusal(Code.DUPLICATE, "已签收", "the receipt was given", "无需重复签收", "nothing to do", "7.2")
NOT_OVERDUE = Refusal(Code.WRONG_STATE, "未逾期", "not overdue", "无需处理", "nothing to do", "7.2")
ENTRY_EXISTS = Refusal(
    Code.DUPLICATE,
    "该条工作日志已记录",
    "this entry is recorded",
    "换用新的编号",
    "use a new number",
    "6",
)
LEADERS_DUTY = Refusal(
    Code.AUTH,
    "第七条的职责由队长记录",
    "the duties of Article 7 are the leader's",
    "由队长记录",
    "have the leader record it",
    "7",
)
PROJECT_NEEDED = Refusal(
    Code.MALFORMED,
    "参与项目的记录须写明项目编号",
    "taking part in a project names the project",
    "填写项目编号",
    "give the project's number",
    "6.4",
)
NOT_POSTED_THEN = Refusal(
    Code.NOT_POSTED,
    "当日不在该工作队",
    "not posted in that team on that day",
    "核对日期与工作队",
    "check date and team",
    "6",
)
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day", "6"
)
MEETING_EXISTS = Refusal(
    Code.DUPLICATE, "该会议已记录", "this meeting is recorded", "换用新的会议编号", "use a new number", "21.1"
)
DECISION_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该会议没有这项待落实的议定事项",
    "the meeting left no such decision open",
    "核对会议与事项编号",
    "check both numbers",
    "21.1",
)
NOT_THE_ASSIGNED_UNIT = Refusal(
    Code.AUTH,
    "当日该单位不是该村的包村单位",
    "this unit was not assigned to the village on that day",
    "先登记包村关系，或核对单位",
    "have the relation registered, or check the unit",
    "21.3",
)
AMOUNT_FOR_MONEY = Refusal(
    Code.MALFORMED,
    "只有资金支持填写金额，且必须填写",
    "money has an amount, and nothing else has",
    "核对支持类别与金额",
    "check kind and amount",
    "21.3",
)
NOT_MISSING = Refusal(
    Code.DUPLICATE, "已反映该项条件缺失", "this lack is on record", "等待解决", "wait for it to be met", "17.2"
)
SUPPORT_EXISTS = Refusal(
    Code.DUPLICATE, "该申请已记录", "this request is recorded", "换用新的编号", "use a new number", "7.2"
)
SUPPORT_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE, "没有这项待办的申请", "no such request is open", "核对申请编号", "check the number", "7.2"
)
ITEM_EXISTS = Refusal(
    Code.DUPLICATE, "该宣传材料已记录", "this item is recorded", "换用新的编号", "use a new number", "22"
)
