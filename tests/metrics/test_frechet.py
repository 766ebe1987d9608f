"""The Fréchet distance: against torchmetrics' FID, and where the result is known."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from gancourse import GancourseError
from gancourse.data import faceworld
from gancourse.metrics import eigenface_frechet, eigenfaces, frechet_distance, gaussian_frechet


def test_frechet_distance_agrees_with_torchmetrics(sets, torchmetric):
    from torchmetrics.image.fid import FrechetInceptionDistance

    expected = float(torchmetric(FrechetInceptionDistance, *sets))
    assert frechet_distance(*sets) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(*(each.astype(np.float32) for each in sets)) == pytest.approx(
        expected, rel=1e-4
    )


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


@pytest.fixture(scope="module")
def faces():
    return faceworld.draw(400, 32, "photo", seed=0)[0]


def test_eigenfaces_know_where_the_parts_are(faces):
    features = eigenfaces(faces)
    assert np.allclose(features(faces).std(axis=0, ddof=1), 1, atol=1e-3)
    upside_down = faces[:, ::-1]
    same = eigenface_frechet(faces[:200], faces[200:], features)
    turned = eigenface_frechet(faces[:200], upside_down[200:], features)
    assert turned > 5 * same
    distance = frechet_distance(features(faces[:200]), features(faces[200:]))
    assert same == distance / 40, "a direction"
    with pytest.raises(GancourseError, match="need more than"):
        eigenfaces(faces[:35])
