"""The faults: mistakes that reports, forums and first drafts are full of, each as one change to a healthy run.

A fault changes the recipe, the step, the networks or the training images, and nothing else. Some of these mistakes
turn out to do no measurable harm; they are included all the same, because knowing that is worth as much.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import nn

from gancourse.torch_gan.objectives import fake_loss, real_loss


@dataclass(frozen=True)
class Fault:
    """One change to a healthy system.

    Attributes
    ----------
    system : {"digits", "faces", "ring"}
        The system of `gancourse.diagnosis.systems` that has the fault.
    title : str
        What went wrong, as a diagnosis names it.
    mistake, repair : str
        What the code does and what it should do, one phrase each.
    changes : dict
        The fields of the recipe that the fault sets, with their values.
    step : function, optional
        The training step that replaces `gancourse.torch_gan.train_step`.
    networks : function, optional
        Takes the generator and the discriminator, and changes them in place before training.
    images : int
        How many training images there are; 0 for all of them.
    """

    system: str
    title: str
    mistake: str
    repair: str
    changes: dict = field(default_factory=dict)
    step: Callable | None = None
    networks: Callable | None = None
    images: int = 0


def frozen_discriminator(gan, real, labels):
    """D is evaluated but never updated, as report 000 understands Keras's trainable=False."""
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits, fake_logits, d_loss = d_forward(gan, real, fake.detach(), labels)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)


def wrong_optimizer(gan, real, labels):
    """G's update steps D's optimiser, so G stays as it was and D learns to call its fakes real."""
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits, fake_logits, d_loss = d_forward(gan, real, fake.detach(), labels)
    gan.update_discriminator(d_loss)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_discriminator(g_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)


def gradients_not_zeroed(gan, real, labels):
    """No gradient is ever zeroed: each step follows the sum of all gradients so far."""
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits, fake_logits, d_loss = d_forward(gan, real, fake.detach(), labels)
    d_loss.backward(inputs=list(gan.discriminator.parameters()))
    gan.optimizers["discriminator"].step()
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    g_loss.backward(inputs=list(gan.generator.parameters()))
    gan.optimizers["generator"].step()
    gan.follow_generator()
    return measured(d_loss, g_loss, real_logits, fake_logits)


def no_detach(gan, real, labels):
    """D's update also computes the gradient for G's weights, and throws it away."""
    real_logits, fake_logits, d_loss = d_forward(
        gan, real, gan.generate(gan.noise(len(real)), labels), labels
    )
    gan.optimizers["discriminator"].zero_grad()
    d_loss.backward()
    gan.optimizers["discriminator"].step()
    fake = gan.generate(gan.noise(len(real)), labels)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)  # this zeroes the gradients that D's update left in G
    return measured(d_loss, g_loss, real_logits, fake_logits)


def d_forward(gan, real, fake, labels):
    """D's logits on a real batch and on a fake batch, and D's loss."""
    real_logits, fake_logits = gan.discriminate(real, labels), gan.discriminate(fake, labels)
    return real_logits, fake_logits, real_loss(real_logits) + fake_loss(fake_logits)


def measured(d_loss, g_loss, real_logits, fake_logits):
    """The losses and scores that a training step returns."""
    return {
        "d_loss": d_loss,
        "g_loss": g_loss,
        "real_score": real_logits.sigmoid().mean(),
        "fake_score": fake_logits.sigmoid().mean(),
    }


def no_normalization(generator, discriminator):
    """Both networks without BatchNorm."""
    for network in (generator, discriminator):
        _replace(network, nn.BatchNorm2d, lambda layer: nn.Identity())


def eps_for_momentum(generator, discriminator):
    """BatchNorm2d(n, 0.8): the second argument is eps, not the momentum that Keras's 0.8 means."""
    for network in (generator, discriminator):
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.eps = 0.8


def uneven_kernels(generator, discriminator):
    """Kernels of 3 with stride 2 in G: one, two or four kernel positions cover a pixel, depending on where it is."""

    def uneven(layer):
        if layer.stride == (1, 1):
            return layer
        new = nn.ConvTranspose2d(
            layer.in_channels, layer.out_channels, 3, 2, 1, output_padding=1, bias=False
        )
        nn.init.normal_(new.weight, 0.0, 0.02)
        return new

    _replace(generator, nn.ConvTranspose2d, uneven)


def _replace(network: nn.Module, kind, make) -> None:
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, kind):
                setattr(parent, name, make(layer))


FAULTS = {
    "frozen-d": Fault(
        "digits", "D never learns", "D's optimiser is never stepped",
        "call gan.update_discriminator(d_loss) in D's update", step=frozen_discriminator,
    ),
    "strong-d": Fault(
        "digits", "D is too strong", "D learns fifty times as fast as G, without dropout",
        "the same rate for both, dropout in D", {"lr_d": 0.05, "dropout": 0.0},
    ),
    "number-code": Fault(
        "digits", "the label is a number", "the label enters as its number, ten times over",
        "one-hot labels", {"condition": "repeated"},
    ),
    "recycled-noise": Fault(
        "digits", "the noise is recycled", "each step's fakes are the next step's noise",
        "fresh noise each step", {"noise": "recycled"},
    ),
    "wrong-optimizer": Fault(
        "digits", "the wrong optimiser is stepped", "G's update steps D's optimiser",
        "step G's optimiser in G's update", step=wrong_optimizer,
    ),
    "no-zero-grad": Fault(
        "digits", "gradients are not zeroed", "no gradient is ever forgotten",
        "zero the gradients before each backward pass", step=gradients_not_zeroed,
    ),
    "rate-002": Fault(
        "digits", "the learning rate is 0.02", "Adam at 0.02 in both networks",
        "Adam at 0.001", {"lr": 0.02, "lr_d": 0.02},
    ),
    "saturating": Fault(
        "digits", "the loss saturates", "G minimises log(1 - D(G(z)))",
        "minimise -log D(G(z))", {"objective": "saturating"},
    ),
    "unit-pixels": Fault(
        "digits", "pixels from 0 to 1", "real pixels in [0, 1] against a tanh in [-1, 1]",
        "scale the data to [-1, 1]", {"pixels": "unit"},
    ),
    "no-detach": Fault(
        "digits", "detach is missing", "D's update computes G's gradients too",
        "fake.detach() in D's update", step=no_detach,
    ),
    "fifty-faces": Fault(
        "faces", "fifty faces are learnt by heart", "the training set has 50 faces",
        "more faces, or fewer steps", images=50,
    ),
    "uneven-kernels": Fault(
        "faces", "kernel and stride do not fit", "transposed convolutions with kernel 3 and stride 2",
        "a kernel that the stride divides, such as 4", networks=uneven_kernels,
    ),
    "no-normalization": Fault(
        "faces", "nothing is normalised", "neither network has BatchNorm",
        "BatchNorm in both", networks=no_normalization,
    ),
    "rate-002-norm": Fault(
        "faces", "the learning rate is 0.02, with BatchNorm", "Adam at 0.02 in both networks",
        "Adam at 0.002", {"lr": 0.02, "lr_d": 0.02},
    ),
    "eps-08": Fault(
        "faces", "eps taken for momentum", "BatchNorm2d(n, 0.8)",
        "BatchNorm2d(n, momentum=0.2)", networks=eps_for_momentum,
    ),
    "ring-collapse": Fault(
        "ring", "G collapses", "G learns ten times as fast as D",
        "the same rate for both", {"lr": 5e-3},
    ),
}  # fmt: skip
