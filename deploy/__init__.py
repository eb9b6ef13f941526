"""How zhucun is run: on one machine (`deploy.local`) and beyond."""
