"""`python -m app.cli` is the command `gatebook`."""

from app.cli import main

main()
