"""Densities on a grid: the optimal discriminator and the value of the game. NumPy only."""

import numpy as np


def gaussian(x, mean: float = 0.0, std: float = 1.0):
    """The normal density at x, an array of any shape."""
    return np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


def optimal_discriminator(p_data, p_g):
    """The best D against a fixed G, p_data / (p_data + p_g), for densities as arrays of one shape.

    1/2 where both densities are zero, since no sample lies there (Goodfellow et al., 2014, proposition 1).
    """
    p_data, p_g = np.broadcast_arrays(np.asarray(p_data, float), np.asarray(p_g, float))
    total = p_data + p_g
    return np.divide(p_data, total, out=np.full(total.shape, 0.5), where=total > 0)


def value(logits, p_data, p_g, dx: float) -> float:
    """V(D, G) = E[log D(x)] + E[log(1 - D(G(z)))] by summation over a grid of spacing dx, in nats.

    Parameters
    ----------
    logits, p_data, p_g : ndarray of one shape
        D's logits and the two densities on the grid. Logits, because a D that rounds to 1 has no log(1 - D); the
        optimal ones are log p_data - log p_g.
    """
    log_real, log_fake = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return float(np.sum(p_data * log_real + p_g * log_fake) * dx)
