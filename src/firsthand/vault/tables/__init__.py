"""The projection of the log, one file for each group of rooms; all kinds in the order of flow."""

from firsthand.vault.tables import assessment, claims, settings, sources

__all__ = ["ALL_KINDS"]

ALL_KINDS = (*sources.KINDS, *claims.KINDS, *assessment.KINDS, *settings.KINDS)
