"""Measures on features, together with everything they depend on.

A distance of features is a number about images, extractor, resizing, number of images and seed at once, and changes
with each of them. So features carry what they were made with, and so do the results: two of them are compared only
where they were measured alike.
"""

from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError
from gancourse.evaluation.coverage import precision_recall
from gancourse.evaluation.distances import check, frechet_distance, kernel_distance

BATCHNORM = ("evaluation", "training", "none")
NEIGHBOURS = 5  # Naeem et al.'s, for density and coverage
SUBSETS = 100  # of the kernel distance
SUBSET_SIZE = 1000


@dataclass(frozen=True, eq=False)
class Features:
    """What an extractor made of images, one row each, and how the images came about.

    Attributes
    ----------
    values : ndarray of float, shape (N, D)
    extractor : str
        Such as "judge of digits, version 1, 128 features".
    resize : str
        What was done to the images before: "none", or such as "area average to 32 × 32".
    seed : int or None
        Of the noise, or of the choice of rows of a real set; None for a whole set in its own order.
    batchnorm : {"evaluation", "training", "none"}
        Whose statistics the generator drew with: its running averages, or those of a batch. "none" where no network
        drew the images.
    ema : bool or None
        Whether the weights were an exponential moving average; None for real images.

    Raises
    ------
    GancourseError
        Values that are not float, not (N, D), fewer than two rows, not finite; another name for the
        statistics; a seed that is not int.
    """

    values: np.ndarray
    extractor: str
    resize: str
    seed: int | None
    batchnorm: str
    ema: bool | None

    def __post_init__(self):
        kind = getattr(self.values, "dtype", type(self.values).__name__)
        if not isinstance(self.values, np.ndarray) or kind.kind != "f":
            raise GancourseError(f"features must be an array of float, not {kind}")
        check(self.values)
        if self.batchnorm not in BATCHNORM:
            raise GancourseError(
                f"batchnorm={self.batchnorm!r}: must be one of {', '.join(BATCHNORM)}"
            )
        if not isinstance(self.seed, int | None):
            raise GancourseError(f"seed={self.seed!r}: must be a whole number of Python, or None")

    def __len__(self):
        return len(self.values)


@dataclass(frozen=True)
class Result:
    """Measures, and the settings that they were measured with.

    Attributes
    ----------
    values : dict of str to float
    settings : dict
        Of what JSON knows: text, numbers, True, False and None.
    """

    values: dict[str, float]
    settings: dict

    def as_dict(self) -> dict:
        """The card for a record: the values, and "settings". Ready for JSON."""
        return {**self.values, "settings": dict(self.settings)}

    @classmethod
    def of(cls, card: dict) -> "Result":
        """The result that `as_dict` made this card of, also after JSON.

        Raises
        ------
        GancourseError
            A card without settings: nothing can be compared with it.
        """
        if not isinstance(card.get("settings"), dict):
            raise GancourseError(
                "this card has no settings, so it does not say how it was measured: measure it with feature_card"
            )
        values = {name: float(value) for name, value in card.items() if name != "settings"}
        return cls(values, dict(card["settings"]))

    def against(self, other: "Result", but=()) -> dict[str, float]:
        """How much higher `other` is, in each measure that both have.

        Parameters
        ----------
        other : Result
        but : sequence of str
            Settings that differ on purpose, as ("ema",) does where weights and their moving average are compared.

        Raises
        ------
        GancourseError
            Other settings differ, each named with both values; a name in `but` that is no setting; no common measure.
        """
        but = (but,) if isinstance(but, str) else but  # ("ema") is no tuple
        names = list(self.settings | other.settings)
        unknown = [name for name in but if name not in names]
        if unknown:
            raise GancourseError(
                f"no setting is called {', '.join(map(repr, unknown))}; there are: {', '.join(names)}"
            )
        pairs = {
            name: [each.settings.get(name, "not stated") for each in (self, other)]
            for name in names
            if name not in but
        }
        differing = [
            f"{name} {_shown(ours)} against {_shown(theirs)}"
            for name, (ours, theirs) in pairs.items()
            if ours != theirs
        ]
        if differing:
            raise GancourseError(
                f"not comparable: {'; '.join(differing)}. Measure both alike, or name in `but` what differs on purpose"
            )
        shared = [name for name in self.values if name in other.values]
        if not shared:
            raise GancourseError("not comparable: the two results have no measure in common")
        return {name: other.values[name] - self.values[name] for name in shared}


def feature_card(real: Features, fake: Features, seed: int = 0) -> Result:
    """All measures of samples against real images, on features of one extractor.

    Parameters
    ----------
    real, fake : Features
        Of more than 5 images each. How many and which real images matters as much as how many fakes.
    seed : int
        Of the kernel distance's subsets.

    Returns
    -------
    Result
        Values: frechet and kernel, kernel_std over 100 subsets of half of the images, at most 1,000 (0 are expected for
        real images, but for the bias of frechet); precision, recall, density and coverage with 5 neighbours. See
        `frechet_distance`, `kernel_distance` and `precision_recall`. Settings: what the fakes say of themselves, the
        numbers of samples and of real images, the seed of the real ones, and the measures' own.

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
    coverage = precision_recall(real.values, fake.values, NEIGHBOURS)
    # Of nearly all rows every subset would be nearly the same, and the deviation would say nothing.
    size = max(2, min(SUBSET_SIZE, len(real) // 2, len(fake) // 2))
    kernel, kernel_std = kernel_distance(
        real.values, fake.values, subsets=SUBSETS, size=size, seed=seed
    )
    values = {
        "frechet": frechet_distance(real.values, fake.values),
        "kernel": kernel,
        "kernel_std": kernel_std,
        **coverage,
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


def _shown(value) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
