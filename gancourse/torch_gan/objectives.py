"""What the two networks minimise, all on logits. Where D's answer is a probability it is sigmoid(logit), and real = 1.

softplus(x) = log(1 + exp(x)), so softplus(-x) = -log(sigmoid(x)) and softplus(x) = -log(1 - sigmoid(x)), exact
for any logit, where a sigmoid followed by a logarithm is not (Goodfellow et al., 2014, eq. 1 and section 3).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from torch.nn.functional import relu, softplus

from gancourse import GancourseError
from gancourse.history import CHANCE, LOGITS, METRICS
from gancourse.torch_gan.penalties import gradient_penalty, r1, r2


@dataclass(frozen=True)
class Objective:
    """What D and G minimise, the metrics of a step, and their values where D cannot tell real from fake.

    Attributes
    ----------
    d_loss : function
        (real_logits, fake_logits), float (N,) each, to a scalar.
    g_loss : function
        The fakes' logits to a scalar; with `paired`, (fake_logits, real_logits) to a scalar.
    chance : dict of float
        The metrics that have a known value at chance, with that value.
    probabilities : bool
        Whether sigmoid(logit) is D's probability of "real". If so, its means are measured; if not, the logits' means.
    paired : bool
        Whether G's loss compares each fake with a real image.
    d_steps : int
        How many times D learns for each time that G does.
    penalties : dict of function to float
        Functions of `gancourse.torch_gan.penalties`, with their weights in what D minimises.
    """

    d_loss: Callable
    g_loss: Callable
    chance: dict[str, float] = field(default_factory=dict)
    probabilities: bool = False
    paired: bool = False
    d_steps: int = 1
    penalties: dict[Callable, float] = field(default_factory=dict)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of what `measure` returns, in its order."""
        return METRICS if self.probabilities else LOGITS

    def measure(self, d_loss, g_loss, real_logits, fake_logits) -> dict:
        """What a step reports: both losses, and the mean of D's answers on the two batches; scalars on the device."""
        answers = [real_logits, fake_logits]
        if self.probabilities:
            answers = [logits.sigmoid() for logits in answers]
        means = [answer.mean() for answer in answers]
        return dict(zip(self.metrics, (d_loss, g_loss, *means), strict=True))


def real_loss(logits):
    """D's loss on real images, the mean of -log D(x): logits float (N,) to a scalar; ln 2 at logit 0."""
    return softplus(-logits).mean()


def fake_loss(logits):
    """D's loss on fake images, the mean of -log(1 - D(G(z))): logits float (N,) to a scalar; ln 2 at logit 0."""
    return softplus(logits).mean()


def cross_entropy(real_logits, fake_logits):
    """D's loss in the original game, both halves summed: 2 ln 2 at logit 0 (Goodfellow et al., 2014, eq. 1)."""
    return real_loss(real_logits) + fake_loss(fake_logits)


def non_saturating_loss(logits):
    """G's loss, the mean of -log D(G(z)): a strong gradient while D rejects the fakes."""
    return softplus(-logits).mean()


def saturating_loss(logits):
    """G's loss as the minimax game has it, the mean of log(1 - D(G(z))): nearly flat while D rejects the fakes."""
    return -softplus(logits).mean()


def hinge_loss(real_logits, fake_logits):
    """D's loss, max(0, 1 - D(x)) + max(0, 1 + D(G(z))): what lies beyond the margin of 1 no longer counts.

    Lim and Ye, Geometric GAN, 2017; Miyato et al., Spectral normalization, ICLR 2018, eq. 16.
    """
    return relu(1 - real_logits).mean() + relu(1 + fake_logits).mean()


def wasserstein_loss(real_logits, fake_logits):
    """D's loss, E D(G(z)) - E D(x): the negative of a Wasserstein distance, if no slope of D is above 1.

    Arjovsky, Chintala and Bottou, Wasserstein GAN, ICML 2017, eq. 3.
    """
    return fake_logits.mean() - real_logits.mean()


def raise_logits(fake_logits):
    """G's loss, -E D(G(z)): against a hinge or a Wasserstein D."""
    return -fake_logits.mean()


def relativistic_loss(logits, rival_logits):
    """The mean of -log sigmoid(D(a) - D(b)) over pairs of an image and its rival: how surely it looks the more real.

    D minimises it for real images with fake rivals, G for fakes with real rivals; ln 2 where neither looks more real
    (Jolicoeur-Martineau, The relativistic discriminator, ICLR 2019; with R1 and R2: Huang et al., The GAN is dead; long
    live the GAN!, NeurIPS 2024, eq. 2 and 3).
    """
    return softplus(rival_logits - logits).mean()


def least_squares_loss(real_logits, fake_logits):
    """D's loss, half the mean squares of D(x) - 1 and of D(G(z)): 1/4 where D answers 1/2.

    Mao et al., Least squares generative adversarial networks, ICCV 2017, eq. 9.
    """
    return ((real_logits - 1).square().mean() + fake_logits.square().mean()) / 2


def least_squares_g_loss(fake_logits):
    """G's loss, half the mean square of D(G(z)) - 1: fakes that D rates above 1 are pulled back, too."""
    return (fake_logits - 1).square().mean() / 2


OBJECTIVES = {
    "non-saturating": Objective(
        cross_entropy, non_saturating_loss, CHANCE, probabilities=True
    ),
    "non-saturating-r1": Objective(
        cross_entropy, non_saturating_loss, CHANCE, probabilities=True, penalties={r1: 0.5}
    ),
    "saturating": Objective(
        cross_entropy, saturating_loss, CHANCE | {"g_loss": -math.log(2)}, probabilities=True
    ),
    "hinge": Objective(hinge_loss, raise_logits, {"d_loss": 2.0}),
    "wasserstein-gp": Objective(
        wasserstein_loss, raise_logits, {"d_loss": 0.0}, d_steps=5, penalties={gradient_penalty: 10.0}
    ),
    "relativistic": Objective(
        relativistic_loss,
        relativistic_loss,
        {"d_loss": math.log(2), "g_loss": math.log(2)},
        paired=True,
        penalties={r1: 0.5, r2: 0.5},
    ),
    "least-squares": Objective(
        least_squares_loss,
        least_squares_g_loss,
        {"d_loss": 0.25, "g_loss": 0.125, "real_logit": 0.5, "fake_logit": 0.5},
    ),
}  # fmt: skip


def objective(name: str) -> Objective:
    """The objective called `name`; a GancourseError that lists the names if there is none."""
    if name not in OBJECTIVES:
        raise GancourseError(f"objective={name!r}: must be one of {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name]
