"""Attendance: presence, travel, leave level by level, absence, the folded state, the view."""
