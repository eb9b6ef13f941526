"""`report.zh.html`: one determination on one page, for people. No script, no network, readable on a phone and on A4.

It shows what the verifier works out; it proves nothing by itself and says so.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from services.assessment.evidence.casefile import CaseFile, Event
from services.assessment.evidence.recompute import Again
from services.assessment.fold.by_day import earlier
from services.assessment.fold.civil import beijing_day, iso
from services.assessment.replay.opening import OPENED
from services.assessment.report_margins import flip_text, margins
from services.assessment.report_pictures import Moment, calendar, timeline
from services.assessment.report_summary import header, quota_effect
from services.assessment.report_words import (
    DUTIES,
    MEMBERS,
    OUTCOMES,
    PARAMETERS_OF,
    RESULTS,
    VALUES,
    fact_name,
    outcome_words,
    value_text,
)

STYLE = Path(__file__).with_name("report.css")
_DATES = ("date", "starts_on", "decided_on", "last_day", "found_on", "opened_on", "closed_on")
_COMMON = {"CheckedIn"}
MOST_FLIPS = 12
"""Sets of facts named under what would flip the result; all are in flips.json."""
SHOWN_OPENLY = 12
"""Events behind a finding that are listed on paper too; more are folded away."""
ANY_GROUND = "15.0"


def page(case: CaseFile, again: Again, flipping: Mapping[str, Any], clauses: Mapping[str, str]) -> str:
    """The page of a case, from what the fold makes of it. `flipping`: see `flips.py`; `clauses`: their words."""
    shown = again.shown["then-then"]
    title = f"驻村考核证据 {case.person} {case.year}"
    sections = [
        header(case, shown),
        _section("完整性", "integrity", _integrity(case)),
        _section("时间轴", "what happened, and when it became known", _timeline(case, shown)),
        _section("一年逐日", "the year, day by day", calendar(shown["days"])),
        _section("逐款认定", "clause by clause", "".join(_finding(f, clauses, again) for f in shown["findings"])),
        _section("四种视角", "facts then or now, rules then or now", _lenses(again)),
        _section("名额", "quota effect", quota_effect(case, shown)),
        _section("怎样会改变结果", "what would flip the result", _flip(shown, case, flipping)),
        _section("认定之后的变化", "what changed since", _since(case)),
        _section("无法判定的部分", "undetermined", _undetermined(shown, case, again.closed)),
        _footer(case),
    ]
    head = (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE.read_text('utf-8')}</style></head><body>"
    )
    return head + "".join(sections) + "</body></html>\n"


def _section(zh: str, en: str, body: str) -> str:
    return f"<section><h2>{zh} <small>{en}</small></h2>{body}</section>" if body else ""


def _integrity(case: CaseFile) -> str:
    rows = []
    for entry in case.said["basis"]:
        own = [event for event in case.events if event.origin == entry["origin"]]
        counted = sum(event.index < entry["size"] for event in own)
        rows.append(
            f"<tr><td><code>{escape(entry['origin'])}</code></td><td>{entry['size']}</td><td>{counted}</td>"
            f"<td>{len(own) - counted}</td></tr>"
            f"<tr class=root><td colspan=4>签名的根 <code>{escape(entry['root'])}</code></td></tr>"
        )
    return (
        "<div class=strip><p>本页由证据包生成，自身不证明任何事。核验请离线运行 "
        "<code>zhucun verify CASE.zip --policy 公钥名单</code>，"
        "或解包后运行 <code>python3 verify.py</code>（见 VERIFY.txt）。</p>"
        "<p class=soft>This page proves nothing by itself: run the verifier. Completeness is shown relative to the "
        "manifest of the determination; with mirrored logs it can be shown absolutely.</p></div>"
        "<table class=plain><tr><th>日志<th>认定时的大小<th>所附事件<th>其后</tr>"
        f"{''.join(rows)}</table>"
    )


def _timeline(case: CaseFile, shown: Mapping[str, Any]) -> str:
    own = [event for event in case.events if event.parsed["data"].get("person") == case.person]
    moments = [_moment(case, event) for event in own if event == case.decision or not _of_the_decision(case, event)]
    notable = sorted((m for m in moments if not m.common), key=lambda m: (m.happened, m.known))
    rows = "".join(
        f"<tr{' class=diff' if m.later else ''}><td>{m.happened}</td><td>{m.known}</td>"
        f"<td>{max((m.known - m.happened).days, 0)}</td><td>{escape(m.label)}</td></tr>"
        for m in notable[:80]
    )
    more = f"<p class=soft>另有 {len(notable) - 80} 项从略</p>" if len(notable) > 80 else ""
    absent = [(date.fromisoformat(run["start"]), date.fromisoformat(run["end"])) for run in shown["runs"]]
    picture = timeline(moments, absent, _date(case.decision.parsed["recordedtime"]), case.year)
    return (
        f"<p class='soft swipe'>左右滑动可看全图</p><div class=scroll>{picture}</div>"
        "<p class=soft>细线为签到，红带为离岗；圆点为其他事实，"
        "连线的两端是发生与获知；红线为认定时刻，红点为认定之后才获知。</p>"
        "<div class=scroll><table class=plain><tr><th>发生<th>获知<th>相隔天数<th>事实</tr>"
        f"{rows}</table></div>{more}"
    )


def _moment(case: CaseFile, event: Event) -> Moment:
    data = event.parsed["data"]
    known = _date(event.parsed["recordedtime"])
    happened = next((date.fromisoformat(data[name]) for name in _DATES if isinstance(data.get(name), str)), known)
    name = event.parsed["type"].split(".")[2]
    later = event.index >= case.basis[event.origin] and event != case.decision
    return Moment(
        happened, known, fact_name(event.parsed["type"]), name in _COMMON, later and not _of_the_decision(case, event)
    )


def _of_the_decision(case: CaseFile, event: Event) -> bool:
    """Recorded in one transaction with the determination."""
    correlation = case.decision.parsed["correlationid"]
    return bool(event.origin == case.decision.origin and event.parsed["correlationid"] == correlation)


def _finding(finding: Mapping[str, Any], clauses: Mapping[str, str], again: Again) -> str:
    article, outcome = finding["article"], finding["outcome"]
    ground = finding.get("ground")
    kind = (
        f"ground-{outcome}" if ground or article == ANY_GROUND else f"duty-{outcome}" if article in DUTIES else outcome
    )
    values = "".join(
        f"<span>{escape(VALUES.get(name, name))} <b>{escape(value_text(name, value))}</b></span>"
        for name, value in finding["values"].items()
    )
    used = again.then.parameters
    parameters = "".join(
        f"<li><code>{escape(name)}</code> {escape(_parameter(used[name]))}{escape(_before(used, name))}</li>"
        for name in PARAMETERS_OF.get(article, ())
        if name in used
    )
    evidence = _evidence(finding["evidence"], again.case)
    where = f"第 {article.partition('.')[0]} 条" + (f" 第 {article.partition('.')[2]} 项" if ground else "")
    return (
        f'<article class="finding {outcome} {kind}"><div class=head><h3>{where} '
        f"<small>{article} {ground or ''}</small></h3><span class=said>{escape(outcome_words(finding))}</span></div>"
        f"<blockquote>{escape(clauses[article])}</blockquote><div class=values>{values}</div>"
        + (f"<div class=soft>适用参数<ul class=parameters>{parameters}</ul></div>" if parameters else "")
        + f"{evidence}</article>"
    )


def _parameter(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=("，", "："))


def _before(used: Mapping[str, Any], name: str) -> str:
    """What the parameter was on earlier days, where each day goes by what held on it (A89)."""
    said = "；".join(f"{iso(day)} 及以前为 {_parameter(value)}" for day, value in earlier(used, name))
    return f"（{said}）" if said else ""


def _lenses(again: Again) -> str:
    """Two by two, and the findings that differ with the reason."""
    words = {"then": "认定时", "now": "现在"}
    recorded = str(again.case.said["outcome"])
    rows = []
    for facts in ("then", "now"):
        cells = []
        for rules in ("then", "now"):
            outcome = again.standing(f"{facts}-{rules}")
            kind = "" if outcome == recorded else " class=diff"
            cells.append(f"<td{kind}>{escape(RESULTS.get(outcome, outcome))}</td>")
        rows.append(f"<tr><th>{words[facts]}所知的事实</th>{''.join(cells)}</tr>")
    why = {"facts": "事实", "rules": "规则", "both": "事实和规则", "only_together": "两者合在一起"}
    lines = [
        f"<li>第 {one['article']} 款因{why[one['because']]}而不同：当时 {escape(_said(one['article'], one['then']))}，"
        f"现在 {escape(_said(one['article'], one['now']))}</li>"
        for one in again.differences()
    ]
    return f"<table class=plain><tr><th></th><th>认定时的规则</th><th>现在的规则</th></tr>{''.join(rows)}</table>" + (
        f"<ul>{''.join(lines)}</ul>" if lines else "<p>各视角下逐款认定全部相同。</p>"
    )


def _said(article: str, finding: Mapping[str, Any] | None) -> str:
    if finding is None:
        return "无此项"
    values = "，".join(f"{VALUES.get(n, n)} {value_text(n, value)}" for n, value in finding["values"].items())
    return f"{outcome_words({**finding, 'article': article})}（{values}）"


def _evidence(ids: Sequence[str], case: CaseFile) -> str:
    if not ids:
        return ""
    by_id = {event.parsed["id"]: event for event in case.events}
    rows = "".join(
        f"<li><code>{escape(one)}</code> {escape(_described(by_id[one])) if one in by_id else ''}</li>" for one in ids
    )
    if len(ids) <= SHOWN_OPENLY:
        return f"<p class=soft>依据 {len(ids)} 个事件</p><ol class=evidence>{rows}</ol>"
    listed = f"<details><summary>逐个列出</summary><ol class=evidence>{rows}</ol></details>"
    return f"<p class=soft>依据 {len(ids)} 个事件，全部列于 replay/then-then.json</p>{listed}"


def _described(event: Event) -> str:
    return f"{fact_name(event.parsed['type'])}，{event.origin} 第 {event.index} 号"


def _flip(shown: Mapping[str, Any], case: CaseFile, flipping: Mapping[str, Any]) -> str:
    """The distance to each threshold, then the recorded facts on which the result hangs."""
    found = margins(shown, case.said) + [
        flip_text(one, had_grounds=bool(flipping["from"]["grounds"])) for one in flipping["sets"][:MOST_FLIPS]
    ]
    singles, pairs = flipping["singles"], flipping["pairs"]
    one_by_one = f"逐个试过 {singles['tried']} 个事实（共 {singles['of']} 个）"
    tried = f"{one_by_one}，成对试过 {pairs['tried']} 对（共 {pairs['of']} 对）。"
    found.append(tried if flipping["sets"] else f"没有哪一个或两个事实单独决定结果：{tried}")
    return f"<ul class=flip>{''.join(f'<li>{escape(line)}</li>' for line in found)}</ul>"


def _since(case: CaseFile) -> str:
    later = [
        event
        for event in case.events
        if event.index >= case.basis[event.origin]
        and event.parsed["data"].get("person") == case.person
        and event != case.decision
        and not _of_the_decision(case, event)
    ]
    if not later:
        return "<p>至制作本包时，没有新的事实。</p>"
    rows = "".join(
        f"<tr><td>{_day(event.parsed['recordedtime'])}</td><td>{escape(fact_name(event.parsed['type']))}</td>"
        f"<td><code>{escape(event.parsed['id'])}</code></td></tr>"
        for event in later[:60]
    )
    return (
        f"<p>认定之后又获知 {len(later)} 个事实。它们不改变本次认定；是否重新认定由县级联席办决定。</p>"
        f"<div class=scroll><table class=plain><tr><th>获知<th>事实<th>事件</tr>{rows}</table></div>"
    )


def _undetermined(shown: Mapping[str, Any], case: CaseFile, closed: Sequence[str]) -> str:
    kinds = ("undetermined", "erased") if shown["grounds"] else ("undetermined", "erased", "needs_determination")
    open_ones = [f for f in shown["findings"] if f["outcome"] in kinds]
    lines = [f"第 {f['article']} 款：{OUTCOMES[f['outcome']]}" for f in open_ones]
    by_id = {event.parsed["id"]: event for event in case.events}
    for one in closed:
        event = by_id[one]
        digests = event.parsed["data"].get("_sd", ())
        how = "已销毁" if any(digest in case.erased for digest in digests) else "未披露"
        member = OPENED[event.parsed["type"]]
        lines.append(f"{_described(event)}：{MEMBERS.get(member, member)}{how}")
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else "<p>没有。</p>"


def _footer(case: CaseFile) -> str:
    said = case.said
    rows: Iterable[tuple[str, str]] = (
        ("事实摘要 inputs", said["inputs"]),
        ("规则 rules", said["rules_digest"]),
        ("参数 parameters", said["parameters_digest"]),
        ("计算程序 fold", said["fold_digest"]),
        ("认定事件 event", case.decision.parsed["id"]),
    )
    shown = "".join(f"<tr><th>{name}</th><td><code>{escape(str(value))}</code></td></tr>" for name, value in rows)
    made = f"{case.made} 制作，{escape(case.identifier)}"
    return f"<footer><table class=plain>{shown}</table><p class=soft>{made}</p></footer>"


def _date(recorded: str) -> date:
    return date.fromordinal(beijing_day(recorded))


def _day(recorded: str) -> str:
    return iso(beijing_day(recorded))
