"""The two networks as one `keras.Model`."""

import keras
import numpy as np
from keras import layers, ops

from gancourse import GancourseError
from gancourse.history import METRICS
from gancourse.keras_gan.average import digest, estimate_statistics
from gancourse.keras_gan.engine import random_state, set_random_state
from gancourse.keras_gan.step import train_step

MEASURED = (*METRICS, "d_accuracy")  # what a step reports
PIXELS = {"tanh": (2 / 255, -1.0), "unit": (1 / 255, 0.0)}  # scale and shift of a pixel 0..255


class GAN(keras.Model):
    """Generator and discriminator, trained against each other by `fit`.

    In `fit`'s callbacks `on_train_batch_end` gets what the step measured; `on_epoch_end` and `fit`'s history get the
    means over the epoch, if the step reports the metrics in MEASURED and no others.

    A GAN has no loss that would say on held-out images how good it is, so `evaluate` and `validation_data` are refused;
    `gancourse.evaluation` has metrics for samples. What is saved are its networks, by `gan.generator.save`, or a whole
    training, by the `checkpoint` of `keras_gan.train`.

    The average of the weights is a network of its own, not the optimiser's `use_ema`, which keeps the same average of
    the weights: a generator with BatchNorm needs statistics that belong to the averaged weights (see `sampler`).

    No network is ever frozen: the step takes the gradient of each loss with respect to one network's variables and
    no others, so that there is no `trainable` flag to forget.

    Parameters
    ----------
    generator, discriminator : keras.Model
        Noise (N, latent) to images (N, H, W, C) in [-1, 1]; images to logits (N, 1).
    pixels : {"tanh", "unit"}
        The range that real images are brought to: [-1, 1], like the generator's tanh, or [0, 1] as report 003
        has them.
    ema : float
        Decay of the moving average of the generator's weights that samples are drawn with, 0 for none.
    seed : int
        The seed for the noise.
    step : function
        (gan, real) to a dict of metrics; `train_step`, or your own.
    """

    def __init__(self, generator, discriminator, pixels="tanh", ema=0.0, seed=0, step=None):
        super().__init__()
        self.step = step or train_step
        self.recipe = None  # `build` says which
        self.generator, self.discriminator = generator, discriminator
        self.latent = generator.input_shape[-1]
        self.pixels, self.decay = pixels, ema
        scale, shift = PIXELS[pixels]
        self.rescale = layers.Rescaling(scale, offset=shift, dtype="float32")
        self.rescale.build(discriminator.input_shape)
        self.noise_seed = keras.random.SeedGenerator(seed)
        self.average = _copy(generator) if ema else None
        self._estimated = (
            None  # the digest of the averaged weights that its BatchNorm statistics belong to
        )
        self.means = [keras.metrics.Mean(name=name) for name in MEASURED]
        self.built = True

    @property
    def metrics(self):
        """The means over an epoch of what its steps measured; `fit` begins each epoch with new ones."""
        return self.means

    def compile(self, g_optimizer, d_optimizer, steps_per_execution: int = 1):
        """Set the optimisers, one for each network; each is built for its own network's variables.

        Parameters
        ----------
        g_optimizer, d_optimizer : keras.optimizers.Optimizer
            The optimisers of the two networks.
        steps_per_execution : int
            How many steps `fit` takes between two calls of its callbacks. `keras_gan.train` keeps what each step
            measured, so there it must be 1.
        """
        # compiled by XLA it was not faster on a CPU
        super().compile(jit_compile=False, steps_per_execution=steps_per_execution)
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer
        g_optimizer.build(self.generator.trainable_variables)
        d_optimizer.build(self.discriminator.trainable_variables)

    def noise(self, count):
        """Standard normal noise, float32 (count, latent)."""
        return keras.random.normal((count, self.latent), seed=self.noise_seed)

    def call(self, noise, training=False):
        """Images of the noise, as the generator gives them."""
        return self.generator(noise, training=training)

    def train_step(self, data):
        """What `fit` calls: the step, on a batch uint8 (N, H, W, C), alone or in a tuple of one, scaled."""
        # converted first: the torch backend leaves a batch of bytes on the CPU
        real = ops.convert_to_tensor(keras.utils.unpack_x_y_sample_weight(data)[0])
        measured = self.step(self, self.rescale(real))
        for mean in self.means:
            if mean.name in measured:
                mean.update_state(measured[mean.name])
        return measured

    def fit(self, *args, validation_data=None, validation_split=0.0, **kwargs):
        """`keras.Model.fit`, without validation.

        Raises
        ------
        GancourseError
            If validation is asked for.
        """
        if validation_data is not None or validation_split:
            self.test_step(None)
        return super().fit(*args, **kwargs)

    def test_step(self, data):
        """What `evaluate` would call: there is no such step."""
        raise GancourseError(
            "a GAN has no loss that says on held-out images how good it is. Measure its samples: gancourse.evaluation, "
            "or the command gancourse evaluate"
        )

    def save(self, *args, **kwargs):
        """Refused: two networks with optimisers and random states are not one model to load."""
        raise GancourseError(
            "save the generator (gan.generator.save), or the whole training with keras_gan.train(checkpoint=...)"
        )

    def update_average(self):
        """Move the averaged generator's weights a little towards the current ones."""
        for average, current in self._averaged():
            average.assign(self.decay * average + (1 - self.decay) * current)

    @property
    def sampler(self):
        """The generator to draw samples with: the moving average where there is one.

        Its BatchNorm statistics are estimated anew whenever its weights have moved; see `estimate_statistics`.
        """
        if self.average is None:
            return self.generator
        weights = digest(average for average, _ in self._averaged())
        if weights != self._estimated:
            estimate_statistics(self.average, self.latent)
            self._estimated = weights
        return self.average

    def _averaged(self):
        """Pairs of the average's and the generator's variables, without BatchNorm's running statistics."""
        if self.average is None:
            return []
        pairs = zip(self.average.weights, self.generator.weights, strict=True)
        return [(average, current) for average, current in pairs if current.trainable]

    def sample(
        self, count: int, seed: int = 0, noise=None, batch: int = 250, network=None
    ) -> np.ndarray:
        """Images from `sampler` in inference mode; the training's random state is left alone.

        Parameters
        ----------
        count, seed : int
            The number of images, and the seed for the noise.
        noise : ndarray, float (count, latent), optional
            The noise to use, instead of drawing it from `seed`.
        network : keras.Model, optional
            The generator to use instead of `sampler`: `generator` for its weights as they are now.

        Returns
        -------
        ndarray, float32, shape (count, H, W, C), values in [0, 1]
        """
        if noise is None:
            noise = np.random.default_rng(seed).normal(size=(count, self.latent))
        noise = np.asarray(noise, "float32")
        images = _predict(network or self.sampler, noise, batch)
        scale, shift = PIXELS[self.pixels]
        return np.clip((images - shift) / (scale * 255), 0, 1)

    def logits(self, images, batch: int = 250) -> np.ndarray:
        """D's logits in inference mode: dropout off, BatchNorm with its running averages.

        Parameters
        ----------
        images : ndarray, uint8 (N, H, W, C), or float in [0, 1] as `sample` gives them
            The images to look at.
        batch : int
            The number of images that go through the network at once.

        Returns
        -------
        ndarray, float32, shape (N,)
        """
        if images.dtype != np.uint8:
            images = np.round(images * 255).astype(np.uint8)
        scale, shift = PIXELS[self.pixels]
        logits = []
        for start in range(0, len(images), 2000):  # as float32 they take four times the memory
            scaled = images[start : start + 2000].astype("float32") * scale + shift
            logits.append(_predict(self.discriminator, scaled, batch)[:, 0])
        return np.concatenate(logits)


def _predict(network, inputs, batch):
    """`predict`, which draws from the backend's own random state on torch, without changing it."""
    before = random_state()
    outputs = network.predict(inputs, batch_size=batch, verbose=0)
    set_random_state(before)
    return outputs


def _copy(network):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    copy.trainable = False
    return copy
