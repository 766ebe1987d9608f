"""What the logits of a discriminator tell apart."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from gancourse import metrics


def test_auc_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(0)
    high, low = rng.normal(1, 1, 60), rng.normal(0, 1, 50)
    pairs = np.mean(high[:, None] > low[None])
    assert metrics.auc(high, low) == pytest.approx(pairs)
    assert metrics.auc(np.ones(3), np.ones(4)) == 0.5
    truth = np.repeat([1, 0], [60, 50])
    assert metrics.auc(high, low) == roc_auc_score(truth, np.concatenate([high, low]))


def test_the_discriminators_card():
    card = metrics.discriminator(np.array([3.0, 4.0]), np.array([1.0, 2.0]), np.zeros(5))
    assert card["mean_logit"] == {"training": 3.5, "held_out": 1.5, "fake": 0.0}
    assert card["auc_training_held_out"] == 1.0 and card["auc_held_out_fake"] == 1.0
