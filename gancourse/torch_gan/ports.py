"""Report 003's refined pair in PyTorch, equal to `keras_gan.build_generator` and `build_discriminator`.

Where a number or a layer looks odd for PyTorch, it is there because Keras has it. Nothing here imports Keras.
"""

from itertools import pairwise

import torch
from torch import nn

from gancourse import GancourseError


def check_size(size: int) -> None:
    """A GancourseError unless `size` is a multiple of 8: then the three halvings pad alike in both frameworks."""
    if size < 8 or size % 8:
        raise GancourseError(f"size={size}: must be a multiple of 8, which three halvings need")


def batch_norm(features: int) -> nn.BatchNorm2d:
    """Keras' `BatchNormalization(momentum=0.8)`, but for the running variance: see the appendix."""
    return nn.BatchNorm2d(features, eps=1e-3, momentum=0.2)


def same_conv(inputs: int, outputs: int) -> list[nn.Module]:
    """Keras' `Conv2D(outputs, 4, padding="same")`, stride 1: of its three rows of zeros one comes before, two after."""
    return [nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(inputs, outputs, 4)]


class Generator(nn.Module):
    """Noise to image: a linear layer to a quarter of the size, then convolutions with two doublings.

    forward: noise float (N, latent) to float (N, 3, size, size) in [-1, 1]; labels are ignored, there are none

    Parameters
    ----------
    size : int
        Height and width, a multiple of 8.
    widths : sequence of int
        Filters of the convolutions before the last.
    latent : int
        The length of the noise vector.
    """

    def __init__(self, size: int, widths=(256, 128, 64), latent: int = 100):
        super().__init__()
        check_size(size)
        self.shape = (size // 4, size // 4, widths[0])
        self.project = nn.Linear(latent, size // 4 * (size // 4) * widths[0])
        layers = [batch_norm(widths[0]), nn.Upsample(scale_factor=2)]
        for position, (inputs, outputs) in enumerate(pairwise([widths[0], *widths]), 1):
            layers += [*same_conv(inputs, outputs), nn.ReLU(), batch_norm(outputs)]
            if position == max(1, len(widths) - 1):
                layers.append(nn.Upsample(scale_factor=2))
        self.body = nn.Sequential(*layers, *same_conv(widths[-1], 3), nn.Tanh())

    def forward(self, noise, labels=None):
        grid = self.project(noise).unflatten(1, self.shape)  # Keras' order: channels last
        grid = grid.permute(0, 3, 1, 2).contiguous()  # or BatchNorm on a CPU rounds more coarsely
        return self.body(grid)


class Discriminator(nn.Module):
    """Image to one logit: convolutions that halve the size three times, then one linear unit.

    forward: images float (N, 3, size, size) to logits float (N,); labels are ignored, there are none

    Parameters
    ----------
    size : int
        Height and width, a multiple of 8.
    widths : sequence of int
        Filters of the convolutions; those after the third have stride 1.
    dropout : sequence of float
        The dropout rates, one after each convolution's LeakyReLU; () for none.
    """

    def __init__(self, size: int, widths=(32, 64, 128, 256), dropout=(0.25, 0.25, 0.4, 0.4)):
        super().__init__()
        check_size(size)
        rates = dropout or [0.0] * len(widths)
        if len(rates) != len(widths):
            raise GancourseError(f"{len(rates)} dropout rates for {len(widths)} convolutions")
        layers: list[nn.Module] = []
        for position, (inputs, outputs) in enumerate(pairwise([3, *widths])):
            halve = [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)]  # "same" for an even size
            layers += halve if position < 3 else same_conv(inputs, outputs)
            layers += [nn.LeakyReLU(0.2), nn.Dropout(rates[position])]
            if position < len(widths) - 1:
                layers.append(batch_norm(outputs))
        self.body = nn.Sequential(*layers)
        self.to_logit = nn.Linear((size // 2 ** min(3, len(widths))) ** 2 * widths[-1], 1)

    def forward(self, images, labels=None):
        maps = self.body(images).permute(0, 2, 3, 1)  # Keras' order: channels last
        return self.to_logit(maps.flatten(1)).squeeze(1)


def copy_weights(keras_network, torch_network) -> None:
    """Copy the weights and BatchNorm's running statistics of a Keras network into its PyTorch port.

    Both list them in the same order: kernel and bias; gamma, beta, running mean and variance. A kernel of Keras is
    (height, width, inputs, outputs) or (inputs, outputs), one of PyTorch (outputs, inputs, height, width) or
    (outputs, inputs).

    Raises
    ------
    GancourseError
        If the shapes of the two do not match; the PyTorch network is then as it was.
    """
    arrays = [array for layer in keras_network.layers for array in layer.get_weights()]
    turned = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    arrays = [torch.tensor(array.transpose(turned[array.ndim])) for array in arrays]
    state = torch_network.state_dict()
    names = [name for name in state if not name.endswith("num_batches_tracked")]
    if [state[name].shape for name in names] != [array.shape for array in arrays]:
        raise GancourseError(
            "the two networks differ in their layers: build both with the same size, widths and "
            "latent"
        )
    torch_network.load_state_dict(state | dict(zip(names, arrays, strict=True)))
