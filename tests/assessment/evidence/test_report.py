"""The page for people: without script or network, true to the fold, and safe with whatever the events say."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from services.assessment.evidence import casefile, layout
from services.assessment.evidence.archive import unpack
from services.assessment.evidence.casefile import CaseFile
from services.assessment.report_margins import flip_text, margins
from services.assessment.report_summary import other_determinations, quota_effect
from services.assessment.report_words import value_text
from tests.assessment.evidence.world import OTHERS, WHOLE_YEAR, YEAR, World, world


def page_of(found: World) -> str:
    return unpack(found.bundle().archive)[layout.REPORT].decode("utf-8")


@pytest.fixture(scope="module")
def page() -> str:
    more = {"travel": {"days": "2017-04-10..2017-04-14"}, "found_absent": {"days": date(2017, 2, 14)}}
    return page_of(world(WHOLE_YEAR, more))


class Seen(HTMLParser):
    """Every element with its attributes, and whether they are closed in order."""

    VOID = frozenset({"meta", "br"})
    IMPLIED = frozenset({"th", "tr", "td", "dt", "dd", "li"})

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in self.IMPLIED:
            self.open.pop()
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def test_it_runs_nothing_and_fetches_nothing(page: str) -> None:
    seen = Seen()
    seen.feed(page)
    assert seen.open == []
    names = {name for name, _ in seen.elements}
    assert not names & {"script", "iframe", "object", "embed", "link", "img", "form", "input", "base"}
    for _, attributes in seen.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "action")]
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?://", page)


def test_it_has_a_cell_for_every_day_and_the_counts_of_the_fold(page: str) -> None:
    assert len(re.findall(r"<td class=\"s-\w+\"", page)) == 365
    for words in ("在岗 200 天", "因公出差 5 天", "不称职", "第15条第1项 受党纪政纪处分", "四种视角", "怎样会改变结果"):
        assert words in page, words
    assert page.count('class="s-TRAVEL"') == 5


def test_every_clause_stands_there_word_for_word(page: str) -> None:
    for words in ("每年在岗时间不少于200天（含因公出差）。", "无正当理由离岗连续超过15天或一年内累计超过30天的；"):
        assert words in page


def test_other_rules_of_now_are_shown_beside_those_of_then() -> None:
    found = world()
    found.now = {"absence.year_limit": 60, "absence.run_limit": 90}
    shown = page_of(found)
    assert "第 15.4 款因规则而不同" in shown
    assert "各视角下逐款认定全部相同" in page_of(world())


@pytest.mark.parametrize(
    ("on_post", "outcome", "words"),
    [
        (200, "not_met", "若有 1 天"),
        (205, "not_met", "若有 6 天"),
        (199, "met", "再认定 1 天"),
        (1, "not_applicable", "不取决于"),
    ],
)
def test_the_distance_to_two_hundred_days_is_exact(on_post: int, outcome: str, words: str) -> None:
    finding = {"article": "15.3", "outcome": outcome, "values": {"on_post": on_post, "required": 200}, "ground": "D3"}
    (line,) = margins({"findings": [finding]}, {"outcome": "称职"})
    assert words in line


@pytest.mark.parametrize(
    ("longest", "total", "words"),
    [
        (15, 30, ["连续离岗 15 天，限 15 天：再有 1 天", "累计离岗 30 天，限 30 天：再有 1 天"]),
        (16, 31, ["连续离岗 16 天，限 15 天：须有 1 天", "累计离岗 31 天，限 30 天：须有 1 天"]),
    ],
)
def test_the_distance_to_both_limits_of_absence_is_exact(longest: int, total: int, words: list[str]) -> None:
    values = {"longest_run": longest, "total": total, "run_limit": 15, "year_limit": 30}
    finding = {"article": "15.4", "outcome": "met", "values": values, "ground": "D4"}
    lines = margins({"findings": [finding]}, {"outcome": "不称职"})
    assert [line.startswith(begin) for line, begin in zip(lines, words, strict=True)] == [True, True]


def test_the_facts_on_which_the_result_hangs_are_named(page: str) -> None:
    assert "若无 2017-01-01 的派驻：结果为 当年无派驻" in page
    assert "逐个试过" in page
    change = {"type": "LeaveGranted", "about": "2017-03-06", "move": "removed", "event": "e"}
    both = {"changes": [change, change], "outcome": "不称职", "grounds": ["D3"], "alike": 2}
    removed = "若无 2017-03-06 的准假，并若无 2017-03-06 的准假"
    said = f"{removed}：结果为 不称职（第15条第3项 驻村时间不足）；同样的变动共 2 个。"
    assert flip_text(both, had_grounds=False) == said
    assert "须重新提出" in flip_text({**both, "grounds": []}, had_grounds=True)


def test_values_are_said_in_words() -> None:
    assert [value_text("score", 8650), value_text("x", None), value_text("x", True)] == ["86.50", "无", "是"]


def case_of(found: World) -> CaseFile:
    return casefile.read(unpack(found.bundle().archive))


def test_why_it_is_so_stands_at_the_top_in_sentences(page: str) -> None:
    head = page[: page.index("<h2>")]
    assert "第15条第1项 受党纪政纪处分：当年有此项决定 1 个。" in head
    assert "第15条第4项 无正当理由离岗：无正当理由离岗最长连续" in head
    assert "此项不能由任何人改评，只能更正事实" in head


def test_of_several_determinations_each_names_the_other() -> None:
    case = case_of(world())
    stream = case.decision.stream
    later = replace(
        case.decision,
        index=case.decision.index + 9,
        parsed={**case.decision.parsed, "data": {**case.said, "determination": 2, "outcome": "称职"}},
    )
    assert later.stream == stream
    both = (*case.events, later)
    assert other_determinations(replace(case, events=both)) == [
        "本次认定已被 2018-01-20 第 2 次认定取代，其结果为 称职。以下为本次认定所据。"
    ]
    second = replace(case, events=both, decision=later, determination=2)
    assert other_determinations(second) == ["本次认定取代 2018-01-20 第 1 次认定，其结果为 不称职。"]
    assert other_determinations(case) == []


def test_an_outcome_that_cannot_be_worked_out_any_more_says_so_at_the_top() -> None:
    found = world({"present": "2017-01-01..2017-12-31 duty"})
    events = [json.loads(body) for log in found.logs.values() for body in log.bodies]
    found.erase(next(event for event in events if "DisciplinarySanctionRecorded" in event["type"]), "decided_on")
    shown = page_of(found)
    assert "所据内容中有的已销毁或未披露" in shown[: shown.index("<h2>")]
    assert "第15条第1项 受党纪政纪处分（无法判定）" in shown


def test_the_effect_of_the_places_is_shown_to_whom_it_concerns_and_names_nobody() -> None:
    found = world(final=False)
    grade = {"year": YEAR, "grade": "优秀", "score": 9500}
    for person, given in ((OTHERS[0], grade), (OTHERS[1], {**grade, "score": 9000})):
        found.tell({"present": "2017-01-01..2017-12-31 duty", "grade": given}, person, "grade")
    found.finalise()
    assert "优秀名额与本次结果无关" in page_of(found)
    case = case_of(found)
    finding = {"article": "12.6", "outcome": "not_met", "values": {"objects": 3, "maximum": 1, "score": 9000}}
    shown = quota_effect(case, {"findings": [finding]})
    for words in ("3 人", "1 个", "2 人", "90.00", "第 2", "95.00", "名额已满"):
        assert words in shown
    assert not [person for person in OTHERS if person in shown]
