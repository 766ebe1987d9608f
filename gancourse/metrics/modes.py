"""How many modes a generator covers, and how evenly: for data whose modes are known and equally likely."""

import numpy as np

from gancourse import GancourseError

ENOUGH = 0.5  # of a mode's fair share of the samples


def mode_coverage(nearest, good, modes: int) -> dict:
    """Modes that get at least half of their fair share of good samples, and how evenly the good samples are spread.

    Counting every mode that holds a single sample, as is common (Lin et al., PacGAN, NeurIPS 2018, section 4.1), calls
    a mode covered that one sample in ten thousand reaches. Here N samples over M modes must leave N / 2M good ones
    in it.

    Parameters
    ----------
    nearest : array of int, shape (N,), N ≥ 2 modes
        The mode that each sample belongs to, from 0.
    good : array of bool, shape (N,)
        Whether a sample is good enough to count.
    modes : int
        How many modes the data have.

    Returns
    -------
    dict
        touched: modes with at least one good sample; covered: modes with at least half of their fair share; good: the
        share of good samples; entropy: that of the good samples' modes, divided by ln(modes): 1 if all modes have as
        many, 0 if one mode has all (or no sample is good).

    Raises
    ------
    GancourseError
        Shapes that differ, a single mode, modes that do not exist, or fewer samples than twice the modes.
    """
    nearest, good = np.asarray(nearest), np.asarray(good, bool)
    if nearest.shape != good.shape or nearest.ndim != 1:
        raise GancourseError(f"{nearest.shape} modes for {good.shape} samples: give one each")
    if modes < 2:
        raise GancourseError(f"modes={modes}: how evenly samples are spread needs at least 2")
    if len(nearest) < 2 * modes:
        raise GancourseError(
            f"{len(nearest)} samples for {modes} modes: draw at least {2 * modes}, so that half of a fair share is one"
        )
    if nearest.min() < 0 or nearest.max() >= modes:
        raise GancourseError(
            f"modes from {nearest.min()} to {nearest.max()}: must be from 0 to {modes - 1}"
        )
    counts = np.bincount(nearest[good], minlength=modes)
    shares = counts[counts > 0] / max(1, counts.sum())
    return {
        "touched": int((counts > 0).sum()),
        "covered": int((counts >= ENOUGH * len(nearest) / modes).sum()),
        "good": float(good.mean()),
        "entropy": float(-(shares * np.log(shares)).sum() / np.log(modes)) + 0.0,
    }
