"""Training of cadres by county and township (Art. 11)."""
