"""What a discriminator knows: does it tell real from fake, and its training images from other real ones?"""

import numpy as np


def auc(high, low) -> float:
    """The probability that a value of `high` is above one of `low`, ties counted half: 0.5 if nothing tells them apart.

    The area under the ROC curve.

    Parameters
    ----------
    high, low : ndarray of float, shapes (N,) and (M,)
        The values of those that should be high, such as D's logits on real images, and of those that should be low.
    """
    from sklearn.metrics import roc_auc_score

    truth = np.repeat([1, 0], [len(high), len(low)])
    return float(roc_auc_score(truth, np.concatenate([high, low])))


def discriminator(training, held_out, fake) -> dict:
    """Mean logits on training, held-out and fake images, and how well the logit tells each pair of them apart.

    A D that overfits rates training images above held-out ones; a D that dominates rates both far above the fakes.

    Parameters
    ----------
    training, held_out, fake : ndarray of float, shape (N,)
        D's logits, all taken in the same mode of dropout and BatchNorm.
    """
    logits = {"training": training, "held_out": held_out, "fake": fake}
    return {
        "mean_logit": {kind: round(float(np.mean(values)), 3) for kind, values in logits.items()},
        "auc_training_held_out": round(auc(training, held_out), 4),
        "auc_training_fake": round(auc(training, fake), 4),
        "auc_held_out_fake": round(auc(held_out, fake), 4),
    }
