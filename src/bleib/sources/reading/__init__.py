"""Raw files and queries as raw rows, block by block; nothing is interpreted here.

``paths`` finds the files of a source, ``raw_file`` says of one how it is written, ``readers`` opens it by its format
(``delimited``, ``workbooks``, ``documents``, ``parquet``) and gives ``rows``; ``sql`` does so for a query.
"""
