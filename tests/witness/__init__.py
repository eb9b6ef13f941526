"""The witness: what it cosigns, what it refuses, and what it remembers."""
