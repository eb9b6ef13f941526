"""What attendance refuses: what several subjects share, and by subject what each keeps in its own `refusals.py`."""

from types import ModuleType

from contracts.refusals import Code, Refusal
from services.attendance.absence import refusals as absence
from services.attendance.checks import refusals as checks
from services.attendance.leave import refusals as leave
from services.attendance.register import refusals as register
from services.attendance.sheets import refusals as sheets
from services.attendance.travel import refusals as travel
from services.attendance.year import refusals as year

PERSON_UNKNOWN = Refusal(
    Code.UNKNOWN_PERSON,
    "查无此人的派驻记录",
    "nobody of this number was ever posted",
    "核对人员编号；如刚派驻，稍后再试",
    "check the person's number; if just posted, try again in a moment",
    "9.3",
)
TEAM_UNKNOWN = Refusal(
    Code.UNKNOWN_TEAM, "查无此工作队", "no such team", "核对工作队编号", "check the team's number", "8.4"
)
NOT_POSTED = Refusal(
    Code.NOT_POSTED,
    "该同志当日不在该工作队派驻期内",
    "this person was not posted in that team on that day",
    "核对日期、人员与工作队编号",
    "check date, person and team",
    "9.3",
)
FUTURE = Refusal(
    Code.FUTURE_DATE, "日期在今天之后", "the date lies in the future", "到当日再登记", "record it on the day", "9.3"
)
OWN_CASE = Refusal(
    Code.SELF, "不得办理本人事项", "nobody acts in his own case", "由他人办理", "have somebody else act", "9.9"
)
NOT_APPLICANT = Refusal(
    Code.AUTH,
    "须由本人提出",
    "only the person himself can ask for this",
    "由本人办理",
    "have the person ask",
    "9.9",
)
WRONG_INTERVAL = Refusal(
    Code.WRONG_INTERVAL,
    "起止日期不成立",
    "the dates do not form an interval",
    "核对起止日期",
    "check both dates",
    "9.9",
)
TOO_LONG = Refusal(
    Code.WRONG_INTERVAL,
    "起止日期相距过长，疑似误填年份",
    "the interval is too long: a year may be mistyped",
    "核对年份；确需更长的，期满前续办",
    "check the year; for longer ask again before it ends",
    "9.9",
)
TOO_MANY_TO_FOLD = Refusal(
    Code.TOO_LARGE,
    "该地人员过多，不能一次查阅往时的情况",
    "too many people for a look back at an instant",
    "缩小到县、乡镇或村再查",
    "narrow the place to a county, a township or a village",
    "9.3",
)
UNREADABLE_INSTANT = Refusal(
    Code.MALFORMED,
    "as_of 须为日期或带时区的 RFC 3339 时间",
    "as_of takes a date or an RFC 3339 instant with an offset",
    "例如 2017-06-20 或 2017-06-20T18:00:00+08:00",
    "for instance 2017-06-20 or 2017-06-20T18:00:00+08:00",
)


def _of(subject: ModuleType) -> dict[str, Refusal]:
    return {name: refusal for name, refusal in vars(subject).items() if isinstance(refusal, Refusal)}


REFUSALS: dict[str, dict[str, Refusal]] = {
    "register": _of(register),
    "travel": _of(travel),
    "leave": _of(leave),
    "absence": _of(absence),
    "checks": _of(checks),
    "sheets": _of(sheets),
    "year": _of(year),
}
"""Subject -> name -> refusal, for people who ask what can be refused."""
