"""Which other agencies receive what: granted, widened, given other keys, ended, by people who may (domain 3.4)."""
