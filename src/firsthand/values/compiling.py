"""Inner loops compiled to machine code (Numba), kept between starts where a folder can be written."""

from __future__ import annotations

from typing import Any

import numba

__all__ = ["compile_cached"]


def compile_cached(function: Any) -> Any:
    """Compile to machine code that is kept between starts where a folder can be written, else for this start only.

    Division by zero gives infinity, as in NumPy.
    """
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        return numba.njit(nogil=True, error_model="numpy")(function)
