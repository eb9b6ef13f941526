"""What assessment does by itself when a fact arrives: nothing yet.

Decisions on grades are people's (`design.md` 4). The starting and lifting of a promotion bar after a finalised grade is a
reaction of personnel; re-assessment after a correction is ordered by the county office, never started by an event.
"""
