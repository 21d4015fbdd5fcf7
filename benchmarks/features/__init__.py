"""The feature engine against others, and how it grows."""
