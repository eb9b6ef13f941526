"""The fold: one person's year from events and rules, pure, standard library only."""
