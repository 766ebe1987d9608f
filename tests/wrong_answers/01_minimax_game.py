# %% optimal-d: the share of fakes instead of real ones
def optimal_discriminator(p_data, p_g):
    total = p_data + p_g
    return np.where(total > 0, p_g / np.where(total > 0, total, 1), 0.5)


# %% optimal-d: nothing is done where both densities are zero
def optimal_discriminator(p_data, p_g):
    return p_data / (p_data + p_g)


# %% optimal-d: 0 instead of 1/2 where both densities are zero
def optimal_discriminator(p_data, p_g):
    return p_data / np.maximum(p_data + p_g, 1e-12)


# %% optimal-d: real ones to a fake, not the share of real ones
def optimal_discriminator(p_data, p_g):
    return np.where(p_g > 0, p_data / np.where(p_g > 0, p_g, 1), 0.5)


# %% optimal-d: 1/2 wherever p_data is zero
def optimal_discriminator(p_data, p_g):
    total = p_data + p_g
    return np.where(p_data > 0, p_data / np.where(total > 0, total, 1), 0.5)


# %% optimal-d: 1/2 wherever both densities are merely small
def optimal_discriminator(p_data, p_g):
    total = p_data + p_g
    return np.where(np.isclose(total, 0), 0.5, p_data / np.where(total > 0, total, 1))


# %% jsd: off by a sign
def divergence_from_value(value):
    return value / 2 - np.log(2)


# %% jsd: only V is divided by two
def divergence_from_value(value):
    return value / 2 + 2 * np.log(2)


# %% jsd: V and the divergence swap places in the formula
def divergence_from_value(value):
    return 2 * value - 2 * np.log(2)


# %% jsd: ln 2 as a number rounded to two digits
def divergence_from_value(value):
    return value / 2 + 0.69


# %% gradients: both without a minus
def generator_gradients(logit):
    d = 1 / (1 + np.exp(-logit))
    return d, 1 - d


# %% gradients: the wrong order
def generator_gradients(logit):
    d = 1 / (1 + np.exp(-logit))
    return -(1 - d), -d


# %% gradients: with respect to D's probability, not its logit
def generator_gradients(logit):
    d = 1 / (1 + np.exp(-logit))
    return -1 / (1 - d), -1 / d


# %% gradients: the minus of the second loss is forgotten
def generator_gradients(logit):
    d = 1 / (1 + np.exp(-logit))
    return -d, 1 - d


# %% alternating: the first player sees the old y
def alternating_step(x, y, h):
    return x - h * y, y + h * x


# %% alternating: the first player moves first
def alternating_step(x, y, h):
    x = x - h * y
    y = y + h * x
    return x, y


# %% alternating: both players move up
def alternating_step(x, y, h):
    y = y + h * x
    x = x + h * y
    return x, y


# %% alternating: y is returned before x
def alternating_step(x, y, h):
    y = y + h * x
    x = x - h * y
    return y, x


# %% count-modes: the two axes are swapped
def count_modes(points, centres, reach):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=0) < reach
    return len(np.unique(distance.argmin(axis=0)[good])), float(good.mean())


# %% count-modes: the number of good points, not their share
def count_modes(points, centres, reach):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < reach
    return len(np.unique(distance.argmin(axis=1)[good])), int(good.sum())


# %% count-modes: the reach is always 0.1
def count_modes(points, centres, reach):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 0.1
    return len(np.unique(distance.argmin(axis=1)[good])), float(good.mean())


# %% count-modes: each point has a nearest centre, however far
def count_modes(points, centres, reach):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    return len(np.unique(distance.argmin(axis=1))), float((distance.min(axis=1) < reach).mean())


# %% count-modes: near is measured along each axis by itself
def count_modes(points, centres, reach):
    distance = np.abs(points[:, None] - centres).max(axis=2)
    good = distance.min(axis=1) < reach
    return len(np.unique(distance.argmin(axis=1)[good])), float(good.mean())


# %% count-modes: the distance is the sum over both axes
def count_modes(points, centres, reach):
    distance = np.abs(points[:, None] - centres).sum(axis=2)
    good = distance.min(axis=1) < reach
    return len(np.unique(distance.argmin(axis=1)[good])), float(good.mean())


# %% count-modes: a point covers every centre within reach
def count_modes(points, centres, reach):
    near = np.linalg.norm(points[:, None] - centres, axis=2) < reach
    return int(near.any(axis=0).sum()), float(near.any(axis=1).mean())


# %% count-modes: a point near two centres counts twice
def count_modes(points, centres, reach):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < reach
    share = (distance < reach).sum() / len(points)
    return len(np.unique(distance.argmin(axis=1)[good])), float(share)


# %% count-modes: as far as the reach counts as nearer
def count_modes(points, centres, reach):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) <= reach
    return len(np.unique(distance.argmin(axis=1)[good])), float(good.mean())


# %% optimal-d: the library's own
optimal_discriminator = theory.optimal_discriminator


# %% optimal-d: a call of the library's
def optimal_discriminator(p_data, p_g):
    return theory.optimal_discriminator(p_data, p_g)
