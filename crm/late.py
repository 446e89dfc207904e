"""Modules that take long to load and that most commands never need: loaded when first used.

WeasyPrint with Pango and pypinyin with its dictionaries were more than half of what `crm` takes to start. A server has
them loaded before it answers: nobody's first search waits for it, and such a module is not made for two threads that
ask it first at the same moment.
"""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType

_awaited: list[ModuleType] = []


def late(name: str) -> ModuleType:
    """The module, not executed before an attribute of it is asked for."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(name)
    loader = LazyLoader(spec.loader)
    spec.loader = loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    _awaited.append(module)
    return module


def load_all() -> None:
    """Load what was put off until now."""
    while _awaited:
        vars(_awaited.pop())
