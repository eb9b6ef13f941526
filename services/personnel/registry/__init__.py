"""Organisations, villages, the units linked to them, roles (Art. 2, 5, 8)."""
