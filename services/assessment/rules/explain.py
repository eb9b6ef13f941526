"""Why this outcome: every finding with the clause word for word, the parameters, the days and the event ids.

Chinese first, English second. Made from the fold's JSON alone, so that services and offline use print the same.
"""

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from services.assessment.fold.by_day import earlier
from services.assessment.fold.civil import iso
from services.assessment.report_words import FLAGS, OUTCOMES, PARAMETERS_OF, RESULTS
from services.assessment.rules.rules import clauses, load

__all__ = ["FLAGS", "OUTCOMES", "PARAMETERS_OF", "RESULTS", "explain_person"]

_COUNTED = ("ONPOST", "TRAVEL", "TRAINING")


def explain_person(person: str, year: int, shown: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    """The explanation of one person's year. `shown`: that person's part of the fold's output."""
    result = RESULTS.get(shown["outcome"], shown["outcome"])
    lines = [
        f"{person}  {year} 年度考核",
        f"依据 rules: {load().ruleset}；据 under {'、'.join(load().legal_basis)}",
        f"结果 outcome: {result}",
        f"情形 grounds: {'，'.join(f'{one}（第十五条第{one[1:]}项）' for one in shown['grounds']) or '无 none'}",
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
        before = "；".join(f"{iso(day)} 及以前 until: {_text(value)}" for day, value in earlier(parameters, name))
        said = f"{_text(parameters[name])}{f'（{before}）' if before else ''}"
        lines.append(f"    参数 {name} = {said}    {load().parameter(name).source}")
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
