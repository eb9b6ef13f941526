"""Check-ins, nights in the village, and what each posted day counts as (Art. 9)."""
