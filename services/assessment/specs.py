"""Every command of assessment: its form, who may give it, which states it reads, what it has to know first."""

from collections.abc import Callable, Collection, Iterable, Mapping
from operator import attrgetter
from typing import Any

from contracts.identifiers import Role, stream_name
from services.assessment import commands as cmd
from services.assessment.domain import decide
from services.assessment.results.awards import stream_of
from services.assessment.rules import gathering as rules_gathering
from services.assessment.said import CITY
from services.assessment.state import State
from services.assessment.year import gathering
from services.assessment.year.finalising import parameters_stream
from services.assessment.year.known import Concerned, Opening, Persons, YearShown
from services.runtime.command_routes import Authority, CommandSpec, from_command, nothing_to_gather
from services.runtime.decisions import RULESET, Act, Decision

INTERPRETERS = (Role.CITY_ORGANISATION, Role.CITY_POVERTY)
COUNTY_OFFICE = (Role.COUNTY_OFFICE,)
INVESTIGATORS = (Role.DISCIPLINE, Role.COUNTY_OFFICE)
RULES = stream_name("rules", RULESET)


def decide_on_present(act: Act[Any, Any], states: Mapping[str, State]) -> Decision:
    """Decides, unless the own log has moved on since it was folded for this command (raises Refused)."""
    gathering.assert_present(act.known, states)
    return decide(act, states)


def _county(command: Any, _known: Any) -> Collection[str]:
    return [stream_name("county", command.county, command.year)]


def _person_file(command: Any, _known: Any) -> Collection[str]:
    return [f"assessment/{command.person}/*"]


def _person_and_county(command: Any, known: Any) -> Collection[str]:
    return [*_person_file(command, known), *_county(command, known)]


def _proposed(command: cmd.ProposeGrade, known: Any) -> Collection[str]:
    return [*_person_and_county(command, known), RULES]


def _all_proposed(command: cmd.ProposeGrades, known: Any) -> Collection[str]:
    return [*_persons_named(command, known), RULES]


def _disputed(command: cmd.RaiseDispute, known: Any) -> Collection[str]:
    return [*_person_file(command, known), RULES]


def _persons_named(command: cmd.ReviewGrades | cmd.ReturnGrades | cmd.ProposeGrades, known: Any) -> Collection[str]:
    return [*_county(command, known), *(f"assessment/{person}/*" for person in dict.fromkeys(command.persons))]


def _all_listed(command: cmd.FinaliseYear, known: YearShown | None) -> Collection[str]:
    if known is None:
        return _county(command, known)
    return [*_county(command, known), parameters_stream(known), *_files(known.persons)]


def _opened(command: cmd.OpenYear, known: Opening) -> Collection[str]:
    return [*_county(command, known), RULES, *_files(known.listed)]


def _reissued(command: cmd.DecideDispute, known: YearShown | None) -> Collection[str]:
    return [*_person_and_county(command, known), *([parameters_stream(known)] if known else ())]


def _files(persons: Iterable[str]) -> list[str]:
    return [f"assessment/{person}/*" for person in persons]


def _files_and_county(command: cmd.FileLists | cmd.FeedBack, known: Persons) -> Collection[str]:
    return [*_county(command, known), *_files(known.persons)]


def _rules(_command: Any, _known: Any) -> Collection[str]:
    return [RULES]


def _circular(command: cmd.CirculateExcellent | cmd.WithdrawCircular, _known: Any) -> Collection[str]:
    return [stream_name("circular", command.area, command.year)]


def _award(command: cmd.AwardCommand, _known: Any) -> Collection[str]:
    return [f"assessment/{command.person}/*", stream_of(command)]


def _township_of_person(command: cmd.ProposeGrade, known: YearShown) -> Authority:
    return Authority((Role.TOWNSHIP,), known.persons[command.person].village or command.county)


def _in_county(*roles: Role) -> Callable[[Any, Any], Authority]:
    return lambda command, _known: Authority(roles, command.county)


def _township_of_concerned(_command: Any, known: Concerned) -> Authority:
    return Authority((Role.TOWNSHIP,), known.village)


def _proposer_of_impact(command: cmd.ProposeSevereImpact, known: str | bool) -> Authority:
    """The township of the person's last village in the county, or discipline inspection."""
    return Authority((Role.TOWNSHIP, Role.DISCIPLINE), known if isinstance(known, str) else command.county)


def _by_interpreters(_command: Any, _known: Any) -> Authority:
    return Authority(INTERPRETERS, CITY)


def _by_city_office(_command: Any, _known: Any) -> Authority:
    return Authority((Role.CITY_OFFICE,), CITY)


def _by_unit(_command: Any, known: Concerned) -> Authority:
    return Authority((Role.DISPATCHING_UNIT,), known.village, known.unit)


def _by_person_or_unit(command: cmd.RaiseDispute, known: Concerned) -> Authority:
    """The person, wherever posted by now, or as of the last day of a posting that has ended; otherwise the unit."""
    as_of = None if known.posted_now else known.last_day
    own = Authority((Role.TEAM_LEADER, Role.MEMBER), known.posted_now or known.village, on=as_of)
    return own if known.caller == command.person else _by_unit(command, known)


def _by_office_of_level(
    command: cmd.CirculateExcellent | cmd.WithdrawCircular | cmd.WithdrawAward, _known: Any
) -> Authority:
    return Authority((Role.CITY_OFFICE if command.area == CITY else Role.COUNTY_OFFICE,), command.area)


def _spec(
    name: str, command: type[Any], article: str, authority: Any, keys: Any, gather: Any, summary: str
) -> CommandSpec[Any, Any]:
    return CommandSpec(name, command, article, authority, keys, gather, summary)


def _case(name: str, command: type[Any], article: str, summary: str, *roles: Role) -> CommandSpec[Any, Any]:
    """A case of one person, recorded by a body of the county named."""
    return CommandSpec(name, command, article, _in_county(*roles), _person_file, gathering.posted_in_county, summary)


def _by_county(
    name: str, command: type[Any], article: str, summary: str, keys: Callable[[Any, Any], Collection[str]], gather: Any
) -> CommandSpec[Any, Any]:
    """A step of the county office on the fold of its people."""
    known = gathering.for_those_who_may(gather, COUNTY_OFFICE, article)
    return CommandSpec(name, command, article, _in_county(*COUNTY_OFFICE), keys, known, summary)


COMMANDS: tuple[CommandSpec[Any, Any], ...] = (
    CommandSpec(
        name="adopt-rules",
        command=cmd.AdoptRules,
        article="23.1",
        authority=_by_interpreters,
        keys=lambda c, _: [stream_name("rules", c.ruleset)],
        gather=gathering.rules_in_force,
        summary="登记考核办法",
    ),
    CommandSpec(
        name="publish-calendar",
        command=cmd.PublishCalendar,
        article="9.2",
        authority=_by_interpreters,
        keys=lambda c, _: [stream_name("calendar", str(c.year))],
        gather=from_command(gathering.calendar),
        summary="登记工作日安排",
    ),
    CommandSpec(
        name="open-year",
        command=cmd.OpenYear,
        article="12.1",
        authority=_in_county(*COUNTY_OFFICE),
        keys=_opened,
        gather=gathering.opening,
        summary="启动年度考核",
    ),
    _case("record-sanction", cmd.RecordSanction, "15.1", "登记党纪政纪处分", Role.DISCIPLINE),
    CommandSpec(
        name="propose-severe-impact",
        command=cmd.ProposeSevereImpact,
        article="15.2",
        authority=_proposer_of_impact,
        keys=_person_file,
        gather=gathering.posted_there,
        summary="提请认定严重不良影响",
    ),
    _case("record-severe-impact", cmd.RecordSevereImpact, "15.2", "认定严重不良影响", *COUNTY_OFFICE),
    _case("open-investigation", cmd.OpenInvestigation, "15.1", "立案", *INVESTIGATORS),
    _case("close-investigation", cmd.CloseInvestigation, "15.1", "结案", *INVESTIGATORS),
    CommandSpec(
        name="propose-grade",
        command=cmd.ProposeGrade,
        article="12.2",
        authority=_township_of_person,
        keys=_proposed,
        gather=gathering.person_year,
        summary="提出考核等次",
    ),
    CommandSpec(
        name="propose-grades",
        command=cmd.ProposeGrades,
        article="12.2",
        authority=lambda c, _: Authority((Role.TOWNSHIP,), c.township),
        keys=_all_proposed,
        gather=gathering.for_those_who_may(
            gathering.persons_named, (Role.TOWNSHIP,), "12.2", place=attrgetter("township")
        ),
        summary="批量提出考核等次",
    ),
    _by_county("review-grades", cmd.ReviewGrades, "12.3", "审核考核等次", _persons_named, gathering.persons_named),
    CommandSpec(
        name="give-tie-opinion",
        command=cmd.GiveTieOpinion,
        article="12.6",
        authority=lambda c, _: Authority((Role.TOWNSHIP,), c.township),
        keys=_county,
        gather=gathering.for_those_who_may(
            gathering.county_year, (Role.TOWNSHIP,), "12.6", place=attrgetter("township")
        ),
        summary="乡镇对同分人选的意见",
    ),
    _by_county("resolve-tie", cmd.ResolveTie, "12.6", "确定同分人选", _county, gathering.county_year),
    _by_county(
        "review-shortfall", cmd.ReviewShortfall, "15.3", "复核天数不足", _person_and_county, gathering.person_year
    ),
    _by_county("return-grades", cmd.ReturnGrades, "12.3", "退回考核等次", _persons_named, gathering.persons_named),
    _by_county(
        "acknowledge-sensitive", cmd.AcknowledgeSensitive, "23.2", "确认读法名单", _county, gathering.county_readings
    ),
    _by_county("finalise-year", cmd.FinaliseYear, "12.3", "审定全县结果", _all_listed, gathering.county_readings),
    _spec("give-unit-opinion", cmd.GiveUnitOpinion, "12.2", _by_unit, _person_and_county, gathering.concerned,
          "派出单位意见"),
    _spec("give-county-opinion", cmd.GiveCountyOpinion, "12.3", _in_county(Role.COUNTY_ORGANISATION), _county,
          nothing_to_gather, "县级组织部门意见"),
    _spec("attach-evidence", cmd.AttachEvidence, "12.2", _township_of_concerned, _person_and_county,
          gathering.concerned, "附工作实绩材料"),
    _spec("file-lists", cmd.FileLists, "12.7", _in_county(*COUNTY_OFFICE), _files_and_county,
          gathering.determined_in_county, "报送两份名单"),
    _spec("feed-back", cmd.FeedBack, "12.8", _in_county(*COUNTY_OFFICE), _files_and_county, gathering.of_unit,
          "反馈派出单位"),
    _spec("file-result", cmd.FileResult, "12.9", _by_unit, _person_file, gathering.concerned, "存入个人档案"),
    _spec("circulate-excellent", cmd.CirculateExcellent, "13.1", _by_office_of_level, _circular,
          gathering.excellent_of, "通报优秀人员"),
    _spec("withdraw-circular", cmd.WithdrawCircular, "13.1", _by_office_of_level, _circular,
          gathering.excellent_of, "撤回优秀人员通报"),
    _spec("nominate-advanced", cmd.NominateAdvanced, "13.2", _in_county(*COUNTY_OFFICE), _award,
          nothing_to_gather, "推荐先进工作者"),
    _spec("give-award-opinion", cmd.GiveAwardOpinion, "13.2", _by_interpreters, _award, nothing_to_gather,
          "对先进人选的意见"),
    _spec("select-advanced", cmd.SelectAdvanced, "13.2", _by_city_office, _award, nothing_to_gather,
          "评选先进工作者"),
    _spec("propose-commendation", cmd.ProposeCommendation, "13.3", _township_of_concerned, _award,
          gathering.concerned, "提出县级表彰人选"),
    _spec("award-commendation", cmd.AwardCommendation, "13.3", _in_county(*COUNTY_OFFICE), _award,
          nothing_to_gather, "县级表彰"),
    _spec("withdraw-award", cmd.WithdrawAward, "13", _by_office_of_level, _award, nothing_to_gather,
          "撤销评选、表彰"),
    _spec("record-term-assessment", cmd.RecordTermAssessment, "14.1", _in_county(*COUNTY_OFFICE), _person_file,
          gathering.term_ended, "任期考核"),
    _spec("raise-dispute", cmd.RaiseDispute, "12.8", _by_person_or_unit, _disputed, gathering.concerned,
          "提出异议"),
    _spec("order-reassessment", cmd.OrderReassessment, "12.3", _in_county(*COUNTY_OFFICE), _person_file,
          gathering.concerned, "决定重新考核"),
    _spec("review-dispute", cmd.ReviewDispute, "12.3", _township_of_concerned, _person_file, gathering.concerned,
          "乡镇对异议的意见"),
    _spec("give-dispute-opinion", cmd.GiveDisputeOpinion, "12.3", _by_unit, _person_file, gathering.concerned,
          "派出单位对异议的意见"),
    _by_county("decide-dispute", cmd.DecideDispute, "12.3", "对异议作出决定", _reissued, gathering.person_again),
    _spec("propose-interpretation", cmd.ProposeInterpretation, "23.2", _by_interpreters, _rules,
          from_command(rules_gathering.ruling), "提请会同解释"),
    _spec("issue-interpretation", cmd.IssueInterpretation, "23.2", _by_interpreters, _rules, nothing_to_gather,
          "会签解释"),
    _spec("adopt-county-measure", cmd.AdoptCountyMeasure, "23.4", _in_county(*COUNTY_OFFICE), _rules,
          from_command(rules_gathering.county_measure), "制定县级办法"),
)  # fmt: skip
