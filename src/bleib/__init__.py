"""bleib: who is about to leave, why, what to do about it, and what it is worth."""

__version__ = "0.1.0"
