"""Finance: money in, money out, what the books promise, the race for a balance, the views."""
