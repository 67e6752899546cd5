"""What several rooms' tests share: invented clocks and chance."""

from __future__ import annotations

import datetime as dt
import itertools
import os

import pytest

os.environ.setdefault("PYTHONHASHSEED", "0")


@pytest.fixture
def clock():
    """A clock that moves one second at each look."""
    seconds = itertools.count()
    return lambda: dt.datetime(2031, 5, 4, tzinfo=dt.UTC) + dt.timedelta(seconds=next(seconds))
