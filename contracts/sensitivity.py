"""Who may see a field: the class that every field of every event carries (`ledger.md` 6)."""

from enum import StrEnum


class Sensitivity(StrEnum):
    """OPEN stands in the event itself; the other two stand behind a salted digest."""

    OPEN = "open"
    RESTRICTED = "restricted"
    """Released to those whom the subscription matrix names."""
    ERASABLE = "erasable"
    """Released likewise, and can be destroyed without touching the log."""
