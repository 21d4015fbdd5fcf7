"""What customers wrote, reduced to a few signals.

English and German, by words and beginnings of words: cheap, and open to everybody's eyes. No grammar and no context:
"I will not cancel" speaks of cancelling too, and so does who cancels an order.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

SIGNALS: dict[str, tuple[str, ...]] = {
    "cancel": (
        "cancel", "terminate (my|our|the) (contract|account|subscription)", "clos(e|ing) (my|our|the) account",
        "(ge|vertrags|sonder|abo)?kündig(e|en|t|ung|ungen)?\\b", "(ge|vertrags|sonder|abo)?kuendig", "abbestell",
        "(abo|vertrag|mitgliedschaft) beenden", "konto (schließen|löschen)",
    ),
    "competitor": (
        "competitor", "(an)?other (provider|supplier|vendor)", "chang(e|ing) provider", "better offer", "konkurren",
        "mitbewerber", "wettbewerber", "ander(e|en|er|em) anbieter", "anbieter(-| )?wechs", "bessere[sn]? angebot",
    ),
    "price": (
        "prices?\\b", "pricing", "expensive", "overpriced", "cheaper", "too much money", "\\pL*preis([^g]|$)", "teuer",
        "teurer", "billiger", "günstiger", "guenstiger", "\\pL*gebühr(en)?([^\\pL]|$)", "gebührenerhöh",
    ),
    "anger": (
        "angry", "annoy", "furious", "disappoint", "unacceptable", "terrible", "awful([^l]|$)", "worst([^e]|$)",
        "useless", "frustr", "ridiculous", "fed up", "never again", "still not", "(ver|ge)?ärger", "aerger",
        "enttäusch", "enttaeusch", "unverschämt", "inakzeptabel", "katastroph", "nie wieder", "wütend",
        "immer noch nicht", "schon wieder",
    ),
}  # fmt: skip
BEFORE = r"(?:^|[^\pL])"  # RE2's \b knows ASCII only


def signals_of(text: pd.Series) -> dict[str, np.ndarray]:
    """By signal whether each of the texts (n,) has one of its words, (n,); a missing text has none."""
    composed = text.str.normalize("NFC")  # umlauts as single letters; Arrow's own leaves them in two
    asked = pa.array(composed, pa.large_string(), from_pandas=True)
    return {name: _has_one(asked, words) for name, words in SIGNALS.items()}


def _has_one(asked: pa.Array, words: tuple[str, ...]) -> np.ndarray:
    any_of_them = "|".join(words).replace(" ", r"\s+")  # a line may break there
    found = pc.match_substring_regex(asked, f"{BEFORE}(?:{any_of_them})", ignore_case=True)
    return np.asarray(found.fill_null(False))
