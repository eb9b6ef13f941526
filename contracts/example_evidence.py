"""Values of the examples that only facts of reading and of erasing have."""

import hashlib
from typing import Any

_EVENT = "5f0c1c1e-7a3d-5b0e-9c43-2d8a6f1b7e90"

BY_EVENT: dict[tuple[str, str], Any] = {
    ("EvidenceTaken", "decision"): _EVENT,
    ("EvidenceTaken", "manifest"): hashlib.sha256(b"sums of a bag").hexdigest(),
    ("EvidenceTaken", "purpose"): "县联席办复核考核异议",
    ("ValuesErased", "event"): _EVENT,
    ("ValuesErased", "members"): ["kind", "reason"],
    ("ValuesErased", "reason"): "本人要求删除病情信息",
}
