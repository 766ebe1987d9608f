"""Fréchet and kernel distance: against torchmetrics, and where the result is known."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from gancourse import GancourseError
from gancourse.evaluation import frechet_distance, gaussian_frechet, kernel_distance


@pytest.fixture(scope="module")
def sets():
    """300 and 400 rows of 24 features, correlated in different ways and not negative, as after a ReLU."""
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(count, 24)) @ rng.normal(size=(24, 24)) for count in (300, 400))
    return np.maximum(a, 0), np.maximum(b + 0.5, 0)


def theirs(metric, a, b, **settings):
    """What a torchmetrics metric gives for features, which it takes for images and leaves as they are."""
    import torch

    identity = torch.nn.Identity()
    identity.num_features = a.shape[1]
    measure = metric(feature=identity, normalize=True, **settings)
    measure.update(torch.tensor(a), real=True)
    measure.update(torch.tensor(b), real=False)
    return measure.compute()


def test_frechet_distance_agrees_with_torchmetrics(sets):
    from torchmetrics.image.fid import FrechetInceptionDistance

    expected = float(theirs(FrechetInceptionDistance, *sets))
    assert frechet_distance(*sets) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(*(each.astype(np.float32) for each in sets)) == pytest.approx(
        expected, rel=1e-4
    )


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save")
def test_kernel_distance_agrees_with_torchmetrics(sets):
    from torchmetrics.image.kid import KernelInceptionDistance

    a, b = sets[0], sets[1][:300]  # subsets of all rows: nothing is left to chance
    expected, spread = theirs(KernelInceptionDistance, a, b, subsets=2, subset_size=300)
    mean, std = kernel_distance(a, b, subsets=2)
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
    mean, std = kernel_distance(*sets, subsets=7, size=50, seed=5)
    assert (mean, std) == pytest.approx((np.mean(expected), np.std(expected)), rel=1e-6)
    assert kernel_distance(*sets, subsets=7, size=50, seed=6)[0] != mean


def test_frechet_distance_of_known_gaussians():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(200_000, 3))
    stretched = 1 + 2 * a * np.array([1, 2, 0.5])
    # means apart by 2 in each of three; standard deviations 1 against 2, 4, 1
    expected = 3 * 1 + (2 - 1) ** 2 + (4 - 1) ** 2 + (1 - 1) ** 2
    assert frechet_distance(a, stretched) == pytest.approx(expected, rel=0.01)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(a[:, :1], stretched[:, 1:2]) == pytest.approx(1 + 9, rel=0.01)


def test_frechet_distance_of_gaussians_that_do_not_commute():
    """In two dimensions the trace of the root is the root of (trace + 2 root of the determinant)."""
    mean_a, mean_b = np.array([0.0, 0.0]), np.array([1.0, -2.0])
    cov_a, cov_b = np.array([[4.0, 0.0], [0.0, 0.25]]), np.array([[2.0, 1.5], [1.5, 2.0]])
    assert not np.allclose(cov_a @ cov_b, cov_b @ cov_a)
    product = cov_a @ cov_b
    roots = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    expected = 5 + 4.25 + 4 - 2 * roots
    assert gaussian_frechet(mean_a, cov_a, mean_b, cov_b) == pytest.approx(expected, rel=1e-12)
    rng = np.random.default_rng(0)
    a = rng.multivariate_normal(mean_a, cov_a, 100_000)
    b = rng.multivariate_normal(mean_b, cov_b, 100_000)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=0.01)


def test_frechet_distance_in_many_dimensions():
    rng = np.random.default_rng(0)
    cov_a, cov_b = (np.cov(rng.normal(size=(200, 60)), rowvar=False) for _ in range(2))
    expected = np.trace(cov_a + cov_b - 2 * sqrtm(cov_a @ cov_b).real)
    zeros = np.zeros(60)
    assert gaussian_frechet(zeros, cov_a, zeros, cov_b) == pytest.approx(expected, rel=1e-9)
    assert gaussian_frechet(zeros, cov_a, zeros, 9 * cov_a) == pytest.approx(4 * np.trace(cov_a))


@pytest.mark.parametrize("unit", [1, 1e4])
def test_fewer_rows_than_features(unit):
    """The trace of the root is the sum of the singular values of A Bᵀ, with A and B the centred rows."""
    rng = np.random.default_rng(0)
    a, b = unit * rng.normal(size=(20, 100)), unit * (1 + 2 * rng.normal(size=(30, 100)))
    centred = [(each - each.mean(0)) / np.sqrt(len(each) - 1) for each in (a, b)]
    overlap = np.linalg.svd(centred[0] @ centred[1].T, compute_uv=False).sum()
    expected = np.square(a.mean(0) - b.mean(0)).sum() - 2 * overlap
    expected += sum(np.square(each).sum() for each in centred)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-11)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-11 * unit**2)
    assert frechet_distance(a, a[::-1] + unit) == pytest.approx(100 * unit**2, rel=1e-9)


def test_frechet_distance_is_biased_upwards_by_few_rows():
    rng = np.random.default_rng(0)
    distances = [frechet_distance(*rng.normal(size=(2, rows, 10))) for rows in (50, 500, 5000)]
    assert distances[0] > 5 * distances[1] > 25 * distances[2] > 0


@pytest.mark.parametrize("copies", [1, 3])
def test_kernel_distance_of_known_moments(copies):
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
        mean, _ = kernel_distance(*pair, subsets=50)
        assert mean == pytest.approx(third + 3 * second + 3 * first, rel=0.05)


def test_kernel_distance_of_equal_distributions_is_zero_on_average():
    rng = np.random.default_rng(0)
    means = [kernel_distance(*rng.normal(size=(2, 60, 8)), subsets=1)[0] for _ in range(400)]
    error = np.std(means) / np.sqrt(len(means))
    assert abs(np.mean(means)) < 2 * error and min(means) < 0
    biased = 2 * ((8 / 8 + 1) ** 3 - 1) / 60  # about what pairs of a row with itself would add
    assert biased > 20 * error


def test_size_is_cut_to_the_smaller_set(sets):
    a, b = sets
    assert kernel_distance(a[:40], b, subsets=3) == kernel_distance(a[:40], b, subsets=3, size=40)


GOOD = np.arange(12.0).reshape(4, 3)
HOLE = np.where(GOOD == 7, np.nan, GOOD)


@pytest.mark.parametrize("distance", [frechet_distance, kernel_distance])
@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (GOOD[:1], GOOD, "features of 1 images: there must be two at least"),
        (GOOD, GOOD[:0], "features of 0 images"),
        (GOOD[0], GOOD, r"must be \(N, D\), one row an image, not \(3,\)"),
        (GOOD, GOOD[None], r"not \(1, 4, 3\)"),
        (GOOD, GOOD[:, :0], r"not \(4, 0\)"),
        (GOOD, GOOD[:, :2], "3 features against 2: take both from one extractor"),
        (GOOD, HOLE, "of 1 of 4 images are not finite, first in row 2"),
        (GOOD, GOOD - np.inf, "4 of 4 images are not finite"),
    ],
)
def test_bad_features(distance, a, b, message):
    with pytest.raises(GancourseError, match=message):
        distance(a, b)


@pytest.mark.parametrize(("subsets", "size"), [(0, 10), (5, 1)])
def test_bad_subsets(subsets, size):
    with pytest.raises(GancourseError, match=f"{subsets} subsets of {size} rows"):
        kernel_distance(GOOD, GOOD, subsets=subsets, size=size)


ZEROS, EYE = np.zeros(3), np.eye(3)


@pytest.mark.parametrize(
    ("gaussians", "message"),
    [
        ((ZEROS, ZEROS, ZEROS, EYE), r"each with a covariance \(D, D\)"),
        ((ZEROS, EYE, ZEROS[:2], EYE[:2, :2]), r"\(3,\), \(3, 3\), \(2,\), \(2, 2\)"),
        ((EYE, EYE, EYE, EYE), r"two means \(D,\)"),
        ((ZEROS, EYE, ZEROS + np.nan, EYE), "means of Gaussians must be finite"),
        ((ZEROS, EYE, ZEROS, np.full((3, 3), np.nan)), "covariances must be finite"),
        ((ZEROS, EYE, ZEROS, -EYE), "without negative eigenvalues"),
        ((ZEROS, EYE, ZEROS, EYE + np.triu(np.ones((3, 3)), 1)), "must be symmetric"),
    ],
)
def test_bad_gaussians(gaussians, message):
    with pytest.raises(GancourseError, match=message):
        gaussian_frechet(*gaussians)
