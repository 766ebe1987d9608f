"""The `gancourse` command: prepare data, train, sample, evaluate, from a terminal.

One module a group of verbs. Importing them is quick: whatever needs a framework is imported inside a verb.
"""

from gancourse.cli.app import app, main

__all__ = ["app", "main"]
