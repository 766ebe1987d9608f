"""Features to measure on, and torchmetrics' own metrics to compare with."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def sets():
    """300 and 400 rows of 24 features, correlated in different ways and not negative, as after a ReLU."""
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(count, 24)) @ rng.normal(size=(24, 24)) for count in (300, 400))
    return np.maximum(a, 0), np.maximum(b + 0.5, 0)


@pytest.fixture
def torchmetric():
    """What a torchmetrics metric gives for features, which it takes for images and leaves as they are."""

    def measure(kind, a, b, **settings):
        import torch

        identity = torch.nn.Identity()
        identity.num_features = a.shape[1]
        metric = kind(feature=identity, normalize=True, **settings)
        metric.update(torch.tensor(a), real=True)
        metric.update(torch.tensor(b), real=False)
        return metric.compute()

    return measure
