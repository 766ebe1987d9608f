"""Three healthy systems, small enough to be trained two hundred times: digits, drawn faces, a ring of modes.

The digits and the faces are the reduced recipes of chapters 2 and 5, unchanged.
"""

import time
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import nn

from gancourse import data, evaluation, metrics, recipes, theory
from gancourse.data import ImageSet
from gancourse.diagnosis.faults import FAULTS, no_detach
from gancourse.diagnosis.signatures import log_metrics
from gancourse.evaluation.suites import FACE_METRICS
from gancourse.history import History
from gancourse.torch_gan import GAN, Batches, PointBatches, build, mlp, train_step
from gancourse.torch_gan import train as train_gan

RECIPES = {
    "digits": recipes.recipe("mnist_cgan", "reduced"),
    "faces": recipes.recipe("anime_dcgan", "reduced", {"threads": 1}),
    "ring": recipes.Training(lr=5e-4, lr_d=5e-4, batch=256, steps=2000, threads=1),
}
SAMPLES = {"digits": 1000, "faces": 500, "ring": 2000}
RING = theory.ring()
CPU = torch.device("cpu")


class PointNetwork(nn.Module):
    """Generator or discriminator for points in the plane: two hidden layers of 64."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.body = nn.Sequential(mlp([inputs, 64, 64]), nn.Linear(64, outputs))

    def forward(self, x, labels=None):
        return self.body(x).squeeze(1)


@dataclass
class Run:
    """A trained system and its metrics.

    Attributes
    ----------
    gan : gancourse.torch_gan.GAN
        The trained networks.
    history : gancourse.history.History
        The losses and scores of all steps.
    samples : ndarray
        Generated images, float (N, S, S, C) in [0, 1], or generated points (N, 2).
    metrics : dict of float
        Those of `gancourse.diagnosis.signatures.METRICS` that the system has.
    """

    gan: GAN
    history: History
    samples: np.ndarray
    metrics: dict[str, float]


def run(system: str, fault: str | None = None, seed: int = 0, step=None, **changes) -> Run:
    """Train one system, with the arguments of `train`, and measure it; the samples' noise has the seed 1000 + seed."""
    gan, batches, history, moved = train(system, fault, seed, step, **changes)
    samples, measured = MEASURING[system](gan, batches, 1000 + seed)
    columns = dict(zip(history.metrics, history.values.T.astype(float), strict=True))
    return Run(gan, history, samples, log_metrics(columns) | moved | measured)


def train(system: str, fault: str | None = None, seed: int = 0, step=None, **changes):
    """Train one system on the CPU in float32.

    Parameters
    ----------
    system : {"digits", "faces", "ring"}
        The name of the system.
    fault : str, optional
        A key of `FAULTS`; without one the system is healthy.
    seed : int
        The seed for the weights, the noise and the shuffling.
    step : function, optional
        A training step that replaces the healthy one or the fault's, such as your repair.
    changes
        Fields of the recipe, applied after the fault's: your repair, or a fault of your own.

    Returns
    -------
    gan : gancourse.torch_gan.GAN
        The trained networks.
    batches : gancourse.torch_gan.Batches or gancourse.torch_gan.PointBatches
        What it was trained on.
    history : gancourse.history.History
        The losses and scores of all steps.
    moved : dict of float
        g_moved and d_moved: how far the weights of G and D have moved, as a share of their initial norm.
    """
    planted = FAULTS[fault] if fault else None
    recipe = replace(RECIPES[system], **(planted.changes if planted else {}) | changes)
    gan, batches = _points(recipe, seed) if system == "ring" else _images(recipe, planted, seed)
    before = _weights(gan)
    step = step or (planted.step if planted and planted.step else train_step)
    history = train_gan(gan, batches, step=step, progress=False)
    moved = {
        name: float(np.linalg.norm(after - weights) / np.linalg.norm(weights))
        for (name, weights), after in zip(before.items(), _weights(gan).values(), strict=True)
    }
    return gan, batches, history, moved


def detach_cost(pairs: int = 5, steps: int = 300) -> dict:
    """What a missing detach costs: the time of a step on digits without it, divided by the time of a step with it.

    Parameters
    ----------
    pairs : int
        How many times both are timed.
    steps : int
        How many steps are timed at once.
    """
    recipe, ratios = RECIPES["digits"], []
    for pair in range(pairs):
        seconds = []
        for step in (no_detach, train_step):
            gan, batches = _images(recipe, None, pair)
            began = time.perf_counter()
            train_gan(gan, batches, step=step, steps=steps, progress=False)
            seconds.append(time.perf_counter() - began)
        ratios.append(round(seconds[0] / seconds[1], 3))
    return {"ratio": float(np.median(ratios)), "ratios": ratios, "steps": steps}


def _points(recipe, seed):
    torch.manual_seed(seed)
    networks = {"generator": PointNetwork(2, 2), "discriminator": PointNetwork(2, 1)}
    gan = GAN(networks, 2, recipe, CPU)
    return gan, PointBatches(RING, recipe.batch, CPU, seed)


def _images(recipe, fault, seed):
    train_set = _load(recipe.data, "train")
    if fault and fault.images:  # repeated until they fill a batch
        few = train_set.images[: fault.images]
        few = np.concatenate([few] * -(-recipe.batch // len(few)))
        train_set = ImageSet(train_set.name, train_set.split, few)
    gan = build(recipe, train_set.classes, train_set.images.shape[1], seed, CPU)
    if fault and fault.networks:
        fault.networks(gan.generator, gan.discriminator)
        gan = GAN(gan.networks, recipe.latent, recipe, CPU)
    return gan, Batches(train_set, recipe.batch, recipe.pixels, CPU, seed)


@cache
def _load(name: str, split: str) -> ImageSet:
    return data.load(name, split, size=32 if data.dataset_spec(name).resizable else None)


def _weights(gan) -> dict[str, np.ndarray]:
    return {
        name: np.concatenate([tensor.detach().numpy().ravel() for tensor in network.parameters()])
        for name, network in (("g_moved", gan.generator), ("d_moved", gan.discriminator))
    }


def _measure_digits(gan, batches, seed):
    train_set, held_out = _load("digits", "train"), _load("digits", "test")
    labels = np.arange(SAMPLES["digits"]) % 10
    images = gan.sample(labels, seed)
    classifier = evaluation.digit_classifier("digits")
    card = evaluation.label_card(images, labels, classifier, held_out)
    some = np.random.default_rng(0).permutation(len(train_set))[: len(held_out)]
    assert train_set.labels is not None  # digits have them
    features = evaluation.classifier_features(classifier)
    return images, {
        "auc_training_held_out": metrics.auc(
            gan.logits(train_set.images[some], train_set.labels[some]),
            gan.logits(held_out.images, held_out.labels),
        ),
        "agreement": card["agreement"],
        "spread_ratio": card["within_class_std_ratio"],
        **_feature_metrics(features(held_out.images).values, features(images).values),
    }


def _measure_faces(gan, batches, seed):
    held_out = _load("faceworld-anime", "test").images
    images = gan.sample(SAMPLES["faces"], seed)
    card = evaluation.face_card(images, held_out)
    train_images = batches.images.numpy()
    features = metrics.eigenfaces(held_out)
    measured = _feature_metrics(*map(features, (held_out[: len(images)], images)))
    return images, {
        "auc_training_held_out": metrics.auc(
            gan.logits(train_images[: len(held_out)]), gan.logits(held_out)
        ),
        **{metric.key: card[metric.key] for metric in FACE_METRICS},
        "precision": measured["precision"],
        "recall": measured["recall"],
        "memorisation_ratio": metrics.memorisation(images, train_images, held_out)["ratio"],
    }


def _feature_metrics(real, fake) -> dict[str, float]:
    prdc = metrics.prdc(real, fake)
    return {
        "frechet": metrics.frechet_distance(real, fake),
        "precision": prdc["precision"],
        "recall": prdc["recall"],
    }


def _measure_ring(gan, batches, seed):
    noise = torch.randn(SAMPLES["ring"], gan.latent, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        points = gan.generator(noise).numpy()
    modes, good = RING.coverage(points)
    return points, {"modes": float(modes), "high_quality": good}


MEASURING = {"digits": _measure_digits, "faces": _measure_faces, "ring": _measure_ring}
