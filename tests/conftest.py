"""What several rooms' tests share: invented clocks and chance."""

from __future__ import annotations

import datetime as dt
import itertools
import os

import pytest
from hypothesis import settings

# No test times anything: a slow machine is no fault.
settings.register_profile("firsthand", deadline=None, print_blob=True)
settings.load_profile("firsthand")

os.environ.setdefault("PYTHONHASHSEED", "0")
# No test leaves anything outside of its own folders.
os.environ["FIRSTHAND_WITNESS"] = "none"


@pytest.fixture
def clock():
    """A clock that moves one second at each look."""
    seconds = itertools.count()
    return lambda: dt.datetime(2031, 5, 4, tzinfo=dt.UTC) + dt.timedelta(seconds=next(seconds))
