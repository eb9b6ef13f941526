"""The measures as people read them: one clause with its code, parameters and cases; and the whole, text beside rule.

show("15.3")  ->  text for a terminal        weave()  ->  one HTML page, no script, for signing off
"""

import html
import inspect
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.assessment.articles import CLAUSES
from services.assessment.cases.written import files_of, read_cases
from services.assessment.rules.explain import PARAMETERS_OF
from services.assessment.rules.rules import Clause, Parameter, RulesError, clauses, load, rules_digest, text_digest

TREATMENTS = {
    "rule": "由代码适用的规则 a rule in code",
    "determination": "由有权机关认定 a body determines",
    "procedure": "由办理程序落实 a procedure",
    "not_modelled": "未建模 not modelled",
}
BY = {
    "t": "条文所定 fixed by the text",
    "t+": "条文所定，县可从严 fixed by the text, stricter in a county",
    "i": "市委组织部、市扶贫办联合解释 for the two interpreters",
    "c": "县可自定（不得放宽） for a county, never weaker",
}
CASES = Path("tests/cases")
_DIGITS = "零一二三四五六七八九"
_NUMBER = r"([0-9]{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NAMED = re.compile(rf"第?{_NUMBER}条(?:第?{_NUMBER}[款项])?")
"""An article, or one of its items, as it is cited."""
CHAPTERS = (
    (1, "第一章  总则"), (3, "第二章  选派和组队"), (6, "第三章  职能职责"), (8, "第四章  日常管理"),
    (12, "第五章  考核和奖惩"), (17, "第六章  保障措施"), (23, "第七章  附则"),
)  # fmt: skip


def show(article: str, cases: Path = CASES) -> str:
    """One clause (`15.3`, `第十五条第三项`), or an article whole (`15`, `第十五条`), as :func:`_show` has it.

    Raises RulesError for one that does not exist.
    """
    name = _in_figures(article)
    whole = [one for one in clauses() if one.startswith(f"{name}.")] if name not in clauses() else []
    return "\n".join(_show(one, cases) for one in whole or [name])


def _in_figures(article: str) -> str:
    """`第十五条第三项` as `15.3`; what is written otherwise as it is."""
    found = _NAMED.fullmatch(article.strip())
    if found is None:
        return article.strip()
    return ".".join(_number(part) for part in found.groups() if part)


def _number(text: str) -> str:
    """A number below a hundred in figures: `二十三` is 23."""
    if text.isdecimal() and text.isascii():
        return text
    tens, ten, ones = text.rpartition("十")
    units = _DIGITS.index(ones) if ones else 0
    return str((_DIGITS.index(tens) if tens else 1) * 10 + units if ten else units)


def _show(article: str, cases: Path) -> str:
    """One clause: its words, what became of it, gloss and code, the history of its parameters, the cases on it."""
    clause = _clause(article)
    lines = [f"第{article.partition('.')[0]}条 {article}", f"  条文：{clause.text}"]
    lines += [f"  {TREATMENTS[clause.treatment]}：{clause.where}"]
    gloss = gloss_of(article)
    if gloss:
        lines += ["", "  释义 gloss:", *(f"    {line}" for line in gloss.splitlines())]
        lines += ["", "  代码 code:", *(f"    {line}" for line in code_of(article).splitlines())]
    parameters = parameters_of(article)
    lines += ["", "  参数 parameters:" if parameters else "  没有参数 no parameter"]
    for parameter in parameters:
        lines.append(f"    {parameter.name}（{_by(parameter)}）取值 takes {parameter.describe()}")
        lines += [f"      自 {day} 起 from {day}: {_json(value)}" for day, value in parameter.values]
        lines.append(f"      依据 source: {parameter.source}")
    lines += [f"    {name} {e['what']}（{e['where']}）" for name, e in load().fixed.items() if e["article"] == article]
    found = cases_of(article, cases)
    lines += ["", f"  案例 cases ({len(found)}):", *(f"    {name} {title}" for name, title in found)]
    return "\n".join(lines) + "\n"


def _clause(article: str) -> Clause:
    found = clauses().get(article)
    if found is None:
        near = [name for name in clauses() if name.split(".")[0] == article.split(".")[0]]
        known = f"第{article.split('.')[0]}条有 {'、'.join(near)}" if near else "共二十三条，写作 15 或 15.3"
        raise RulesError(f"没有 {article} 款，{known} / there is no clause {article}")
    return found


def gloss_of(article: str) -> str | None:
    """The English of a clause that is code, from its function."""
    function = CLAUSES.get(article)
    if function is None:
        return None
    return inspect.cleandoc(function.__doc__ or "").partition("\n\n")[2].strip()


def code_of(article: str) -> str:
    """The function of a clause without its docstring."""
    source = inspect.getsource(CLAUSES[article])
    head, _, rest = source.partition('"""')
    return (head.rstrip() + "\n" + rest.partition('"""')[2].lstrip("\n")).rstrip()


def parameters_of(article: str) -> list[Parameter]:
    """Parameters that the clause reads, and those that name it as theirs."""
    ruleset = load()
    read = set(PARAMETERS_OF.get(article, ()))
    return [p for name, p in ruleset.parameters.items() if name in read or p.article == article]


@cache
def _all_cases(folder: Path) -> tuple[tuple[str, str, str, frozenset[str]], ...]:
    """(id, title, article, clauses whose findings are expected) of every case."""
    found = []
    for file in files_of(folder) if folder.is_dir() else ():
        for case in read_cases(file):
            wanted = frozenset(_findings(case))
            found.append((str(case["id"]), str(case["title"]), str(case.get("article", "")), wanted))
    return tuple(found)


def _findings(case: Mapping[str, Any]) -> list[str]:
    grounds = {finding: f"15.{number}" for number, finding in enumerate(("D1", "D2", "D3", "D4", "D5"), start=1)}
    expects = [reading["expect"] for reading in (case, *case.get("readings", ())) if "expect" in reading]
    expects += [one for expect in expects for one in (expect.get("people") or {}).values()]
    named = [name for expect in expects for key in ("findings", "values") for name in expect.get(key) or ()]
    return named + [
        grounds[ground] for expect in expects for ground in expect.get("grounds") or () if ground in grounds
    ]


def cases_of(article: str, folder: Path = CASES) -> list[tuple[str, str]]:
    """Worked cases that exercise a clause: those filed under it, and those that expect a finding of it."""
    return [(name, title) for name, title, own, wanted in _all_cases(folder) if own == article or article in wanted]


def weave() -> str:
    """All 23 articles: the words on the left, what they are here on the right; the page a legal officer signs."""
    rows = []
    chapters = dict(CHAPTERS)
    seen = 0
    for article, clause in clauses().items():
        number = int(article.split(".")[0])
        if number != seen:
            if number in chapters:
                rows.append(f'<tr class="chapter"><th colspan="2">{html.escape(chapters[number])}</th></tr>')
            rows.append(f'<tr class="article"><th colspan="2" id="a{number}">第{number}条</th></tr>')
            seen = number
        rows.append(f'<tr><td lang="zh">{html.escape(clause.text)}</td><td>{_right(article, clause)}</td></tr>')
    body = "\n".join(rows)
    digests = f"条文 text {text_digest()}<br>规则集 rule set {rules_digest()}"
    return PAGE.format(rows=body, digests=digests, name=html.escape(load().ruleset))


def _right(article: str, clause: Clause) -> str:
    parts = [f'<p class="{clause.treatment}"><b>{article}</b> {html.escape(TREATMENTS[clause.treatment])}</p>']
    parts.append(f"<p>{html.escape(clause.where)}</p>")
    gloss = gloss_of(article)
    if gloss:
        parts.append(f"<p>{html.escape(gloss)}</p><pre>{html.escape(code_of(article))}</pre>")
    for parameter in parameters_of(article):
        values = "；".join(f"自 {day} 起 {_json(value)}" for day, value in parameter.values)
        parts.append(
            f"<p><code>{html.escape(parameter.name)}</code> {html.escape(values)}<br>"
            f"<small>{html.escape(_by(parameter))}；{html.escape(parameter.source)}</small></p>"
        )
    for name, entry in load().fixed.items():
        if entry["article"] == article:
            parts.append(f"<p>{name} {html.escape(entry['what'])}<br><small>{html.escape(entry['where'])}</small></p>")
    return "".join(parts)


def _by(parameter: Parameter) -> str:
    return BY["t+" if parameter.by == "t" and parameter.stricter else parameter.by]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


PAGE = """<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}：条文与规则对照</title>
<style>
body {{ font: 15px/1.6 "Noto Serif CJK SC", "Songti SC", SimSun, serif; margin: 1.5rem; color: #111; }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed; }}
td, th {{ border: 1px solid #999; padding: .5rem; vertical-align: top; text-align: left; overflow-wrap: anywhere; }}
.chapter th {{ background: #ddd; text-align: center; }}
.article th {{ background: #f2f2f2; }}
pre {{ white-space: pre-wrap; font-size: 12px; background: #f7f7f7; padding: .5rem; }}
p {{ margin: .2rem 0; }}
.not_modelled {{ color: #8a4b00; }}
.sign td {{ height: 6rem; }}
@page {{ size: A4; margin: 15mm; }}
@media print {{ tr {{ break-inside: avoid; }} body {{ font-size: 11px; margin: 0; }} }}
</style>
<h1>《昆明市驻村扶贫工作队管理办法》条文与规则对照</h1>
<p>{name}</p>
<table>
<tr><th>条文 text</th><th>在系统中 here</th></tr>
{rows}
<tr class="sign"><td>审核意见：</td><td>审核人（签名）：　　　　　　日期：<br><small>{digests}</small></td></tr>
</table>
</html>
"""
