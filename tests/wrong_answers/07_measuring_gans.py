# %% frechet: the root of the entries, axis by axis
def frechet(mean_a, cov_a, mean_b, cov_b):
    shift = np.sum((mean_a - mean_b) ** 2)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.trace(np.sqrt(cov_a * cov_b))


# %% frechet: the product of the roots for the root of the product
def frechet(mean_a, cov_a, mean_b, cov_b):
    roots = [np.sqrt(np.linalg.eigvalsh(cov).clip(0)) for cov in (cov_a, cov_b)]
    shift = np.sum((mean_a - mean_b) ** 2)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sum(roots[0] * roots[1])


# %% frechet: the product of two covariances taken for symmetric
def frechet(mean_a, cov_a, mean_b, cov_b):
    eigenvalues = np.linalg.eigvalsh(cov_a @ cov_b).clip(0)
    shift = np.sum((mean_a - mean_b) ** 2)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(eigenvalues).sum()


# %% frechet: the distance of the means is not squared
def frechet(mean_a, cov_a, mean_b, cov_b):
    eigenvalues = np.linalg.eigvals(cov_a @ cov_b).real.clip(0)
    shift = np.linalg.norm(mean_a - mean_b)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(eigenvalues).sum()


# %% frechet: eigenvalues just below zero are left in
def frechet(mean_a, cov_a, mean_b, cov_b):
    eigenvalues = np.linalg.eigvals(cov_a @ cov_b).real
    shift = np.sum((mean_a - mean_b) ** 2)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(eigenvalues).sum()


# %% frechet: rounding leaves an imaginary part or no number
def frechet(mean_a, cov_a, mean_b, cov_b):
    eigenvalues = np.linalg.eigvals(cov_a @ cov_b)
    shift = np.sum((mean_a - mean_b) ** 2)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(eigenvalues).sum()


# %% density-coverage: a real point counts as its own neighbour
def density_coverage(real, fake, neighbours):
    radii = np.sort(cdist(real, real), axis=1)[:, neighbours - 1]
    in_ball = cdist(fake, real) <= radii
    return in_ball.sum() / (neighbours * len(fake)), in_ball.any(axis=0).mean()


# %% density-coverage: coverage is the share of fakes, not of real balls
def density_coverage(real, fake, neighbours):
    radii = np.sort(cdist(real, real), axis=1)[:, neighbours]
    in_ball = cdist(fake, real) <= radii
    return in_ball.sum() / (neighbours * len(fake)), in_ball.any(axis=1).mean()


# %% density-coverage: density is not divided by the neighbours
def density_coverage(real, fake, neighbours):
    radii = np.sort(cdist(real, real), axis=1)[:, neighbours]
    in_ball = cdist(fake, real) <= radii
    return in_ball.sum() / len(fake), in_ball.any(axis=0).mean()


# %% density-coverage: the edge of a ball does not belong to it
def density_coverage(real, fake, neighbours):
    radii = np.sort(cdist(real, real), axis=1)[:, neighbours]
    in_ball = cdist(fake, real) < radii
    return in_ball.sum() / (neighbours * len(fake)), in_ball.any(axis=0).mean()


# %% density-coverage: balls around the fakes
def density_coverage(real, fake, neighbours):
    radii = np.sort(cdist(fake, fake), axis=1)[:, neighbours]
    in_ball = cdist(real, fake) <= radii
    return in_ball.sum() / (neighbours * len(fake)), in_ball.any(axis=0).mean()


# %% density-coverage: an equal real point counts as the point itself
def density_coverage(real, fake, neighbours):
    distances = cdist(real, real)
    distances[distances == 0] = np.inf
    radii = np.sort(distances, axis=1)[:, neighbours - 1]
    in_ball = cdist(fake, real) <= radii
    return in_ball.sum() / (neighbours * len(fake)), in_ball.any(axis=0).mean()


# %% very-near: from the training images to the samples
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(training, samples)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples <= np.percentile(of_held_out, 1))


# %% very-near: near the held-out images
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(samples, held_out)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples <= np.percentile(of_held_out, 1))


# %% very-near: the typical held-out image sets the limit
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(samples, training)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples <= np.median(of_held_out))


# %% very-near: the distances of held-out images to samples
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(samples, training)
    _, of_held_out = metrics.nearest(held_out, samples)
    return np.mean(of_samples <= np.percentile(of_held_out, 1))


# %% very-near: percentile 0.01 for one in a hundred
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(samples, training)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples <= np.percentile(of_held_out, 0.01))


# %% very-near: the nearest held-out image of all sets the limit
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(samples, training)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples <= np.min(of_held_out))


# %% very-near: as near is not near enough
def very_near(samples, training, held_out):
    _, of_samples = metrics.nearest(samples, training)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples < np.percentile(of_held_out, 1))


# %% frechet: the library's own
frechet = metrics.gaussian_frechet


# %% density-coverage: a call of the library's
def density_coverage(real, fake, neighbours):
    card = metrics.prdc(real, fake, neighbours=neighbours)
    return card["density"], card["coverage"]


# %% very-near: a call of the library's
def very_near(samples, training, held_out):
    return metrics.memorisation(samples, training, held_out)["share_below_held_out_1_percent"]


# %% mended-distance: as it was
def mended_distance(a, b, directions):
    return np.abs(np.sort(a @ directions, axis=1) - np.sort(b @ directions, axis=1)).mean()


# %% mended-distance: sorted rightly, directions of any length
def mended_distance(a, b, directions):
    return np.abs(np.sort(a @ directions, axis=0) - np.sort(b @ directions, axis=0)).mean()


# %% mended-distance: one length for all directions
def mended_distance(a, b, directions):
    along = directions / np.linalg.norm(directions)
    return np.abs(np.sort(a @ along, axis=0) - np.sort(b @ along, axis=0)).mean()


# %% mended-distance: the rows are made of length 1
def mended_distance(a, b, directions):
    along = directions / np.linalg.norm(directions, axis=1, keepdims=True)
    return np.abs(np.sort(a @ along, axis=0) - np.sort(b @ along, axis=0)).mean()


# %% mended-distance: squares
def mended_distance(a, b, directions):
    along = directions / np.linalg.norm(directions, axis=0)
    return ((np.sort(a @ along, axis=0) - np.sort(b @ along, axis=0)) ** 2).mean()


# %% mended-distance: the sum over the directions
def mended_distance(a, b, directions):
    along = directions / np.linalg.norm(directions, axis=0)
    return np.abs(np.sort(a @ along, axis=0) - np.sort(b @ along, axis=0)).mean(axis=0).sum()
