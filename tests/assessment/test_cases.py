"""The worked cases of the analysis, and the runner that officials use."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.assessment.cases import form_expected, form_given
from services.assessment.cases.cases import load_cases, run_case, run_cases
from services.assessment.cases.events import KEYS
from services.assessment.fold.findings import FoldError
from services.assessment.rules import rules
from services.registry import services_of_cases

CASES = Path(__file__).parents[1] / "cases"
FILES = sorted(CASES.rglob("*.yaml"))
SERVICES = services_of_cases()
EVERY = [case for file in FILES for case in load_cases(file)]


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_every_worked_case_comes_out_as_written(file: Path) -> None:
    report = run_cases([file], SERVICES)
    assert [(o.case, o.reading, o.differences) for o in report.outcomes if not o.passed] == []
    assert report.outcomes


def test_the_cases_of_the_analysis_are_all_there_and_no_id_is_used_twice() -> None:
    ids = [str(case["id"]) for case in EVERY]
    assert len(ids) == len(set(ids))
    assert {f"W{number:02d}" for number in range(1, 79)} <= {name.partition("-")[0] for name in ids}


@pytest.mark.parametrize("service", ["attendance", "personnel", "finance"])
def test_every_word_of_a_service_is_described_and_used(service: str) -> None:
    own = vars(SERVICES[service].words).items()
    words = {name.replace("_", "-") for name, member in own if callable(member) and not name.startswith("_")}
    steps = [step for case in EVERY for step in case.get("steps", ())]
    used = {str(step["does"]).removeprefix(f"{service}/") for step in steps}
    assert words <= used
    readme = (CASES / "README.md").read_text("utf-8")
    described = readme[readme.index(f"**{service}**") :]
    assert [word for word in sorted(words) if f"`{word}`" not in described] == []


def test_every_option_of_every_parameter_of_the_fold_appears_in_a_case() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    for parameter in rules.load().parameters.values():
        if parameter.fold and parameter.by != "t" and parameter.domain.kind in ("choice", "bool"):
            options = parameter.domain.options or (True, False)
            default = parameter.values[-1][1]
            for option in options:
                written = f"{parameter.name}: {str(option).lower() if isinstance(option, bool) else option}"
                assert option == default or written in text, f"no case with {written}"


def test_a_case_that_does_not_come_out_says_what_differs_and_fails(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(
        "- {id: X1, title: 错, year: 2017, given: {posted: 2017-01-01.., present: 2017-03-06},"
        " expect: {on_post_days: 2, outcome: 称职}}\n",
        encoding="utf-8",
    )
    report = run_cases([file])
    assert report.exit_code == 1
    assert "在岗天数应为 2，实为 1 / days on post: expected 2, got 1" in report.text()
    assert json.loads(json.dumps(report.as_json()))["failed"] == 1


def test_nothing_to_run_is_not_a_success(tmp_path: Path) -> None:
    report = run_cases([tmp_path])
    assert (report.exit_code, "没有案例" in report.text()) == (1, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: X", "list of cases"),
        ("- {id: X,\n  title: [}", "wrong.yaml: 第2行 / line 2: 写法不对"),
        ("- [", "wrong.yaml"),
        ("- {id: X, title: t, year: 2017, given: {posted: 2017-02-30..2017-03-01}, expect: {}", "wrong.yaml"),
        ("- {id: X, title: t, year: 2017, as_of: 2017-02-30}", "2017-02-30 不是日期"),
        ("- {id: X, title: t, year: 2017, expect: {listed: true}, expect: {listed: false}}", "expect 写了两次"),
        ("[{id: X, title: t, year: 2017, expect: {}, given: {}}, {id: X}]", "two cases have the id X"),
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FoldError) as refused:
        run_cases([file])
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ("year: 2017, expect: {}", "either given or people"),
        ("expect: {}, given: {}", "missing ['year']（wrong.yaml 第1行 / line 1）"),
        ("year: 2017, given: {},\n   expct: {}", "did you mean expect?（wrong.yaml 第2行 / line 2）"),
        ("year: 2035, given: {present: 9 duty days of 2035}, expect: {listed: true}", "没有2035年的工作日历"),
        ("year: 2017, article: 12.10, given: {}, expect: {listed: true}", "article 应加引号"),
        ("year: 2017, given: {}, expect: {findings: {15.3: met}}", "条款应加引号"),
        ("year: 2017, given: {}, expect: {grounds: D4}", "grounds 应写作 [D4]"),
        ("year: 2017, given: {grade: {year: 2017, grade: 优秀, score: 95}}, expect: {listed: true}", "95 分写作 9500"),
        (
            "year: 2017, given: {grade: {year: 2017, grade: 优秀, score: 950000}}, expect: {listed: true}",
            "score 不能写作",
        ),
        ("year: 2017, given: {present: 400 duty days of 2017}, expect: {listed: true}", "没有这么多"),
        ("year: 2017, given: {present: 二百天}, expect: {listed: true}", "不是日子的写法"),
        (
            'year: 2017, given: {sanction: {decided: "2017-06-01"}}, expect: {grounds: [D1]}',
            "decided 写作一个日期，不加引号",
        ),
    ],
)
def test_one_bad_case_says_why_and_the_others_are_run(tmp_path: Path, members: str, said: str) -> None:
    good = "- {id: G, title: t, year: 2017, given: {posted: 2017-01-01..}, expect: {half_year: true}}"
    (tmp_path / "wrong.yaml").write_text(f"- {{id: X, title: t, {members}}}\n{good}\n", encoding="utf-8")
    wrong, right = run_cases([tmp_path]).outcomes
    assert any(said in line for line in wrong.differences), wrong.differences
    assert (
        right.differences == ("是否列入考核对象名单应为 是，实为 否 / on the list: expected yes, got no",)
        or right.passed
    )


def test_a_case_may_be_written_in_the_words_of_the_measures(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        "- id: X\n  title: 全年请病假，当年考核为不合格\n  year: 2017\n  article: '15.3'\n  given:\n"
        "    posted: {days: 2017-01-01 至 2017-12-31, source: 第一书记, ended_by: 强行调整}\n"
        "    present: 2017-01-01 至 2017-03-31 工作日\n    leave: {days: 2017-04-05..2017-04-14 工作日, kind: 病假}\n"
        "    corrected: {days: 2017-12-28, status: 在岗}\n"
        "  expect:\n    outcome: 不合格\n    flags: [first_secretary]\n    days: {2017-03-31: 在岗, 2017-04-05: 请假}\n"
        "    counts: {请假: 8}\n    findings: {'15.5': 成立, '15.1': 不成立}\n",
        encoding="utf-8",
    )
    report = run_cases([tmp_path])
    assert [o.differences for o in report.outcomes] == [()]


@pytest.mark.parametrize(
    "given",
    [
        {"posted": "2017-01-01..", "persent": "2017-03-06"},
        {"posted": "2017-01-01..", "present": "2017-03-06.."},
        {"posted": "2017-13-01.."},
        {"posted": "2017-03-01..2017-01-01"},
        {"posted": "2017-01-01..", "leave": {"days": "2017-03-06", "kind": "holiday"}},
        {"posted": "2017-01-01..", "present": {"days": "2017-03-06", "recorded": "2017-03-06T08:00:00"}},
    ],
)
def test_a_case_that_cannot_be_written_as_events_fails_with_its_reason(given: dict[str, object]) -> None:
    [outcome] = run_case({"id": "X", "title": "t", "year": 2017, "given": given, "expect": {"listed": True}})
    assert not outcome.passed
    assert outcome.differences[0].startswith("given: ")


GIVEN = {"posted": "2017-01-01..", "present": "2017-03-06"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"expect": {}}, "expect 应写作"),
        ({"expect": [1]}, "expect 应写作"),
        ({"expect": {"outcom": "称职"}}, "did you mean outcome?"),
        ({"expect": {"outcome": "合格"}}, "没有“合格”"),
        ({"expect": {"no_flags": ["dead"]}}, "没有“dead”"),
        ({"expect": {"days": {"2017-03-06": "PRESENT"}}}, "没有“PRESENT”"),
        ({"expect": {"findings": {"15.3": "yes"}}}, "没有“yes”"),
        ({"expect": {"people": {"甲": {"listed": True}}}}, "没有“people”"),
        ({"given": None}, "given 应写作"),
        ({"given": {**GIVEN, "leave": {"days": "2017-03-07", "retruned": "2017-03-08"}}}, "did you mean returned"),
        ({"given": {**GIVEN, "sanction": {"visibility": "hidden"}}}, "'decided' is missing"),
        ({"year": "2017"}, "year 应写作数字"),
        ({"article": "15.9"}, "没有“15.9”"),
        ({"readings": [{"parameter": {}}]}, "did you mean parameters?"),
        ({"readings": "none"}, "readings 应写作若干条"),
        ({"steps": ["open-year"]}, "第1步"),
        ({"steps": [{"doos": "open-year"}]}, "did you mean does?"),
        ({"rulings": {"paramter": "absence.basis"}}, "did you mean parameter?"),
        ({"rulings": {"parameter": "absence.bassis", "value": "duty", "valid_from": date(2017, 1, 1)}}, "没有参数"),
        ({"ties_resolved": {"year": 2017, "chosen": ["丙"]}}, "没有“丙”"),
        ({"roles": {"TQ": date(2018, 1, 9)}}, "没有“TQ”"),
        ({"roles": {"乡镇": "2018"}}, "应写最后一日"),
        ({"parameters": {"absence.bassis": "calendar"}}, "did you mean absence.basis"),
        ({"parameters": {"notice.days": 12}}, "notice.days 不影响折算"),
        ({"readings": [{"why": "没有写要得出什么"}]}, "readings 1: expect 应写作"),
        ({"readings": []}, "readings 应写作若干条"),
        ({"expect": {"flags": []}}, "flags 没有写要比较什么"),
        ({"expect": {"refused": "x", "outcome": "称职"}}, "outcome 不会被读取"),
        ({"given": {"posted": {"days": "2017-01-01..", "ended_by": "forced"}}}, "ended_by 不会被读取"),
        ({"given": {"posted": {"days": "2017-01-01..2017-06-30", "decided": "2017-06-01"}}}, "decided 不会被读取"),
        ({"given": {"posted": {"days": "2017-01-01..2017-06-30", "ended_by": "quit"}}}, "ended_by: 没有“quit”"),
        ({"given": {**GIVEN, "leave": {"days": "2017-03-07", "closed_on": "2017-03-08"}}}, "closed_on 不会被读取"),
        ({"given": {**GIVEN, "leave": {"days": "2017-03-07", "approved_only_by": "boss"}}}, "没有“boss”"),
        (
            {"given": {**GIVEN, "leave": {"days": "2017-03-07", "approved_only_by": "leader", "granted_by": "county"}}},
            "granted_by 不会被读取",
        ),
        ({"given": {**GIVEN, "sanction": {"decided": "2017-05-01", "visibility": "erazed"}}}, "没有“erazed”"),
        ({"given": {**GIVEN, "grade": "称职"}}, "grade 应写作"),
    ],
)
def test_what_nothing_would_read_is_said_and_never_passed_over(changed: dict[str, Any], said: str) -> None:
    case = {"id": "X", "title": "t", "year": 2017, "given": GIVEN, "expect": {"listed": True}} | changed
    [outcome] = run_case(case)
    assert any(said in line for line in outcome.differences), outcome.differences


def test_what_only_the_fold_reads_says_nothing_of_steps() -> None:
    steps = [{"date": "2017-12-20", "who": "县联席办", "does": "open-year", "refused": "NO_RULE_SET"}]
    case = {"id": "X", "title": "t", "year": 2017, "given": GIVEN, "steps": steps}
    assert run_case(case, SERVICES)[0].passed
    [outcome] = run_case({**case, "parameters": {"absence.basis": "calendar"}}, SERVICES)
    assert "parameters 不会被读取" in outcome.differences[0]


@pytest.mark.parametrize(
    "expect",
    [
        {"outcome": "称职"},
        {"people": {"乙": {"listed": True}}},
        {"counties": {530113: {"quta": {}}}},
        {"counties": {530113: {"quota": {"maxmum": 1}}}},
    ],
)
def test_of_several_people_each_is_expected_by_name(expect: dict[str, Any]) -> None:
    [outcome] = run_case({"id": "X", "title": "t", "year": 2017, "people": {"甲": GIVEN}, "expect": expect})
    assert outcome.differences
    assert all("没有“" in line for line in outcome.differences)


def test_everything_that_a_case_may_give_is_written_by_a_method_and_described() -> None:
    assert set(form_given.GIVEN) == {*KEYS, "no_record"}
    readme = (CASES / "README.md").read_text("utf-8")
    words = {
        *form_given.GIVEN,
        *form_expected.OF_A_PERSON,
        *(word for entry in form_given.GIVEN.values() for word in entry),
    }
    assert sorted(word for word in words if word not in readme) == []


@pytest.mark.parametrize(
    ("expect", "sentence"),
    [
        ({"outcome": "优秀"}, "结果应为 优秀，实为 待定等次 AWAITING_GRADE / outcome: expected 优秀"),
        ({"grounds": ["D3"]}, "第十五条情形应为 D3，实为 没有 / grounds of Art. 15: expected D3, got none"),
        ({"listed": False}, "是否列入考核对象名单应为 否，实为 是"),
        ({"flags": ["died"]}, "应标注“当年亡故”，没有标注"),
        ({"days": {date(2017, 1, 3): "LEAVE"}}, "2017-01-03 的状态应为 请假 LEAVE，实为 在岗 ONPOST"),
        ({"counts": {"ABSENT": 1}}, "离岗的天数应为 1，实为 0"),
        ({"findings": {"15.3": "met"}}, "第15条（15.3）的认定应为 成立 met，实为 不成立 not met"),
        ({"values": {"9.2": {"required": 201}}}, "第9条（9.2）的 required 应为 201，实为 200"),
        ({"values": {"9.2": {"requierd": None}}}, "第9条（9.2）的 requierd 应为 没有，实为 没有这个数值"),
        ({"runs": [3]}, "各段连续离岗的天数应为 3，实为 没有"),
        ({"crossing_date": date(2017, 5, 5)}, "连续离岗超过限额之日应为 2017-05-05，实为 没有"),
    ],
)
def test_every_kind_of_difference_is_a_sentence(expect: dict[str, Any], sentence: str) -> None:
    given = {"posted": "2017-01-01..2017-12-31", "present": "2017-01-01..2017-12-31 duty"}
    case = {"id": "X", "title": "试", "year": 2017, "given": given}
    (good,) = run_case({**case, "expect": {"half_year": True}})
    assert good.passed
    (outcome,) = run_case({**case, "expect": expect})
    assert len(outcome.differences) == 1
    assert sentence in outcome.differences[0]


OPENED: list[dict[str, Any]] = [
    {"date": "2016-12-01", "who": "市委组织部", "does": "adopt-rules", "with": {"ruleset": "kunming-2016-1"}},
    {"date": "2017-12-20", "who": "县联席办", "does": "open-year"},
]


def differences(*steps: dict[str, Any], **more: Any) -> list[str]:
    """What a case of those steps says, of one person present all year."""
    given = {"posted": "2017-01-01..", "present": "2017-01-01..2017-12-31 duty"}
    case = {"id": "X", "title": "试", "year": 2017, "given": given, "steps": [*OPENED, *steps], **more}
    (outcome,) = run_case(case, SERVICES)
    return list(outcome.differences)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"who": "乡镇", "with": {"grade": "优秀"}, "refused": "DISQUALIFIED"}, "应当拒绝（DISQUALIFIED），却记录了"),
        ({"who": "县联席办", "with": {"grade": "称职"}}, "应当记录，却被拒绝：AUTH"),
        ({"who": "县联席办", "with": {"grade": "称职"}, "refused": "QUOTA"}, "应以 QUOTA 拒绝，实为"),
        ({"who": "县联席办", "with": {"grade": "称职"}, "refused": "AUTH", "article": "15"}, "拒绝应依据"),
        ({"who": "乡镇", "with": {"grade": "合格"}}, "应当记录，却被拒绝：MALFORMED"),
        ({"who": "乡镇", "with": {"grade": "称职"}, "recorded": ["GradeProposed"]}, "应记录 GradeProposed，实记录"),
        (
            {"who": "乡镇", "with": {"grade": "称职"}, "says": {"GradeProposed": {"score": 1}}},
            "没有 GradeProposed 写明",
        ),
    ],
)
def test_a_step_that_comes_out_otherwise_says_so(step: dict[str, Any], sentence: str) -> None:
    (found,) = differences({"date": "2018-01-10", "does": "propose-grade", **step})
    assert found.startswith("第3步 propose-grade / step 3: ")
    assert sentence in found


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"does": "results", "with": {"verson": 1}, "expect": {"本人": {"outcome": "称职"}}}, "did you mean version?"),
        ({"does": "results", "expect": {"本人": {"outcom": None}}}, "did you mean outcome?"),
        ({"does": "results", "expect": {"甲": {"outcome": "称职"}}}, "没有“甲”"),
        ({"does": "results"}, "expect 应写作"),
        ({"does": "replay", "who": "乡镇", "expect": {"reproduced": True}}, "who 不会被读取"),
        ({"does": "replay", "with": {"parameters": {}}, "expect": {"reproduced": True}}, "没有“parameters”"),
        ({"does": "replay", "with": {"person": "甲"}, "expect": {"reproduced": True}}, "with person: 没有“甲”"),
        ({"does": "replay", "expect": {"now-than": "称职"}}, "did you mean now-then"),
        ({"does": "replay", "refused": "AUTH", "expect": {"reproduced": True}}, "refused 不会被读取"),
        ({"does": "readings", "with": {"year": 2016}}, "没有“year”"),
        ({"does": "readings", "expect": {"甲": []}}, "没有“甲”"),
        ({"does": "vary", "with": {"absence.basis": "calendar", "absence.rest_in_run": "break"}}, "只改一个参数"),
        ({"does": "vary"}, "只改一个参数"),
        ({"does": "vary", "with": {"absence.bassis": "calendar"}}, "没有参数 absence.bassis"),
        ({"does": "folded", "with": {"as_of": 1}, "expect": {"listed": True}}, "没有“as_of”"),
        ({"does": "folded"}, "expect 应写作"),
        ({"does": "folded", "expect": {"outcom": "称职"}}, "did you mean outcome?"),
        ({"does": "read-again", "with": {"times": 3}}, "此处没有可写的"),
        ({"does": "read-again", "expect": True}, "此步只看结果是否相同"),
        ({"does": "superseded", "with": {"type": "DayStatusCorected"}, "expect": 0}, "did you mean DayStatusCorrected"),
        ({"does": "superseded", "expect": 0}, "缺少 type"),
        ({"does": "superseded", "with": {"type": "DayStatusCorrected"}, "expect": "none"}, "应写个数"),
        ({"does": "open-year", "with": {"cuonty": "530113"}, "who": "县联席办"}, "did you mean county?"),
        ({"does": "open-year", "with": ["530113"], "who": "县联席办"}, "with 应写作"),
        ({"does": "open-year", "who": "县联席办", "expect": {"listed": True}}, "应写 recorded 或 says"),
        ({"does": "open-year", "who": "县联席办", "article": "12"}, "只与 refused 同写"),
        ({"does": "open-year", "who": "县联席办", "open_sheets": []}, "只有 finalise-year 读这一项"),
        ({"does": "open-year", "who": "乡镇", "refused": "AUTH", "recorded": []}, "什么也不记录"),
        (
            {"does": "propose-grades", "who": "乡镇", "with": {"proposals": [{"person": "本人", "grad": "称职"}]}},
            "with.proposals: 没有“grad”",
        ),
        ({"does": "personnel/forms-team", "with": {"peple": [1]}}, "did you mean people?"),
        ({"does": "personnel/form-teams"}, "did you mean personnel/form-team"),
        ({"does": "finances/asks"}, "did you mean finance"),
        ({"does": "open-years", "who": "县联席办"}, "did you mean open-year"),
        ({"does": "open-year", "who": "县级联席办"}, "did you mean 县联席办"),
        ({"date": "2018/1/10", "does": "open-year", "who": "县联席办"}, "date 应写作 2017-12-28"),
        ({"does": "open-year", "who": "县联席办", "recorded": "AssessmentYearOpened"}, "recorded 应写作 ["),
        ({"does": "personnel/forms-team"}, "缺少 people"),
        ({"does": "personnel/strength", "expect": 6, "says": {}}, "says 不会被读取"),
        ({"does": "personnel/strength", "expect": 6, "refused": "AUTH"}, "提问的步骤不记录"),
    ],
)
def test_what_a_step_does_not_read_is_said_before_anything_is_done(step: dict[str, Any], said: str) -> None:
    found = differences({"date": "2018-01-10", **step})
    assert any(said in line for line in found), found
    assert all(line.startswith(f"第3步 {step['does']} / step 3: ") for line in found)


def test_without_roles_nobody_is_found_to_have_kept_to_the_matrix() -> None:
    taken: list[dict[str, Any]] = [
        {"date": "2018-01-10", "who": "乡镇", "does": "propose-grade", "with": {"grade": "称职"}},
        {"date": "2018-01-11", "who": "县联席办", "does": "review-grades"},
        {"date": "2018-01-12", "who": "县联席办", "does": "acknowledge-sensitive"},
        {"date": "2018-01-13", "who": "县联席办", "does": "finalise-year"},
    ]
    asked = {"date": "2018-02-01", "does": "replay", "expect": {"violations": []}}
    (said,) = differences(*taken, asked)
    assert "没有写 roles" in said
    assert differences(*taken, asked, roles={}) == []


def test_a_mistyped_word_is_named_with_its_file_and_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yml"
    file.write_text(
        "- id: X\n  title: t\n  year: 2017\n  given: {posted: 2017-01-01..}\n  steps:\n    - does: replay\n"
        "      with:\n        version: 1\n        persn: 本人\n      expect: {reproduced: true}\n",
        encoding="utf-8",
    )
    [outcome] = run_cases([tmp_path], SERVICES).outcomes
    assert outcome.differences == (
        "第1步 replay / step 1: with: 没有“persn” / there is no 'persn'；是否指 / did you mean person / version?；"
        "有 / there are person、version、set（mine.yml 第9行 / line 9）",
    )


def test_a_step_is_refused_as_over_http_and_nothing_is_written_twice() -> None:
    proposed = {"date": "2018-01-10", "who": "乡镇", "does": "propose-grade", "with": {"grade": "称职"}}
    asked = {"date": "2018-01-11", "does": "results", "expect": {"本人": {"outcome": "称职"}}}
    assert differences(proposed) == []
    assert differences(proposed, asked) == [
        "第4步 results / step 4: 本人: 结果应为 称职，实为 没有 / outcome: expected 称职, got none"
    ]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"date": "2018-01-10", "does": "grade-everybody", "who": "乡镇"}, "no such command"),
        ({"date": "2018-01-10", "does": "forest/plant", "who": "乡镇"}, "no such service"),
        ({"date": "2018-01-10", "does": "propose-grade", "who": "省长"}, "who?"),
        ({"date": "2018-01-10"}, "needs does"),
        ({"date": "2018-01-10", "does": "finalise-year", "who": "县联席办", "when": 1}, "没有“when”"),
        ({"date": "2016-01-01", "does": "open-year", "who": "县联席办"}, "follow each other in time"),
    ],
)
def test_a_step_that_cannot_be_taken_fails_with_its_reason(step: dict[str, Any], said: str) -> None:
    (found,) = differences(step)
    assert said in found
