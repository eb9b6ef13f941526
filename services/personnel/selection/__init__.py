"""Selection of cadres: rounds, candidates, confirmation, chief captains (Art. 3, 4)."""
