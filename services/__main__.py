"""`python -m services` is the command `zhucun`."""

from services.cli import app

app(prog_name="zhucun")
