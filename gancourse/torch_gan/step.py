"""One step of the game."""


def train_step(gan, real, labels):
    """One step of the game on one batch: D learns to tell real from fake, then G learns to pass for real.

    Parameters
    ----------
    gan : GAN
        The networks, their optimisers and the objective.
    real : tensor, float32, shape (N, C, H, W)
        A batch of real images, in the range of the recipe's `pixels`.
    labels : tensor, int64, shape (N,), or None
        The labels of the real images; the fakes are drawn with the same ones. None without labels.

    Returns
    -------
    dict of scalar tensors on the device
        The metrics of the GAN's objective: d_loss (without penalties) and g_loss, and the mean of D's answers to the
        two batches it was shown, real_score and fake_score where they are probabilities, real_logit and fake_logit
        where they are not.
    """
    objective = gan.objective
    fake = gan.generate(gan.noise(len(real)), labels)

    # D's update. The fakes are constants here, which is what detach says.
    real_logits = gan.discriminate(real, labels)
    fake_logits = gan.discriminate(fake.detach(), labels)
    d_loss = objective.d_loss(real_logits, fake_logits)
    gan.update_discriminator(d_loss + gan.penalty(real, fake.detach(), labels))

    # G's update, against the D that has just learned.
    answers = [gan.discriminate(fake, labels)]
    if objective.paired:  # each fake is compared with a real image
        answers.append(gan.discriminate(real, labels))
    g_loss = objective.g_loss(*answers)
    if gan.d_updates % objective.d_steps == 0:
        gan.update_generator(g_loss)

    return objective.measure(d_loss, g_loss, real_logits, fake_logits)
