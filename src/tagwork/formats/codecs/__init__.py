"""Formats: pure functions from records to bytes; nothing here reaches Django. One file each, found by its name."""

from pkgutil import iter_modules


def names() -> list[str]:
    """The formats there are: the files of this folder."""
    return sorted(module.name for module in iter_modules(__path__))
