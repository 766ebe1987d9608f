"""Extractors: what turns images into the features that distances and coverage are measured on.

A distance of features is as good as its extractor. Inception, trained on photographs of a thousand kinds of things, is
the field's habit and needs a download; a judge that was trained on the very data sees what it was trained to tell
apart; convolutions with random weights see edges, colours and their places, were trained on nothing, and are the same
everywhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gancourse import GancourseError
from gancourse.evaluation.features import Features
from gancourse.evaluation.pixels import shrink, unit

LARGEST = 32  # pixels on a side that random convolutions see; larger images are averaged down to it
LEVELS = 3  # convolutions of the random network
FILTERS = 16  # of each
CELLS = 2  # on a side, of which mean and standard deviation are kept
BATCH = 500


@dataclass(frozen=True)
class Extractor:
    """Images in, `Features` out.

    Attributes
    ----------
    name : str
        Equal names mean equal features.
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
            shape = ", ".join(str(each or "any") for each in self.shape)
            raise GancourseError(f"{self.name} reads images (N, {shape}), not {np.shape(images)}")
        if not len(images):
            raise GancourseError(f"there are no images for {self.name} to read")
        parts = [
            self.read(unit(images[start : start + BATCH])) for start in range(0, len(images), BATCH)
        ]
        return Features(np.concatenate(parts), self.name, self.resize, seed, batchnorm, ema)


def random_convolutions(size: int, channels: int = 3, seed: int = 0) -> Extractor:
    """Three convolutions with random weights: 384 features, nothing trained or downloaded.

    Each level is a 3 × 3 convolution with stride 2 and a leaky ReLU. Kept are the mean and the standard deviation of
    each of its 16 maps in each quarter of the picture: so the features know roughly where something is. Random
    features see more than one would think (Saxe et al., On Random Weights and Unsupervised Feature Learning, ICML
    2011), and less than trained ones: whether a face has glasses is hardly in them.

    Parameters
    ----------
    size : int
        Height and width of the images; what is above 32 is averaged down to it.
    channels : int
    seed : int
        Of the weights, which NumPy draws, so that they are the same under every version of PyTorch.
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
        kept = []
        for weight in weights:
            maps = leaky_relu(conv2d(maps, weight, stride=2, padding=1), 0.2)
            mean = adaptive_avg_pool2d(maps, CELLS)
            square = adaptive_avg_pool2d(maps.square(), CELLS)
            kept += [mean.flatten(1), (square - mean.square()).clamp(min=0).sqrt().flatten(1)]
        return torch.cat(kept, dim=1).numpy()

    features = 2 * LEVELS * FILTERS * CELLS**2
    name = f"random convolutions, seed {seed}, {features} features of {channels} channels"
    return Extractor(name, _resize(size), (size, size, channels), read)


def judge_features(judge) -> Extractor:
    """What a `Judge` knows of an image before it decides: the values of its last hidden layer.

    128 for digits, 512 for domains.
    """
    about = f"the judge of {judge.data}, version {judge.version}, {judge.network[-1].in_features} features"
    shape = (judge.size, judge.size, judge.channels)
    return Extractor(about, _resize(judge.size), shape, judge.hidden)


def inception() -> Extractor:
    """Inception's 2,048 features, those of the FID, through torch-fidelity; it fetches the weights, 91 MB, once.

    For those with a network and with torchvision, which that package needs. The course's own figures do not use it, and
    its tests know it by a stand-in only.

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
        "Inception v3 of torch-fidelity, 2048 features",
        "bilinear to 299 × 299, as TensorFlow 1 does it",
        (0, 0, 3),
        read,
    )


def _resize(size: int) -> str:
    return "none" if size <= LARGEST else f"area average to {LARGEST} × {LARGEST}"
