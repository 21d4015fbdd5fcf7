"""One module a contender: ``python -m benchmarks.features.contenders.<name> <world> <output>``, a process of its own."""
