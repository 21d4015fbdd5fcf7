"""BG/NBD and MBG/NBD: buying while alive is a Poisson process, and after a purchase a customer may drop out for good.

BG/NBD: Fader, Hardie, Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model,
Marketing Science 24(2), 275–284. There nobody drops out before the first repeat purchase. In MBG/NBD a customer may
also be lost after the very first purchase: Batislam, Denizel, Filiztekin (2007), Empirical validation and comparison of
models for customer base analysis, International Journal of Research in Marketing 24(3), 201–209.

Arrays have shape (n,): ``x`` repeat purchases, ``t_x`` age at the last of them, ``T`` age now, both in the same unit of
time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln, gammaln

from bleib.errors import DataError

QUANTILES = 64  # at which the chance to drop out is averaged: the error is below 1e-3


@dataclass(frozen=True)
class BgNbd:
    """Purchase rate ~ Gamma(r, alpha), drop-out probability ~ Beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    @staticmethod
    def chances_to_drop_out(x: np.ndarray) -> np.ndarray:
        """After how many of the purchases the customer could have dropped out: after each repeat purchase."""
        return x

    def log_likelihood(self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> float:
        """Sum of the log likelihoods of the customers (equation 6 of the paper of 2005)."""
        common = gammaln(self.r + x) - gammaln(self.r) + self.r * np.log(self.alpha)
        survived = betaln(self.a, self.b + self.chances_to_drop_out(x)) - betaln(self.a, self.b)
        alive = -(self.r + x) * np.log(self.alpha + T)
        return float((common + survived + np.logaddexp(alive, alive + self._log_odds_gone(x, t_x, T))).sum())

    def probability_alive(self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> np.ndarray:
        """Chance of not having dropped out yet; 1 for customers who had no chance to."""
        return np.exp(-np.logaddexp(0.0, self._log_odds_gone(x, t_x, T)))

    def probability_of_silence(
        self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray, horizon: float, lead: float = 0.0
    ) -> np.ndarray:
        """Chance of no purchase in ``(T + lead, T + lead + horizon]``: gone, or alive and by chance without one.

        Given that a customer is alive the purchase rate λ is Gamma(r + x, alpha + T), and the chance p to drop out
        after a purchase is Beta(a, b + chances), independent of it. During the lead nobody drops out with probability
        exp(−λ p lead), and then a purchase comes with 1 − exp(−λ horizon). The mean over λ is closed,
        E exp(−λ s) = ((alpha + T) / (alpha + T + s)) ** (r + x); that over p is taken at quantiles of its distribution.
        """
        comes = np.zeros(len(x))
        for drop in self._drop_outs(x) if lead > 0 else [np.zeros(len(x))]:
            comes += self._quiet(x, T, drop * lead) - self._quiet(x, T, drop * lead + horizon)
        return 1.0 - self.probability_alive(x, t_x, T) * comes / (QUANTILES if lead > 0 else 1)

    def _quiet(self, x: np.ndarray, T: np.ndarray, span: np.ndarray) -> np.ndarray:
        return ((self.alpha + T) / (self.alpha + T + span)) ** (self.r + x)

    def _drop_outs(self, x: np.ndarray) -> Iterator[np.ndarray]:
        """Chances to drop out, (n,), at evenly spread quantiles of what is known of those who are alive."""
        chances, code = np.unique(self.chances_to_drop_out(x), return_inverse=True)
        for level in (np.arange(QUANTILES) + 0.5) / QUANTILES:
            yield betaincinv(self.a, self.b + chances, level)[code]

    def _log_odds_gone(self, x: np.ndarray, t_x: np.ndarray, T: np.ndarray) -> np.ndarray:
        chances = self.chances_to_drop_out(x)
        odds = np.log(self.a) - np.log(self.b + np.maximum(chances, 1) - 1)
        odds = odds + (self.r + x) * (np.log(self.alpha + T) - np.log(self.alpha + t_x))
        return np.where(chances > 0, odds, -np.inf)


class MbgNbd(BgNbd):
    """The same, with a chance to drop out after the first purchase as well."""

    @staticmethod
    def chances_to_drop_out(x: np.ndarray) -> np.ndarray:
        """After the first purchase and after each repeat purchase."""
        return x + 1


def fit(x: np.ndarray, t_x: np.ndarray, T: np.ndarray, kind: type[BgNbd] = BgNbd) -> BgNbd:
    """Maximum likelihood, whatever the order of the customers.

    DataError unless there are customers with 0 <= t_x <= T, T > 0 and some repeat purchase.
    """
    if not len(x) or not (x > 0).any() or (t_x < 0).any() or (t_x > T).any() or (T <= 0).any():
        raise DataError("BG/NBD needs customers with 0 <= t_x <= T, T > 0 and at least one repeat purchase")
    ordered = np.lexsort((T, t_x, x))  # sums in another order end the search elsewhere, by a thousandth
    x, t_x, T = x[ordered], t_x[ordered], T[ordered]
    unit = float(T.mean())  # all quantities near one: the search is well conditioned
    n = len(x)

    def loss(logs: np.ndarray) -> float:
        return -kind(*np.exp(logs)).log_likelihood(x, t_x / unit, T / unit) / n

    found = minimize(loss, np.zeros(4), method="L-BFGS-B", bounds=[(-9.0, 9.0)] * 4)
    r, alpha, a, b = np.exp(found.x)
    return kind(float(r), float(alpha * unit), float(a), float(b))
