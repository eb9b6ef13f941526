"""One page with every event: meaning, article, who may subscribe, fields with units, example. No script, no network."""

import json
from html import escape
from typing import Any, get_type_hints

from contracts.catalogue import EVENTS, SERVICES
from contracts.event_articles import ANY, articles_of
from contracts.event_fields import unit_of
from contracts.event_names import name_of
from contracts.example import example
from contracts.fact import Fact
from contracts.scopes import RoleScope, Sees, matrix, receivers

_SEES = {
    Sees.EVERYTHING: "全部 everything",
    Sees.PLACE: "本区划 its places",
    Sees.OWN_PEOPLE: "本单位人员 its own people",
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.2rem .5rem;text-align:left}"
    "pre{background:#f4f4f4;padding:.5rem;overflow-x:auto;white-space:pre-wrap;word-break:break-all}"
    "h3{margin:2rem 0 .3rem;border-top:1px solid #999;padding-top:.5rem}nav a{margin-right:.6rem}"
)


def page() -> str:
    """The whole page as HTML text."""
    parts = [
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>驻村 zhucun 事件 events</title><style>{_STYLE}</style><h1>驻村 zhucun 事件目录 events</h1>",
        "<p>每个事件的原文逐字节签名、散列和转送。",
        "A value marked restricted or erasable stands behind a salted digest.</p>",
        f"<p>可订阅 who may subscribe, and sees what: {_subscribers()}。",
        "更正随被更正者送达。 A correction goes wherever what it corrects went.</p>",
    ]
    for service in SERVICES:
        types = [event_type for event_type in EVENTS if event_type.split(".")[1] == service]
        parts.append(f"<h2>{service}</h2><nav>")
        parts += [f'<a href="#{name}" title="{name.split(".", 2)[2]}">{name_of(name).title}</a>' for name in types]
        parts.append("</nav>")
        parts += [_event(name) for name in types]
    return "\n".join(parts) + "\n</html>\n"


def _event(event_type: str) -> str:
    cls = EVENTS[event_type]
    called = name_of(event_type)
    body = json.loads(example(event_type).body)
    shown = json.dumps(body, ensure_ascii=False, indent=1)
    who = "、".join(_receiver(row, event_type) for row in receivers(event_type))
    rows = "".join(
        _field(cls, name, hint) for name, hint in get_type_hints(cls, include_extras=True).items() if _own(cls, name)
    )
    return (
        f'<h3 id="{event_type}">{escape(called.title)} <code>{escape(event_type)}</code></h3>'
        f"<p>{escape(called.meaning)} · 版本 versions: {', '.join(_versions(event_type))}</p>"
        f"<p>流 stream <code>{escape(cls.STREAM)}</code> · 依据条款 articles {escape(_articles(event_type))}"
        f" · 可订阅 may subscribe: {escape(who)}</p>"
        f"<table><tr><th>字段 field<th>单位 unit<th>级别 class</tr>{rows}</table>"
        f"<details><summary>示例 example</summary><pre>{escape(shown)}</pre></details>"
    )


def _subscribers() -> str:
    return "；".join(f"{row.title} {row.role.value}: {_SEES[row.sees]}" for row in matrix().values())


def _receiver(row: RoleScope, event_type: str) -> str:
    """The role, the values that open members must have, and the closed ones that are opened to it."""
    grants = [grant for grant in row.events if grant.covers(event_type)]
    asked = [f"{name} = {value}" for grant in grants for name, value in grant.where.items()]
    opened = [f"公开 with {name}" for grant in grants for name in grant.disclose]
    more = "，".join([*asked, *opened])
    return f"{row.title} {row.role.value}" + (f" ({more})" if more else "")


def _articles(event_type: str) -> str:
    """All clauses by which such events come about."""
    return "、".join("任一 any" if article == ANY else article for article in articles_of(event_type))


def _versions(event_type: str) -> list[str]:
    """All versions of the event, the newest last."""
    event = event_type.rpartition(".")[0]
    return sorted((name.rpartition(".")[2] for name in EVENTS if name.rpartition(".")[0] == event), key=len)


def _own(cls: type[Fact], name: str) -> bool:
    return name in cls.model_fields and name not in Fact.model_fields


def _field(cls: type[Fact], name: str, hint: Any) -> str:
    required = "" if cls.model_fields[name].is_required() else " (可无 optional)"
    unit, closed = escape(unit_of(hint)), cls.sensitivity(name).value
    return f"<tr><td><code>{escape(name)}</code>{required}<td>{unit}<td>{closed}</tr>"
