"""What has been dropped in? Modules of a package, and of other distributions, that define a thing of a given name.

A file in the room's folder is enough. A distribution of its own names its module in the entry points of the group
with the package's name::

    [project.entry-points."pincite.search"]
    law = "our_law_search"
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType

import structlog

log = structlog.get_logger()


def discover(package: str, name: str) -> Iterator[tuple[ModuleType, object]]:
    """Modules directly in ``package`` that define ``name``, by file name, then those of its entry points.

    A module of ours that can't be imported is a bug and raises; somebody else's is left out, and the log says why.
    """
    for found in sorted(pkgutil.iter_modules(import_module(package).__path__), key=lambda each: each.name):
        if not found.ispkg:
            module = import_module(f"{package}.{found.name}")
            if hasattr(module, name):
                yield module, getattr(module, name)
    for entry in entry_points(group=package):
        try:
            module = import_module(entry.module)
            yield module, getattr(module, name)
        except Exception as error:  # it is not our code, and may fail in any way
            log.error("plugin_left_out", group=package, plugin=entry.name, module=entry.module, why=str(error))
