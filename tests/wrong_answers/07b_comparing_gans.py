# %% without-bias: a line over n
def without_bias(sizes, distances):
    _, height = np.polyfit(np.asarray(sizes, float), distances, 1)
    return height


# %% without-bias: the slope of the line
def without_bias(sizes, distances):
    slope, _ = np.polyfit(1 / np.asarray(sizes, float), distances, 1)
    return slope


# %% without-bias: the distance of the largest number of images
def without_bias(sizes, distances):
    return distances[np.argmax(sizes)]


# %% without-bias: a line over the root of 1/n
def without_bias(sizes, distances):
    _, height = np.polyfit(1 / np.sqrt(sizes), distances, 1)
    return height


# %% without-bias: a parabola through the points
def without_bias(sizes, distances):
    return np.polyfit(1 / np.asarray(sizes, float), distances, 2)[-1]


# %% without-bias: a line through the first and last point only
def without_bias(sizes, distances):
    a, b = 1 / sizes[0], 1 / sizes[-1]
    return (distances[-1] * a - distances[0] * b) / (a - b)


# %% without-bias: a height below zero is made zero
def without_bias(sizes, distances):
    _, height = np.polyfit(1 / np.asarray(sizes, float), distances, 1)
    return max(height, 0)


# %% differences: only what both have
def differences(one, other, but=()):
    return sorted(
        name for name in one.keys() & other.keys() if name not in but and one[name] != other[name]
    )


# %% differences: only what the first one has
def differences(one, other, but=()):
    return sorted(name for name in one if name not in but and one[name] != other.get(name, ""))


# %% differences: None is taken for a missing setting
def differences(one, other, but=()):
    names = one.keys() | other.keys()
    return sorted(name for name in names if name not in but and one.get(name) != other.get(name))


# %% differences: what differs on purpose is not left out
def differences(one, other, but=()):
    names = one.keys() | other.keys()
    return sorted(name for name in names if one.get(name, "") != other.get(name, ""))


# %% fair-comparison: the colleague's
def fair_comparison(real, one, other, seed):
    return metrics.frechet_distance(real, one), metrics.frechet_distance(real, other)


# %% fair-comparison: the first rows
def fair_comparison(real, one, other, seed):
    count = min(len(real), len(one), len(other))
    return tuple(metrics.frechet_distance(real[:count], each[:count]) for each in (one, other))


# %% fair-comparison: all of the real rows
def fair_comparison(real, one, other, seed):
    rng = np.random.default_rng(seed)
    count = min(len(one), len(other))
    one, other = (each[rng.permutation(len(each))[:count]] for each in (one, other))
    return metrics.frechet_distance(real, one), metrics.frechet_distance(real, other)


# %% fair-comparison: other real rows for each
def fair_comparison(real, one, other, seed):
    rng = np.random.default_rng(seed)
    count = min(len(real), len(one), len(other))

    def some(rows):
        return rows[rng.permutation(len(rows))[:count]]

    return tuple(metrics.frechet_distance(some(real), some(each)) for each in (one, other))


# %% fair-comparison: rows with repetition
def fair_comparison(real, one, other, seed):
    rng = np.random.default_rng(seed)
    count = min(len(real), len(one), len(other))
    real, one, other = (each[rng.integers(len(each), size=count)] for each in (real, one, other))
    return metrics.frechet_distance(real, one), metrics.frechet_distance(real, other)
