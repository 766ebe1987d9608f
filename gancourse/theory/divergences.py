"""Divergences between two densities on a grid, which critics estimate from samples. NumPy only.

Each takes two densities as arrays of one shape and the grid's spacing, and returns nats or a number without a unit; 0
for equal densities.
"""

import numpy as np


def kullback_leibler(p, q, dx: float) -> float:
    """KL(p, q) = ∫ p log(p / q), in nats; infinite if q is 0 where p is not."""
    p, q = np.asarray(p, float), np.asarray(q, float)
    with np.errstate(divide="ignore"):
        ratio = np.divide(p, q, out=np.ones(p.shape), where=p > 0)  # 0 · log 0 = 0
    return float(np.sum(p * np.log(ratio)) * dx)


def jensen_shannon(p, q, dx: float) -> float:
    """The mean of KL(p, m) and KL(q, m) with m = (p + q) / 2, in nats: ln 2 for disjoint densities."""
    middle = np.add(p, q) / 2
    return (kullback_leibler(p, middle, dx) + kullback_leibler(q, middle, dx)) / 2


def total_variation(p, q, dx: float) -> float:
    """Half of the integral of the absolute difference: the share of one density that would have to move, in [0, 1]."""
    return float(np.abs(np.subtract(p, q)).sum() * dx / 2)


def squared_hellinger(p, q, dx: float) -> float:
    """1 - ∫ √(p q), in [0, 1]."""
    return float(1 - np.sqrt(np.multiply(p, q)).sum() * dx)


def triangular(p, q, dx: float) -> float:
    """∫ (p - q)² / (p + q), the triangular discrimination, in [0, 2]: 2 for disjoint densities."""
    p, q = np.asarray(p, float), np.asarray(q, float)
    total = p + q
    return float(
        np.divide((p - q) ** 2, total, out=np.zeros(total.shape), where=total > 0).sum() * dx
    )


def gaussian_mmd(shift: float, bandwidth: float = 1.0) -> float:
    """The squared maximum mean discrepancy of N(0, 1) and N(shift, 1) with a Gaussian kernel, in closed form.

    The kernel is exp(-(x - y)² / (2 bandwidth²)). The difference of two points of one Gaussian has the variance 2, and
    the mean of the kernel over it is again a Gaussian integral (Gretton et al., JMLR 2012, lemma 6, gives the MMD).
    """
    wide = bandwidth**2 + 2
    return float(2 * bandwidth / np.sqrt(wide) * (1 - np.exp(-(shift**2) / (2 * wide))))
