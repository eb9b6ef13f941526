"""Where final results go, and praise (Art. 12-14)."""
