"""The two players as one `keras.Model`, and one step of the game."""

import keras
import numpy as np
from keras import layers, ops

from gancourse.keras_gan.average import digest, estimate_statistics
from gancourse.keras_gan.engine import gradient_tape, policy, random_state, set_random_state
from gancourse.keras_gan.losses import fake_loss, non_saturating_loss, real_loss
from gancourse.keras_gan.networks import (
    build_discriminator,
    build_generator,
    dense_discriminator,
    dense_generator,
)
from gancourse.keras_gan.startup import silence
from gancourse.recipes import SequentialFaces

PIXELS = {"tanh": (2 / 255, -1.0), "unit": (1 / 255, 0.0)}  # scale and shift of a pixel 0..255


class GAN(keras.Model):
    """Generator and discriminator, trained against each other by `fit`.

    No network is ever frozen: the step takes the gradient of each loss with respect to one player's variables and to
    no others, so that there is no `trainable` flag to forget.

    Parameters
    ----------
    generator, discriminator : keras.Model
        Noise (N, latent) to images (N, H, W, C) in [-1, 1]; images to logits (N, 1).
    pixels : {"tanh", "unit"}
        The range that real images are brought to: [-1, 1], that of the generator's tanh, or [0, 1] as report 003
        has them.
    ema : float
        Decay of the moving average of the generator's weights that samples are drawn with, 0 for none.
    seed : int
        Of the noise.
    step : function
        (gan, real) to a dict of measures; `train_step`, or your own.
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
        self.built = True

    def compile(self, g_optimizer, d_optimizer):
        """Set the optimisers, one for each player; each is built for its own player's variables."""
        super().compile(jit_compile=False)  # compiled by XLA it was not faster on a CPU
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
        return self.step(self, self.rescale(real))

    def update_average(self):
        """Move the averaged generator's weights a little towards the current ones."""
        for kept, now in self._averaged():
            kept.assign(self.decay * kept + (1 - self.decay) * now)

    @property
    def sampler(self):
        """The generator to draw samples with: the moving average where there is one.

        Its BatchNorm statistics are estimated anew whenever its weights have moved; see `estimate_statistics`.
        """
        if self.average is None:
            return self.generator
        weights = digest(kept for kept, _ in self._averaged())
        if weights != self._estimated:
            estimate_statistics(self.average, self.latent)
            self._estimated = weights
        return self.average

    def _averaged(self):
        """Pairs of the average's and the generator's variables, without BatchNorm's running statistics."""
        if self.average is None:
            return []
        pairs = zip(self.average.weights, self.generator.weights, strict=True)
        return [(kept, now) for kept, now in pairs if now.trainable]

    def sample(
        self, count: int, seed: int = 0, noise=None, batch: int = 250, network=None
    ) -> np.ndarray:
        """Images from `sampler` in inference mode; the training's random state is left alone.

        Parameters
        ----------
        count, seed : int
        noise : ndarray, float (count, latent), optional
            Instead of drawing it from `seed`.
        network : keras.Model, optional
            Instead of `sampler`: `generator` for its weights as they are now.

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

        Returns
        -------
        ndarray, float32, shape (N,)
        """
        if images.dtype != np.uint8:
            images = np.round(images * 255).astype(np.uint8)
        scale, shift = PIXELS[self.pixels]
        found = []
        for start in range(0, len(images), 2000):  # as float32 they take four times the memory
            scaled = images[start : start + 2000].astype("float32") * scale + shift
            found.append(_predict(self.discriminator, scaled, batch)[:, 0])
        return np.concatenate(found)


def train_step(gan, real):
    """One step of the game on one batch: D learns to tell real from fake, then G learns to pass for real.

    Parameters
    ----------
    gan : GAN
    real : tensor, float32, shape (N, H, W, C), in the generator's range

    Returns
    -------
    dict of scalar tensors
        d_loss (real and fake half summed: 2 ln 2 at chance), g_loss, the mean of D's probabilities on the two
        batches it was shown (real_score, fake_score), and the share of both that it got right (d_accuracy). D
        runs in training mode: dropout is on, and BatchNorm uses the statistics of the batch at hand.
    """
    g_weights = gan.generator.trainable_variables
    d_weights = gan.discriminator.trainable_variables

    # D's turn. The fakes are constants here: no gradient goes back to the generator.
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(ops.stop_gradient(fake), training=True)
        d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.d_optimizer.apply(tape.gradient(d_loss, d_weights), d_weights)

    # G's turn, against the D that has just learned.
    with tape:
        g_loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(g_loss, g_weights), g_weights)

    gan.update_average()
    return measures(d_loss, g_loss, real_logits, fake_logits)


def measures(d_loss, g_loss, real_logits, fake_logits) -> dict:
    """What a step reports, from its losses and D's logits on both batches."""
    right = ops.concatenate([real_logits > 0, fake_logits < 0])
    return {
        "d_loss": d_loss,
        "g_loss": g_loss,
        "real_score": ops.mean(ops.sigmoid(real_logits)),
        "fake_score": ops.mean(ops.sigmoid(fake_logits)),
        "d_accuracy": ops.mean(ops.cast(right, "float32")),
    }


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


def build(recipe, seed: int, channels: int = 3, step=None) -> GAN:
    """The compiled GAN of a recipe, its weights, noise and dropout drawn from `seed`.

    Parameters
    ----------
    recipe : gancourse.recipes.SequentialFaces or CelebaDCGAN
    step : function, optional
        What the GAN trains with in place of `train_step`.
    """
    with silence():  # on the torch backend this loads TensorFlow
        keras.utils.set_random_seed(seed % 2**32)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy(recipe.precision))
    try:
        generator, discriminator = _players(recipe, channels)
    finally:
        keras.config.set_dtype_policy(before)
    gan = GAN(generator, discriminator, recipe.pixels, recipe.ema, seed, step)
    gan.recipe = recipe
    gan.compile(
        keras.optimizers.Adam(recipe.lr, recipe.beta1, recipe.beta2),
        keras.optimizers.Adam(recipe.lr_d, recipe.beta1, recipe.beta2),
    )
    return gan


def _players(recipe, channels):
    if isinstance(recipe, SequentialFaces):
        return (
            dense_generator(recipe.size, recipe.latent, recipe.g_widths, channels),
            dense_discriminator(recipe.size, recipe.d_widths, recipe.d_dropout, channels),
        )
    return (
        build_generator(recipe.size, recipe.g_widths, recipe.latent, recipe.batchnorm, channels),
        build_discriminator(
            recipe.size, recipe.d_widths, recipe.dropout, recipe.batchnorm, channels
        ),
    )
