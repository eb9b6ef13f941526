"""Absence, whether it had good reason, and the correction of a day (Art. 9, 15.4)."""
