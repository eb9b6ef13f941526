"""How far each threshold was from turning: what would have to be otherwise for the result to change."""

from collections.abc import Mapping
from typing import Any

from services.assessment.report_words import FACTS, GROUNDS, RESULTS

GRADES = ("优秀", "称职", "基本称职", "不称职")
_MOVES = {"removed": "若无", "known_in_time": "若在认定前已获知"}


def margins(shown: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """One sentence per threshold that bears on the outcome, from the values of the findings."""
    found = []
    by_article = {finding["article"]: finding for finding in shown["findings"]}
    for article, words in (("15.3", _days), ("15.4", _absence), ("12.6", _quota)):
        finding = by_article.get(article)
        if finding is not None:
            found += words(finding)
    grounds = [finding for finding in shown["findings"] if finding.get("ground") and finding["outcome"] == "met"]
    if len(grounds) > 1:
        names = "、".join(GROUNDS[finding["ground"]] for finding in grounds)
        found.append(f"{names} 同时成立：任何一项单独更正都不改变结果。")
    if not found:
        found.append(f"结果 {said['outcome']} 不取决于任何天数界限。")
    return found


def _days(finding: Mapping[str, Any]) -> list[str]:
    if finding["outcome"] == "not_applicable":
        return []
    on_post, required = finding["values"]["on_post"], finding["values"]["required"]
    if on_post < required:
        return [
            f"在岗 {on_post} 天，应在岗 {required} 天：再认定 {required - on_post} 天在岗，第 15 条第 3 项即不成立。"
        ]
    spare = on_post - required
    return [f"在岗 {on_post} 天，应在岗 {required} 天：若有 {spare + 1} 天被认定为不在岗，第 15 条第 3 项即成立。"]


def _absence(finding: Mapping[str, Any]) -> list[str]:
    values, found = finding["values"], []
    for name, limit, words in (("longest_run", "run_limit", "连续离岗"), ("total", "year_limit", "累计离岗")):
        days, most = values[name], values[limit]
        if days > most:
            found.append(f"{words} {days} 天，限 {most} 天：须有 {days - most} 天被认定为有正当理由或在岗才不再超过。")
        else:
            found.append(f"{words} {days} 天，限 {most} 天：再有 {most - days + 1} 天离岗即超过。")
    return found


def _quota(finding: Mapping[str, Any]) -> list[str]:
    values = finding["values"]
    place = {"met": "在名额之内", "not_met": "名额已满", "needs_determination": "与他人同分待定"}[finding["outcome"]]
    places = f"优秀名额 {values['maximum']} 个，考核总数 {values['objects']} 人"
    return [f"{places}：{place}。名额取决于全县名单，不只取决于本人。"]


def flip_text(found: Mapping[str, Any], *, had_grounds: bool) -> str:
    """One set of recorded facts that changes the result, with how many others do the same.

    `had_grounds`: whether a ground of Art. 15 stood before.
    """
    changes = "，并".join(
        f"{_MOVES[change['move']]}{_about(change)}{FACTS.get(change['type'], change['type'])}"
        for change in found["changes"]
    )
    grounds = f"（{'、'.join(GROUNDS[one] for one in found['grounds'])}）" if found["grounds"] else ""
    if not found["grounds"] and found["outcome"] in GRADES:
        grounds = "（第十五条情形不再存在；此等次是在原来的事实上提出的，须重新提出）" if had_grounds else ""
    others = f"；同样的变动共 {found['alike']} 个" if found["alike"] > 1 else ""
    return f"{changes}：结果为 {RESULTS.get(found['outcome'], found['outcome'])}{grounds}{others}。"


def _about(change: Mapping[str, Any]) -> str:
    return f" {change['about']} 的" if change["about"] else "某项"
