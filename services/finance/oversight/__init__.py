"""Beside the books: board, supervision, what a year lacks (Art. 17-19)."""
