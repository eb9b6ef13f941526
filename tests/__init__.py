"""Tests are sentences; every server in them is a real one."""
