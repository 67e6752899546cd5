"""Persons, groups, places and acts that claims speak of."""
