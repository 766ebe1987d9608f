"""The lab's three healthy systems, small enough to be trained two hundred times: digits, drawn faces, a ring of modes.

The digits and the faces are the reduced recipes of chapters 2 and 5, as they are.
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
from gancourse.torch_gan import GAN, Batches, PointBatches, build, mlp, train, train_step

RECIPES = {
    "digits": recipes.recipe("mnist_cgan", "reduced"),
    "faces": recipes.recipe("anime_dcgan", "reduced", {"threads": 1}),
    "ring": recipes.Training(lr=5e-4, lr_d=5e-4, batch=256, steps=2000, threads=1),
}
SAMPLES = {"digits": 1000, "faces": 500, "ring": 2000}
RING = theory.ring()
CPU = torch.device("cpu")


class Player(nn.Module):
    """Generator or discriminator for points in the plane: two hidden layers of 64."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.body = nn.Sequential(mlp([inputs, 64, 64]), nn.Linear(64, outputs))

    def forward(self, x, labels=None):
        return self.body(x).squeeze(1)


@dataclass
class Run:
    """A trained pair and what was measured of it.

    Attributes
    ----------
    gan : gancourse.torch_gan.GAN
    history : gancourse.history.History
    samples : ndarray
        Images float (N, S, S, C) in [0, 1], or points (N, 2).
    metrics : dict of float
        Those of `gancourse.diagnosis.signatures.METRICS` that the system has.
    """

    gan: GAN
    history: History
    samples: np.ndarray
    metrics: dict[str, float]


def run(system: str, fault: str | None = None, seed: int = 0, step=None, **changes) -> Run:
    """Train one system as `play` does, and measure it; the samples' noise has the seed 1000 + seed."""
    gan, batches, history, moved = play(system, fault, seed, step, **changes)
    samples, measured = MEASURING[system](gan, batches, 1000 + seed)
    columns = dict(zip(history.metrics, history.values.T.astype(float), strict=True))
    return Run(gan, history, samples, log_metrics(columns) | moved | measured)


def play(system: str, fault: str | None = None, seed: int = 0, step=None, **changes):
    """Train one system on the CPU in float32.

    Parameters
    ----------
    system : {"digits", "faces", "ring"}
    fault : str, optional
        Of `FAULTS`; without one the system is healthy.
    seed : int
        Of weights, noise and shuffling.
    step : function, optional
        Instead of the healthy step, or the fault's: your repair.
    changes
        Fields of the recipe, after those of the fault: your repair, or a fault of your own.

    Returns
    -------
    gan, batches, history
    moved : dict of float
        g_moved and d_moved: how far the weights of G and D have come, as a share of their length at the start.
    """
    wrong = FAULTS[fault] if fault else None
    recipe = replace(RECIPES[system], **(wrong.changes if wrong else {}) | changes)
    gan, batches = (_points if system == "ring" else _images)(recipe, wrong, seed)
    before = _weights(gan)
    step = step or (wrong.step if wrong and wrong.step else train_step)
    history = train(gan, batches, step=step, progress=False)
    moved = {
        name: float(np.linalg.norm(after - weights) / np.linalg.norm(weights))
        for (name, weights), after in zip(before.items(), _weights(gan).values(), strict=True)
    }
    return gan, batches, history, moved


def detach_cost(pairs: int = 5, steps: int = 300) -> dict:
    """What the missing detach costs: time of a step of the digit system without it, divided by that of one with it."""
    recipe, ratios = RECIPES["digits"], []
    for pair in range(pairs):
        seconds = []
        for step in (no_detach, train_step):
            gan, batches = _images(recipe, None, pair)
            began = time.perf_counter()
            train(gan, batches, step=step, steps=steps, progress=False)
            seconds.append(time.perf_counter() - began)
        ratios.append(round(seconds[0] / seconds[1], 3))
    return {"ratio": float(np.median(ratios)), "ratios": ratios, "steps": steps}


def _points(recipe, wrong, seed):
    torch.manual_seed(seed)
    networks = {"generator": Player(2, 2), "discriminator": Player(2, 1)}
    gan = GAN(networks, 2, recipe, CPU)
    return gan, PointBatches(RING, recipe.batch, CPU, seed)


def _images(recipe, wrong, seed):
    known = _set(recipe.data, "train")
    if wrong and wrong.images:  # as often as it takes for a batch
        few = known.images[: wrong.images]
        few = np.concatenate([few] * -(-recipe.batch // len(few)))
        known = ImageSet(known.name, known.split, few)
    gan = build(recipe, known.classes, known.images.shape[1], seed, CPU)
    if wrong and wrong.networks:
        wrong.networks(gan.generator, gan.discriminator)
        gan = GAN(gan.networks, recipe.latent, recipe, CPU)
    return gan, Batches(known, recipe.batch, recipe.pixels, CPU, seed)


@cache
def _set(name: str, split: str) -> ImageSet:
    return data.load(name, split, size=32 if data.dataset_spec(name).resizable else None)


def _weights(gan) -> dict[str, np.ndarray]:
    return {
        name: np.concatenate([each.detach().numpy().ravel() for each in network.parameters()])
        for name, network in (("g_moved", gan.generator), ("d_moved", gan.discriminator))
    }


def _measure_digits(gan, batches, seed):
    known, held_out = _set("digits", "train"), _set("digits", "test")
    labels = np.arange(SAMPLES["digits"]) % 10
    images = gan.sample(labels, seed)
    classifier = evaluation.digit_classifier("digits")
    card = evaluation.label_card(images, labels, classifier, held_out)
    some = np.random.default_rng(0).permutation(len(known))[: len(held_out)]
    assert known.labels is not None  # digits have them
    features = evaluation.classifier_features(classifier)
    return images, {
        "auc_training_held_out": metrics.auc(
            gan.logits(known.images[some], known.labels[some]),
            gan.logits(held_out.images, held_out.labels),
        ),
        "agreement": card["agreement"],
        "spread_ratio": card["within_class_std_ratio"],
        **_of_features(features(held_out.images).values, features(images).values),
    }


def _measure_faces(gan, batches, seed):
    held_out = _set("faceworld-anime", "test").images
    images = gan.sample(SAMPLES["faces"], seed)
    card = evaluation.face_card(images, held_out)
    known = batches.images.numpy()
    features = metrics.eigenfaces(held_out)
    found = _of_features(*map(features, (held_out[: len(images)], images)))
    return images, {
        "auc_training_held_out": metrics.auc(
            gan.logits(known[: len(held_out)]), gan.logits(held_out)
        ),
        **{metric.key: card[metric.key] for metric in FACE_METRICS},
        "precision": found["precision"],
        "recall": found["recall"],
        "memorisation_ratio": metrics.memorisation(images, known, held_out)["ratio"],
    }


def _of_features(real, fake) -> dict[str, float]:
    found = metrics.prdc(real, fake)
    return {
        "frechet": metrics.frechet_distance(real, fake),
        "precision": found["precision"],
        "recall": found["recall"],
    }


def _measure_ring(gan, batches, seed):
    noise = torch.randn(SAMPLES["ring"], gan.latent, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        points = gan.generator(noise).numpy()
    modes, good = RING.coverage(points)
    return points, {"modes": float(modes), "high_quality": good}


MEASURING = {"digits": _measure_digits, "faces": _measure_faces, "ring": _measure_ring}
