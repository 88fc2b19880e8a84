"""How arithmetic is compiled, and where the machine code is kept: in `__pycache__`, or where NUMBA_CACHE_DIR says.

Numba looks at the file of a compiled function to see whether what it kept is still valid, not at the files of what was
inlined into it. A change of `pairs` would leave `kernels` as they were; so every file that ends in machine code is
looked at. What may change elsewhere is handed in as a table, never compiled in.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit
from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator, UserWideCacheLocator

_FILES = (
    "assignment",
    "cohorts",
    "columns",
    "compiled",
    "constrained_priority",
    "deferred_acceptance",
    "holders",
    "kernels",
    "pairs",
    "remaining",
    "rolls",
)
_HERE = Path(__file__).parent
Function = TypeVar("Function", bound=Callable[..., Any])


class _Stamped:
    def get_source_stamp(self) -> str:
        """Differs when any of the files does."""
        return sha256(b"".join((_HERE / f"{name}.py").read_bytes() for name in _FILES)).hexdigest()


class Provided(_Stamped, UserProvidedCacheLocator):
    """In the folder that NUMBA_CACHE_DIR names."""


class InTree(_Stamped, InTreeCacheLocator):
    """Beside the source."""


class UserWide(_Stamped, UserWideCacheLocator):
    """In the user's own cache, where the source cannot be written beside."""


_LOCATORS = (Provided, InTree, UserWide)
setattr(config, "CACHE_LOCATOR_CLASSES", ",".join(f"{__name__}.{each.__name__}" for each in _LOCATORS))  # noqa: B010


def _as_typed(decorator: Any) -> Callable[[Function], Function]:
    """For type checkers a compiled function is as it was written."""
    typed: Callable[[Function], Function] = decorator
    return typed


# Nothing is allocated within, so that there are no references to count; NaN and infinity instead of exceptions.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
compiled = _as_typed(njit(cache=True, **_OPTIONS))
"""For functions called from Python: they let go of the interpreter's lock."""
inlined = _as_typed(njit(forceinline=True, **_OPTIONS))
"""For functions called from compiled ones only."""
called = _as_typed(njit(**_OPTIONS))
"""For functions called from compiled ones and optimised by themselves: a tight loop inlined in a large one is slow."""
