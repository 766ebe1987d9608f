# %% one-hot: always ten classes
def one_hot_code(labels, classes):
    return np.eye(10, dtype=np.float32)[labels]


# %% one-hot: as many classes as the labels at hand need
def one_hot_code(labels, classes):
    return np.eye(labels.max() + 1, dtype=np.float32)[labels]


# %% one-hot: float64, as NumPy makes it
def one_hot_code(labels, classes):
    return np.eye(classes)[labels]


# %% one-hot: whole columns are set, not one place in each row
def one_hot_code(labels, classes):
    code = np.zeros((len(labels), classes), np.float32)
    code[:, labels] = 1
    return code


# %% one-hot: off by one, as if labels began at 1
def one_hot_code(labels, classes):
    code = np.zeros((len(labels), classes), np.float32)
    code[np.arange(len(labels)), labels - 1] = 1
    return code


# %% to-bytes: cut off instead of rounded
def to_bytes(images):
    return ((np.clip(images, -1, 1) + 1) * 127.5).astype(np.uint8)


# %% to-bytes: clipped after the conversion
def to_bytes(images):
    return np.clip(np.round((images + 1) * 127.5).astype(np.uint8), 0, 255)


# %% to-bytes: as if the generator answered in [0, 1]
def to_bytes(images):
    return np.round(np.clip(images, 0, 1) * 255).astype(np.uint8)


# %% to-bytes: rounded before it is scaled
def to_bytes(images):
    return ((np.round(np.clip(images, -1, 1)) + 1) * 127.5).astype(np.uint8)


# %% to-bytes: whole numbers, and still floats
def to_bytes(images):
    return np.round((np.clip(images, -1, 1) + 1) * 127.5)


# %% d-update: detach is left out
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    loss = real_loss(gan.discriminate(real, labels)) + fake_loss(gan.discriminate(fake, labels))
    gan.update_discriminator(loss)
    return loss


# %% d-update: detach on the logits instead of the images
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    loss = real_loss(gan.discriminate(real, labels)) + fake_loss(
        gan.discriminate(fake, labels).detach()
    )
    gan.update_discriminator(loss)
    return loss


# %% d-update: the two halves are swapped
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    loss = fake_loss(gan.discriminate(real, labels)) + real_loss(
        gan.discriminate(fake.detach(), labels)
    )
    gan.update_discriminator(loss)
    return loss


# %% d-update: the mean of both halves, not the sum
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    loss = real_loss(gan.discriminate(real, labels)) + fake_loss(
        gan.discriminate(fake.detach(), labels)
    )
    loss = loss / 2
    gan.update_discriminator(loss)
    return loss


# %% d-update: the fakes are drawn for labels of their own
def discriminator_turn(gan, real, labels):
    other = torch.randint(0, 10, (len(real),))
    fake = gan.generate(gan.noise(len(real)), other)
    loss = real_loss(gan.discriminate(real, labels)) + fake_loss(
        gan.discriminate(fake.detach(), other)
    )
    gan.update_discriminator(loss)
    return loss


# %% d-update: always 64 fakes
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(64), labels)
    loss = real_loss(gan.discriminate(real, labels)) + fake_loss(
        gan.discriminate(fake.detach(), labels)
    )
    gan.update_discriminator(loss)
    return loss


# %% d-update: D is never updated
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    return real_loss(gan.discriminate(real, labels)) + fake_loss(
        gan.discriminate(fake.detach(), labels)
    )


# %% d-update: the loss comes back as a number, not a tensor
def discriminator_turn(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    loss = real_loss(gan.discriminate(real, labels)) + fake_loss(
        gan.discriminate(fake.detach(), labels)
    )
    gan.update_discriminator(loss)
    return loss.item()


# %% spread: over all images, whatever their class
def spread(images, labels):
    return float(images.std(axis=0).mean())


# %% spread: the std over images and pixels at once
def spread(images, labels):
    return float(np.mean([images[labels == each].std() for each in np.unique(labels)]))


# %% spread: the mean over pixels before the std
def spread(images, labels):
    means = images.mean(axis=(1, 2, 3))
    return float(np.mean([means[labels == each].std() for each in np.unique(labels)]))


# %% spread: large classes count more
def spread(images, labels):
    total = 0
    for each in np.unique(labels):
        own = images[labels == each]
        total += len(own) * own.std(axis=0).mean()
    return float(total / len(images))


# %% spread: ten classes, whether they occur or not
def spread(images, labels):
    return float(np.mean([images[labels == each].std(axis=0).mean() for each in range(10)]))


# %% spread: the std divides by N - 1
def spread(images, labels):
    return float(
        np.mean([images[labels == each].std(axis=0, ddof=1).mean() for each in np.unique(labels)])
    )


# %% spread: classes up to the largest label, gaps included
def spread(images, labels):
    return float(
        np.mean([images[labels == each].std(axis=0).mean() for each in range(labels.max() + 1)])
    )


# %% spread: labels are taken for 0, 1, 2, ... without gaps
def spread(images, labels):
    return float(
        np.mean(
            [images[labels == each].std(axis=0).mean() for each in range(len(np.unique(labels)))]
        )
    )
