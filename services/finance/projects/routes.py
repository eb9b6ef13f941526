"""The commands of projects: who may give each, and which streams it touches (Art. 20, matrix 3.3)."""

from collections.abc import Collection
from typing import Any

from contracts.finance import FundSource
from contracts.identifiers import Role
from services.finance import gathering
from services.finance.books.routes import AU, CF, DU, LD, TP, XF, by, spec
from services.finance.known import Known
from services.finance.projects import commands as cmd
from services.finance.streams import fund_stream, project_stream
from services.runtime.command_routes import Authority, CommandSpec

V2, VR, XL, IN, AD = (
    Role.VILLAGE_COMMITTEES,
    Role.VILLAGE_REPRESENTATIVES,
    Role.COUNTY_LEADING_GROUP,
    Role.INVESTOR,
    Role.AUDIT,
)
_GIVES = {FundSource.CITY: (CF,), FundSource.COUNTY: (XF,), FundSource.UNIT: (DU, AU), FundSource.INVESTOR: (IN,)}


def _investor(_command: Any, known: Known) -> Authority:
    """Whoever gives the project's money: a finance body, a unit, or the investing body or person."""
    if known.source is None:
        raise LookupError("a project knows its source")
    giver = known.giver if known.giver is not None and known.giver.startswith("O") else None
    return Authority(_GIVES[known.source], known.place, giver)


def _alone(command: Any, _known: Known) -> Collection[str]:
    return [project_stream(command.project)]


def _with_book(command: Any, known: Known) -> Collection[str]:
    return [project_stream(command.project), gathering.book_of(known)]


def _with_both_books(command: cmd.HandOverProject, known: Known) -> Collection[str]:
    if known.kind is None:
        raise LookupError("a project knows its kind of money")
    return [*_with_book(command, known), fund_stream(command.to_team, known.kind)]


PROJECTS: tuple[CommandSpec[Any, Known], ...] = (
    spec("propose-project", cmd.ProposeProject, "20.1", "提出项目", gathering.proposal, by(LD, V2), _alone),
    spec("hold-meeting", cmd.HoldMeeting, "20.2", "登记村民代表会议", gathering.project, by(LD, V2), _alone),
    spec("determine-project", cmd.DetermineProject, "20.2", "确定项目", gathering.project, by(LD, V2), _alone),
    spec("review-project", cmd.ReviewProject, "20.3", "乡镇审核项目", gathering.project, by(TP), _alone),
    spec(
        "issue-township-document",
        cmd.IssueTownshipDocument,
        "20.3",
        "以乡镇文件上报",
        gathering.project,
        by(TP),
        _alone,
    ),
    spec("decide-project", cmd.DecideProject, "20.4", "县领导小组审批", gathering.project, by(XL), _alone),
    spec("give-consent", cmd.GiveConsent, "20.6", "投入方书面同意", gathering.project, _investor, _alone),
    spec("start-project", cmd.StartProject, "20", "开工", gathering.project, by(LD, V2), _alone),
    spec("change-project", cmd.ChangeProject, "20.2", "变更项目", gathering.project, by(LD, V2), _with_book),
    spec("publicise", cmd.Publicise, "20.5", "在村公示", gathering.project, by(LD, V2), _with_book),
    spec("raise-objection", cmd.RaiseObjection, "20.5", "提出异议", gathering.project, by(VR, IN), _alone),
    spec("resolve-objection", cmd.ResolveObjection, "20.5", "答复异议", gathering.project, by(TP, AD), _alone),
    spec("complete-notice", cmd.CompleteNotice, "20.5", "公示期满", gathering.project, by(LD, V2), _alone),
    spec(
        "hand-over-project",
        cmd.HandOverProject,
        "19.1",
        "撤销工作队项目移交",
        gathering.project_handover,
        by(XF),
        _with_both_books,
    ),
    spec("accept-project", cmd.AcceptProject, "20.5", "项目验收", gathering.project, by(TP), _with_book),
)
