"""The monthly sheet (月考勤表): drawn up, signed, submitted, reviewed, filed, fed back (Art. 9)."""
