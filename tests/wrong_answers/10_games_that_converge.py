# %% rate-with-r1: nan below 1
def rate_with_r1(r1, step_size):
    root = np.sqrt(np.asarray(r1, float) ** 2 - 1)
    return np.maximum(abs(1 + step_size * (-r1 + root) / 2), abs(1 + step_size * (-r1 - root) / 2))


# %% rate-with-r1: a negative number under the root taken as 0
def rate_with_r1(r1, step_size):
    root = np.sqrt(np.maximum(np.asarray(r1, float) ** 2 - 1, 0))
    return np.maximum(abs(1 + step_size * (-r1 + root) / 2), abs(1 + step_size * (-r1 - root) / 2))


# %% rate-with-r1: the real part, not the absolute value
def rate_with_r1(r1, step_size):
    root = np.emath.sqrt(np.asarray(r1, float) ** 2 - 1)
    both = [1 + step_size * (-r1 + sign * root) / 2 for sign in (1, -1)]
    return np.maximum(abs(both[0].real), abs(both[1].real))


# %% rate-with-r1: a complex number comes out
def rate_with_r1(r1, step_size):
    root = np.emath.sqrt(np.asarray(r1, float) ** 2 - 1)
    one, other = (1 + step_size * (-r1 + sign * root) / 2 for sign in (1, -1))
    return np.where(abs(one) > abs(other), one, other)


# %% rate-with-r1: the larger, without the absolute value where both are real
def rate_with_r1(r1, step_size):
    r1 = np.asarray(r1, float)
    turning = np.sqrt(1 - step_size * r1 + step_size**2 / 4 + 0j).real
    creeping = 1 + step_size * (-r1 + np.sqrt(np.maximum(r1**2 - 1, 0))) / 2
    return np.where(r1 < 1, turning, creeping)


# %% rate-with-r1: the smaller of the two
def rate_with_r1(r1, step_size):
    root = np.sqrt(np.asarray(r1) ** 2 - 1 + 0j)
    return np.minimum(*(abs(1 + step_size * (-r1 + sign * root) / 2) for sign in (1, -1)))


# %% rate-with-r1: not divided by 2
def rate_with_r1(r1, step_size):
    root = np.sqrt(np.asarray(r1) ** 2 - 1 + 0j)
    return np.maximum(*(abs(1 + step_size * (-r1 + sign * root)) for sign in (1, -1)))


# %% rate-with-r1: the formula of weights below 1 for all
def rate_with_r1(r1, step_size):
    return np.sqrt(abs(1 - step_size * np.asarray(r1) + np.asarray(step_size) ** 2 / 4))


# %% rate-with-r1: the chapter's formula for players who take turns
def rate_with_r1(r1, step_size):
    return np.sqrt(abs(1 - step_size * np.asarray(r1, float)))


# %% rate-with-r1: the array's first weight decides for all
def rate_with_r1(r1, step_size):
    r1 = np.asarray(r1, float)
    if r1.flat[0] < 1:
        return np.sqrt(abs(1 - step_size * r1 + step_size**2 / 4))
    root = np.sqrt(r1**2 - 1)
    return np.maximum(abs(1 + step_size * (-r1 + root) / 2), abs(1 + step_size * (-r1 - root) / 2))


# %% rate-with-r1: the largest of the whole array
def rate_with_r1(r1, step_size):
    root = np.sqrt(np.asarray(r1) ** 2 - 1 + 0j)
    return np.max([abs(1 + step_size * (-r1 + sign * root) / 2) for sign in (1, -1)])


# %% rate-with-r1: NumPy looks for the eigenvalues
def rate_with_r1(r1, step_size):
    def one(r, h):
        return abs(1 + h * np.linalg.eigvals(np.array([[0, 0.5], [-0.5, -r]]))).max()

    return np.vectorize(one)(r1, step_size)


# %% lazy-r1: no graph of the slope
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images)
    return every * weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: not multiplied by every
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: the mean over the pixels as well
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return every * weight / 2 * slope.square().mean()


# %% lazy-r1: images have four dimensions
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    dims = (1, 2, 3) if real.ndim == 4 else ()
    return every * weight / 2 * slope.square().sum(dim=dims).mean()


# %% lazy-r1: the sum over the images
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return every * weight / 2 * slope.square().sum()


# %% lazy-r1: the slope of the mean logit, N times too small
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).mean(), images, create_graph=True)
    return every * weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: the weight not halved
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return every * weight * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: the norm, not its square
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return every * weight / 2 * slope.flatten(1).norm(dim=1).mean()


# %% lazy-r1: due one update too early
def lazy_r1(d, real, updates, every, weight):
    if (updates + 1) % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return every * weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: due at all updates but those
def lazy_r1(d, real, updates, every, weight):
    if updates % every == 0:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    return every * weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: computed at each update, and thrown away
def lazy_r1(d, real, updates, every, weight):
    images = real.detach().requires_grad_()
    (slope,) = torch.autograd.grad(d(images).sum(), images, create_graph=True)
    due = float(updates % every == 0)
    return due * every * weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: the caller's images ask for a gradient afterwards
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    real.requires_grad_()
    (slope,) = torch.autograd.grad(d(real).sum(), real, create_graph=True)
    return every * weight / 2 * slope.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: backward writes into the gradients of D's weights
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    images = real.detach().requires_grad_()
    d(images).sum().backward(create_graph=True)
    return every * weight / 2 * images.grad.flatten(1).square().sum(dim=1).mean()


# %% lazy-r1: the broken version, with all four mistakes
def lazy_r1(d, real, updates, every, weight):
    if updates % every:
        return torch.tensor(0.0)
    real.requires_grad_()
    (slope,) = torch.autograd.grad(d(real).sum(), real)
    return weight / 2 * slope.square().mean()


# %% covered-modes: one visitor is coverage
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    touched = int((counts > 0).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return touched, touched, float(good.mean()), float(entropy)


# %% covered-modes: a whole fair share
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / len(centres)).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: a fair share of the good points only
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int(((counts > 0) & (counts >= good.sum() / (2 * len(centres)))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: more than half of a fair share
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts > len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: the entropy not divided
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum()
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: the entropy divided by that of the touched modes
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(max(2, len(p)))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: the entropy of shares of all points
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / len(points)
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: the logarithm of what is left of nan where no point is good
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        p = counts / counts.sum()
        logs = np.where(counts > 0, np.log(p), 0)
    entropy = -(p * logs).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: each point has a nearest centre, however far
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1), minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: a point counts for every centre within reach
def covered_modes(points, centres, std):
    near = np.linalg.norm(points[:, None] - centres, axis=2) < 3 * std
    counts = near.sum(axis=0)
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / max(1, counts.sum())
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(near.any(axis=1).mean()), float(entropy)


# %% covered-modes: as near as three standard deviations counts as nearer
def covered_modes(points, centres, std):
    distance = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distance.min(axis=1) <= 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: near is measured along each axis by itself
def covered_modes(points, centres, std):
    distance = np.abs(points[:, None] - centres).max(axis=2)
    good = distance.min(axis=1) < 3 * std
    counts = np.bincount(distance.argmin(axis=1)[good], minlength=len(centres))
    covered = int((counts >= len(points) / (2 * len(centres))).sum())
    p = counts[counts > 0] / counts.sum()
    entropy = -(p * np.log(p)).sum() / np.log(len(centres))
    return int((counts > 0).sum()), covered, float(good.mean()), float(entropy)


# %% covered-modes: the library counts
def covered_modes(points, centres, std):
    nearest, good = theory.Mixture(centres, std).assign(points)
    return tuple(metrics.mode_coverage(nearest, good, len(centres)).values())


# %% train-dirac: the non-saturating loss
def train_dirac(r1, step_size, rounds):
    theta = torch.ones(1, dtype=torch.float64, requires_grad=True)
    psi = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    path = [(1.0, 0.0)]
    for _ in range(rounds):
        loss = fake_loss(psi * theta.detach()) + r1 / 2 * psi.square().sum()
        (slope,) = torch.autograd.grad(loss, psi)
        psi = (psi - step_size * slope).detach().requires_grad_()
        (slope,) = torch.autograd.grad(torch.nn.functional.softplus(-psi * theta).sum(), theta)
        theta = (theta - step_size * slope).detach().requires_grad_()
        path.append((theta.item(), psi.item()))
    return np.array(path)


# %% train-dirac: gradients pile up
def train_dirac(r1, step_size, rounds):
    theta = torch.ones(1, dtype=torch.float64, requires_grad=True)
    psi = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer_g, optimizer_d = (torch.optim.SGD([each], step_size) for each in (theta, psi))
    path = [(theta.item(), psi.item())]
    for _ in range(rounds):
        (fake_loss(psi * theta.detach()) + r1 / 2 * psi.square().sum()).backward()
        optimizer_d.step()
        (-fake_loss(psi.detach() * theta)).backward()
        optimizer_g.step()
        path.append((theta.item(), psi.item()))
    return np.array(path)


# %% train-dirac: both move at once
def train_dirac(r1, step_size, rounds):
    theta, psi, path = 1.0, 0.0, [(1.0, 0.0)]
    for _ in range(rounds):
        share = 1 / (1 + np.exp(-theta * psi))
        theta, psi = (
            theta + step_size * share * psi,
            psi - step_size * (share * theta + r1 * psi),
        )
        path.append((theta, psi))
    return np.array(path)


# %% train-dirac: the whole weight in place of half
def train_dirac(r1, step_size, rounds):
    theta = torch.ones(1, dtype=torch.float64, requires_grad=True)
    psi = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer_g, optimizer_d = (torch.optim.SGD([each], step_size) for each in (theta, psi))
    path = [(theta.item(), psi.item())]
    for _ in range(rounds):
        optimizer_d.zero_grad()
        (fake_loss(psi * theta.detach()) + r1 * psi.square().sum()).backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        (-fake_loss(psi.detach() * theta)).backward()
        optimizer_g.step()
        path.append((theta.item(), psi.item()))
    return np.array(path)


# %% train-dirac: no graph of the slope, so that the penalty teaches nothing
def train_dirac(r1, step_size, rounds):
    theta = torch.ones(1, dtype=torch.float64, requires_grad=True)
    psi = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer_g, optimizer_d = (torch.optim.SGD([each], step_size) for each in (theta, psi))
    path = [(theta.item(), psi.item())]
    for _ in range(rounds):
        real = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad((psi * real).sum(), real)
        optimizer_d.zero_grad()
        (fake_loss(psi * theta.detach()) + r1 / 2 * slope.square().mean()).backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        (-fake_loss(psi.detach() * theta)).backward()
        optimizer_g.step()
        path.append((theta.item(), psi.item()))
    return np.array(path)


# %% train-dirac: G goes up its loss
def train_dirac(r1, step_size, rounds):
    theta, psi, path = 1.0, 0.0, [(1.0, 0.0)]
    for _ in range(rounds):
        psi -= step_size * (theta / (1 + np.exp(-theta * psi)) + r1 * psi)
        theta -= step_size * psi / (1 + np.exp(-theta * psi))
        path.append((theta, psi))
    return np.array(path)


# %% train-dirac: G moves first
def train_dirac(r1, step_size, rounds):
    theta, psi, path = 1.0, 0.0, [(1.0, 0.0)]
    for _ in range(rounds):
        theta += step_size * psi / (1 + np.exp(-theta * psi))
        psi -= step_size * (theta / (1 + np.exp(-theta * psi)) + r1 * psi)
        path.append((theta, psi))
    return np.array(path)


# %% train-dirac: the library plays
def train_dirac(r1, step_size, rounds):
    return theory.play(theory.DiracGAN(r1), "alternating", (1.0, 0.0), step_size, rounds)


# %% train-dirac: the start is missing
def train_dirac(r1, step_size, rounds):
    theta, psi, path = 1.0, 0.0, []
    for _ in range(rounds):
        psi -= step_size * (theta / (1 + np.exp(-theta * psi)) + r1 * psi)
        theta += step_size * psi / (1 + np.exp(-theta * psi))
        path.append((theta, psi))
    return np.array(path)


# %% name-the-motion: the swing is asked last
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps[-half:]).max() <= 1e-9 * distance.max():
        return "stands"
    ratio = distance[-quarter:].mean() / distance[quarter : 2 * quarter].mean()
    if ratio < 0.9:
        return "converges"
    if ratio > 1.1:
        return "spirals out"
    against = (steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) < 0
    return "swings" if against.mean() > 0.5 else "circles"


# %% name-the-motion: steps are too small in absolute terms
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps[-half:]).max() <= 1e-6:
        return "stands"
    if ((steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) < 0).mean() > 0.5:
        return "swings"
    ratio = distance[-quarter:].mean() / distance[quarter : 2 * quarter].mean()
    return "converges" if ratio < 0.9 else "spirals out" if ratio > 1.1 else "circles"


# %% name-the-motion: the whole path is asked whether it stands
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps).max() <= 1e-9 * distance.max():
        return "stands"
    if ((steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) < 0).mean() > 0.5:
        return "swings"
    ratio = distance[-quarter:].mean() / max(distance[quarter : 2 * quarter].mean(), 1e-300)
    return "converges" if ratio < 0.9 else "spirals out" if ratio > 1.1 else "circles"


# %% name-the-motion: the whole path is asked whether it swings
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps[-half:]).max() <= 1e-9 * distance.max():
        return "stands"
    if ((steps[1:] * steps[:-1]).sum(axis=1) < 0).mean() > 0.2:
        return "swings"
    ratio = distance[-quarter:].mean() / distance[quarter : 2 * quarter].mean()
    return "converges" if ratio < 0.9 else "spirals out" if ratio > 1.1 else "circles"


# %% name-the-motion: the end against the beginning, one position each
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half = len(steps) // 2
    if np.abs(steps[-half:]).max() <= 1e-9 * distance.max():
        return "stands"
    if ((steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) < 0).mean() > 0.5:
        return "swings"
    ratio = distance[-1] / distance[0]
    return "converges" if ratio < 0.99 else "spirals out" if ratio > 1.01 else "circles"


# %% name-the-motion: any growth is a spiral
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps[-half:]).max() <= 1e-9 * distance.max():
        return "stands"
    if ((steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) < 0).mean() > 0.5:
        return "swings"
    ratio = distance[-quarter:].mean() / distance[quarter : 2 * quarter].mean()
    return "converges" if ratio < 1 else "spirals out"


# %% name-the-motion: a step across counts as one against
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = np.linalg.norm(path, axis=1), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps[-half:]).max() <= 1e-9 * distance.max():
        return "stands"
    if ((steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) <= 0).mean() > 0.5:
        return "swings"
    ratio = distance[-quarter:].mean() / distance[quarter : 2 * quarter].mean()
    return "converges" if ratio < 0.9 else "spirals out" if ratio > 1.1 else "circles"


# %% name-the-motion: distances of G alone
def name_the_motion(path):
    path = np.asarray(path, float)
    distance, steps = abs(path[:, 0]), np.diff(path, axis=0)
    half, quarter = len(steps) // 2, len(path) // 4
    if np.abs(steps[-half:]).max() <= 1e-9 * distance.max():
        return "stands"
    if ((steps[-half:] * steps[-half - 1 : -1]).sum(axis=1) < 0).mean() > 0.5:
        return "swings"
    ratio = distance[-quarter:].mean() / distance[quarter : 2 * quarter].mean()
    return "converges" if ratio < 0.9 else "spirals out" if ratio > 1.1 else "circles"
