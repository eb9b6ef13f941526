"""What the clock says of one person's year: warnings, a pace that is lost, the closing (Art. 9, 15.4)."""
