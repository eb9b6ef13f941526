"""A county's year from opening to the final result (Art. 12, 15)."""
