"""One module per command of `tagwork`; found by folder (see jobs/cli.py)."""
