"""The BatchNorm statistics that belong to the moving average of a generator's weights."""

import hashlib

import keras
import numpy as np
from keras import layers

IMAGES, BATCH = (
    2048,
    64,
)  # generated images that the statistics are estimated on, and how many at a time
SEED = 1  # for their noise


def estimate_statistics(network, latent: int) -> None:
    """Set the BatchNorm statistics of a generator to what its own weights make of noise from the prior.

    BatchNorm normalises by statistics of its inputs, and these belong to the weights they were measured with. An
    average of the generator's running statistics is not what the averaged weights produce (Izmailov et al., Averaging
    Weights Leads to Wider Optima and Better Generalization, UAI 2018, section 3.2).

    Parameters
    ----------
    network : keras.Sequential
        Noise (N, latent) to images.
    latent : int
        The length of the noise vector.
    """
    norms = [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
    if not norms:
        return
    prior = np.random.default_rng(SEED)
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.trainable = (
            True  # else Keras normalises by the statistics that are there, even in training mode
        )
    for done in range(IMAGES // BATCH):
        for norm in norms:
            norm.momentum = done / (done + 1)  # so that all batches count alike
        network(prior.normal(size=(BATCH, latent)).astype("float32"), training=True)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.trainable, norm.momentum = False, momentum


def digest(weights) -> str:
    """A hash of the values of Keras variables, to see whether they have moved."""
    values_hash = hashlib.sha256()
    for weight in weights:
        values_hash.update(np.ascontiguousarray(keras.ops.convert_to_numpy(weight)).data)
    return values_hash.hexdigest()
