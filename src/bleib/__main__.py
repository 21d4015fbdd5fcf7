"""`python -m bleib` is the command `bleib`."""

from bleib.cli import app

app()
