"""Words of a case that may be written in Chinese, as the measures and what this program prints have them.

    in_codes({"leave": {"kind": "病假"}})  ->  {"leave": {"kind": "sick"}}

The grades are Chinese anyhow; 不合格 is what Art. 15 calls 不称职 (A55).
"""

from collections.abc import Mapping
from typing import Any

from services.assessment.cases.sentences import STATUSES
from services.assessment.fold.findings import MET, NEEDS_DETERMINATION, NOT_APPLICABLE, NOT_MET
from services.assessment.fold.outcome import AWAITING_GRADE, NOT_ASSESSED_HERE, NOT_POSTED, OFF_LIST, UNCLEAR, YEAR_OPEN

_STATUSES = {zh: code for code, zh in STATUSES.items()}
_LEVELS = {"队长": "leader", "乡镇": "township", "县": "county"}
_REPLACED = {"强行调整": "forced", "普通更换": "ordinary", "轮换": "rotation"}
WORDS: Mapping[str, Mapping[str, str]] = {
    "outcome": {
        "不合格": "不称职", "待定等次": AWAITING_GRADE, "不在此考核": NOT_ASSESSED_HERE, "未派驻": NOT_POSTED,
        "年度未结束": YEAR_OPEN, "不列入": OFF_LIST, "无法判定": UNCLEAR, "维持": "upheld", "提请解释": "referred",
    },
    "kind": {
        "病假": "sick", "产假": "maternity", "工伤假": "injury", "事假": "personal", "探亲假": "family", **_REPLACED,
        "专项补助资金": "special", "工作经费": "work", "帮扶资金": "assistance",
        "财政专项扶贫资金": "fiscal_poverty", "其他到村资金": "other",
    },
    "ended_by": {
        **_REPLACED, "任期届满": "term", "亡故": "death", "因病": "illness", "退休": "retirement", "调动": "move",
        "撤回": "withdrawn",
    },
    "source": {
        "第一书记": "first_secretary", "大学生村官": "college_village_official", "包村单位": "assigned_unit_cadre",
    },
    "result": {"查否": "cleared", "给予处分": "sanctioned"},
    "visibility": {"未披露": "hidden", "已销毁": "erased"},
    "status": _STATUSES, "granted_by": _LEVELS, "approved_only_by": _LEVELS, "mode": {"参照": "reference"},
}  # fmt: skip
"""Name of a value -> Chinese -> the code that stands for it."""
_FOUND = {"成立": MET, "不成立": NOT_MET, "待认定": NEEDS_DETERMINATION, "不适用": NOT_APPLICABLE}


def in_codes(table: Any) -> Any:
    """The same tables, in place, with every such word as its code; what is no such word stays as it is."""
    if isinstance(table, list):
        for one in table:
            in_codes(one)
    if isinstance(table, dict):
        for key, value in table.items():
            if isinstance(value, str) and key in WORDS:
                table[key] = WORDS[key].get(value, value)
            elif isinstance(value, dict) and key in ("days", "findings"):
                words = _STATUSES if key == "days" else _FOUND
                value.update({name: words.get(said, said) for name, said in value.items() if isinstance(said, str)})
            elif isinstance(value, dict) and key == "counts":
                _renamed(value)
            else:
                in_codes(value)
    return table


def _renamed(counts: dict[Any, Any]) -> None:
    for name in [name for name in counts if name in _STATUSES]:
        counts[_STATUSES[name]] = counts.pop(name)
