"""The separate books: double entry, money in, payments, corrections (Art. 18, 19)."""
