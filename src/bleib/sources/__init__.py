"""Raw files and databases become canonical tables: reading, mapping, checks, quarantine, report."""
