"""A person, group, institution or place: a set of mentions joined by decisions, and nothing of its own."""

from __future__ import annotations

from dataclasses import dataclass

from firsthand.entities.mention import Mention, MentionKind
from firsthand.values.errors import InputError
from firsthand.values.ids import EntityId

__all__ = ["Entity", "EntityNotUsable", "entity_of_mentions"]


class EntityNotUsable(InputError):
    """Mentions cannot make one entity: there are none, or they are of different kinds."""

    next_step = "Join mentions of persons with persons, bodies with bodies, places with places."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What a set of mentions means. Names are computed from the mentions; split the set and they part again."""

    id: EntityId
    kind: MentionKind
    designation: str
    mentions: tuple[str, ...]


def entity_of_mentions(id: EntityId, designation: str, mentions: list[Mention]) -> Entity:  # noqa: A002  its field's name
    """The entity that the mentions make together.

    Raises:
        EntityNotUsable: there are none, or they are of different kinds.
    """
    kinds = {mention.kind for mention in mentions}
    if len(kinds) != 1:
        raise EntityNotUsable(f"An entity needs mentions of one kind, not of {len(kinds)}.")
    ids = tuple(sorted(mention.id for mention in mentions))
    return Entity(id=id, kind=kinds.pop(), designation=designation, mentions=ids)
