"""The head of the report: what was decided and why, in sentences that need no knowledge of the system."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from services.assessment.evidence.casefile import CaseFile
from services.assessment.fold.civil import beijing_day, iso
from services.assessment.fold.findings import OPEN_OUTCOMES
from services.assessment.fold.outcome import AWAITING_GRADE, EXCELLENT, INCOMPETENT, NO_GRADE, UNCLEAR
from services.assessment.replay.lenses import FINALISED, QUOTA_COMPUTED
from services.assessment.report_words import FLAGS, GROUNDS, RESULTS, value_text

GRADES = (EXCELLENT, "称职", "基本称职")


def header(case: CaseFile, shown: Mapping[str, Any]) -> str:
    """Who, which year, which determination, the outcome; then why; then the figures."""
    outcome = str(case.said["outcome"])
    kind = "bad" if outcome == INCOMPETENT else "good" if outcome in GRADES else "open"
    villages = "、".join(dict.fromkeys(f"{p['village']}（{p['team']}）" for p in shown["postings"])) or "无"
    facts = {
        "县（区）": str(case.said["county"]),
        "村（工作队）": villages,
        "派驻": f"{shown['posted_days']} 天",
        "在岗": f"{shown['on_post_days']} 天",
        "请假": f"{shown['leave_days']} 天",
        "离岗": f"{shown['absences']} 天，最长连续 {shown['longest_run']} 天",
        "得分": value_text("score", case.said.get("score")),
        "第十五条情形": _grounds(shown),
        "标注": "，".join(FLAGS.get(flag, flag) for flag in shown["flags"]) or "无",
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    decided = iso(beijing_day(case.decision.parsed["recordedtime"]))
    banners = "".join(f"<p class=banner>{escape(line)}</p>" for line in other_determinations(case))
    why = "".join(f"<p>{escape(line)}</p>" for line in reasons(case, shown))
    return (
        "<header><div><h1>驻村扶贫工作队考核证据</h1>"
        f"<p>{escape(case.person)}　{case.year} 年度　第 {case.determination} 次认定，{decided} 作出</p>"
        "<p class=soft>依据昆联发〔2016〕1号《昆明市驻村扶贫工作队管理办法》</p></div>"
        f'<div class="outcome {kind}"><small>结果 outcome</small><b>{escape(RESULTS.get(outcome, outcome))}</b></div>'
        f'</header>{banners}<div class="why {kind}">{why}</div><dl class=facts>{rows}</dl>'
    )


def _grounds(shown: Mapping[str, Any]) -> str:
    found = [GROUNDS[ground] for ground in shown["grounds"]]
    unclear = [GROUNDS[f["ground"]] for f in shown["findings"] if f.get("ground") and f["outcome"] in OPEN_OUTCOMES]
    return "、".join([*found, *(f"{name}（无法判定）" for name in unclear)]) or "无"


def other_determinations(case: CaseFile) -> list[str]:
    """Which determination this one took the place of, and which one took its place."""
    mine = [event for event in case.events if event.parsed["type"] == FINALISED]
    found = []
    for event in sorted(mine, key=lambda event: event.index):
        said = event.parsed["data"]
        if event.stream != case.decision.stream or said["determination"] == case.determination:
            continue
        day, outcome = iso(beijing_day(event.parsed["recordedtime"])), RESULTS.get(said["outcome"], said["outcome"])
        number = said["determination"]
        if number > case.determination:
            found.append(f"本次认定已被 {day} 第 {number} 次认定取代，其结果为 {outcome}。以下为本次认定所据。")
        elif number == case.determination - 1:
            found.append(f"本次认定取代 {day} 第 {number} 次认定，其结果为 {outcome}。")
    return found


def reasons(case: CaseFile, shown: Mapping[str, Any]) -> list[str]:
    """Why the outcome is what it is, a sentence or two."""
    recorded, outcome = str(case.said["outcome"]), str(shown["outcome"])
    if outcome != recorded:
        said, now = RESULTS.get(recorded, recorded), RESULTS.get(outcome, outcome)
        return [
            f"认定所记结果为 {said}。由本包所附内容重算为 {now}：所据内容中有的已销毁或未披露，见“无法判定的部分”。"
        ]
    by_article = {finding["article"]: finding for finding in shown["findings"]}
    if shown["grounds"]:
        met = [f for f in shown["findings"] if f.get("ground") in shown["grounds"]]
        return [
            *(_ground(finding) for finding in met),
            "有第十五条所列情形之一，当年考核为不合格（不称职）。此项不能由任何人改评，只能更正事实。",
        ]
    if outcome in GRADES:
        grade = by_article["12.4"]["values"]
        found = [
            "第十五条所列各项情形均不存在，等次由乡镇（街道）提出、县级联席办审核："
            f"{grade['grade']}，得分 {value_text('score', grade['score'])}。"
        ]
        return found + (["拟为优秀而名额已满，列为称职。"] if "beyond_quota" in shown["flags"] else [])
    flags = "；".join(FLAGS.get(flag, flag) for flag in shown["flags"])
    words = {NO_GRADE: "当年不定等次", AWAITING_GRADE: "等次尚待提出、审核或确定", UNCLEAR: "依据中有内容无法得知"}
    return [f"{words.get(outcome, RESULTS.get(outcome, outcome))}{f'：{flags}' if flags else ''}。"]


def _ground(finding: Mapping[str, Any]) -> str:
    values, words = finding["values"], GROUNDS[finding["ground"]]
    match finding["article"]:
        case "15.3":
            short = values["required"] - values["on_post"]
            fact = f"在岗 {values['on_post']} 天，应在岗 {values['required']} 天，差 {short} 天"
        case "15.4":
            fact = (
                f"无正当理由离岗最长连续 {values['longest_run']} 天（限 {values['run_limit']} 天），"
                f"当年累计 {values['total']} 天（限 {values['year_limit']} 天）"
            )
        case _:
            fact = f"当年有此项决定 {values['decisions']} 个"
    return f"{words}：{fact}。"


def quota_effect(case: CaseFile, shown: Mapping[str, Any]) -> str:
    """What the places for 优秀 mean for this person; nobody else is named."""
    line = next((event.parsed["data"] for event in case.events if event.parsed["type"] == QUOTA_COMPUTED), None)
    finding = next((one for one in shown["findings"] if one["article"] == "12.6"), None)
    if finding is None or line is None:
        return "<p>未被提名优秀，或提名已不成立：优秀名额与本次结果无关，名单未列入本包。</p>"
    values, place = (
        finding["values"],
        {"met": "在名额之内", "not_met": "名额已满，未得", "needs_determination": "同分待定"},
    )
    scores = sorted((row["score"] for row in line["candidates"] if row["score"] is not None), reverse=True)
    own = values["score"]
    facts = {
        "考核总数": f"{values['objects']} 人",
        "优秀名额": f"{values['maximum']} 个",
        "被提名者": f"{len(line['candidates'])} 人",
        "本人得分": value_text("score", own),
        "本人名次": _rank(own, scores),
        "名额线上的得分": value_text("score", _line_score(scores, values["maximum"])),
        "本人": place[finding["outcome"]],
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    note = "名额取决于全县名单；重新认定时他人的等次不变，只看余额。"
    return f"<dl class=facts>{rows}</dl><p class=soft>{note}</p>"


def _rank(own: int | None, scores: Sequence[int]) -> str:
    if own is None:
        return "无"
    same = scores.count(own)
    return f"第 {sum(score > own for score in scores) + 1}" + (f"（同分 {same} 人）" if same > 1 else "")


def _line_score(scores: Sequence[int], places: int) -> int | None:
    """The score of the last who has a place."""
    return scores[min(places, len(scores)) - 1] if scores and places > 0 else None
