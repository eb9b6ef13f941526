"""The end of a term and what follows: compensatory leave, experience, promotion bar (Art. 9, 12, 14, 16)."""
