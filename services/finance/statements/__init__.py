"""Statements of the books, as JSON, as sheets and on paper (Art. 19)."""
