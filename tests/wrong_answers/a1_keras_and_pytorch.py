# %% same-padding: the odd row goes before
def same_padding(size, kernel, stride):
    missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return missing - missing // 2, missing // 2


# %% same-padding: the rows that come out are rounded down
def same_padding(size, kernel, stride):
    missing = max((size // stride - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2


# %% same-padding: kernel - 1 rows, whatever the stride
def same_padding(size, kernel, stride):
    missing = kernel - 1
    return missing // 2, missing - missing // 2


# %% same-padding: kernel - stride rows, right for even sizes only
def same_padding(size, kernel, stride):
    missing = max(kernel - stride, 0)
    return missing // 2, missing - missing // 2


# %% same-padding: as many rows after as before
def same_padding(size, kernel, stride):
    missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return missing // 2, missing // 2


# %% same-padding: fewer zeros than none
def same_padding(size, kernel, stride):
    missing = (-(-size // stride) - 1) * stride + kernel - size
    return missing // 2, missing - missing // 2


# %% same-padding: rounded to the nearest, not up
def same_padding(size, kernel, stride):
    missing = max((int(size / stride + 0.5) - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2


# %% same-padding: the rest of the division is added to the rows
def same_padding(size, kernel, stride):
    missing = max((size // stride + size % stride - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2


# %% linear-weight: transposed only, the inputs stay in Keras' order
def linear_weight(kernel, height, width, channels):
    return kernel.T


# %% linear-weight: right shape by a reshape, values in the wrong order
def linear_weight(kernel, height, width, channels):
    return kernel.reshape(-1, channels * height * width)


# %% linear-weight: height and width exchanged
def linear_weight(kernel, height, width, channels):
    maps = kernel.reshape(height, width, channels, -1)
    return maps.transpose(3, 2, 1, 0).reshape(-1, channels * height * width)


# %% linear-weight: inputs moved, but not transposed
def linear_weight(kernel, height, width, channels):
    maps = kernel.reshape(height, width, channels, -1)
    return maps.transpose(2, 0, 1, 3).reshape(channels * height * width, -1)


# %% linear-weight: six outputs, whatever the kernel has
def linear_weight(kernel, height, width, channels):
    maps = kernel.reshape(height, width, channels, 6)
    return maps.transpose(3, 2, 0, 1).reshape(6, channels * height * width)


# %% matched-eps: times the root, not divided by it
def matched_eps(eps, beta2, step):
    return eps * np.sqrt(1 - beta2**step)


# %% matched-eps: the root is left out
def matched_eps(eps, beta2, step):
    return eps / (1 - beta2**step)


# %% matched-eps: the first step's eps at every step
def matched_eps(eps, beta2, step):
    return eps / np.sqrt(1 - beta2)


# %% matched-eps: the default eps and beta2, whatever is given
def matched_eps(eps, beta2, step):
    return 1e-7 / np.sqrt(1 - 0.999**step)


# %% matched-eps: steps counted from 0
def matched_eps(eps, beta2, step):
    return eps / np.sqrt(1 - beta2 ** (step + 1))


# %% matched-eps: (1 - beta2) times the steps for 1 - beta2**step
def matched_eps(eps, beta2, step):
    return eps / np.sqrt(min(1, (1 - beta2) * step))
