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


# %% plain-step: the sigmoids are out, and nothing else is done
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(discriminator(fake, labels))
    d_loss.backward(retain_graph=True)
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: the gradients are in order, and the sigmoids stay
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    real_score = discriminator(real, labels).sigmoid()
    fake_score = discriminator(fake.detach(), labels).sigmoid()
    d_loss = real_loss(real_score) + fake_loss(fake_score)
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels).sigmoid())
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: a sigmoid is left in G's loss
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels).sigmoid())
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: both gradients are cleared at the start, and detach is left out
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    d_optimizer.zero_grad()
    g_optimizer.zero_grad()
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(discriminator(fake, labels))
    d_loss.backward(retain_graph=True)
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: detach without zero_grad
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: D's gradient is cleared before G's update, which fills it again
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_loss.backward()
    d_optimizer.step()
    d_optimizer.zero_grad()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_loss.backward()
    g_optimizer.step()
    g_optimizer.zero_grad()
    return d_loss.item(), g_loss.item()


# %% plain-step: only D's gradient is cleared
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    d_optimizer.zero_grad()
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: the gradients are cleared between backward and step
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_loss.backward()
    d_optimizer.zero_grad()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_loss.backward()
    g_optimizer.zero_grad()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: the fakes are cut off for G's update, too
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels).detach()
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(discriminator(fake, labels))
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: G's loss is computed before D learns
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    g_loss = non_saturating_loss(discriminator(fake, labels))
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    g_optimizer.zero_grad()
    g_loss.backward()
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: D is frozen for G's update and never thawed
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    discriminator.requires_grad_(False)
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: the mean of both halves, not the sum
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_loss = d_loss / 2
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: G's loss is the saturating one
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = saturating_loss(discriminator(fake, labels))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: D sees the fakes with the labels of other images
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake, other = generator(noise, labels), labels.roll(1)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(discriminator(fake.detach(), other))
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, other))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss.item(), g_loss.item()


# %% plain-step: the losses come back as tensors
def plain_step(generator, discriminator, g_optimizer, d_optimizer, real, labels, noise):
    fake = generator(noise, labels)
    d_loss = real_loss(discriminator(real, labels)) + fake_loss(
        discriminator(fake.detach(), labels)
    )
    d_optimizer.zero_grad()
    d_loss.backward()
    d_optimizer.step()
    g_loss = non_saturating_loss(discriminator(fake, labels))
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
    return d_loss, g_loss


# %% read-run: only the last block
def read_run(real_scores, fake_scores, asked, read, spread):
    if real_scores[-1] > 0.99 and fake_scores[-1] < 0.01:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: the mean scores of the last ten blocks
def read_run(real_scores, fake_scores, asked, read, spread):
    if np.mean(real_scores[-10:]) > 0.99 and np.mean(fake_scores[-10:]) < 0.01:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: all ten blocks, so that a spike hides it
def read_run(real_scores, fake_scores, asked, read, spread):
    if min(real_scores[-10:]) > 0.99 and max(fake_scores[-10:]) < 0.01:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: nine of ten for each score by itself
def read_run(real_scores, fake_scores, asked, read, spread):
    real, fake = np.array(real_scores)[-10:], np.array(fake_scores)[-10:]
    if (real > 0.99).sum() >= 9 and (fake < 0.01).sum() >= 9:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: one of the two scores is enough
def read_run(real_scores, fake_scores, asked, read, spread):
    real, fake = np.array(real_scores)[-10:], np.array(fake_scores)[-10:]
    if ((real > 0.99) | (fake < 0.01)).sum() >= 9:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: nine blocks of the whole run
def read_run(real_scores, fake_scores, asked, read, spread):
    if ((np.array(real_scores) > 0.99) & (np.array(fake_scores) < 0.01)).sum() >= 9:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: nine tenths of the whole run
def read_run(real_scores, fake_scores, asked, read, spread):
    if ((np.array(real_scores) > 0.99) & (np.array(fake_scores) < 0.01)).mean() >= 0.9:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: the labels before D's scores
def read_run(real_scores, fake_scores, asked, read, spread):
    won = (np.array(real_scores)[-10:] > 0.99) & (np.array(fake_scores)[-10:] < 0.01)
    if np.mean(np.array(asked) == np.array(read)) < 0.9:
        return "wrong labels"
    if won.sum() >= 9:
        return "D has won"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: the spread before the labels
def read_run(real_scores, fake_scores, asked, read, spread):
    won = (np.array(real_scores)[-10:] > 0.99) & (np.array(fake_scores)[-10:] < 0.01)
    if won.sum() >= 9:
        return "D has won"
    if spread < 0.6:
        return "collapsed"
    agreement = np.mean(np.array(asked) == np.array(read))
    return "wrong labels" if agreement < 0.9 else "nothing found"


# %% read-run: scores near one half and right labels are taken for a good run
def read_run(real_scores, fake_scores, asked, read, spread):
    won = (np.array(real_scores)[-10:] > 0.99) & (np.array(fake_scores)[-10:] < 0.01)
    if won.sum() >= 9:
        return "D has won"
    return "wrong labels" if np.mean(np.array(asked) == np.array(read)) < 0.9 else "nothing found"


# %% read-run: how often each label is read, not of which image
def read_run(real_scores, fake_scores, asked, read, spread):
    won = (np.array(real_scores)[-10:] > 0.99) & (np.array(fake_scores)[-10:] < 0.01)
    if won.sum() >= 9:
        return "D has won"
    if np.mean(np.sort(asked) == np.sort(read)) < 0.9:
        return "wrong labels"
    return "collapsed" if spread < 0.6 else "nothing found"


# %% read-run: the limits themselves count as below them
def read_run(real_scores, fake_scores, asked, read, spread):
    won = (np.array(real_scores)[-10:] > 0.99) & (np.array(fake_scores)[-10:] < 0.01)
    if won.sum() >= 9:
        return "D has won"
    if np.mean(np.array(asked) == np.array(read)) <= 0.9:
        return "wrong labels"
    return "collapsed" if spread <= 0.6 else "nothing found"
