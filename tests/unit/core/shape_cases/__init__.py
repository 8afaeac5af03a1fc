"""Cases of vectors/ that one kind of shape brings: a file named as the kind, read by make_vectors.py.

GOOD: (value, what is expected of the canonical JSON behind `"attributes":{},`). BAD: (name, value, field, code).
SIMILARITY: (a, b, expected, note). BEYOND_FORM: codes of its own for what no JSON Schema can say.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def found() -> dict[str, Any]:
    return {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}
