"""The year as people read it: who was where for how many days, what stands against whom, who got which grade."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable

from contracts.catalogue import SERVICES
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.loader import Loaded
from deploy.local.demonstration.population import COUNTY, COUNTY_NAME, Team
from deploy.local.demonstration.verify import Verified

COLUMNS = ("人员", "姓名", "派驻", "在岗", "请假", "离岗", "最长连续", "情形", "等次", "说明")
NUMBERS = range(2, 7)
SHORT = {"D1": "处分", "D2": "严重不良影响", "D3": "天数不足", "D4": "离岗", "D5": "强行更换"}
OUTCOMES = {"NOT_ASSESSED_HERE": "不在此考核", "OFF_LIST": "不列入", "NOT_POSTED": "未派驻"}
STYLES = {"优秀": "green", "不称职": "red", "未定等次": "yellow", "基本称职": "cyan"}

Row = tuple[str, ...]


def print_year(console: Console, verified: Verified, cast: Cast, year: int) -> None:
    """All teams and people, then the line of the quota."""
    console.print()
    console.print(f"{COUNTY_NAME} {year} 年度驻村工作队考核 (演示数据，人物均为虚构)", style="bold", soft_wrap=True)
    teams = list(_teams(verified.fold["persons"], cast))
    if console.is_terminal:
        console.print(_rich(teams))
    else:
        for line in _plain(teams):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    for line in quota_lines(verified.fold, cast):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _teams(people: Mapping[str, Any], cast: Cast) -> Iterator[tuple[Team, list[Row]]]:
    """Every team with the rows of the people whose last posting of the year is there, by person id."""
    for team in cast.population.teams:
        rows = [
            _row(person, shown, cast)
            for person, shown in sorted(people.items())
            if shown["postings"] and shown["postings"][-1]["team"] == team.team
        ]
        yield team, rows


def _row(person: str, shown: Mapping[str, Any], cast: Cast) -> Row:
    articles = {finding["ground"]: finding["article"] for finding in shown["findings"] if "ground" in finding}
    grounds = " ".join(f"第{articles[ground]}条{SHORT[ground]}" for ground in shown["grounds"])
    leader = "（队长）" if cast.lives[person].leader else ""
    return (
        person,
        cast.name_of(person) + leader,
        str(shown["posted_days"]),
        str(shown["on_post_days"]),
        str(shown["leave_days"]),
        str(shown["absences"]),
        str(shown["longest_run"]),
        grounds,
        OUTCOMES.get(shown["outcome"], shown["outcome"]),
        cast.lives[person].story,
    )


def _rich(teams: Sequence[tuple[Team, list[Row]]]) -> RichTable:
    table = RichTable(box=box.SIMPLE, pad_edge=False, header_style="bold")
    for at, name in enumerate(COLUMNS):
        table.add_column(name, justify="right" if at in NUMBERS else "left", no_wrap=at < len(COLUMNS) - 1)
    for team, rows in teams:
        table.add_row(team.team, team.village_name, style="bold")
        for row in rows:
            table.add_row(*row, style=STYLES.get(row[8]))
        table.add_section()
    return table


def _plain(teams: Sequence[tuple[Team, list[Row]]]) -> Iterator[str]:
    """Columns aligned by the width that Chinese characters take on a screen; no colours, no boxes."""
    every = [COLUMNS, *(row for _, rows in teams for row in rows)]
    widths = [max(cell_len(row[at]) for row in every) for at in range(len(COLUMNS))]
    yield _line(COLUMNS, widths)
    for team, rows in teams:
        yield f"{team.team}  {team.village_name}"
        for row in rows:
            yield _line(row, widths)


def _line(row: Row, widths: Sequence[int]) -> str:
    cells = []
    for at, (text, width) in enumerate(zip(row, widths, strict=True)):
        padding = " " * (width - cell_len(text))
        cells.append(padding + text if at in NUMBERS else text + padding)
    return "  ".join(cells).rstrip()


def quota_lines(fold: Mapping[str, Any], cast: Cast) -> list[str]:
    """How many places there were, who took the last one, who stood beyond the line."""
    county = fold["counties"][COUNTY]
    quota = county["quota"]
    people = fold["persons"]
    outcomes = Counter(shown["outcome"] for shown in people.values() if shown["listed"])
    counted = "，".join(
        f"{outcome} {outcomes[outcome]}" for outcome in ("优秀", "称职", "基本称职", "不称职", "未定等次")
    )
    beyond = [cast.name_of(person) for person, shown in sorted(people.items()) if "beyond_quota" in shown["flags"]]
    return [
        "",
        f"考核总数 {quota['objects']}，优秀名额至多 {quota['maximum']}（第十二条：不超过20%，不进位），"
        f"已定 {len(quota['excellent'])}；提名优秀而名额已满：{'、'.join(beyond) or '无'}",
        counted,
    ]


def print_agreement(console: Console, verified: Verified, loaded: Loaded | None) -> None:
    """What was compared, and every disagreement."""
    console.print()
    if loaded is not None and loaded.seconds:
        rate = loaded.events / loaded.seconds
        console.print(
            f"装载 loaded: {loaded.events} events, {loaded.steps} commands, {loaded.seconds:.1f} s, {rate:,.0f}/s",
            highlight=False,
            soft_wrap=True,
        )
    for service, count in verified.counts.items():
        consumed = ", ".join(f"{origin} {number}" for origin, number in sorted(count.consumed.items()))
        console.print(
            f"{service}: accepted {count.accepted} = sealed {count.sealed} = published {count.published};"
            f" consumed {consumed or '-'}",
            highlight=False,
            soft_wrap=True,
        )
    for line in verified.roots:
        console.print(line, highlight=False, soft_wrap=True)
    if not verified.disagreements:
        agreed = "一致 agreed: 视图、离线推算、手工预期、计数、树根 views, offline fold, table, counts, roots"
        console.print(agreed, style="green", soft_wrap=True)
        return
    console.print(f"不一致 {len(verified.disagreements)} disagreements:", style="bold red")
    for sentence in verified.disagreements:
        console.print(f"  {sentence}", markup=False, highlight=False, soft_wrap=True)


def print_next(console: Console, url: str) -> None:
    """Where to look next."""
    console.print()
    console.print("接下来 next:", style="bold")
    for service in SERVICES:
        console.print(f"  {url}/{service}/docs", highlight=False, soft_wrap=True)
    for line in (
        "zhucun explain P101703 2017      余差一：199天为什么是不称职",
        "zhucun replay P101703 2017       余差一：当时与现在、事实与规则四个镜头，差哪一天就会改变",
        "zhucun explain P100102 2017      凌跨年：跨年度连续离岗如何计算",
        "zhucun export > events.jsonl && zhucun assess --events events.jsonl --year 2017 --set absence.basis=calendar",
        "zhucun log fsck attendance       从原始字节重算整棵树",
    ):
        console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
