"""The moving average of a generator's weights, with BatchNorm statistics of its own."""

import copy

import torch
from torch import nn
from torch.optim.swa_utils import update_bn

IMAGES, BATCH = (
    2048,
    64,
)  # generated images that the statistics are estimated on, and how many at a time
SEED = 1  # for their noise


class Average:
    """A copy of the generator whose weights follow the generator's slowly; samples are drawn with it.

    BatchNorm normalises by statistics of its inputs, and these belong to the weights they were measured with. The
    generator's running statistics belong to other weights than the average's: copied, they make a mixture of two
    networks. So the average has its own, estimated on noise from the prior before it is used, anew whenever its
    weights have moved (as `torch.optim.swa_utils.update_bn` does for a data set; Izmailov et al., Averaging Weights
    Leads to Wider Optima and Better Generalization, UAI 2018, section 3.2).

    Parameters
    ----------
    generator : nn.Module
        (noise, labels) to images. One that takes labels says how many there are in its attribute `classes`.
    latent : int
        The length of the noise vector.
    decay : float
        The share of the average that a step keeps, from 0 to 1.
    """

    def __init__(self, generator: nn.Module, latent: int, decay: float):
        self._network = copy.deepcopy(generator).requires_grad_(False).eval()
        self.latent, self.decay = latent, decay
        self._estimated = False  # whether BatchNorm's statistics belong to the weights

    @torch.no_grad()
    def follow(self, generator: nn.Module) -> None:
        """Move the weights a step towards the generator's: decay · average + (1 - decay) · generator."""
        weights: list[torch.Tensor] = list(self._network.parameters())
        towards: list[torch.Tensor] = list(generator.parameters())
        torch._foreach_lerp_(weights, towards, 1 - self.decay)
        self.moved()

    def moved(self) -> None:
        """Say that the weights have moved, by `follow` or by a replay of it: the statistics are estimated anew."""
        self._estimated = False

    @property
    def network(self) -> nn.Module:
        """The averaged generator in evaluation mode, its statistics estimated; the random state is left alone."""
        if not self._estimated:
            # `update_bn` puts the mode back that it finds: evaluation
            update_bn(([pair] for pair in self._inputs()), _OfPairs(self._network).eval())
            self._estimated = True
        return self._network

    def state_dict(self) -> dict:
        """Weights and statistics of `network`."""
        return self.network.state_dict()

    def load_state_dict(self, state: dict) -> None:
        """The inverse of `state_dict`; the statistics are estimated anew, since old runs stored the generator's."""
        self._network.load_state_dict(state)
        self._estimated = False

    def _inputs(self):
        """Noise and labels: (noise, None) where the generator takes no labels, else all classes alternate."""
        device = next(self._network.parameters()).device
        classes = getattr(self._network, "classes", 0)
        prior = torch.Generator().manual_seed(SEED)
        labels = torch.arange(BATCH, device=device) % classes if classes else None
        for _ in range(IMAGES // BATCH):
            yield torch.randn(BATCH, self.latent, generator=prior).to(device), labels


class _OfPairs(nn.Module):
    """A network that takes its two arguments as one, which is how `update_bn` hands them over."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, pair):
        return self.network(*pair)
