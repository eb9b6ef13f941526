"""Spot checks (抽查): planned or drawn by lot, and what was found of each person (Art. 8, 9)."""
