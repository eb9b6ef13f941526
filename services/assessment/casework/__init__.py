"""Sanctions, findings of severe effect, investigations (Art. 15.1, 15.2)."""
