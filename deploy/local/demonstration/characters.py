"""The named people: one for each thing that can happen in a year. What must come out stands in `expected.yaml`.

Duty days of 2017 by month: 19 19 23 19 21 22 21 23 22 17 22 21, together 249 (国办发明电〔2016〕17号).
Somebody who is posted all year and neither away nor there on a rest day has 249 days on post.
"""

from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from contracts.attendance import LeaveKind
from deploy.local.demonstration.clockwork import FIRST_DAY, Span, days
from deploy.local.demonstration.lives import Case, Granted, Leave, Life, Parting, Stay, Way
from deploy.local.demonstration.population import member_id

FORMED: dict[int, date] = {
    **dict.fromkeys(range(1, 31), FIRST_DAY),
    **dict.fromkeys(range(2, 17), date(2016, 12, 1)),
    **dict.fromkeys((1, 7, 13, 19, 25), date(2016, 5, 3)),
}
"""When each team was formed: one township's in May 2016; those of 2016 are there for what crosses 31 December."""

MARCH = Leave(date(2017, 3, 6), date(2017, 3, 31), date(2017, 4, 1))
"""Twenty duty days; 1 April is a make-up workday."""
JULY = Leave(date(2017, 7, 3), date(2017, 7, 28), date(2017, 7, 31))
"""Twenty duty days."""


def _day(month: int, day: int) -> date:
    return date(2017, month, day)


def _span(month: int, day: int, last_month: int, last_day: int) -> Span:
    return (_day(month, day), _day(last_month, last_day))


def _leave(first: tuple[int, int], last: tuple[int, int], back: tuple[int, int]) -> Leave:
    return Leave(_day(*first), _day(*last), _day(*back))


NINE = _leave((9, 4), (9, 14), (9, 15))
FORTY_NINE = (MARCH, JULY, NINE)
"""249 - 49 = 200."""


class Facts(TypedDict, total=False):
    """What may be said of a person besides the seat."""

    leaves: tuple[Leave, ...]
    trips: tuple[Span, ...]
    absences: tuple[Span, ...]
    proven: Span
    seconded: Span
    extra: tuple[date, ...]
    found_absent: tuple[date, ...]
    ways: dict[date, Way]
    case: Case
    grade: str | None
    score: int


def _seat(team: int, seat: int, name: str, story: str, **facts: Unpack[Facts]) -> Life:
    """Somebody who sits in the team from its formation to the end of the year."""
    return Life(member_id(team, seat), name, (Stay(team, seat, FORMED[team]),), story, **facts)


def _failed(life: Life) -> Life:
    """A ground of Art. 15 stands against this person: the township has nothing else to propose."""
    return replace(life, grade="不称职", score=4_000)


def _open(life: Life) -> Life:
    """Nothing is proposed: not assessed here, or no grade yet."""
    return replace(life, grade=None)


def thresholds() -> list[Life]:
    """The 200 days of Art. 9 and 15.3."""
    ten = _leave((9, 4), (9, 15), (9, 18))
    eight = _leave((9, 4), (9, 13), (9, 14))
    february = _leave((2, 6), (2, 24), (2, 27))
    november = _leave((11, 6), (11, 23), (11, 24))
    whole_november = _leave((11, 6), (12, 1), (12, 4))
    trips = (_span(4, 10, 4, 14), _span(4, 17, 4, 21), _span(11, 13, 11, 17), _span(11, 20, 11, 24))
    saturdays = tuple(_day(*day) for day in ((1, 7), (1, 14), (2, 11), (2, 18), (4, 15), (4, 22), (5, 6), (5, 13)))
    more = tuple(_day(*day) for day in ((8, 5), (8, 12), (8, 19)))
    return [
        _seat(17, 2, "贺正好", "在岗恰好200天", leaves=FORTY_NINE),
        _failed(_seat(17, 3, "余差一", "在岗199天", leaves=(MARCH, JULY, ten))),
        _seat(18, 2, "盛余一", "在岗201天", leaves=(MARCH, JULY, eight)),
        _seat(18, 3, "秦出差", "签到180天，因公出差20天", leaves=FORTY_NINE, trips=trips),
        _seat(19, 2, "陶培训", "签到195天，培训5天", leaves=(february, JULY, november)),
        _seat(
            19, 3, "田周末", "工作日189天，周末在村11天", leaves=(MARCH, JULY, whole_november), extra=saturdays + more
        ),
    ]


def absences() -> list[Life]:
    """The 15 and the 30 days of Art. 15.4."""
    june = (_span(6, 12, 6, 30),)
    two_blocks = (_span(5, 8, 5, 19), _span(7, 10, 7, 21))
    broken = (_span(6, 12, 6, 23), _span(6, 26, 7, 4))
    between = (_span(6, 12, 6, 23), _span(6, 28, 7, 11))
    two_days = _leave((6, 26), (6, 27), (6, 28))
    sixteen = (_span(6, 12, 7, 3),)
    return [
        _seat(20, 2, "施十五", "连续缺勤15个工作日", leaves=(MARCH,), absences=june),
        _failed(_seat(20, 3, "施十六", "连续缺勤16个工作日", leaves=(MARCH,), absences=sixteen)),
        _seat(21, 2, "穆三十", "累计缺勤30个工作日", absences=(*two_blocks, _span(8, 7, 8, 18))),
        _failed(_seat(21, 3, "穆卅一", "累计缺勤31个工作日", absences=(*two_blocks, _span(8, 7, 8, 21)))),
        _seat(22, 2, "迟十五", "假满逾期15个工作日", leaves=(_overstayed(),), absences=(_span(8, 7, 8, 27),)),
        _failed(_seat(22, 3, "迟十六", "假满逾期16个工作日", leaves=(_overstayed(),), absences=(_span(8, 7, 8, 28),))),
        _seat(23, 2, "白补证", "缺勤16天，其中3天事后有证明", absences=sixteen, proven=_span(6, 21, 6, 23)),
        _seat(23, 3, "钟周六", "连续缺勤被一次周末在岗打断", absences=broken, extra=(_day(6, 24),)),
        _seat(24, 2, "文请假", "两段缺勤之间有请假", absences=between, leaves=(two_days,)),
        _seat(24, 3, "国长假", "缺勤跨国庆长假", absences=(_span(9, 29, 10, 15),)),
        _failed(_seat(1, 2, "凌跨年", "缺勤跨年，第16天在2017年", absences=((date(2016, 12, 19), _day(1, 13)),))),
        _seat(1, 3, "凌岁末", "缺勤跨年，第16天在2016年", absences=((date(2016, 12, 5), _day(1, 3)),)),
        _failed(_seat(25, 3, "常被查", "签到210天，抽查不在岗12天", leaves=_thirty_nine(), found_absent=_tuesdays())),
    ]


def _overstayed() -> Leave:
    return Leave(_day(7, 31), _day(8, 4), returned=None)


def _thirty_nine() -> tuple[Leave, ...]:
    return (MARCH, _leave((7, 3), (7, 27), (7, 28)))


def _tuesdays() -> tuple[date, ...]:
    spring, autumn = _span(5, 2, 5, 30), _span(9, 5, 11, 7)
    tuesdays = [day for span in (spring, autumn) for day in days(*span) if day.weekday() == 1]
    return tuple(day for day in tuesdays if day not in (_day(5, 30), _day(10, 3)))[-12:]


def records() -> list[Life]:
    """How a presence comes into the log (Art. 9), and what becomes of leave (Art. 9)."""
    late = Leave(_day(7, 3), _day(7, 7), _day(7, 10), closed=_day(7, 17))
    refused = Leave(_day(9, 11), _day(9, 15), returned=None, granted=Granted.FIRST_STEP_ONLY)
    over_new_year = Leave(date(2016, 12, 26), _day(1, 6), _day(1, 9))
    one_gap = (_span(10, 25, 10, 25),)
    visit = _leave((7, 17), (7, 21), (7, 24))
    return [
        _seat(26, 2, "郎晚传", "无信号，当日记录迟40小时上传", leaves=FORTY_NINE, ways={_day(8, 16): Way.LATE_UPLOAD}),
        _seat(26, 3, "夏子时", "北京时间零时三十分签到", leaves=FORTY_NINE, ways={_day(8, 9): Way.AFTER_MIDNIGHT}),
        _seat(27, 2, "米补录", "逾期后经队长和乡镇同意补录", leaves=FORTY_NINE, ways={_day(10, 25): Way.BACKFILLED}),
        _seat(27, 3, "胡重传", "同一批记录上传两次", leaves=FORTY_NINE, ways={_day(11, 15): Way.TWICE}),
        _seat(
            28,
            2,
            "纪更正",
            "漏记一天出差，事后更正",
            leaves=FORTY_NINE,
            absences=one_gap,
            ways={_day(10, 25): Way.CORRECTED},
        ),
        _seat(28, 3, "黎冲突", "请假期间有签到", leaves=(visit,), extra=(_day(7, 19),)),
        _seat(29, 2, "卢晚销", "按时返岗，销假晚一周", leaves=(late,)),
        _seat(29, 3, "孟未批", "队长批准、乡镇未批即离岗", leaves=(refused,)),
        _seat(29, 1, "雷未准", "队长请假，乡镇批准、县级未批即离岗", leaves=(refused,)),
        _seat(30, 1, "雷按章", "队长请假，两级批准", leaves=(_leave((5, 15), (5, 19), (5, 22)),)),
        _seat(7, 2, "岳长假", "请假跨年", leaves=(over_new_year,)),
        _failed(_seat(8, 2, "卓病假", "住院79个工作日", leaves=(_sick(),))),
        _failed(
            _seat(8, 3, "乔抽调", "被派出单位抽调40个工作日", leaves=(MARCH, _week()), seconded=_span(6, 1, 7, 26))
        ),
        _seat(9, 2, "柴产假", "产假214天", leaves=(_maternity(),), grade=None),
    ]


def _sick() -> Leave:
    return Leave(_day(2, 6), _day(5, 27), _day(5, 31), LeaveKind.SICK)


def _week() -> Leave:
    return _leave((9, 4), (9, 7), (9, 8))


def _maternity() -> Leave:
    return Leave(_day(3, 1), _day(9, 30), _day(10, 9), LeaveKind.MATERNITY)


def comings_and_goings() -> list[Life]:
    """Part of a year, replacement, moves (Art. 5, 8, 10; A03)."""
    may = _leave((5, 15), (5, 23), (5, 24))
    may_and_july = (_leave((5, 15), (5, 26), (5, 27)), _leave((7, 3), (7, 6), (7, 7)))
    end = _day(8, 31)
    halves = (
        MARCH,
        _leave((5, 15), (5, 17), (5, 18)),
        _leave((8, 7), (8, 31), (9, 1)),
        _leave((10, 9), (10, 17), (10, 18)),
    )
    every_day = tuple(days(_day(9, 15), _day(12, 31)))
    return [
        _ending(
            10, 2, "林更换", "经批准更换，在岗140天", (MARCH, may), Stay(10, 2, FORMED[10], end, Parting.ORDINARY, 7)
        ),
        _failed(
            _ending(
                *(11, 2, "林欠一", "经批准更换，在岗133天", (MARCH, *may_and_july)),
                Stay(11, 2, FORMED[11], end, Parting.ORDINARY, 7),
            )
        ),
        _failed(
            _ending(
                12, 2, "樊强换", "教育不改，被强行更换", (MARCH, may), Stay(12, 2, FORMED[12], end, Parting.FORCED, 7)
            )
        ),
        _open(_joining(10, 7, "接小林", "九月接任，不足半年", _day(9, 1))),
        _open(_joining(11, 7, "接次林", "九月接任，不足半年", _day(9, 1))),
        _open(_joining(12, 7, "接樊岗", "九月接任，不足半年", _day(9, 1))),
        _joining(13, 7, "辛过半", "七月到岗，在岗101天", _day(7, 1), (_later_july(), _leave((9, 4), (9, 8), (9, 11)))),
        _failed(
            _joining(
                14, 7, "辛欠一", "七月到岗，在岗100天", _day(7, 1), (_later_july(), _leave((9, 4), (9, 11), (9, 12)))
            )
        ),
        _open(Life(member_id(15, 7), "申短驻", (Stay(15, 7, _day(9, 15)),), "派驻108天，天天在村", extra=every_day)),
        Life(
            member_id(13, 2),
            "尤转队",
            (Stay(13, 2, FORMED[13], _day(6, 30), Parting.MOVE), Stay(16, 7, _day(7, 1))),
            "年中转队，两队合计200天",
            leaves=halves,
        ),
        _open(_ending(14, 2, "傅病故", "五月病故", (), Stay(14, 2, FORMED[14], _day(5, 20), Parting.DEATH))),
        _joining(14, 8, "接傅岗", "六月补充，满半年", _day(6, 1)),
    ]


def _later_july() -> Leave:
    return _leave((7, 3), (7, 28), (7, 31))


def _ending(team: int, seat: int, name: str, story: str, leaves: tuple[Leave, ...], stay: Stay) -> Life:
    return Life(member_id(team, seat), name, (stay,), story, leaves=leaves)


def _joining(team: int, seat: int, name: str, story: str, first: date, leaves: tuple[Leave, ...] = ()) -> Life:
    return Life(member_id(team, seat), name, (Stay(team, seat, first),), story, leaves=leaves)


def grades() -> list[Life]:
    """Grades, the quota and what stands against a person (Art. 12, 15.1, 15.2)."""
    rest = (_leave((8, 14), (8, 25), (8, 28)),)
    return [
        _seat(2, 2, "齐居首", "得分最高", leaves=rest, grade="优秀", score=9_900),
        _seat(3, 2, "乐同分", "名额线上同分，被选定", leaves=rest, grade="优秀", score=9_200),
        _seat(4, 2, "荣同分", "名额线上同分，未选定", leaves=rest, grade="优秀", score=9_200),
        _seat(5, 2, "柳线下", "提名优秀，名额已满", leaves=rest, grade="优秀", score=9_150),
        _seat(6, 2, "易基本", "基本称职", leaves=rest, grade="基本称职", score=6_500),
        _failed(_seat(2, 3, "汪处分", "受党纪处分", leaves=rest, case=Case.SANCTION)),
        _failed(_seat(3, 3, "苗影响", "造成严重不良影响", leaves=rest, case=Case.SEVERE_IMPACT)),
        _seat(4, 3, "唐待查", "年底仍在立案调查", leaves=rest, case=Case.INVESTIGATION, grade=None),
    ]


def characters() -> list[Life]:
    """All named people, by person id."""
    lives = [*thresholds(), *absences(), *records(), *comings_and_goings(), *grades()]
    return sorted(lives, key=lambda life: life.person)
