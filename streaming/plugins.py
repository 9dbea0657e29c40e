"""Finds and loads the one-file plug-ins of a folder by name."""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any

from streaming.errors import UnknownPlugin

CONTRACT = "contract"


def names(package: ModuleType) -> tuple[str, ...]:
    """The plug-ins in a package's folder: every module that is not a package and has a `create`.

    Only what is listed here can be loaded, so a setting or a URL never reaches another module.
    """
    found = (info.name for info in pkgutil.iter_modules(package.__path__) if not info.ispkg)
    return tuple(sorted(name for name in found if name != CONTRACT and _source_has_create(package, name)))


def load(package: ModuleType, name: str) -> Any:
    """The module of plug-in `name`, imported now; raises UnknownPlugin with the known names."""
    known = names(package)
    if name not in known:
        raise UnknownPlugin(f"no {package.__name__} plug-in named {name!r}; there are: {', '.join(known)}")
    return import_module(f"{package.__name__}.{name}")


def _source_has_create(package: ModuleType, name: str) -> bool:
    # Looked for in the source, so that listing what exists imports nothing heavy.
    spec = next(m for m in pkgutil.iter_modules(package.__path__) if m.name == name)
    source = spec.module_finder.find_spec(name, None).loader.get_source(name)  # type: ignore[union-attr]
    return source is not None and "\ndef create(" in source
