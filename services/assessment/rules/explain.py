"""Why this outcome: every finding with the clause word for word, the parameters, the days and the event ids.

Chinese first, English second. Made from the fold's JSON alone, so that services and offline use print the same.
"""

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from services.assessment.rules.rules import clauses, load

OUTCOMES = {
    "met": "成立 met",
    "not_met": "不成立 not met",
    "needs_determination": "待认定 needs determination",
    "not_applicable": "不适用 not applicable",
    "undetermined": "无法判定（未披露） undetermined: not disclosed",
    "erased": "无法判定（已销毁） undetermined: erased",
}
RESULTS = {
    "NOT_ASSESSED_HERE": "不在此考核（不足半年） NOT_ASSESSED_HERE",
    "NOT_POSTED": "当年无派驻 NOT_POSTED",
    "YEAR_OPEN": "年度未结束 YEAR_OPEN",
    "OFF_LIST": "不列入名单 OFF_LIST",
    "AWAITING_GRADE": "待定等次 AWAITING_GRADE",
    "undetermined": "无法判定 undetermined",
}
FLAGS = {
    "awaiting_ruling": "结果取决于条文的读法，待解释机关裁定",
    "beyond_quota": "拟为优秀而名额已满，列为称职",
    "died": "当年亡故",
    "first_secretary": "村党组织第一书记",
    "found_absent_by_spot_check": "抽查时不在岗",
    "investigation_pending": "正在接受调查",
    "leave_checkin_conflict": "请假期间有签到",
    "leave_closed_late": "迟销假",
    "leave_overstayed": "逾期不归",
    "long_leave": "请假超过半年",
    "reference_village": "非贫困村，参照执行",
    "review_of_grade_pending": "等次待县级联席办审核",
    "run_broken_by_rest_day": "连续离岗只因休息日在岗而未超过限额",
    "seconded": "被派出单位抽调",
    "shortfall_review_referred": "天数不足一事已提请解释机关",
    "shortfall_review_required": "天数不足须先复核",
    "shortfall_review_undetermined": "是否须复核无法判定（请假种类未披露）",
    "shortfall_review_upheld": "天数不足已复核，维持",
    "tie_unresolved": "同分待定",
    "two_villages_in_one_day": "一天在两村签到",
    "under_half_year": "派驻不足半年",
}
"""Every flag of the fold, in words."""

PARAMETERS_OF = {
    "8.4": ("spotcheck.wins",),
    "9.2": (
        "onpost.threshold", "onpost.travel_counts", "onpost.training_counts", "onpost.count_rest_days",
        "onpost.min_checkins", "partial_year.mode", "half_year.rule", "transition.2016",
    ),
    "9.12": ("leave.close_within_duty_days", "overstay.counts", "conflict.leave_checkin"),
    "9.14": ("secondment.day",),
    "12.4": ("assess.min_half_year", "move.grade_owner", "longleave.no_grade", "fs.assess"),
    "12.6": ("quota.pct", "quota.scope", "quota.round", "quota.tie"),
    "12.11": ("half_year.rule",),
    "15.1": ("d1.year_by", "transition.2016_grounds"),
    "15.2": ("transition.2016_grounds",),
    "15.3": ("onpost.threshold", "shortfall.review", "leave.medical_kinds", "longleave.no_grade"),
    "15.4": (
        "absence.run_limit", "absence.year_limit", "absence.basis", "absence.rest_in_run", "absence.cross_year",
        "absence.cumulative_window", "absence.sync_horizon_h", "leave.resets_run",
    ),
    "15.5": ("forced.year_by", "transition.2016_grounds"),
}  # fmt: skip
"""Clause -> the parameters that it reads (a test checks that every parameter of the fold stands somewhere)."""

_COUNTED = ("ONPOST", "TRAVEL", "TRAINING")


def explain_person(person: str, year: int, shown: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    """The explanation of one person's year. `shown`: that person's part of the fold's output."""
    result = RESULTS.get(shown["outcome"], shown["outcome"])
    lines = [
        f"{person}  {year} 年度考核",
        f"结果 outcome: {result}",
        f"情形 grounds: {' '.join(shown['grounds']) or '无 none'}",
        f"派驻 {shown['posted_days']} 天，在岗 {shown['on_post_days']} 天，离岗 {shown['absences']} 天，"
        f"最长连续 {shown['longest_run']} 天；上年转入 {shown['carry_in_run']}，转入下年 {shown['carry_out_run']}",
        f"posted {shown['posted_days']}, on post {shown['on_post_days']}, absent {shown['absences']}, "
        f"longest run {shown['longest_run']}, carried in {shown['carry_in_run']}, out {shown['carry_out_run']}",
        f"标注 flags: {'，'.join(f'{FLAGS[flag]} {flag}' for flag in shown['flags']) or '无 none'}",
    ]
    for posting in shown["postings"]:
        until = posting["end"] or "…"
        lines.append(f"派驻 posting: {posting['team']} 村 {posting['village']} {posting['start']} 至 {until}")
    for finding in shown["findings"]:
        lines += ["", *_finding(finding, shown, parameters)]
    return "\n".join(lines) + "\n"


def _finding(finding: Mapping[str, Any], shown: Mapping[str, Any], parameters: Mapping[str, Any]) -> list[str]:
    article = finding["article"]
    number = article.partition(".")[0]
    ground = f"  {finding['ground']}" if "ground" in finding else ""
    lines = [
        f"第{number}条 {article}{ground}：{OUTCOMES[finding['outcome']]}",
        f"    条文：{clauses()[article].text}",
    ]
    values = "，".join(f"{name}={_text(value)}" for name, value in finding["values"].items())
    if values:
        lines.append(f"    数值 values: {values}")
    for name in PARAMETERS_OF.get(article, ()):
        lines.append(f"    参数 {name} = {_text(parameters[name])}    {load().parameter(name).source}")
    lines += [f"    {line}" for line in _days(article, shown)]
    if finding["evidence"]:
        lines.append(f"    事件 events ({len(finding['evidence'])}):")
        lines += [f"      {event}" for event in finding["evidence"]]
    return lines


def _days(article: str, shown: Mapping[str, Any]) -> list[str]:
    match article:
        case "9.2" | "15.3":
            days = [day for day, status in shown["days"].items() if status in _COUNTED]
            return [f"在岗日 days on post ({len(days)}): {_ranges(days, shown)}"] if days else []
        case "15.4":
            days = [day for day, status in shown["days"].items() if status == "ABSENT"]
            lines = [f"离岗日 days of absence ({len(days)}): {_ranges(days, shown)}"] if days else []
            for run in shown["runs"]:
                crossing = run["crossing_date"]
                over = f"，于 {crossing} 超过限额 exceeds on {crossing}" if crossing else ""
                lines.append(f"连续 run {run['start']} 至 {run['end']}：{run['length']} 天{over}")
            return lines
        case "9.12":
            days = [day for day, status in shown["days"].items() if status == "LEAVE"]
            return [f"请假日 days of leave ({len(days)}): {_ranges(days, shown)}"] if days else []
        case _:
            return []


def _ranges(days: list[str], shown: Mapping[str, Any]) -> str:
    """Consecutive posted days as `first..last`."""
    order = {day: index for index, day in enumerate(shown["days"])}
    spans = []
    for _, group in groupby(enumerate(days), key=lambda item: order[item[1]] - item[0]):
        span = [day for _, day in group]
        spans.append(span[0] if len(span) == 1 else f"{span[0]}..{span[-1]}")
    return " ".join(spans)


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "是 true", False: "否 false", None: "无 none"}[value]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
