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


# %% look-ahead: the rows are copied, and the players still take two plain steps
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position.copy()]
    for _ in range(steps):
        position += step_size * game.field(position)
        position += step_size * game.field(position)
        path.append(position.copy())
    return np.array(path)


# %% look-ahead: the players move from the place ahead, not from where they stood
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        ahead = position + step_size * game.field(position)
        position = ahead + step_size * game.field(ahead)
        path.append(position)
    return np.array(path)


# %% look-ahead: the step is right, and all rows are one array
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        ahead = position + step_size * game.field(position)
        position += step_size * game.field(ahead)
        path.append(position)
    return np.array(path)


# %% look-ahead: ahead is a second name for position, which moves with it
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position.copy()]
    for _ in range(steps):
        ahead = position
        ahead += step_size * game.field(position)
        position = position + step_size * game.field(ahead)
        path.append(position.copy())
    return np.array(path)


# %% look-ahead: the field is that of where the players stand
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        position = position + step_size * game.field(position)
        path.append(position)
    return np.array(path)


# %% look-ahead: the place ahead goes into the path
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        ahead = position + step_size * game.field(position)
        path.append(ahead)
        position = position + step_size * game.field(ahead)
    return np.array(path)


# %% look-ahead: the mean of both fields
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        here = game.field(position)
        ahead = game.field(position + step_size * here)
        position = position + step_size * (here + ahead) / 2
        path.append(position)
    return np.array(path)


# %% look-ahead: half a step ahead
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        ahead = position + step_size / 2 * game.field(position)
        position = position + step_size * game.field(ahead)
        path.append(position)
    return np.array(path)


# %% look-ahead: the start is left out
def extra_gradient_path(game, start, step_size, steps):
    position, path = np.array(start, float), []
    for _ in range(steps):
        ahead = position + step_size * game.field(position)
        position = position + step_size * game.field(ahead)
        path.append(position)
    return np.array(path)


# %% look-ahead: a list comes back
def extra_gradient_path(game, start, step_size, steps):
    position = np.array(start, float)
    path = [position]
    for _ in range(steps):
        ahead = position + step_size * game.field(position)
        position = position + step_size * game.field(ahead)
        path.append(position)
    return path


# %% look-ahead: the caller's start moves
def extra_gradient_path(game, start, step_size, steps):
    position = np.asarray(start, float)
    path = [position.copy()]
    for _ in range(steps):
        position += step_size * game.field(position + step_size * game.field(position))
        path.append(position.copy())
    return np.array(path)


# %% look-ahead: the bilinear game, whatever game comes in
def extra_gradient_path(game, start, step_size, steps):
    x, y = start
    path = [(x, y)]
    for _ in range(steps):
        x_ahead, y_ahead = x - step_size * y, y + step_size * x
        x, y = x - step_size * y_ahead, y + step_size * x_ahead
        path.append((x, y))
    return np.array(path)


# %% look-ahead: the library's
def extra_gradient_path(game, start, step_size, steps):
    return theory.play(game, "extra-gradient", start, step_size, steps)


# %% collapsed-or-not: only the last look
def diagnose_coverage(modes, good, total):
    if modes[-1] <= total / 2:
        return "collapsed" if good[-1] >= 1 / 4 else "wanders"
    return "covers" if good[-1] >= 1 / 4 and modes[-1] == total else "undecided"


# %% collapsed-or-not: the whole run
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes), np.mean(good) >= 1 / 4
    if (modes <= total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == total).all() else "undecided"


# %% collapsed-or-not: the first five looks
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[:5], np.mean(good[:5]) >= 1 / 4
    if (modes <= total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == total).all() else "undecided"


# %% collapsed-or-not: few modes are a collapse, good points or not
def diagnose_coverage(modes, good, total):
    modes = np.array(modes)[-5:]
    if (modes <= total / 2).all():
        return "collapsed"
    return "covers" if np.mean(good[-5:]) >= 1 / 4 and (modes == total).all() else "undecided"


# %% collapsed-or-not: all modes are enough, however few points are good
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.mean(good[-5:]) >= 1 / 4
    if (modes <= total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if (modes == total).all() else "undecided"


# %% collapsed-or-not: the mean of the modes, not each look
def diagnose_coverage(modes, good, total):
    mean, mostly_good = np.mean(modes[-5:]), np.mean(good[-5:]) >= 1 / 4
    if mean <= total / 2:
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and mean == total else "undecided"


# %% collapsed-or-not: any look with all modes covers
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.mean(good[-5:]) >= 1 / 4
    if (modes <= total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == total).any() else "undecided"


# %% collapsed-or-not: the points are good at each look, not on average
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.min(good[-5:]) >= 1 / 4
    if (modes <= total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == total).all() else "undecided"


# %% collapsed-or-not: always eight modes
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.mean(good[-5:]) >= 1 / 4
    if (modes <= 4).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == 8).all() else "undecided"


# %% collapsed-or-not: half of the modes is not few
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.mean(good[-5:]) >= 1 / 4
    if (modes < total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == total).all() else "undecided"


# %% collapsed-or-not: more than a quarter, not a quarter or more
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.mean(good[-5:]) > 1 / 4
    if (modes <= total / 2).all():
        return "collapsed" if mostly_good else "wanders"
    return "covers" if mostly_good and (modes == total).all() else "undecided"


# %% collapsed-or-not: what does not cover all modes has collapsed
def diagnose_coverage(modes, good, total):
    modes, mostly_good = np.array(modes)[-5:], np.mean(good[-5:]) >= 1 / 4
    if (modes == total).all():
        return "covers" if mostly_good else "undecided"
    return "collapsed" if mostly_good else "wanders"
