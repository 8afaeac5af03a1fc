"""Ways of paying out, one folder each; a folder that offers RAIL is found, no list is edited."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tagwork.payouts.rails.interface import Rail


@cache
def rails() -> Mapping[str, Rail]:
    """Every rail by its name, in the order of names."""
    found: dict[str, Rail] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.ispkg:
            rail: Rail = importlib.import_module(f"{__name__}.{module.name}").RAIL
            assert rail.name == module.name, f"the folder {module.name} holds the rail {rail.name}"
            found[rail.name] = rail
    return MappingProxyType(found)
