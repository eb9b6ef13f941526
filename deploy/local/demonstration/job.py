"""The demonstration inside `zhucun run`: load when the logs are empty, check that everything agrees, print the year."""
