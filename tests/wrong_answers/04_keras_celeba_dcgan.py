# %% flat-size: each side is rounded down
def flat_size(height, width, strides, filters):
    for stride in strides:
        height, width = height // stride, width // stride
    return height * width * filters


# %% flat-size: each side is rounded to the nearest
def flat_size(height, width, strides, filters):
    for stride in strides:
        height, width = round(height / stride), round(width / stride)
    return height * width * filters


# %% flat-size: every stride is taken for 2
def flat_size(height, width, strides, filters):
    for _ in strides:
        height, width = -(-height // 2), -(-width // 2)
    return height * width * filters


# %% flat-size: the filters are left out
def flat_size(height, width, strides, filters):
    for stride in strides:
        height, width = -(-height // stride), -(-width // stride)
    return height * width


# %% flat-size: as if every image were square
def flat_size(height, width, strides, filters):
    side = height
    for stride in strides:
        side = -(-side // stride)
    return side * side * filters


# %% flat-size: the remainder is added, not one more
def flat_size(height, width, strides, filters):
    for stride in strides:
        height, width = height // stride + height % stride, width // stride + width % stride
    return height * width * filters


# %% flat-size: every stride but 1 is taken for 2
def flat_size(height, width, strides, filters):
    for stride in strides:
        if stride > 1:
            height, width = (height + 1) // 2, (width + 1) // 2
    return height * width * filters


# %% clipped-loss: no minus
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.clip(p, clip, 1 - clip)
    return float(np.mean(np.where(target == 1, np.log(p), np.log(1 - p))))


# %% clipped-loss: in 64-bit numbers
def clipped_loss(p, target, clip=1e-7):
    p = np.clip(p, clip, 1 - clip)
    return float(np.mean(-np.where(target == 1, np.log(p), np.log(1 - p))))


# %% clipped-loss: p is clipped from below only
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.maximum(p, clip)
    return float(np.mean(-np.where(target == 1, np.log(p), np.log(1 - p))))


# %% clipped-loss: the targets are swapped
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.clip(p, clip, 1 - clip)
    return float(np.mean(-np.where(target == 0, np.log(p), np.log(1 - p))))


# %% clipped-loss: the sum instead of the mean
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.clip(p, clip, 1 - clip)
    return float(np.sum(-np.where(target == 1, np.log(p), np.log(1 - p))))


# %% clipped-loss: the clip is always 1e-7
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(np.mean(-np.where(target == 1, np.log(p), np.log(1 - p))))


# %% clipped-loss: targets of 0 cost nothing
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.clip(p, clip, 1 - clip)
    return float(np.mean(-target * np.log(p)))


# %% clipped-loss: the clip is added to p, nothing is clipped
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    return float(np.mean(-np.where(target == 1, np.log(p + clip), np.log(1 - p + clip))))


# %% clipped-loss: p and 1 - p are clipped from below only
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    return float(
        np.mean(
            -np.where(target == 1, np.log(np.maximum(p, clip)), np.log(np.maximum(1 - p, clip)))
        )
    )


# %% clipped-loss: the loss is clipped, and only from above
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    loss = -np.where(target == 1, np.log(p), np.log(1 - p))
    return float(np.mean(np.minimum(loss, -np.log(clip))))


# %% clipped-loss: the mean of each half, then of both
def clipped_loss(p, target, clip=1e-7):
    p, clip = np.float32(p), np.float32(clip)
    p = np.clip(p, clip, 1 - clip)
    parts = [-np.log(p[target == 1]), -np.log(1 - p[target == 0])]
    return float(np.mean([part.mean() for part in parts if len(part)]))


# %% diagnose: ties count nothing
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        return (np.asarray(high)[:, None] > np.asarray(low)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return "wins" if share_higher(held_out, fake) > 0.9 else "neither"


# %% diagnose: ties count as a whole
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        return (np.asarray(high)[:, None] >= np.asarray(low)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return "wins" if share_higher(held_out, fake) > 0.9 else "neither"


# %% diagnose: winning is looked at first
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(held_out, fake) > 0.9:
        return "wins"
    return "overfits" if share_higher(training, held_out) > 0.6 else "neither"


# %% diagnose: place by place instead of every pair
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        difference = np.asarray(high) - np.asarray(low)
        return ((difference > 0) + 0.5 * (difference == 0)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return "wins" if share_higher(held_out, fake) > 0.9 else "neither"


# %% diagnose: means are compared, not pairs
def diagnose(training, held_out, fake):
    if np.mean(training) > np.mean(held_out):
        return "overfits"
    return "wins" if np.mean(held_out) > np.mean(fake) else "neither"


# %% diagnose: held-out faces above training ones
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(held_out, training) > 0.6:
        return "overfits"
    return "wins" if share_higher(held_out, fake) > 0.9 else "neither"


# %% diagnose: more than half of the pairs, not 60 of 100
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(training, held_out) > 0.5:
        return "overfits"
    return "wins" if share_higher(held_out, fake) > 0.9 else "neither"


# %% diagnose: 60 of 100 and 90 of 100 are taken as enough
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(training, held_out) >= 0.6:
        return "overfits"
    return "wins" if share_higher(held_out, fake) >= 0.9 else "neither"


# %% diagnose: it wins only if it beats every fake
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return "wins" if np.min(held_out) > np.max(fake) else "neither"


# %% diagnose: training faces against fakes
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return "wins" if share_higher(training, fake) > 0.9 else "neither"


# %% diagnose: against fakes ties count nothing
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return (
        "wins"
        if (np.subtract.outer(np.asarray(held_out), np.asarray(fake)) > 0).mean() > 0.9
        else "neither"
    )


# %% diagnose: against fakes ties count as a whole
def diagnose(training, held_out, fake):
    def share_higher(high, low):
        pairs = np.subtract.outer(np.asarray(high), np.asarray(low))
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean()

    if share_higher(training, held_out) > 0.6:
        return "overfits"
    return (
        "wins"
        if (np.subtract.outer(np.asarray(held_out), np.asarray(fake)) >= 0).mean() > 0.9
        else "neither"
    )


# %% diagnose: a library's AUC
def diagnose(training, held_out, fake):
    from scipy.stats import mannwhitneyu

    def auc(high, low):
        return mannwhitneyu(high, low).statistic / (len(high) * len(low))

    if auc(training, held_out) > 0.6:
        return "overfits"
    return "wins" if auc(held_out, fake) > 0.9 else "neither"


# %% mended-accuracy: real images are still in [0, 1]
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 255, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return (np.mean(real_logits > 0) + np.mean(fake_logits < 0)) / 2


# %% mended-accuracy: real images are in [0, 2]
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return (np.mean(real_logits > 0) + np.mean(fake_logits < 0)) / 2


# %% mended-accuracy: fakes are brought to another range, too
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = 2 * generator(noise, training=False) - 1
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return (np.mean(real_logits > 0) + np.mean(fake_logits < 0)) / 2


# %% mended-accuracy: all in training mode
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=True)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=True))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=True))
    return (np.mean(real_logits > 0) + np.mean(fake_logits < 0)) / 2


# %% mended-accuracy: only D is in inference mode
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=True)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return (np.mean(real_logits > 0) + np.mean(fake_logits < 0)) / 2


# %% mended-accuracy: only G is in inference mode
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=True))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=True))
    return (np.mean(real_logits > 0) + np.mean(fake_logits < 0)) / 2


# %% mended-accuracy: a logit is read as a probability
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return (np.mean(real_logits > 0.5) + np.mean(fake_logits < 0.5)) / 2


# %% mended-accuracy: fakes that D takes for real count as right
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return (np.mean(real_logits > 0) + np.mean(fake_logits > 0)) / 2


# %% mended-accuracy: one mean over faces and fakes
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return np.mean(np.concatenate([real_logits > 0, fake_logits < 0]))


# %% mended-accuracy: the sum of both accuracies
def mended_accuracy(generator, discriminator, faces, noise):
    fakes = generator(noise, training=False)
    real_logits = keras.ops.convert_to_numpy(discriminator(faces / 127.5 - 1, training=False))
    fake_logits = keras.ops.convert_to_numpy(discriminator(fakes, training=False))
    return np.mean(real_logits > 0) + np.mean(fake_logits < 0)
