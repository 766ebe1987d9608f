"""The losses, all on logits: D's probability is sigmoid(logit), and real = 1.

softplus(x) = log(1 + exp(x)), so softplus(-x) = -log(sigmoid(x)) and softplus(x) = -log(1 - sigmoid(x)), exact
for any logit on any backend (Goodfellow et al., 2014, eq. 1 and section 3). Keras' own
`BinaryCrossentropy(from_logits=True)` gives the same numbers and wants an array of ones or zeros beside them.
"""

from keras import ops


def real_loss(logits):
    """D's loss on real images, the mean of -log D(x): logits float (N, 1) to a scalar; ln 2 at logit 0."""
    return ops.mean(ops.softplus(-logits))


def fake_loss(logits):
    """D's loss on fake images, the mean of -log(1 - D(G(z))): logits float (N, 1) to a scalar."""
    return ops.mean(ops.softplus(logits))


def non_saturating_loss(logits):
    """G's loss, the mean of -log D(G(z)): its gradient is largest while D rejects the fakes."""
    return ops.mean(ops.softplus(-logits))
