"""The declarations, one module a family. To add a feature, add one entry; nothing else changes."""
