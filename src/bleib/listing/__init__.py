"""Whom to contact, in which order, with what: value, plays, ranking."""
