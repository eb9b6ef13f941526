"""Leave (请假) level by level, its extension, its closing (销假) (Art. 9)."""
