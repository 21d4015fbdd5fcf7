"""Measurements that compare bleib with others and with itself at other sizes; no part of the package."""
