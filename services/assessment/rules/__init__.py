"""Rule sets, their parameters and clauses, and how the interpreters and a county change them (Art. 23)."""
