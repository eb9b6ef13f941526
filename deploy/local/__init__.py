"""The embedded stack: PostgreSQL and nats-server from pinned packages, with their data under one directory."""
