"""The PyTorch side: networks, objectives and penalties, one step of the game, the training loop, checkpoints."""

from gancourse.history import History
from gancourse.torch_gan.batches import Batches, PointBatches
from gancourse.torch_gan.build import build
from gancourse.torch_gan.gan import GAN
from gancourse.torch_gan.graph import GraphedStep, fastest_step
from gancourse.torch_gan.networks import (
    LabelCode,
    MLPDiscriminator,
    MLPGenerator,
    ProjectionDiscriminator,
    count_parameters,
    mlp,
)
from gancourse.torch_gan.objectives import (
    OBJECTIVES,
    Objective,
    fake_loss,
    non_saturating_loss,
    real_loss,
    saturating_loss,
)
from gancourse.torch_gan.penalties import gradient_penalty, r1, r2
from gancourse.torch_gan.step import train_step
from gancourse.torch_gan.train import train

__all__ = [
    "GAN",
    "OBJECTIVES",
    "Batches",
    "GraphedStep",
    "History",
    "LabelCode",
    "MLPDiscriminator",
    "MLPGenerator",
    "Objective",
    "PointBatches",
    "ProjectionDiscriminator",
    "build",
    "count_parameters",
    "fake_loss",
    "fastest_step",
    "gradient_penalty",
    "mlp",
    "non_saturating_loss",
    "r1",
    "r2",
    "real_loss",
    "saturating_loss",
    "train",
    "train_step",
]
