"""What assessment refuses, and what the person should do about it."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.refusals import Code, Refusal
from services.assessment.disputes import refusals as dispute_refusals
from services.assessment.results import refusals as result_refusals
from services.assessment.rules import refusals as rule_refusals

NAMED = 10
"""People named in a refusal; the rest is counted."""


def about(refusal: Refusal, persons: Sequence[str]) -> Refusal:
    """The refusal with the people it is about."""
    names, more = persons[:NAMED], len(persons) > NAMED
    zh = f"{'、'.join(names)}{f' 等{len(persons)}人' if more else ''}"
    en = f"{', '.join(names)}{f' and others, {len(persons)} people' if more else ''}"
    return replace(refusal, zh=f"{refusal.zh}（{zh}）", en=f"{refusal.en} ({en})")


DISQUALIFIED = Refusal(
    Code.DISQUALIFIED,
    "该同志当年有第十五条所列情形，只能定为不称职",
    "a ground of Article 15 stands against this person: no other grade can be given",
    "事实有误的，更正事实；等次不能另定",
    "if a fact is wrong, have the fact corrected; the grade cannot be chosen",
    "15",
)
NOT_AN_OBJECT = Refusal(
    Code.WRONG_STATE,
    "该同志不是本县当年考核对象",
    "this person is not on the county's list of the year",
    "核对人员、县与年度",
    "check person, county and year",
    "12.1",
)
NOT_THE_TOWNSHIPS = Refusal(
    Code.WRONG_STATE,
    "该同志当年在本县的最后一个村不属该乡镇",
    "this person's last village of the year in the county is not the township's",
    "由该村所在乡镇提出",
    "the township of that village proposes",
    "12.2",
)
NAMED_TWICE = Refusal(
    Code.DUPLICATE,
    "同一人列了两次",
    "one person stands in two lines",
    "每人只列一次",
    "name everybody once",
    "12.2",
)
NO_GRADE_DUE = Refusal(
    Code.WRONG_STATE,
    "该同志当年未定等次（在查未结，或请假超过半年），不提出等次",
    "this person gets no grade this year: an investigation is open, or leave was longer than half a year",
    "结案或情况变化后再办理",
    "come back when the investigation is closed or the facts have changed",
    "12.4",
)
UNCLEAR = Refusal(
    Code.WRONG_STATE,
    "依据中有未披露或已销毁的内容，第十五条情形无法判定",
    "a value that Article 15 turns on is not disclosed or was erased: it cannot be said whether a ground stands",
    "请处分、请假事项的登记机关补充登记",
    "have the body that recorded the sanction or the leave record it again",
    "15",
)
SELF = Refusal(
    Code.SELF,
    "不得办理本人的考核事项",
    "nobody handles a case of his or her own",
    "请同一职责的其他同志办理",
    "have somebody else who holds the role do it",
    "12",
)
NOT_POSTED_HERE = Refusal(
    Code.NOT_POSTED,
    "该同志没有在本县派驻",
    "this person has never been posted in the county",
    "核对人员与县",
    "check person and county",
    "15",
)
ALREADY_RECORDED = Refusal(Code.DUPLICATE, "已记录", "already on record", "无需重复记录", "nothing to do")
YEAR_NOT_OPEN = Refusal(
    Code.WRONG_STATE,
    "该县当年考核尚未启动",
    "the county's assessment of that year has not been opened",
    "由县级联席会议办公室启动当年考核",
    "have the county office open the year",
    "12.1",
)
YEAR_NOT_OVER = Refusal(
    Code.WRONG_STATE,
    "当年尚未结束，或迟报时限未过，不能定等次",
    "the year, with the time allowed for late uploads, is not over",
    "时限过后再办理",
    "come back after the horizon",
    "12.1",
)
ALREADY_FINAL = Refusal(
    Code.PERIOD_CLOSED,
    "该县当年考核结果已审定",
    "the county's results of that year are final",
    "对结果有异议的，按异议程序办理",
    "raise a dispute",
    "12.3",
)
SHEETS_OPEN = Refusal(
    Code.WRONG_STATE,
    "尚有月考勤表未经乡镇（街道）审核",
    "some monthly sheets have not been reviewed by the township",
    "先完成考勤表的签字、报送和审核",
    "have the sheets signed, submitted and reviewed first",
    "9.6",
)
TIE_WAITING = Refusal(
    Code.TIE_UNRESOLVED,
    "优秀名额线上有同分人员，须先由县级联席会议办公室确定",
    "people tie at the quota line: the county office must resolve it first",
    "说明理由并确定人选",
    "resolve the tie, with reasons",
    "12.6",
)
UNFINISHED = Refusal(
    Code.WRONG_STATE,
    "其他人员的等次尚未全部提出并审核，同分范围还会变化",
    "other grades are not all proposed and reviewed yet: who ties may still change",
    "先完成其余等次",
    "finish the other grades first",
    "12.6",
)
NOBODY = Refusal(
    Code.WRONG_STATE,
    "该县当年没有考核对象",
    "nobody is on the county's list of that year",
    "核对县与年度；刚登记的派驻稍后可见",
    "check county and year; postings recorded just now show up in a moment",
    "12.1",
)
NO_TIE = Refusal(Code.WRONG_STATE, "没有待定的同分人员", "no tie is waiting", "无需办理", "nothing to do", "12.6")
NOT_TIED = Refusal(
    Code.WRONG_STATE,
    "该同志不在待定的同分人员之中",
    "this person is not among those who tie",
    "只对同分人员中本乡镇的人提出意见",
    "speak of your own people among those who tie",
    "12.6",
)
OVER_QUOTA = Refusal(
    Code.QUOTA,
    "人选超出优秀名额，或不在同分人员之中",
    "the choice exceeds the quota or names people outside the tie",
    "在余额之内于同分人员中确定",
    "choose among the tied within the places left",
    "12.6",
)
UNGRADED = Refusal(
    Code.WRONG_STATE,
    "尚有考核对象没有提出等次",
    "some people on the list have no proposed grade",
    "由乡镇党委会同派出单位提出等次",
    "have the township propose the missing grades",
    "12.2",
)
GRADE_UNREVIEWED = Refusal(
    Code.WRONG_STATE,
    "尚有等次未经县级联席会议办公室审核",
    "some proposed grades have not been reviewed by the county office",
    "先审核等次",
    "review the grades first",
    "12.3",
)
UNREVIEWED = Refusal(
    Code.WRONG_STATE,
    "尚有因病产工伤假或被抽调而不足天数的人员未经复核",
    "some shortfalls caused by sick, maternity or injury leave or by secondment are not reviewed",
    "先复核并说明理由",
    "review the shortfall first",
    "15.3",
)
NO_SHORTFALL = Refusal(
    Code.WRONG_STATE,
    "该同志没有需要复核的天数不足",
    "this person has no shortfall that calls for a review",
    "无需办理",
    "nothing to do",
    "15.3",
)
INPUTS_CHANGED = Refusal(
    Code.INPUTS_CHANGED,
    "提出等次之后事实或规则有变化",
    "the facts or the rules have changed since the grade was proposed",
    "由乡镇党委按现有事实和规则重新提出",
    "have the township propose again on the present facts and rules",
    "12.3",
)
NOT_SEALED = Refusal(
    Code.NOT_SEALED,
    "所依据的记录尚未全部封存",
    "the records this rests on are not all sealed yet",
    "稍后以同一幂等键重试",
    "try again with the same key",
)
SOURCE_SILENT = Refusal(
    Code.UNAVAILABLE,
    "考勤服务暂时不答复，所依据的内容无法取得",
    "the attendance service does not answer: a value this rests on cannot be had at the moment",
    "稍后以同一幂等键重试",
    "try again with the same key",
)
UNKNOWN_PERSON = Refusal(Code.UNKNOWN_PERSON, "查无此人", "no such person", "核对人员编号", "check the person's number")
UNKNOWN_CASE = Refusal(Code.UNKNOWN_CASE, "查无此案", "no such case", "核对案件编号", "check the case number")
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day"
)
IMPACT_NOT_PROPOSED = Refusal(
    Code.WRONG_STATE,
    "该案未经乡镇党委提请，也没有纪检监察机关的报告，或所认定的日期早于所提情形",
    "neither the township nor discipline inspection has asked for this finding, or it is dated before what they saw",
    "先由乡镇党委提请（propose-severe-impact），再以同一案号认定",
    "have the township propose it first (propose-severe-impact), then find it under the same case number",
    "15.2",
)
CLOSED_BEFORE_OPENED = Refusal(
    Code.WRONG_INTERVAL,
    "结案日期早于立案日期",
    "closed before it was opened",
    "核对日期",
    "check the dates",
    "15.1",
)
NOT_FINAL = Refusal(
    Code.WRONG_STATE,
    "该县当年考核结果尚未审定",
    "the result of that year is not final in this county",
    "审定后再办理",
    "come back when the county office has made the year final",
    "12.3",
)
NO_SUCH_DETERMINATION = Refusal(
    Code.NOT_FOUND,
    "没有这一次认定",
    "there is no determination of that number",
    "查询该同志当年的历次认定",
    "ask for the determinations of that person and year",
    "12.3",
)
UNIT_NOT_HEARD = Refusal(
    Code.WRONG_STATE,
    "派出单位尚未提出意见，且答复期限未过",
    "the dispatching unit has not given its opinion, and its days for it are not over",
    "待派出单位提出意见，或期限届满后再提出等次",
    "wait for the unit's opinion, or until its days are over",
    "12.2",
)
LIST_MISMATCH = Refusal(
    Code.LIST_MISMATCH,
    "所报名单与审定结果不一致",
    "the lists are not those of the final results",
    "按查询所得名单报送，两处内容须相同",
    "file the lists as the query gives them; both recipients get the same",
    "12.7",
)
NOTHING_TO_FEED_BACK = Refusal(
    Code.WRONG_STATE,
    "该单位没有待反馈的人员",
    "there is no result of this unit's people that it was not told",
    "核对单位、县与年度",
    "check unit, county and year",
    "12.8",
)
NOT_FED_BACK = Refusal(
    Code.WRONG_STATE,
    "该同志的考核结果尚未反馈派出单位",
    "this person's result was not fed back to the unit yet",
    "由县级联席会议办公室先行反馈",
    "have the county office feed it back first",
    "12.8",
)
TOO_LATE_TO_DISPUTE = Refusal(
    Code.HORIZON_PASSED,
    "反馈后的异议期限已过，只有新的决定性证据才能提出",
    "the days for a dispute after feedback are over: only new decisive evidence opens it again",
    "有新的决定性证据的，注明并附上",
    "say that the evidence is new and decisive, and attach it",
    "12.8",
)
CASE_OPEN = Refusal(
    Code.WRONG_STATE,
    "该年度结果已有未决的异议或复核",
    "a dispute or re-assessment of that year is already open",
    "先办结该案",
    "decide that case first",
    "12.3",
)
NOTHING_CHANGED = dispute_refusals.NOTHING_CHANGED
NO_LONGER_STANDS = dispute_refusals.NO_LONGER_STANDS
THE_PERSONS_OWN = dispute_refusals.THE_PERSONS_OWN
DECIDED_ALREADY = dispute_refusals.DECIDED_ALREADY
NOT_JOINT = rule_refusals.NOT_JOINT
FIXED_BY_TEXT = rule_refusals.FIXED_BY_TEXT
NOT_THE_COUNTYS = rule_refusals.NOT_THE_COUNTYS
WEAKER = rule_refusals.WEAKER
LOOKS_BACK = rule_refusals.LOOKS_BACK
NO_SUCH_PARAMETER = rule_refusals.NO_SUCH_PARAMETER
SETTING_TWICE = rule_refusals.SETTING_TWICE
BEYOND_ONE_COUNTY = rule_refusals.BEYOND_ONE_COUNTY
NO_RULES = rule_refusals.NO_RULES
NO_CALENDAR = rule_refusals.NO_CALENDAR
UNACKNOWLEDGED = rule_refusals.UNACKNOWLEDGED
ANOTHER_LIST = rule_refusals.ANOTHER_LIST
NOT_RULED = rule_refusals.NOT_RULED
NO_EXCELLENT = result_refusals.NO_EXCELLENT
NOT_EXCELLENT = result_refusals.NOT_EXCELLENT
NO_RESULTS_OF_TERM = result_refusals.NO_RESULTS_OF_TERM
NO_POSTING_ENDED = result_refusals.NO_POSTING_ENDED
NO_CIRCULAR = result_refusals.NO_CIRCULAR
CIRCULATE_AGAIN = result_refusals.CIRCULATE_AGAIN
NOT_PUT_FORWARD = result_refusals.NOT_PUT_FORWARD
ALL_AWARDED = result_refusals.ALL_AWARDED
NOT_AWARDED = result_refusals.NOT_AWARDED
STILL_EXCELLENT = result_refusals.STILL_EXCELLENT
AWARD_STANDS = result_refusals.AWARD_STANDS
