"""`python -m gancourse`, where the command is not on the path."""

from gancourse.cli import main

main()
