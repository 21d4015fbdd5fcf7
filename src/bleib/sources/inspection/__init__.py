"""`bleib inspect`: a proposed `sources:` section from a look at raw files.

``views`` reads the files as ``dialect`` finds that they are written, and ``profiles`` says what each column holds;
``guesses`` and ``overlaps`` tell what the columns mean, ``doubts`` what to ask before trusting them, ``leftovers`` what
is not used; ``proposal`` puts it together.
"""
