"""Values of the examples that only facts of money have: those of one project of the invented team's village."""

import hashlib
from typing import Any


def _sha256(seed: str) -> str:
    return hashlib.sha256(seed.encode("utf-8")).hexdigest()


VALUES: dict[str, Any] = {
    "accepted_on": "2017-11-20",
    "allotted_on": "2017-05-12",
    "approved_on": "2017-05-12",
    "borne": 4_000_000,
    "chain_again": True,
    "closing": 1_234_567,
    "committees_present": True,
    "consent": _sha256("consent"),
    "consented_on": "2017-05-12",
    "contributed_on": "2017-05-12",
    "counties": ["530113", "530128"],
    "due": 46_452,
    "duty": "work_fund",
    "flag": "flag-2017-01",
    "giver": "O0101",
    "from_team": "T53011302",
    "handed_on": "2017-05-12",
    "handover": "handover-2017-01",
    "held_on": "2017-05-11",
    "in_favour": 22,
    "meals": [{"person": "P010001", "days": ["2017-05-10", "2017-05-11"]}],
    "minutes": _sha256("minutes"),
    "objection": "objection-2017-01",
    "opening": 234_567,
    "opinion": "opinion-2017-01",
    "owed": 6_000_000,
    "paid": 0,
    "parts": [{"source": "unit", "giver": "O0101", "amount": 5_000_000}],
    "payments": ["payment-2017-01"],
    "phase": "use",
    "photo": _sha256("photo"),
    "project": "project-2017-01",
    "provided": 5_500_000,
    "receipt": "receipt-2017-01",
    "received": 5_000_000,
    "refund": "refund-2017-01",
    "released_on": "2017-05-12",
    "representatives": 30,
    "reserved": 1_000_000,
    "reserved_on": "2017-05-12",
    "returned_on": "2017-05-12",
    "returning": "return-2017-01",
    "reversed_on": "2017-05-12",
    "site": "一组水源点至三组",
    "spent": 4_000_000,
    "started_on": "2017-05-15",
    "taken_on": "2017-05-12",
    "team_present": True,
    "title": "人畜饮水工程",
    "to_team": "T53011302",
    "townships": ["530113101", "530113102"],
}

BY_EVENT: dict[tuple[str, str], Any] = {
    ("AssistanceFundReceived", "kind"): "assistance",
    ("AssistanceFundReceived", "source"): "unit",
    ("BoardSubsidyOverdue", "month"): "2017-05",
    ("BoardSubsidyPaid", "amount"): 46_452,
    ("BoardSubsidyPaid", "days"): 16,
    ("BoardSubsidyPaid", "month"): "2017-05",
    ("CountyLeadingGroupApproved", "document"): "东扶领〔2017〕3号",
    ("MealDaysFreed", "days"): ["2017-05-10", "2017-05-11"],
    ("MealDaysTaken", "days"): ["2017-05-10", "2017-05-11"],
    ("NoticeObjectionRaised", "notice"): "notice-2017-01",
    ("NoticePeriodCompleted", "notice"): "notice-2017-01",
    ("ProjectFundsPublicised", "notice"): "notice-2017-01",
    ("ProjectProposed", "kind"): "other",
    ("ProjectProposed", "source"): "unit",
    ("SupervisionOpinionRecorded", "text"): "票据齐全，建议加快支付进度",
    ("TownshipDocumentIssued", "document"): "铜党发〔2017〕12号",
    ("VillageRepresentativesMeetingHeld", "present"): 24,
}
"""Where one name means different things, or where another service may want the name for something else."""
