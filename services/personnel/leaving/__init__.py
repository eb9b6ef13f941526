"""Withdrawal at a unit's wish and replacement by force: who may be taken out of a team, and how (Art. 8, 10)."""
