"""Tagwork: a self-hosted marketplace for paid image annotation."""

__version__ = "0.1.0"
