"""How large is what a mistake does? The difference of two groups of runs, with its uncertainty."""

from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError


@dataclass(frozen=True)
class Effect:
    """The difference of two means, in standard deviations of the healthy runs.

    Attributes
    ----------
    size : float
        The mean of the runs with the mistake less that of the healthy ones.
    low, high : float
        The ends of its 95 % confidence interval.
    p : float
        The probability of a difference at least as large, either way, if the mistake did nothing.
    """

    size: float
    low: float
    high: float
    p: float

    @property
    def seen(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def effect(values, healthy) -> Effect:
    """The effect of a mistake on one metric, by Welch's t-test, which does not assume that both groups vary alike.

    The interval and p hold for one metric looked at. Among twenty metrics that nothing has moved, one is expected to
    have an interval that leaves out zero.

    Parameters
    ----------
    values, healthy : sequence of float
        The metric in the runs with the mistake and in the healthy runs, at least two of each.

    Raises
    ------
    GancourseError
        Too few runs, values that are not finite, or healthy runs that are all alike.

    Source: Welch, The Generalization of "Student's" Problem when Several Different Population Variances are Involved,
    Biometrika 1947.
    """
    from scipy.stats import ttest_ind

    values, healthy = np.asarray(values, float), np.asarray(healthy, float)
    if min(len(values), len(healthy)) < 2:
        raise GancourseError(
            f"an effect needs two runs of each kind, not {len(values)} and {len(healthy)}"
        )
    if not (np.isfinite(values).all() and np.isfinite(healthy).all()):
        raise GancourseError("an effect needs finite values: a run that diverged has none")
    unit = healthy.std(ddof=1)
    if not unit:
        raise GancourseError(
            "all healthy runs have the same value: there is no standard deviation to measure in"
        )
    test = ttest_ind(values, healthy, equal_var=False)
    interval = test.confidence_interval(0.95)
    return Effect(
        float((values.mean() - healthy.mean()) / unit),
        float(interval.low / unit),
        float(interval.high / unit),
        float(test.pvalue),
    )
