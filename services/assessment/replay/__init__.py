"""One determination again, closed years again, and the same from an export."""
