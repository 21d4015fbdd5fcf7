"""How good bleib is beside its rivals, on fixed dates of public data: ``make bench-quality`` writes docs/quality.md."""
