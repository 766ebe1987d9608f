"""The Keras side: networks, losses on logits, the game as one `keras.Model`, `fit` with exact resume.

Runs on Keras' TensorFlow backend (the default) and on its torch backend (`KERAS_BACKEND=torch`).
"""

from gancourse.keras_gan import startup  # noqa: F401

# isort: split
from gancourse.keras_gan.batches import Batches
from gancourse.keras_gan.build import build
from gancourse.keras_gan.engine import gradient_tape
from gancourse.keras_gan.gan import GAN
from gancourse.keras_gan.networks import (
    build_discriminator,
    build_generator,
    count_parameters,
    dense_discriminator,
    dense_generator,
)
from gancourse.keras_gan.objectives import fake_loss, non_saturating_loss, real_loss
from gancourse.keras_gan.step import step_metrics, train_step
from gancourse.keras_gan.train import train

__all__ = [
    "GAN",
    "Batches",
    "build",
    "build_discriminator",
    "build_generator",
    "count_parameters",
    "dense_discriminator",
    "dense_generator",
    "fake_loss",
    "gradient_tape",
    "non_saturating_loss",
    "real_loss",
    "step_metrics",
    "train",
    "train_step",
]
