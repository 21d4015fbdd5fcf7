"""`bleib inspect`: a proposed `sources:` section from a look at raw files.

``views`` reads the files as ``dialect`` finds that they are written, and ``profiles`` says what each column holds;
``guesses`` tells by the names what the columns mean, ``customers`` which of them names the customer; ``doubts`` says
what to ask before trusting them, ``leftovers`` what is not used; ``proposal`` puts it together.
"""
