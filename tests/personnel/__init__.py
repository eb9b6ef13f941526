"""Personnel: registry and roles, teams, ordinary and forced replacement, strength of a team, the views."""
