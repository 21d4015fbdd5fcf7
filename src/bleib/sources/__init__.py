"""Raw files and databases become canonical tables: reading, mapping, checks, quarantine, report.

``ingest`` is the way, in two passes: ``intake`` takes a raw file in (``reading`` → ``mapping`` → ``checks``),
``settle`` makes the tables of a bucket (``union``, ``grain``). ``structure`` says what makes a mapping impossible
(``absent``: columns that a file may lack), ``faults`` says of every kind of bad row what to do,
``report`` what became of all rows. ``inspection`` is `bleib inspect`; no stage needs it.
"""
