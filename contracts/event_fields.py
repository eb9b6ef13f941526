"""What stands in a field of an event, for people: its unit, its kind of identifier, or its values."""

from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from contracts import identifiers as known
from contracts.attendance.bases import Evidence
from contracts.credit_code import CreditCode
from contracts.finance import SignedFen
from contracts.money import BoardMonth, GiverId, PublicName
from contracts.personnel.kinds import Month as PersonnelMonth
from contracts.results import Papers
from contracts.rules import ParameterValue
from contracts.sheets import Month

_MONTH = "月 month, YYYY-MM"
_PAPERS = "SHA-256，若干 any number"
_KNOWN: tuple[tuple[Any, str], ...] = (
    (known.PositiveFen, "分 fen (0.01 元), > 0"),
    (known.Fen, "分 fen (0.01 元)"),
    (SignedFen, "分 fen (0.01 元), ±"),
    (known.CentiScore, "1/100 分 hundredths of a point"),
    (known.CivilDate, "日期 date, Asia/Shanghai"),
    (known.Instant, "时刻 instant, UTC"),
    (known.Year, "年 year"),
    (Month, _MONTH),
    (PersonnelMonth, _MONTH),
    (BoardMonth, _MONTH),
    (known.Count, "数 count"),
    (known.PersonId, "人员 person"),
    (known.TeamId, "工作队 team"),
    (known.OrganisationId, "单位 organisation"),
    (CreditCode, "统一社会信用代码 unified social credit code"),
    (GiverId, "单位或个人 organisation or person"),
    (known.PlaceCode, "区划代码 place"),
    (known.VillageCode, "村代码 village"),
    (known.TownshipCode, "乡镇代码 township"),
    (known.CountyCode, "县代码 county"),
    (known.CaseId, "编号 case id"),
    (known.EventId, "事件 event id"),
    (known.Sha256, "SHA-256"),
    (Evidence, _PAPERS),
    (Papers, _PAPERS),
    (known.Article, "条款 clause"),
    (known.ParameterName, "参数 parameter"),
    (ParameterValue, "参数值 value of a parameter"),
    (known.FreeText, "文字 text"),
    (PublicName, "公开文字 public words"),
    (known.Flag, "是否 yes or no"),
)
_PLAIN = {bool: "是否 yes or no", int: "数 number", str: "文字 text", date: "日期 date, Asia/Shanghai"}


def unit_of(hint: Any) -> str:
    """The words for a type hint of an event's field; raises LookupError for one that has none here."""
    for alias, words in _KNOWN:
        if hint == alias or (_bounds(hint) is not None and _bounds(hint) is _bounds(alias)):
            return words
    base, arguments = get_origin(hint), get_args(hint)
    if base is Annotated:
        return unit_of(arguments[0])
    if base in (Union, UnionType):
        return " / ".join(dict.fromkeys(unit_of(one) for one in arguments if one is not NoneType))
    if base is tuple:
        return f"{unit_of(arguments[0])}，若干 any number"
    if base is dict:
        return "名与值 names and values"
    if base is Literal:
        return " | ".join(map(str, arguments))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " | ".join(str(member.value) for member in hint)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        members = get_type_hints(hint, include_extras=True)
        return f"{{{'; '.join(f'{name}: {unit_of(members[name])}' for name in hint.model_fields)}}}"
    if hint in _PLAIN:
        return _PLAIN[hint]
    raise LookupError(f"contracts/event_fields.py has no words for {hint}")


def _bounds(hint: Any) -> Any:
    """The first bound of an annotated type: the same object in every alias of it, whatever is said of it besides."""
    said = getattr(hint, "__metadata__", ())
    return said[0] if said and hasattr(said[0], "metadata") else None
