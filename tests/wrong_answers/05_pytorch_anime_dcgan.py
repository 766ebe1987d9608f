# %% stacked-side: the formula of an ordinary convolution
def stacked_side(side, layers):
    for kernel, stride, padding in layers:
        side = (side + 2 * padding - kernel) // stride + 1
    return side


# %% stacked-side: padding is cut off one end only
def stacked_side(side, layers):
    for kernel, stride, padding in layers:
        side = (side - 1) * stride + kernel - padding
    return side


# %% stacked-side: every layer doubles, as in the report's generator
def stacked_side(side, layers):
    return 4 * side * 2 ** (len(layers) - 1)


# %% stacked-side: the caller's list of layers is used up
def stacked_side(side, layers):
    while layers:
        kernel, stride, padding = layers.pop(0)
        side = (side - 1) * stride + kernel - 2 * padding
    return side


# %% generator-size: a BatchNorm counted as one number for each channel
def generator_size(size, latent, width):
    levels = [width * 2**level for level in range(size.bit_length() - 3)][::-1]
    convolutions = sum(16 * a * b for a, b in pairwise([latent, *levels, 3]))
    return convolutions + sum(levels)


# %% generator-size: a BatchNorm after the last layer as well
def generator_size(size, latent, width):
    levels = [width * 2**level for level in range(size.bit_length() - 3)][::-1]
    convolutions = sum(16 * a * b for a, b in pairwise([latent, *levels, 3]))
    return convolutions + 2 * sum(levels) + 2 * 3


# %% generator-size: five layers, whatever the size
def generator_size(size, latent, width):
    levels = [8 * width, 4 * width, 2 * width, width]
    convolutions = sum(16 * a * b for a, b in pairwise([latent, *levels, 3]))
    return convolutions + 2 * sum(levels)


# %% generator-size: the channels in the discriminator's order
def generator_size(size, latent, width):
    levels = [width * 2**level for level in range(size.bit_length() - 3)]
    convolutions = sum(16 * a * b for a, b in pairwise([latent, *levels, 3]))
    return convolutions + 2 * sum(levels)


# %% generator-size: the last layer, to three channels, is left out
def generator_size(size, latent, width):
    levels = [width * 2**level for level in range(size.bit_length() - 3)][::-1]
    convolutions = sum(16 * a * b for a, b in pairwise([latent, *levels]))
    return convolutions + 2 * sum(levels)


# %% move-average: the average keeps the share 1 - decay
def move_average(average, weights, decay):
    with torch.no_grad():
        for kept, current in zip(average, weights, strict=True):
            kept.mul_(1 - decay).add_(current, alpha=decay)


# %% move-average: no_grad is left out
def move_average(average, weights, decay):
    for kept, current in zip(average, weights, strict=True):
        kept.mul_(decay).add_(current, alpha=1 - decay)


# %% move-average: new tensors are put into the list
def move_average(average, weights, decay):
    with torch.no_grad():
        for i in range(len(average)):
            average[i] = decay * average[i] + (1 - decay) * weights[i]


# %% move-average: the average is never made smaller
def move_average(average, weights, decay):
    with torch.no_grad():
        for kept, current in zip(average, weights, strict=True):
            kept.add_(current, alpha=1 - decay)


# %% move-average: a name is bound anew, no tensor changes
def move_average(average, weights, decay):
    with torch.no_grad():
        for kept, current in zip(average, weights, strict=True):
            kept = decay * kept + (1 - decay) * current


# %% move-average: a decay of 0.9, whatever is asked for
def move_average(average, weights, decay):
    with torch.no_grad():
        for kept, current in zip(average, weights, strict=True):
            kept.mul_(0.9).add_(current, alpha=0.1)


# %% copies-or-new: the nearest held-out face of all sets the limit
def copies_or_new(generated, held_out):
    near = np.min(held_out)
    return "copies" if np.mean(np.asarray(generated) < near) > 0.1 else "new"


# %% copies-or-new: one copy is enough
def copies_or_new(generated, held_out):
    near = np.quantile(held_out, 0.01)
    return "copies" if np.any(np.asarray(generated) < near) else "new"


# %% copies-or-new: nearer than 95 of 100 is enough
def copies_or_new(generated, held_out):
    near = np.quantile(held_out, 0.05)
    return "copies" if np.mean(np.asarray(generated) < near) > 0.1 else "new"


# %% copies-or-new: more than ten faces instead of one in ten
def copies_or_new(generated, held_out):
    near = np.quantile(held_out, 0.01)
    return "copies" if np.sum(np.asarray(generated) < near) > 10 else "new"


# %% copies-or-new: a fixed distance
def copies_or_new(generated, held_out):
    return "copies" if np.mean(np.asarray(generated) < 0.05) > 0.1 else "new"


# %% copies-or-new: one in ten is enough
def copies_or_new(generated, held_out):
    near = np.quantile(held_out, 0.01)
    return "copies" if np.mean(np.asarray(generated) < near) >= 0.1 else "new"


# %% copies-or-new: as near is near enough
def copies_or_new(generated, held_out):
    near = np.quantile(held_out, 0.01)
    return "copies" if np.mean(np.asarray(generated) <= near) > 0.1 else "new"


# %% generator-size: the network is built and counted
def generator_size(size, latent, width):
    return count_parameters(DCGANGenerator(size, latent, width))


# %% mended-init: everything near 0, as it was
def mended_init(network):
    for parameter in network.parameters():
        nn.init.normal_(parameter, 0.0, 0.02)
    return network


# %% mended-init: everything near 1
def mended_init(network):
    for parameter in network.parameters():
        nn.init.normal_(parameter, 1.0, 0.02)
    return network


# %% mended-init: a BatchNorm's weights are all 1
def mended_init(network):
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.ones_(layer.weight)
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


# %% mended-init: transposed convolutions are left out
def mended_init(network):
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
            nn.init.zeros_(layer.bias)
    return network


# %% mended-init: biases are forgotten
def mended_init(network):
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
    return network


# %% mended-init: the first level of layers only
def mended_init(network):
    for layer in network.children():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1.0, 0.02)
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


# %% mended-init: the chapter's own function
def mended_init(network):
    return init_weights(network)
