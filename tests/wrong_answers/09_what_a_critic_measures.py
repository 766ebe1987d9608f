# %% best-answers: real and fake exchanged
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return np.sign(q - p)
    if loss == "least squares":
        total = p + q
        return np.divide(q, total, out=np.full(total.shape, 0.5), where=total > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logit = np.log(q) - np.log(p)
    return np.where(p == q, 0.0, logit)


# %% best-answers: the hinge loss' answer without the sign
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return p - q
    if loss == "least squares":
        total = p + q
        return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logit = np.log(p) - np.log(q)
    return np.where(p == q, 0.0, logit)


# %% best-answers: the log loss' answer as a probability
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return np.sign(p - q)
    total = p + q
    return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)


# %% best-answers: nan where both densities are 0
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return np.sign(p - q)
    with np.errstate(divide="ignore", invalid="ignore"):
        return p / (p + q) if loss == "least squares" else np.log(p) - np.log(q)


# %% best-answers: least squares gives 0 where both densities are 0
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return np.sign(p - q)
    if loss == "least squares":
        return np.divide(p, p + q, out=np.zeros(p.shape), where=p + q > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logit = np.log(p) - np.log(q)
    return np.where(p == q, 0.0, logit)


# %% best-answers: a small number added, so that nothing is infinite
def best_answers(p, q, loss):
    p, q = np.asarray(p, float) + 1e-12, np.asarray(q, float) + 1e-12
    if loss == "hinge":
        return np.sign(p - q)
    return p / (p + q) if loss == "least squares" else np.log(p) - np.log(q)


# %% best-answers: the logarithm of a quotient that overflows
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return np.sign(p - q)
    if loss == "least squares":
        total = p + q
        return np.divide(p, total, out=np.full(total.shape, 0.5), where=total > 0)
    with np.errstate(all="ignore"):
        logit = np.log(p / q)
    return np.where(p == q, 0.0, logit)


# %% best-answers: the library's best D
def best_answers(p, q, loss):
    p, q = np.asarray(p, float), np.asarray(q, float)
    if loss == "hinge":
        return np.sign(p - q)
    if loss == "least squares":
        return np.where(p + q > 0, theory.optimal_discriminator(p, q), 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        logit = np.log(p) - np.log(q)
    return np.where(p == q, 0.0, logit)


# %% distance-on-a-line: sorted and compared one by one, as many as there are
def distance_on_a_line(a, b):
    count = min(len(a), len(b))
    return np.abs(np.sort(a)[:count] - np.sort(b)[:count]).mean()


# %% distance-on-a-line: the difference of the means
def distance_on_a_line(a, b):
    return abs(np.mean(a) - np.mean(b))


# %% distance-on-a-line: the mean distance of all pairs
def distance_on_a_line(a, b):
    return np.abs(a[:, None] - b).mean()


# %% distance-on-a-line: numbers counted instead of shares
def distance_on_a_line(a, b):
    steps = np.sort(np.concatenate([a, b]))
    counts = [np.searchsorted(np.sort(each), steps[:-1], side="right") for each in (a, b)]
    return np.sum(np.abs(counts[0] - counts[1]) * np.diff(steps)) / max(len(a), len(b))


# %% distance-on-a-line: numbers below t, not at most t
def distance_on_a_line(a, b):
    steps = np.sort(np.concatenate([a, b]))
    below = [np.searchsorted(np.sort(each), steps[:-1]) / len(each) for each in (a, b)]
    return np.sum(np.abs(below[0] - below[1]) * np.diff(steps))


# %% distance-on-a-line: the difference squared
def distance_on_a_line(a, b):
    steps = np.sort(np.concatenate([a, b]))
    one, other = (
        np.searchsorted(np.sort(each), steps[:-1], side="right") / len(each) for each in (a, b)
    )
    return np.sum((one - other) ** 2 * np.diff(steps))


# %% distance-on-a-line: no absolute value
def distance_on_a_line(a, b):
    steps = np.sort(np.concatenate([a, b]))
    one, other = (
        np.searchsorted(np.sort(each), steps[:-1], side="right") / len(each) for each in (a, b)
    )
    return abs(np.sum((one - other) * np.diff(steps)))


# %% distance-on-a-line: a grid of a thousand places
def distance_on_a_line(a, b):
    grid = np.linspace(min(a.min(), b.min()), max(a.max(), b.max()), 1001)
    one, other = ((each[:, None] <= grid).mean(axis=0) for each in (a, b))
    return np.abs(one - other)[:-1].sum() * (grid[1] - grid[0])


# %% distance-on-a-line: the caller's arrays are sorted
def distance_on_a_line(a, b):
    steps = np.sort(np.concatenate([a, b]))
    shares = []
    for each in (a, b):
        each.sort()
        shares.append(np.searchsorted(each, steps[:-1], side="right") / len(each))
    return np.sum(np.abs(shares[0] - shares[1]) * np.diff(steps))


# %% distance-on-a-line: SciPy's distance
def distance_on_a_line(a, b):
    return wasserstein_distance(a, b)


# %% mended-penalty: no graph of the slope
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: one norm for the whole batch
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.norm() - 1) ** 2


# %% mended-penalty: a share for each pixel
def mended_penalty(critic, real, fake):
    share = torch.rand_like(real)
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: a share of shape (N, 1), spread over the rows of pixels
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), 1)
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: at real images only
def mended_penalty(critic, real, fake):
    images = real.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(critic(images).sum(), images, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: always half way
def mended_penalty(critic, real, fake):
    between = ((real + fake) / 2).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: the norm over the channels of each pixel
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.norm(dim=1) - 1).square().mean()


# %% mended-penalty: the slope of the mean answer, N times too small
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).mean(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: the squared slope held at 1
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).square().sum(dim=1) - 1).square().mean()


# %% mended-penalty: the square of the mean
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).mean().square()


# %% mended-penalty: only slopes above 1 cost something
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return relu(slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: images have four dimensions
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), 1, 1, 1)
    between = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


# %% mended-penalty: the library's slopes
def mended_penalty(critic, real, fake):
    share = torch.rand(len(real), *[1] * (real.ndim - 1))
    return (slopes(critic, share * real + (1 - share) * fake).norm(dim=1) - 1).square().mean()


# %% which-critic: the answer is compared as it is, however steep
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all() or answer > 1.05 * truth * steepest:
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if answer >= 0.85 * truth else "too flat"
    return "penalised" if answer >= 0.85 * truth else "unbounded"


# %% which-critic: the answer is always divided by the slope
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all():
        return "unbounded"
    quotient = answer / max(steepest, 1e-12)
    if quotient > 1.05 * truth:
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if quotient >= 0.85 * truth else "too flat"
    return "penalised" if quotient >= 0.85 * truth else "unbounded"


# %% which-critic: every slope above 1.05 is a penalty's
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all() or answer > 1.05 * truth * steepest:
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if answer >= 0.85 * truth else "too flat"
    return "penalised"


# %% which-critic: no look at what the duality forbids
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all():
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if answer >= 0.85 * truth else "too flat"
    return "penalised" if answer >= 0.85 * truth * steepest else "unbounded"


# %% which-critic: the table comes before what is not finite
def which_critic(answer, steepest, truth):
    if answer > 1.05 * truth * steepest:
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if answer >= 0.85 * truth else "too flat"
    return "penalised" if answer >= 0.85 * truth * steepest else "unbounded"


# %% which-critic: a truth of 3, whatever is given
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all() or answer > 3.15 * steepest:
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if answer >= 2.55 else "too flat"
    return "penalised" if answer >= 2.55 * steepest else "unbounded"


# %% which-critic: a slope of 1 is the limit, without a tolerance
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all() or answer > 1.05 * truth * steepest:
        return "unbounded"
    if steepest <= 1:
        return "sound" if answer >= 0.85 * truth else "too flat"
    return "penalised" if answer >= 0.85 * truth * steepest else "unbounded"


# %% which-critic: divides by a slope of 0
def which_critic(answer, steepest, truth):
    if not np.isfinite([answer, steepest]).all() or answer / steepest > 1.05 * truth:
        return "unbounded"
    if steepest <= 1.05:
        return "sound" if answer >= 0.85 * truth else "too flat"
    return "penalised" if answer / steepest >= 0.85 * truth else "unbounded"


# %% estimate-total-variation: asked about its own training points
def estimate_total_variation(real, fake, seed):
    torch.manual_seed(seed)
    real, fake = (each[: len(each) // 2] for each in (real, fake))
    d = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(d.parameters(), 2e-3)
    for _ in range(200):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = relu(1 - d(one)).mean() + relu(1 + d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return 1 - (relu(1 - d(real)).mean() + relu(1 + d(fake)).mean()).item() / 2


# %% estimate-total-variation: trained on both halves
def estimate_total_variation(real, fake, seed):
    torch.manual_seed(seed)
    d = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(d.parameters(), 2e-3)
    for _ in range(200):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = relu(1 - d(one)).mean() + relu(1 + d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    real, fake = (each[len(each) // 2 :] for each in (real, fake))
    return 1 - (relu(1 - d(real)).mean() + relu(1 + d(fake)).mean()).item() / 2


# %% estimate-total-variation: a negative estimate is cut off
def estimate_total_variation(real, fake, seed):
    torch.manual_seed(seed)
    (real, new_real), (fake, new_fake) = (
        each.tensor_split([len(each) // 2]) for each in (real, fake)
    )
    d = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(d.parameters(), 2e-3)
    for _ in range(200):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = relu(1 - d(one)).mean() + relu(1 + d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return max(0.0, 1 - (relu(1 - d(new_real)).mean() + relu(1 + d(new_fake)).mean()).item() / 2)


# %% estimate-total-variation: 2 minus the loss, twice the distance
def estimate_total_variation(real, fake, seed):
    torch.manual_seed(seed)
    (real, new_real), (fake, new_fake) = (
        each.tensor_split([len(each) // 2]) for each in (real, fake)
    )
    d = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(d.parameters(), 2e-3)
    for _ in range(200):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = relu(1 - d(one)).mean() + relu(1 + d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return 2 - (relu(1 - d(new_real)).mean() + relu(1 + d(new_fake)).mean()).item()


# %% estimate-total-variation: the log loss with the hinge loss' formula
def estimate_total_variation(real, fake, seed):
    torch.manual_seed(seed)
    (real, new_real), (fake, new_fake) = (
        each.tensor_split([len(each) // 2]) for each in (real, fake)
    )
    d = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(d.parameters(), 2e-3)
    for _ in range(200):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = softplus(-d(one)).mean() + softplus(d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return 1 - (softplus(-d(new_real)).mean() + softplus(d(new_fake)).mean()).item() / 2


# %% estimate-total-variation: a critic without a hidden layer
def estimate_total_variation(real, fake, seed):
    torch.manual_seed(seed)
    (real, new_real), (fake, new_fake) = (
        each.tensor_split([len(each) // 2]) for each in (real, fake)
    )
    d = nn.Linear(2, 1)
    optimizer = torch.optim.Adam(d.parameters(), 3e-2)
    for _ in range(300):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = relu(1 - d(one)).mean() + relu(1 + d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return 1 - (relu(1 - d(new_real)).mean() + relu(1 + d(new_fake)).mean()).item() / 2


# %% estimate-total-variation: the seed is never set
def estimate_total_variation(real, fake, seed):
    (real, new_real), (fake, new_fake) = (
        each.tensor_split([len(each) // 2]) for each in (real, fake)
    )
    d = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(d.parameters(), 2e-3)
    for _ in range(200):
        one, other = (each[torch.randint(len(each), (512,))] for each in (real, fake))
        value = relu(1 - d(one)).mean() + relu(1 + d(other)).mean()
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return 1 - (relu(1 - d(new_real)).mean() + relu(1 + d(new_fake)).mean()).item() / 2


# %% estimate-total-variation: the chapter's function trains
def estimate_total_variation(real, fake, seed):
    (real, new_real), (fake, new_fake) = (
        each.tensor_split([len(each) // 2]) for each in (real, fake)
    )

    def some(cloud):
        return lambda count, shift, rng: cloud[torch.randint(len(cloud), (count,), generator=rng)]

    def hinge(d, one, other):
        return relu(1 - d(one)).mean() + relu(1 + d(other)).mean()

    d, _ = trained(hinge, 0.0, seed, steps=200, real=some(real), fake=some(fake))
    return 1 - hinge(d, new_real, new_fake).item() / 2
