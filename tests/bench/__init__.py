"""`make bench`: the promises of design section 6, each measured against the bare operation on the same servers."""
