"""The card of samples on features: distances, and precision, recall, density and coverage."""

from gancourse import GancourseError
from gancourse.evaluation.features import INCEPTION, Features
from gancourse.evaluation.result import Result
from gancourse.metrics.frechet import frechet_distance
from gancourse.metrics.mmd import mmd
from gancourse.metrics.prdc import prdc

NEIGHBOURS = 5  # Naeem et al.'s, for density and coverage
SUBSETS = 100  # of the MMD
SUBSET_SIZE = 1000


def feature_card(real: Features, fake: Features, seed: int = 0) -> Result:
    """The metrics of samples against real images, on features of one extractor.

    Parameters
    ----------
    real, fake : Features
        Features of more than 5 images each. Which real images, and how many, matters as much as how many fakes.
    seed : int
        The seed for the subsets of the MMD.

    Returns
    -------
    Result
        Values: frechet; mmd, with mmd_std over 100 subsets of half of the images, at most 1,000 (0 is expected for real
        images, but for the bias of frechet); precision, recall, density and coverage with 5 neighbours. See
        `gancourse.metrics`. On Inception's features frechet is called fid, and mmd is called kid, with kid_std.
        Settings: what the fakes say of themselves, the numbers of samples and of real images, the seed of the real
        ones, and the settings of the metrics.

    Raises
    ------
    GancourseError
        Features of different extractors, of images resized differently, or too few.
    """
    for name in ("extractor", "resize"):
        ours, theirs = getattr(real, name), getattr(fake, name)
        if ours != theirs:
            raise GancourseError(
                f"{name} of the real features: {ours!r}, of the fakes: {theirs!r}. Extract both in one way"
            )
    shares = prdc(real.values, fake.values, NEIGHBOURS)
    # Subsets of nearly all rows would be nearly the same, and their deviation would say nothing.
    size = max(2, min(SUBSET_SIZE, len(real) // 2, len(fake) // 2))
    discrepancy, std = mmd(real.values, fake.values, subsets=SUBSETS, size=size, seed=seed)
    frechet_name, mmd_name = names(fake.extractor)
    values = {
        frechet_name: frechet_distance(real.values, fake.values),
        mmd_name: discrepancy,
        f"{mmd_name}_std": std,
        **shares,
    }
    settings = {
        "extractor": fake.extractor,
        "resize": fake.resize,
        "samples": len(fake),
        "real": len(real),
        "seed": fake.seed,
        "real_seed": real.seed,
        "batchnorm": fake.batchnorm,
        "ema": fake.ema,
        "neighbours": NEIGHBOURS,
        "subsets": SUBSETS,
        "subset_size": size,
        "subset_seed": seed,
    }
    return Result(values, settings)


def names(extractor: str) -> tuple[str, str]:
    """What the Fréchet distance and the MMD are called on these features: the field has names for Inception's only."""
    return ("fid", "kid") if extractor == INCEPTION else ("frechet", "mmd")
