"""Official travel (因公出差): asked for with papers, approved one level up, closed (Art. 9)."""
