"""Options that many commands share, each named and written in one way."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

__all__ = ["Actor", "Fd", "Json"]

Json = Annotated[bool, Parameter(name="--json", negative=())]
Fd = Annotated[int | None, Parameter(name="--passphrase-fd")]
Actor = Annotated[str, Parameter(name="--as")]
