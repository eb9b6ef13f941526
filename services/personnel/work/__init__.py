"""The daily work: plans, work log, monthly reports, meetings, support, living conditions (Art. 6, 7, 17, 21, 22)."""
