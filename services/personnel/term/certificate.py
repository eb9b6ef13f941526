"""The certificate of grass-roots experience on paper (Art. 12): no script, no network, prints on one page.

The log knows no name: it is written in by hand beside the person's number, and the event ids say where to check.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

CLAUSE = "驻村扶贫工作队工作经历（半年以上）作为个人基层工作经历。"
_STYLE = """
body { font-family: "Noto Serif CJK SC", "Songti SC", SimSun, serif; max-width: 42rem; margin: 3rem auto; }
h1 { font-size: 1.5rem; text-align: center; }
table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
th, td { border: 1px solid #444; padding: .4rem .6rem; text-align: left; }
code { font-size: .75rem; }
.sign { display: flex; justify-content: space-between; margin-top: 3rem; }
"""


def certificate(person: str, services: Sequence[Mapping[str, Any]], *, origin: str, on: date) -> str:
    """The page as HTML. `services` are credited services: starts_on, last_day, forced, event."""
    rows = "".join(_row(service) for service in services)
    return f"""<!doctype html>
<html lang="zh">
<head><meta charset="utf-8"><title>基层工作经历证明 {escape(person)}</title><style>{_STYLE}</style></head>
<body>
<h1>驻村扶贫工作队工作经历证明<br><small>certificate of grass-roots experience</small></h1>
<p>姓名 name：＿＿＿＿＿＿＿＿　　人员编号 number：{escape(person)}</p>
<p>《昆明市驻村扶贫工作队管理办法》（昆联发〔2016〕1号）第十二条：“{CLAUSE}”</p>
<table>
<thead><tr><th>起 from</th><th>止 to</th><th>说明 note</th><th>事件 event</th></tr></thead>
<tbody>{rows}</tbody>
</table>
<p>日志 log：<code>{escape(origin)}</code>　　出具日期 issued：{on.isoformat()}</p>
<p class="sign"><span>经办人 issued by：＿＿＿＿＿＿</span><span>（盖章 seal）</span></p>
</body>
</html>
"""


def _row(service: Mapping[str, Any]) -> str:
    note = "被强行调整更换 ended by forced replacement" if service["forced"] else ""
    first, last = service["starts_on"].isoformat(), service["last_day"].isoformat()
    return f"<tr><td>{first}</td><td>{last}</td><td>{note}</td><td><code>{escape(service['event'])}</code></td></tr>"
