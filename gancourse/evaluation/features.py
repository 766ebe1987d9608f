"""Features of images: the extractors that make them, and what features say of how they were made.

A distance of features is as good as its extractor. Inception, trained on photographs of a thousand kinds of things, is
the field's habit and needs a download; a classifier that was trained on the very data sees what it was trained to tell
apart; convolutions with random weights see edges, colours and their places, were trained on nothing, and are the same
everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError
from gancourse.metrics.checks import check_features
from gancourse.metrics.pixels import shrink, unit

BATCHNORM = ("evaluation", "training", "none")
INCEPTION = "Inception v3 of torch-fidelity, 2048 features"
LARGEST = 32  # pixels on a side that random convolutions see; larger images are averaged down to it
LEVELS = 3  # convolutions of the random network
FILTERS = 16  # of each
CELLS = 2  # on a side, of which mean and standard deviation are kept
BATCH = 500


@dataclass(frozen=True, eq=False)
class Features:
    """What an extractor made of images, one row per image, and how the images came about.

    Attributes
    ----------
    values : ndarray of float, shape (N, D)
        The features themselves.
    extractor : str
        The extractor's name, such as "classifier of digits, version 1, 128 features".
    resize : str
        What was done to the images before: "none", or such as "area average to 32 × 32".
    seed : int or None
        The seed for the noise, or for the choice of rows of a real set; None for a whole set in its own order.
    batchnorm : {"evaluation", "training", "none"}
        The statistics that the generator drew with: its running averages, or a batch's own. "none" where no network
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
        if not isinstance(self.values, np.ndarray) or self.values.dtype.kind != "f":
            kind = getattr(self.values, "dtype", type(self.values).__name__)
            raise GancourseError(f"features must be an array of float, not {kind}")
        check_features(self.values)
        if self.batchnorm not in BATCHNORM:
            raise GancourseError(
                f"batchnorm={self.batchnorm!r}: must be one of {', '.join(BATCHNORM)}"
            )
        if not isinstance(self.seed, int | None):
            raise GancourseError(f"seed={self.seed!r}: must be a whole number of Python, or None")

    def __len__(self):
        return len(self.values)


@dataclass(frozen=True)
class Extractor:
    """Images in, `Features` out.

    Attributes
    ----------
    name : str
        The name that features carry; equal names mean equal features.
    resize : str
        What happens to the images first.
    shape : tuple of int
        (H, W, C) of the images it reads; 0 for any height and width.
    read : function
        Images float32 (N, H, W, C) in [0, 1] to float (N, D); called with some hundreds at a time.
    """

    name: str
    resize: str
    shape: tuple[int, int, int]
    read: Callable

    def __call__(self, images, *, seed=None, batchnorm="none", ema=None) -> Features:
        """The features of images, uint8 or float in [0, 1], and how the images came about: see `Features`.

        Raises
        ------
        GancourseError
            Images of another shape, none, or values outside [0, 1].
        """
        wanted = tuple(
            given or any_ for given, any_ in zip(self.shape, np.shape(images)[1:4], strict=False)
        )
        if np.ndim(images) != 4 or np.shape(images)[1:] != wanted:
            shape = ", ".join(str(side or "any") for side in self.shape)
            raise GancourseError(f"{self.name} reads images (N, {shape}), not {np.shape(images)}")
        if not len(images):
            raise GancourseError(f"there are no images for {self.name} to read")
        parts = [
            self.read(unit(images[start : start + BATCH])) for start in range(0, len(images), BATCH)
        ]
        return Features(np.concatenate(parts), self.name, self.resize, seed, batchnorm, ema)


def random_convolutions(size: int, channels: int = 3, seed: int = 0) -> Extractor:
    """Three convolutions with random weights: 384 features, nothing trained or downloaded.

    Each level is a 3 × 3 convolution with stride 2 and a leaky ReLU. The features are the mean and the standard
    deviation of each of its 16 maps in each quarter of the picture, so they know roughly where something is. Random
    features see more than one would think (Saxe et al., On Random Weights and Unsupervised Feature Learning, ICML
    2011), and less than trained ones: whether a face has glasses is hardly in them.

    Parameters
    ----------
    size : int
        Height and width of the images; what is above 32 is averaged down to it.
    channels : int
        1 for grey images, 3 for colours.
    seed : int
        The seed for the weights, which NumPy draws, so that they are the same under every version of PyTorch.
    """
    import torch
    from torch.nn.functional import adaptive_avg_pool2d, conv2d, leaky_relu

    rng = np.random.default_rng(seed)
    weights, inputs = [], channels
    for _ in range(LEVELS):  # He's scale keeps the size of the numbers from level to level
        drawn = rng.normal(size=(FILTERS, inputs, 3, 3)) * np.sqrt(2 / (9 * inputs))
        weights.append(torch.tensor(drawn, dtype=torch.float32))
        inputs = FILTERS

    @torch.no_grad()
    def read(images):
        maps = torch.tensor(2 * shrink(images, LARGEST) - 1).permute(0, 3, 1, 2)
        statistics = []
        for weight in weights:
            maps = leaky_relu(conv2d(maps, weight, stride=2, padding=1), 0.2)
            mean = adaptive_avg_pool2d(maps, CELLS)
            square = adaptive_avg_pool2d(maps.square(), CELLS)
            statistics += [mean.flatten(1), (square - mean.square()).clamp(min=0).sqrt().flatten(1)]
        return torch.cat(statistics, dim=1).numpy()

    features = 2 * LEVELS * FILTERS * CELLS**2
    name = f"random convolutions, seed {seed}, {features} features of {channels} channels"
    return Extractor(name, _resize(size), (size, size, channels), read)


def classifier_features(classifier) -> Extractor:
    """What a `Classifier` knows of an image before it decides: the values of its last hidden layer.

    128 for digits, 512 for domains.
    """
    count = classifier.network[-1].in_features
    name = f"the classifier of {classifier.data}, version {classifier.version}, {count} features"
    shape = (classifier.size, classifier.size, classifier.channels)
    return Extractor(name, _resize(classifier.size), shape, classifier.hidden)


def inception() -> Extractor:
    """Inception's 2,048 features, which the FID is defined on, through torch-fidelity.

    It fetches the weights, 91 MB, once, and is for those with a network and with torchvision, which that package
    needs. The course's own figures do not use it, and its tests replace it by a stand-in.

    Raises
    ------
    GancourseError
        torch-fidelity is not installed.
    """
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except ImportError as error:
        raise GancourseError(
            f"Inception's features need torch-fidelity ({error}): pip install torch-fidelity torchvision"
        ) from error
    import torch

    network = FeatureExtractorInceptionV3("inception-v3-compat", ["2048"]).eval()

    @torch.no_grad()
    def read(images):
        pixels = torch.tensor(np.round(images * 255).astype(np.uint8)).permute(0, 3, 1, 2)
        return network(pixels)[0].numpy()

    return Extractor(
        INCEPTION,
        "bilinear to 299 × 299, as TensorFlow 1 does it",
        (0, 0, 3),
        read,
    )


def _resize(size: int) -> str:
    return "none" if size <= LARGEST else f"area average to {LARGEST} × {LARGEST}"
