"""Who can still be lost at an as-of date, and who was."""
