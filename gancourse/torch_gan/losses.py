"""The losses, all on logits: D's probability is sigmoid(logit), and real = 1.

softplus(x) = log(1 + exp(x)), so softplus(-x) = -log(sigmoid(x)) and softplus(x) = -log(1 - sigmoid(x)), exact
for any logit, where a sigmoid followed by a logarithm is not (Goodfellow et al., 2014, eq. 1 and section 3).
"""

from torch.nn.functional import softplus


def real_loss(logits):
    """D's loss on real images, the mean of -log D(x): logits float (N,) to a scalar; ln 2 at logit 0."""
    return softplus(-logits).mean()


def fake_loss(logits):
    """D's loss on fake images, the mean of -log(1 - D(G(z))): logits float (N,) to a scalar; ln 2 at logit 0."""
    return softplus(logits).mean()


def non_saturating_loss(logits):
    """G's loss, the mean of -log D(G(z)): a strong gradient while D rejects the fakes."""
    return softplus(-logits).mean()


def saturating_loss(logits):
    """G's loss as the minimax game has it, the mean of log(1 - D(G(z))): nearly flat while D rejects the fakes."""
    return -softplus(logits).mean()


GENERATOR_LOSSES = {"non-saturating": non_saturating_loss, "saturating": saturating_loss}
