"""The MMD: against torchmetrics' KID, and where the result is known."""

import numpy as np
import pytest

from gancourse import GancourseError
from gancourse.metrics import mmd

GOOD = np.arange(12.0).reshape(4, 3)


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save")
def test_mmd_agrees_with_torchmetrics(sets, torchmetric):
    from torchmetrics.image.kid import KernelInceptionDistance

    a, b = sets[0], sets[1][:300]  # subsets of all rows: nothing is left to chance
    expected, spread = torchmetric(KernelInceptionDistance, a, b, subsets=2, subset_size=300)
    mean, std = mmd(a, b, subsets=2)
    assert mean == pytest.approx(float(expected), rel=1e-6)
    assert (std, float(spread)) == pytest.approx((0, 0), abs=1e-9 * mean)


def test_mean_and_standard_deviation_are_over_subsets(sets):
    import torch
    from torchmetrics.image.kid import poly_mmd

    rng = np.random.default_rng(5)
    expected = []
    for _ in range(7):
        rows = [rng.choice(len(each), 50, replace=False) for each in sets]
        pair = (torch.tensor(each[row]) for each, row in zip(sets, rows, strict=True))
        expected.append(float(poly_mmd(*pair)))
    mean, std = mmd(*sets, subsets=7, size=50, seed=5)
    assert (mean, std) == pytest.approx((np.mean(expected), np.std(expected)), rel=1e-6)
    assert mmd(*sets, subsets=7, size=50, seed=6)[0] != mean


@pytest.mark.parametrize("copies", [1, 3])
def test_mmd_of_known_moments(copies):
    """(xy + 1)³ = x³y³ + 3x²y² + 3xy + 1: squared differences of moments, whatever the sets. A feature that is there
    three times changes nothing, because of the division by D."""
    rng = np.random.default_rng(0)
    moments = {"normal": (0, 1, 0), "shifted": (0.5, 1.25, 1.625), "coin": (0.3, 0.3, 0.3)}
    samples = {
        "normal": rng.normal(size=(50_000, 1)),
        "shifted": rng.normal(0.5, 1, size=(50_000, 1)),
        "coin": (rng.random((50_000, 1)) < 0.3).astype(float),
    }
    for a, b in [("normal", "shifted"), ("coin", "shifted"), ("normal", "coin")]:
        first, second, third = np.square(np.subtract(moments[a], moments[b]))
        pair = (samples[each].repeat(copies, axis=1) for each in (a, b))
        mean, _ = mmd(*pair, subsets=50)
        assert mean == pytest.approx(third + 3 * second + 3 * first, rel=0.05)


def test_mmd_of_equal_distributions_is_zero_on_average():
    rng = np.random.default_rng(0)
    means = [mmd(*rng.normal(size=(2, 60, 8)), subsets=1)[0] for _ in range(400)]
    error = np.std(means) / np.sqrt(len(means))
    assert abs(np.mean(means)) < 2 * error and min(means) < 0
    biased = 2 * ((8 / 8 + 1) ** 3 - 1) / 60  # about what pairs of a row with itself would add
    assert biased > 20 * error


def test_size_is_cut_to_the_smaller_set(sets):
    a, b = sets
    assert mmd(a[:40], b, subsets=3) == mmd(a[:40], b, subsets=3, size=40)


@pytest.mark.parametrize(("subsets", "size"), [(0, 10), (5, 1)])
def test_bad_subsets(subsets, size):
    with pytest.raises(GancourseError, match=f"{subsets} subsets of {size} rows"):
        mmd(GOOD, GOOD, subsets=subsets, size=size)
