"""Which runs have a log like this one, and what that says about the arm it is of."""

from collections import Counter

HEALTHY = "healthy"  # the arm without a mistake


def rank(alike: Counter, logs) -> list[str]:
    """The arms of runs that look alike, the likeliest first: by the share of an arm's runs that are among them.

    Five of five say less than twenty-eight of twenty-nine, so a share is (alike + 1) / (runs + 2), Laplace's rule of
    succession. Of arms with equal shares the healthy runs come first: a log that fits both is no reason to call a run
    ill.

    Parameters
    ----------
    alike : Counter
        How many runs of each arm look alike.
    logs : list of tuple
        All runs, as `Diagnosis.logs` gives them.
    """
    total = Counter(arm for arm, _ in logs)
    return sorted(alike, key=lambda arm: (-(alike[arm] + 1) / (total[arm] + 2), arm != HEALTHY))


def most_alike(moved: dict[str, int], logs) -> dict:
    """The runs among `logs`, pairs of arm and signs, that differ from `moved` in the fewest of its metrics."""
    differing = [sum(other[name] != way for name, way in moved.items()) for _, other in logs]
    least = min(differing)
    alike = Counter(arm for (arm, _), n in zip(logs, differing, strict=True) if n == least)
    return {"alike": alike, "differing": least}
