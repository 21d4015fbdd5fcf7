"""One module a contender, each a process of its own: ``python -m benchmarks.features.contenders.NAME WORLD OUTPUT``."""
