"""Exchanges whose public tickers say what a coin is worth. A module here is a source; nothing else lists them."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tagwork.payouts.tickers.interface import Source


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its module's name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name != "interface")
    return MappingProxyType({name: importlib.import_module(f"{__name__}.{name}").SOURCE for name in names})
