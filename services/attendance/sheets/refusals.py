"""What is refused about monthly sheets and the days that they close, and what should be done about it (Art. 9)."""

from contracts.refusals import Code, Refusal

MONTH_NOT_OVER = Refusal(
    Code.FUTURE_DATE, "当月尚未结束", "the month is not over", "次月起编制", "draw it up next month", "9.4"
)
NOBODY_POSTED = Refusal(
    Code.NOT_POSTED,
    "该工作队当月无人派驻",
    "nobody was posted in this team in that month",
    "核对工作队与月份",
    "check team and month",
    "9.4",
)
DAYS_PENDING = Refusal(
    Code.WRONG_STATE,
    "当月还有待定的日子：没有记录，离线补传期限未过",
    "a day of the month is still pending: there is no record and the time for late uploads is not over",
    "等补传期限过后再编制，或先记缺岗（record-absence）",
    "wait until the time for late uploads is over, or record the absence (record-absence)",
    "9.4",
)
ROW_SUM = Refusal(
    Code.ROW_SUM,
    "某行各状态天数之和不等于其当月派驻天数",
    "the days of a row do not add up to the days on which the person was posted in that month",
    "逐行核对，各项之和应等于当月派驻天数",
    "check each row: its sum has to be the days posted",
    "9.4",
)
ROW_NOT_OWN = Refusal(
    Code.AUTH,
    "某行在岗天数多于本人的签到：考勤只能由本人作出，不得代填",
    "a row claims more days on post than the person's own check-ins show: nobody fills in for another",
    "以登记为准；确有在岗的，由本人依程序补登",
    "take the register's days; a presence that is missing has to be backfilled for the person himself",
    "9.3",
)
ROW_DIFFERS = Refusal(
    Code.ROW_SUM,
    "某行与逐日登记不一致",
    "a row is not what the register says",
    "以登记为准，或先更正登记",
    "take the register's days, or have the register corrected first",
    "9.4",
)
ROW_TWICE = Refusal(
    Code.DUPLICATE, "同一人有两行", "a person has two rows", "每人一行", "give each person one row", "9.4"
)
ROW_OF_STRANGER = Refusal(
    Code.NOT_POSTED,
    "某行的人员当月不在该工作队派驻",
    "a row is of somebody who was not posted in this team in that month",
    "核对人员编号",
    "check the person's number",
    "9.4",
)
SHEET_UNKNOWN = Refusal(
    Code.UNKNOWN_CASE,
    "该月考勤表尚未编制",
    "there is no sheet of this month yet",
    "先编制（draft-sheet）",
    "draw it up first (draft-sheet)",
    "9.4",
)
SHEET_UNCHANGED = Refusal(
    Code.DUPLICATE,
    "登记没有变化，现行版本仍然有效",
    "the register has not changed: the present version stands",
    "无需重新编制；有误的先更正登记",
    "nothing to do; correct the register first if it is wrong",
    "9.4",
)
SHEET_STALE = Refusal(
    Code.INPUTS_CHANGED,
    "编制以后登记有变化，该版本已不符",
    "the register has changed since this version was drawn up",
    "重新编制；已报送的由乡镇退回后重新编制",
    "draw it up again; a submitted one has to be returned by the township first",
    "9.4",
)
OTHER_VERSION = Refusal(
    Code.INPUTS_CHANGED,
    "所签版本不是现行版本，或内容摘要不符",
    "this is not the present version, or its digest is another",
    "核对现行版本与摘要后再签",
    "look at the present version and sign that",
    "9.4",
)
ALREADY_SIGNED = Refusal(
    Code.WRONG_STATE, "该版本已签字", "this version is signed", "报送乡镇", "submit it to the township", "9.4"
)
ON_THE_SHEET = Refusal(
    Code.SIG_NOT_ALLOWED,
    "本人在表上的不得签字",
    "nobody signs a sheet with his own row",
    "由村党组织书记或村委会主任中不在表上的一人签字，或书面委托",
    "have the secretary or director sign who is not on it, or have the signature delegated in writing",
    "9.4",
)
NOT_A_SIGNER = Refusal(
    Code.SIG_NOT_ALLOWED,
    "月考勤表只由村党组织书记或村委会主任签字",
    "only the village secretary or the village director signs the monthly sheet",
    "由书记或主任签字；两人都不在的，书面委托一名“两委”成员并报乡镇登记",
    "have one of them sign; if both are away, have them delegate in writing to a committee member",
    "9.4",
)
NOT_TO_DELEGATE = Refusal(
    Code.SIG_NOT_ALLOWED,
    "只有该村书记或主任可以委托，受委托人须为该村“两委”成员",
    "only the village's secretary or director can delegate, and only to a member of its committees",
    "核对双方的职务",
    "check the offices of both",
    "9.4",
)
NO_WRITING = Refusal(
    Code.NO_EVIDENCE,
    "委托签字须有书面材料",
    "a delegated signature needs the writing",
    "附书面委托的摘要",
    "attach the writing's digest",
    "9.4",
)
SIGNATURE_MISSING = Refusal(
    Code.SIG_MISSING,
    "尚未经村党组织书记或村委会主任签字",
    "village secretary or director has not signed yet",
    "先签字（sign-sheet）",
    "have it signed first (sign-sheet)",
    "9.5",
)
NOT_SUBMITTED = Refusal(
    Code.WRONG_STATE,
    "该表不在待审核环节",
    "this sheet is not waiting for review",
    "查看考勤表的当前环节",
    "look up where the sheet stands",
    "9.6",
)
ALREADY_SUBMITTED = Refusal(
    Code.WRONG_STATE, "该版本已报送", "this version was submitted", "等待审核", "wait for the review", "9.5"
)
NOT_REVIEWED = Refusal(
    Code.WRONG_STATE,
    "现行版本尚未审核，不能备案或反馈",
    "the present version was not reviewed: it can be neither filed nor fed back",
    "先由乡镇分管领导审核",
    "have the township's leader in charge review it first",
    "9.6",
)
FILED = Refusal(Code.DUPLICATE, "该版本已备案", "this version is on file", "无需重复备案", "nothing to do", "9.7")
FED_BACK = Refusal(
    Code.DUPLICATE,
    "该版本已反馈各派出单位",
    "every dispatching unit has had this version",
    "无需重复反馈",
    "nothing to do",
    "9.8",
)
NOT_OVERDUE = Refusal(
    Code.WRONG_STATE,
    "该月考勤表未逾期",
    "the sheet of this month is not overdue",
    "无需处理",
    "nothing to do",
    "9.5",
)
PERIOD_CLOSED = Refusal(
    Code.PERIOD_CLOSED,
    "该月考勤表已签字，当月的日子只能更正",
    "the sheet of that month is signed: its days change by correction only",
    "由乡镇分管领导更正当日（correct-day），再重新编制、签字、审核",
    "have the township's leader in charge correct the day (correct-day), then draw up and sign a new version",
    "9.4",
)
REVIEWED_PERIOD = Refusal(
    Code.PERIOD_CLOSED,
    "该月考勤表已审核，缺岗理由只能以更正认定",
    "the sheet of that month is reviewed: a reason of absence can be accepted by a correction only",
    "由乡镇分管领导更正当日（correct-day）",
    "have the township's leader in charge correct the day (correct-day)",
    "15.4",
)
CORRECTION_NEEDS_TL = Refusal(
    Code.AUTH,
    "签字后的更正由乡镇（街道）分管领导决定",
    "after the signature a correction is for the township's leader in charge to decide",
    "提出更正请求（request-correction），由分管领导办理",
    "ask for it (request-correction) and have the leader in charge do it",
    "9.6",
)
NOT_CLOSED = Refusal(
    Code.WRONG_STATE,
    "该月尚未签字，乡镇可直接更正",
    "the month is not signed: the township can correct the day itself",
    "直接更正（correct-day）",
    "correct it (correct-day)",
    "9.3",
)
