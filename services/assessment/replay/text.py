"""A replay as people read it. Chinese first, English second; made from the replay's JSON alone."""

import json
from collections.abc import Mapping
from typing import Any

from services.assessment.replay.contested import dispute_lines
from services.assessment.rules.explain import OUTCOMES, RESULTS
from services.assessment.rules.rules import clauses

LENSES = {
    "then-then": "当时所知 × 当时规则 facts then, rules then",
    "now-then": "现在所知 × 当时规则 facts now, rules then",
    "then-now": "当时所知 × 现行规则 facts then, rules now",
    "now-now": "现在所知 × 现行规则 facts now, rules now",
}
BECAUSE = {
    "facts": "因事实 by facts",
    "rules": "因规则 by rules",
    "code": "因程序 by the program",
    "both": "事实与规则各自都足以改变 by each of facts and rules",
    "only_together": "事实与规则合在一起才改变 only by both together",
}
KINDS = {"late": "迟到 late", "backdated": "补登 back-dated", "correction": "更正 correction", "other": "其他 other"}
MOVES = {"removed": "去掉 removed", "known_in_time": "当时即已知 known in time"}
WHY = {
    "role_ended": "职责已终止 the role had ended",
    "role_not_held": "无此职责 the role was not held",
    "not_for_this_role": "非该机构的权限 not for this body to say",
    "own_case": "办理本人事项 a case of his or her own",
    "not_ones_own": "代他人登记 said about somebody else",
    "not_the_level": "不由这一级批准 not for this level to approve",
    "level_skipped": "前一级未批准 the level before had not approved",
    "not_joint": "未经两家、两人会同 without the other interpreter",
    "not_approved": "未经市联席办批准 without the city office's approval",
    "not_its_person": "非该单位派出的人员 somebody whom another unit sent",
    "not_posted_there": "该人未派驻在其辖区 somebody never posted in that area",
    "not_asked": "无人提出申请 nobody had asked for it",
    "step_missing": "未经教育帮助，或教育后未见再犯 without education, or without a failure to correct after it",
    "not_decided": "未经决定强行调整更换 no replacement by force had been decided",
    "not_proposed": "乡镇未提出该等次 the township had not proposed that grade",
    "not_reviewed": "该等次未经提出和审核 that grade was not proposed and reviewed",
    "not_acknowledged": "未确认取决于读法的名单 the list of readings was not acknowledged",
    "ground_set_aside": "第十五条情形被绕过 a ground of Art. 15 was set aside",
    "nothing_changed": "与所取代的认定逐字相同 says what the one before says, word for word",
    "not_final": "结果尚未审定 the result was not final",
    "not_told": "结果未经县联席办反馈 the county office had not told the result",
    "not_raised": "无人提起，也未依职权启动 neither raised nor ordered",
    "not_excellent": "当年考核不是优秀 not graded 优秀 that year",
}
NAMED = 20
"""Entries shown of a long list; the rest is counted."""


def replay_text(found: Mapping[str, Any]) -> str:
    """What `zhucun replay` prints."""
    decided = found["decided"]
    lines = [
        f"{found['person']}  {found['year']} 年度  第 {found['determination']} 次认定 determination"
        f" {found['determination']}",
        f"认定 decided: {decided['outcome']}  {decided['moment']}  事件 event {found['event']}",
        _reproduced(found),
        *code_lines(found["code"]),
        "",
        "四个镜头 four lenses:",
    ]
    for lens, title in LENSES.items():
        shown = found["lenses"][lens]
        result = shown["result"]
        standing = RESULTS.get(shown["standing"], shown["standing"])
        lines.append(
            f"  {title}: {standing}  {' '.join(result['grounds']) or '-'}  在岗 on post {result['on_post_days']}，"
            f"离岗 absent {result['absences']}，最长 longest {result['longest_run']}"
        )
    lines += [
        "",
        *_differences(found),
        *_later(found),
        *dispute_lines(found["disputes"]),
        *_flips(found),
        *_quota(found),
        *_violations(found),
    ]
    return "\n".join(lines) + "\n"


def _reproduced(found: Mapping[str, Any]) -> str:
    if found["reproduced"]:
        return "当时×当时与所记录的认定逐字节一致 then/then gives the recorded determination byte for byte"
    named = "，".join(str(one["member"]) for one in found["differs"])
    if found["undetermined"]:
        clauses_named = "、".join(found["undetermined"])
        return (
            f"无法复现：{clauses_named} 所依的内容已销毁或未披露"
            f" undetermined: what {clauses_named} rests on was erased or is not disclosed"
        )
    return f"当时×当时与所记录的认定不一致 then/then differs from what was recorded: {named}"


def code_lines(code: Mapping[str, Any]) -> list[str]:
    """That another program decided, and what today's makes of the same facts by the same rules; nothing if it did."""
    if code["same"]:
        return []
    by = code["decided_by"]
    if code["kept"]:
        lines = [f"由当时的版本 {by['release']} 重算，今天的程序已不同 worked out by the release that decided"]
    else:
        lines = [
            f"作出认定的程序（{by['fold_digest'][:12]}…）没有存档，只能由今天的程序重算"
            " the program that decided is not kept: only today's can be asked"
        ]
    if code.get("parameters_added"):
        names = "、".join(code["parameters_added"])
        lines.append(
            f"  当时尚无的参数，按现行规则集取值 parameters that there were not yet, as committed now: {names}"
        )
    changed = code["changes"]
    if not changed:
        return [
            *lines,
            "  同样的事实和规则，今天的程序结果相同 today's program says the same of the same facts and rules",
        ]
    lines.append("  同样的事实和规则，今天的程序不同 today's program says otherwise of the same facts and rules:")
    for one in changed:
        if one["article"] is None:
            lines.append(f"    结果 outcome: {one['then']} → {one['today']}")
        else:
            lines.append(f"    {one['article']}: {_said(one['then'])} → {_said(one['today'])}")
    return lines


def _differences(found: Mapping[str, Any]) -> list[str]:
    if not found["differences"]:
        return ["认定所依各条，现在与当时相同 no finding differs", ""]
    lines = ["不同之处 differences:"]
    for one in found["differences"]:
        lines.append(f"  第{one['article'].partition('.')[0]}条 {one['article']} {BECAUSE[one['because']]}")
        lines.append(f"    条文：{clauses()[one['article']].text}")
        lines += [f"    {zh}: {_said(one[key])}" for key, zh in (("then", "当时 then"), ("now", "现在 now"))]
    return [*lines, ""]


def _said(finding: Mapping[str, Any] | None) -> str:
    if finding is None:
        return "无 none"
    values = "，".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in finding["values"].items())
    return f"{OUTCOMES[finding['outcome']]}  {values}"


def _later(found: Mapping[str, Any]) -> list[str]:
    later = found["became_known"]
    if not later:
        return ["认定之后没有得知新的事实 nothing became known afterwards", ""]
    lines = [f"认定之后才得知 became known afterwards ({len(later)}):"]
    for one in later[:NAMED]:
        lag = "" if one["lag_days"] is None else f"，迟 {one['lag_days']} 天 lag {one['lag_days']} days"
        about = f"{one['about']} " if one["about"] else ""
        lines.append(
            f"  {about}{one['type']}  {KINDS[one['kind']]}，记于 recorded {one['recorded']}{lag}  {one['event']}"
        )
    return [*lines, *_more(len(later)), ""]


def _flips(found: Mapping[str, Any]) -> list[str]:
    flips = found.get("flips")
    if flips is None:
        return []
    singles, pairs = flips["singles"], flips["pairs"]
    lines = ["会改变结果的最小事实组合 smallest sets of facts that change the outcome:"]
    for one in flips["sets"][:NAMED]:
        changes = "；".join(
            f"{change['type']} {change['about'] or ''} {MOVES[change['move']]} {change['event']}"
            for change in one["changes"]
        )
        alike = f"（同类 {one['alike']} 组 {one['alike']} such sets）" if one["alike"] > 1 else ""
        result = f"{RESULTS.get(one['outcome'], one['outcome'])} {' '.join(one['grounds']) or '-'}"
        lines.append(f"  → {result}：{changes}{alike}")
    if not flips["sets"]:
        lines.append("  没有 none")
    lines += _more(len(flips["sets"]))
    lines.append(f"  单项试过 singles tried {singles['tried']}/{singles['of']}")
    lines.append(f"  两项组合试过 pairs tried {pairs['tried']}/{pairs['of']}")
    if pairs["left_out"]:
        lines.append(f"  到达限度，未试 the bound was reached, left out: {pairs['left_out']}")
    return [*lines, ""]


def _quota(found: Mapping[str, Any]) -> list[str]:
    quota, now = found["quota"], found["quota"]["now"]
    lowest = "-" if quota["lowest_score"] is None else f"{quota['lowest_score'] / 100:.2f}"
    return [
        f"优秀名额线 quota line: 考核总数 objects {quota['objects']}，名额 places {quota['maximum']}，"
        f"已定 given {quota['excellent']}，线上最低分 lowest score {lowest}",
        f"  现在 now: 余额 head-room {now['head_room']}，本人{'占' if now['would_hold'] else '不占'}名额；"
        "他人结果不变 nobody else's result moves",
        *(
            f"  {name} 现在不同，本次重放仍用当时划定的名额线 differs now, yet the line stays as it was drawn:"
            " a line of another scope needs everybody's file (zhucun assess --set)"
            for name in found["not_varied"]
        ),
        "",
    ]


def _violations(found: Mapping[str, Any]) -> list[str]:
    wrong = found["violations"]
    if wrong is None:
        return ["未给出职责记录，权限未核 no role events given: authority not checked"]
    if not wrong:
        return ["经手各人当时均有相应职责 everybody who acted held the role"]
    lines = [f"权限不符 authority violations ({len(wrong)}):"]
    for one in wrong[:NAMED]:
        until = f"（至 {one['last_day']}）" if one["last_day"] else ""
        lines.append(
            f"  {one['recorded']} {one['type']} {one['person']} {one['role']} {one['place']}: {WHY[one['why']]}{until}"
            f"  {one['event']}"
        )
    return [*lines, *_more(len(wrong))]


def _more(count: int) -> list[str]:
    return [f"  …… 另 {count - NAMED} 项 and {count - NAMED} more"] if count > NAMED else []
