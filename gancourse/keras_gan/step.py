"""One step of the game, and what it reports."""

from keras import ops

from gancourse.keras_gan.engine import gradient_tape
from gancourse.keras_gan.objectives import fake_loss, non_saturating_loss, real_loss


def train_step(gan, real):
    """One step of the game on one batch: D learns to tell real from fake, then G learns to pass for real.

    Parameters
    ----------
    gan : GAN
        The networks and their optimisers.
    real : tensor, float32, shape (N, H, W, C), in the generator's range
        A batch of real images.

    Returns
    -------
    dict of scalar tensors
        d_loss (real and fake half summed: 2 ln 2 at chance), g_loss, the mean of D's probabilities on the two
        batches it was shown (real_score, fake_score), and the share of both that it got right (d_accuracy). D
        runs in training mode: dropout is on, and BatchNorm uses the statistics of the batch at hand.
    """
    g_weights = gan.generator.trainable_variables
    d_weights = gan.discriminator.trainable_variables

    # D's update. The fakes are constants here: no gradient goes back to the generator.
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(ops.stop_gradient(fake), training=True)
        d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.d_optimizer.apply(tape.gradient(d_loss, d_weights), d_weights)

    # G's update, against the D that has just learned.
    with tape:
        g_loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(g_loss, g_weights), g_weights)

    gan.update_average()
    return step_metrics(d_loss, g_loss, real_logits, fake_logits)


def step_metrics(d_loss, g_loss, real_logits, fake_logits) -> dict:
    """What a step reports, from its losses and D's logits on both batches."""
    right = ops.concatenate([real_logits > 0, fake_logits < 0])
    return {
        "d_loss": d_loss,
        "g_loss": g_loss,
        "real_score": ops.mean(ops.sigmoid(real_logits)),
        "fake_score": ops.mean(ops.sigmoid(fake_logits)),
        "d_accuracy": ops.mean(ops.cast(right, "float32")),
    }
