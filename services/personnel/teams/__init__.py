"""Teams, their leaders, their strength, and who is posted in them (Art. 5, 9)."""
