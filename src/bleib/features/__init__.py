"""Point-in-time features: declarations → plan → one pass over each customer's events."""
