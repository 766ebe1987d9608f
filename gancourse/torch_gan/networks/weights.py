"""What can be done to the weights of any network."""

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


def normalise_spectrum(network: nn.Module) -> None:
    """Divide each layer's weights by their largest singular value, in place, at each use from now on.

    A layer then stretches nothing, and the network's slope has a bound. One power iteration a training step follows
    the singular value (Miyato et al., Spectral normalization, ICLR 2018).
    """
    for layer in list(network.modules()):
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.Embedding):
            spectral_norm(layer)


def count_parameters(network: nn.Module) -> int:
    """The number of trainable parameters."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
