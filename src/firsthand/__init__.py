"""Firsthand: from testimony to evidence.

The rooms, in the order in which testimony flows through them. A room may import the rooms before it,
never one after it:

    values
    sources
    passages
    claims
    entities
    linkage
    corroboration
    estimation
    publication
    vault
    workbench
    interfaces

The rooms from ``values`` to ``publication`` are pure: they take values and bytes and return values.
``vault`` keeps. ``workbench`` joins rooms and vault into what a person can do. ``interfaces`` are thin.
"""

__version__ = "0.1.0"
