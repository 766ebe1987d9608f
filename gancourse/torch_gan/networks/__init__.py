"""The networks of the PyTorch chapters, one module per family."""

from gancourse.torch_gan.networks.dcgan import DCGANDiscriminator, DCGANGenerator, init_weights
from gancourse.torch_gan.networks.mlp import (
    LabelCode,
    MLPDiscriminator,
    MLPGenerator,
    ProjectionDiscriminator,
    mlp,
)
from gancourse.torch_gan.networks.residual import ResidualDiscriminator, ResidualGenerator
from gancourse.torch_gan.networks.weights import count_parameters, normalise_spectrum

__all__ = [
    "DCGANDiscriminator",
    "DCGANGenerator",
    "LabelCode",
    "MLPDiscriminator",
    "MLPGenerator",
    "ProjectionDiscriminator",
    "ResidualDiscriminator",
    "ResidualGenerator",
    "count_parameters",
    "init_weights",
    "mlp",
    "normalise_spectrum",
]
