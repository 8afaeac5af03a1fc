"""Every figure the README claims, each one command: see README.md in this folder."""
