"""What customers wrote, reduced to a few signals: the text itself goes nowhere else.

English and German, by the beginnings of words: cheap, and open to everybody's eyes. No grammar: "I will not cancel"
speaks of cancelling too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SIGNALS: dict[str, tuple[str, ...]] = {
    "cancel": (
        "cancel", "terminat", "unsubscrib", "close my account", "close the account", "(ge)?kündig", "(ge)?kuendig",
        "stornier", "widerruf", "abbestell", "vertrag beenden", "konto schließen", "konto löschen",
    ),
    "competitor": (
        "competitor", "(an)?other provider", "(an)?other supplier", "switch(ing)? to", "better offer", "konkurren",
        "mitbewerber", "wettbewerber", "ander(e|en|er|em) anbieter", "wechs(el|le|eln) zu", "bessere[sn]? angebot",
    ),
    "price": (
        "price", "pricing", "expensive", "overpriced", "cheaper", "too much money", "preis", "(zu )?teuer", "teurer",
        "billiger", "günstiger", "guenstiger", "gebühr", "gebuehr",
    ),
    "anger": (
        "angry", "annoy", "furious", "disappoint", "unacceptable", "terribl", "awful", "worst", "useless", "frustrat",
        "ridiculous", "fed up", "never again", "still not", "(ver)?ärger", "(ver)?aerger", "enttäusch", "enttaeusch",
        "unverschämt", "inakzeptabel", "katastroph", "nie wieder", "wütend", "immer noch nicht", "schon wieder",
    ),
}  # fmt: skip
BEFORE = r"(?:^|[^\pL])"  # RE2's \b knows ASCII only


def mentions(text: pd.Series, signal: str) -> np.ndarray:
    """Whether the texts (n,) have one of the words of a key of SIGNALS, (n,); a missing text has none."""
    pattern = f"{BEFORE}(?:{'|'.join(SIGNALS[signal])})"
    found = pc.match_substring_regex(pa.array(text, pa.large_string(), from_pandas=True), pattern, ignore_case=True)
    return np.asarray(found.fill_null(False))
