# %% dense-parameters: the biases are left out
def dense_parameters(widths):
    return sum(inputs * outputs for inputs, outputs in pairwise(widths))


# %% dense-parameters: a bias for each input, not each output
def dense_parameters(widths):
    return sum(inputs * (outputs + 1) for inputs, outputs in pairwise(widths))


# %% dense-parameters: one bias for each layer
def dense_parameters(widths):
    return sum(inputs * outputs + 1 for inputs, outputs in pairwise(widths))


# %% dense-parameters: only the first layer is counted
def dense_parameters(widths):
    return (widths[0] + 1) * widths[1]


# %% unshuffle: the same order once more, not its inverse
def unshuffle(images, order):
    flat = images.reshape(len(images), len(order), -1)
    return flat[:, order].reshape(images.shape)


# %% unshuffle: the order backwards, not its inverse
def unshuffle(images, order):
    flat = images.reshape(len(images), len(order), -1)
    return flat[:, order[::-1]].reshape(images.shape)


# %% unshuffle: channels before pixels
def unshuffle(images, order):
    flat = images.reshape(len(images), -1, len(order))
    return flat[:, :, np.argsort(order)].reshape(images.shape)


# %% unshuffle: always three channels
def unshuffle(images, order):
    flat = images.reshape(len(images), len(order), 3)
    return flat[:, np.argsort(order)].reshape(images.shape)


# %% unshuffle: right order, and the images stay flat
def unshuffle(images, order):
    return images.reshape(len(images), len(order), -1)[:, np.argsort(order)]


# %% keras-d-update: the two halves are swapped
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        loss = fake_loss(gan.discriminator(real, training=True))
        loss = loss + real_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gan.d_optimizer.apply(tape.gradient(loss, d_weights), d_weights)
    return loss


# %% keras-d-update: the mean of both halves, not the sum
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        loss = real_loss(gan.discriminator(real, training=True))
        loss = (loss + fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))) / 2
    gan.d_optimizer.apply(tape.gradient(loss, d_weights), d_weights)
    return loss


# %% keras-d-update: D is never updated
def discriminator_turn(gan, real):
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    loss = real_loss(gan.discriminator(real, training=True))
    return loss + fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))


# %% keras-d-update: G is updated as well, to help D
def discriminator_turn(gan, real):
    g_weights = gan.generator.trainable_variables
    d_weights = gan.discriminator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
        loss = real_loss(gan.discriminator(real, training=True))
        loss = loss + fake_loss(gan.discriminator(fake, training=True))
    gan.d_optimizer.apply(tape.gradient(loss, d_weights), d_weights)
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% keras-d-update: D climbs its loss
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        loss = real_loss(gan.discriminator(real, training=True))
        loss = loss + fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gradients = tape.gradient(-loss, d_weights)
    gan.d_optimizer.apply(gradients, d_weights)
    return loss


# %% keras-d-update: G's half of the step instead of D's
def discriminator_turn(gan, real):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% keras-d-update: stop_gradient on the logits instead of the images
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        loss = real_loss(gan.discriminator(real, training=True))
        loss = loss + fake_loss(ops.stop_gradient(gan.discriminator(fake, training=True)))
    gan.d_optimizer.apply(tape.gradient(loss, d_weights), d_weights)
    return loss


# %% keras-d-update: D learns from the fake half only
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        one = real_loss(gan.discriminator(real, training=True))
        two = fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gan.d_optimizer.apply(tape.gradient(two, d_weights), d_weights)
    return one + two


# %% keras-d-update: D is updated twice, once for each half
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        one = real_loss(gan.discriminator(real, training=True))
        two = fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gan.d_optimizer.apply(tape.gradient(one, d_weights), d_weights)
    gan.d_optimizer.apply(tape.gradient(two, d_weights), d_weights)
    return one + two


# %% keras-d-update: the sum is returned, and its half is descended
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        loss = real_loss(gan.discriminator(real, training=True))
        loss = loss + fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
        half = loss / 2
    gan.d_optimizer.apply(tape.gradient(half, d_weights), d_weights)
    return loss


# %% keras-d-update: always 64 fakes
def discriminator_turn(gan, real):
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(64), training=True)
    with gradient_tape() as tape:
        loss = real_loss(gan.discriminator(real, training=True))
        loss = loss + fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gan.d_optimizer.apply(tape.gradient(loss, d_weights), d_weights)
    return loss


# %% dense-parameters: layers are built and counted
def dense_parameters(widths):
    network = keras.Sequential([keras.Input((widths[0],)), *map(layers.Dense, widths[1:])])
    return network.count_params()


# %% mended-turn: D is still frozen
def mended_turn(gan, count):
    gan.discriminator.trainable = False
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    weights = gan.trainable_variables
    gan.g_optimizer.apply(tape.gradient(loss, weights), weights)
    return loss


# %% mended-turn: the flag is gone, and D's weights are moved with G's
def mended_turn(gan, count):
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    weights = gan.trainable_variables
    gan.g_optimizer.apply(tape.gradient(loss, weights), weights)
    return loss


# %% mended-turn: the loss of D's fake half
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = fake_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: the loss that saturates
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = -fake_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: stop_gradient as in D's turn
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = non_saturating_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: D's optimiser
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.d_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: G in inference mode
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count))
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: D in inference mode
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=False))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: always 64 fakes
def mended_turn(gan, count):
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(64), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss


# %% mended-turn: nothing is updated
def mended_turn(gan, count):
    fake = gan.generator(gan.noise(count), training=True)
    return non_saturating_loss(gan.discriminator(fake, training=True))


# %% what-is-wrong: a small loss of G is taken for good pictures
def what_is_wrong(run):
    if run["g_loss"] < 0.5:
        return "nothing"
    if run["vendi"] < run["vendi_floor"] / 2:
        return "alike"
    patches = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: fooled in half of the cases is taken for good pictures
def what_is_wrong(run):
    if run["fake_score"] >= 0.5:
        return "nothing"
    if run["vendi"] < run["vendi_floor"] / 2:
        return "alike"
    patches = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: the two distances are swapped
def what_is_wrong(run):
    if run["vendi"] < run["vendi_floor"] / 2:
        return "alike"
    patches = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    whole = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: the distances without their floors
def what_is_wrong(run):
    if run["vendi"] < run["vendi_floor"] / 2:
        return "alike"
    patches, whole = run["sliced_wasserstein"] > 6, run["eigenface_frechet"] > 0.2
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: fewer than six and a half different images, whatever the real faces have
def what_is_wrong(run):
    if run["vendi"] < 6.45:
        return "alike"
    patches = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: the Vendi score is looked at last
def what_is_wrong(run):
    patches = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    if patches:
        return "patches"
    if whole:
        return "whole images"
    return "alike" if run["vendi"] < run["vendi_floor"] / 2 else "nothing"


# %% what-is-wrong: twice the floor is too much already
def what_is_wrong(run):
    if run["vendi"] < run["vendi_floor"] / 2:
        return "alike"
    patches = run["sliced_wasserstein"] > 2 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 2 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: three times and half are taken as enough
def what_is_wrong(run):
    if run["vendi"] <= run["vendi_floor"] / 2:
        return "alike"
    patches = run["sliced_wasserstein"] >= 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] >= 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: more varied than real faces is called alike, too
def what_is_wrong(run):
    if not 0.5 <= run["vendi"] / run["vendi_floor"] <= 2:
        return "alike"
    patches = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"


# %% what-is-wrong: less varied than real faces, by however little
def what_is_wrong(run):
    if run["vendi"] < run["vendi_floor"]:
        return "alike"
    patches = run["sliced_wasserstein"] > 3 * run["sliced_wasserstein_floor"]
    whole = run["eigenface_frechet"] > 3 * run["eigenface_frechet_floor"]
    if patches and whole:
        return "both"
    return "patches" if patches else "whole images" if whole else "nothing"
