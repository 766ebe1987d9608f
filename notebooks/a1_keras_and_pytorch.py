# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Appendix A. Keras and PyTorch agree
#
# The course uses both frameworks. Do the same layers with the same weights compute the same numbers in both? They do,
# once some quiet differences are put right: a default, an order of axes, a row of zeros. Most of them raise no error.
# This appendix goes through them, builds the refined pair of {ref}`report 003 <report-003>` in both, copies
# the weights, and plays one step of the game on each side.
#
# **What you will learn**
#
# - which settings and orders differ, and what comes out when one is forgotten;
# - how to copy weights from Keras to PyTorch;
# - how to tell a wrong formula from rounding.
#
# **What it costs.** Half a minute on two processor cores, much of it to load two frameworks. No download, and nothing
# is trained beyond one step.

# %% tags=["setup"]
import sys
from importlib.util import find_spec

if find_spec("gancourse") is None:  # Colab's or Kaggle's own torch, TensorFlow and numpy are kept
    # %pip install -q "gancourse @ git+https://github.com/gancourse/gancourse"
    pass

from gancourse import keras_gan  # before TensorFlow, whose log it turns down

if "tensorflow" in sys.modules:
    import tensorflow as tf

    tf.config.experimental.enable_tensor_float_32_execution(False)  # it rounds to 10 bits
    for card in tf.config.list_physical_devices("GPU"):  # do not take all of its memory
        tf.config.experimental.set_memory_growth(card, True)

# %%
import warnings
from itertools import pairwise, product

import keras
import numpy as np
import torch
from torch import nn
from torch.nn.functional import conv2d, pad

from gancourse import GancourseError, figures, recipes, torch_gan, web
from gancourse.data import faceworld
from gancourse.torch_gan.ports import Discriminator, check_size

torch.backends.cudnn.allow_tf32 = False
to_numpy = keras.ops.convert_to_numpy
print(f"Keras {keras.__version__} on {keras.backend.backend()}, beside PyTorch {torch.__version__}")

# %% [markdown]
# Keras leaves the arithmetic to a *backend*: TensorFlow, unless the environment variable `KERAS_BACKEND` is set to
# `torch` before Python starts. This notebook runs on both, and on both compares Keras' own layers with PyTorch's. Its other
# backends (JAX, for one) are refused: the course's step takes its gradients by TensorFlow's or PyTorch's own means.
#
# ## Trap: the defaults
#
# These settings are in both frameworks, under the same name or nearly so (`epsilon` is `eps` in PyTorch). This is what you
# get if you say nothing:

# %% tags=["nbval-check-output"]
keras_norm, torch_norm = keras.layers.BatchNormalization(), nn.BatchNorm2d(1)
keras_adam, torch_adam = keras.optimizers.Adam(), torch.optim.Adam([torch.zeros(1)])
for name, in_keras, in_torch in (
    ("LeakyReLU slope", keras.layers.LeakyReLU().negative_slope, nn.LeakyReLU().negative_slope),
    ("BatchNorm momentum", keras_norm.momentum, torch_norm.momentum),
    ("BatchNorm eps", keras_norm.epsilon, torch_norm.eps),
    ("Adam eps", keras_adam.epsilon, torch_adam.defaults["eps"]),
):
    print(f"{name:>18}: Keras {in_keras:<5g} PyTorch {in_torch:g}")

# %% [markdown]
# The first row is the plainest trap. A report that writes "LeakyReLU" and no slope means 0.3 if its code is Keras;
# rebuilt in PyTorch, the layer lets a thirtieth of that through. So the course always writes the slope, 0.2. The second
# row compares two different things, as the section on BatchNorm shows.
#
# ## Trap: where the channels stand
#
# Keras keeps images as (N, height, width, channels), for short *NHWC*; PyTorch as (N, channels, height, width), *NCHW*.
# To get from one to the other, **move the axis**. A `reshape` to the same shape raises no error and mixes up the
# numbers.

# %% mystnb={"image": {"alt": "Two rows of eight small pictures. In the upper row they are drawn faces. In the lower row each has become a coloured weave in which no face can be made out."}, "figure": {"caption": "Eight drawn faces brought from NHWC to NCHW, above by moving the axis, below by a reshape to the same shape.", "name": "fig-channel-order"}}
size = 32
faces, _ = faceworld.draw(8, size, "photo", seed=0)
both = np.concatenate([faces.transpose(0, 3, 1, 2), faces.reshape(8, 3, size, size)])
figures.show_grid(both.transpose(0, 2, 3, 1), columns=8, row_labels=["transpose", "reshape"])

# %% [markdown]
# The same order hides inside the networks. When `Flatten` numbers the values of an image, in Keras the channel changes
# fastest, in PyTorch the column, and the Dense layer behind it has learned that numbering. Our PyTorch networks will
# move the axis back before they flatten, and again after they unflatten. In exercise 2 you move the weights instead.

# %% tags=["quiz", "remove-input"]
web.quiz("flatten-order")

# %% [markdown]
# ## Trap: padding an even kernel
#
# The report's kernels are 4 × 4. To keep the size, 3 rows of zeros must be added, and 3 has no half. Keras'
# `padding="same"` puts one before and two after. PyTorch's `padding=1`, right for a 3 × 3 kernel, loses a row. Below,
# one bright pixel in row 4 meets a kernel of ones and becomes a square, which tells where the zeros went.

# %% tags=["nbval-check-output"]
warnings.filterwarnings("ignore", "Using padding='same' with even")  # it costs PyTorch a copy
dot, ones = np.zeros((1, 8, 8, 1), np.float32), np.ones((4, 4, 1, 1), np.float32)
dot[0, 4, 4] = 1
image, kernel = torch.tensor(dot).permute(0, 3, 1, 2), torch.tensor(ones).permute(3, 2, 0, 1)
squares = {
    "Keras, same": to_numpy(keras.ops.conv(dot, ones, padding="same"))[0, ..., 0],
    "PyTorch, same": conv2d(image, kernel, padding="same")[0, 0].numpy(),
    "1 before, 2 after": conv2d(pad(image, (1, 2, 1, 2)), kernel)[0, 0].numpy(),
    "2 before, 1 after": conv2d(pad(image, (2, 1, 2, 1)), kernel)[0, 0].numpy(),
    "padding=1": conv2d(image, kernel, padding=1)[0, 0].numpy(),
}
for name, square in squares.items():
    bright = np.flatnonzero(square.any(axis=1))
    print(f"{name:>17}: {len(square)} rows, bright from {bright[0]} to {bright[-1]}")

# %% mystnb={"image": {"alt": "Five small black pictures. The first holds one white pixel, the others a white square of four by four pixels: in the same place in the next three, a pixel further down and to the right in the last."}, "figure": {"caption": "From left to right: the pixel; Keras; PyTorch with its own \"same\"; with one row before and two after; with two before and one after.", "name": "fig-even-kernel"}}
kept = [square for square in squares.values() if square.shape == (8, 8)]
figures.show_grid(np.stack([dot[0, ..., 0], *kept])[..., None], columns=5, width=4.5)

# %% [markdown]
# PyTorch's `padding="same"` does as Keras does, but refuses stride 2. There the sum is another one: an image of even
# size needs 2 rows, one on each side, and `padding=1` is right. So the usual line of DCGAN code, `Conv2d(..., 4,
# stride=2, padding=1)`, is fine, and the same line with stride 1 is not.
#
# ## Trap: BatchNorm
#
# BatchNorm divides by the root of variance + eps and keeps running averages for later use. Keras' *momentum* is the
# share of the old average that stays, PyTorch's the share of the new batch that comes in: 0.8 there is 0.2 here. The
# default *eps* differs by a factor of 100. `BatchNorm2d(n, 0.8)`, which looks like the report's
# `BatchNormalization(momentum=0.8)`, sets **eps**, its second argument. And into the running *variance* PyTorch takes
# the sum of squares over N - 1, Keras over N. Here are four numbers with mean 0.4 and variance 0.14:

# %% tags=["nbval-check-output"]
values = np.float32([[0.0], [0.2], [0.4], [1.0]])
norm = keras.layers.BatchNormalization(momentum=0.8)
normal = to_numpy(norm(values, training=True))
results = {"Keras, momentum=0.8": (normal[0, 0], norm.moving_mean[0], norm.moving_variance[0])}
for name, norm in {
    "eps=1e-3, momentum=0.2": nn.BatchNorm1d(1, eps=1e-3, momentum=0.2),
    "momentum=0.2": nn.BatchNorm1d(1, momentum=0.2),
    "eps=1e-3, momentum=0.8": nn.BatchNorm1d(1, eps=1e-3, momentum=0.8),
    "BatchNorm1d(n, 0.8)": nn.BatchNorm1d(1, 0.8),
}.items():
    normal = norm(torch.tensor(values)).detach()
    results[name] = normal[0, 0], norm.running_mean[0], norm.running_var[0]
for name, (first, mean, variance) in results.items():
    print(f"{name:>22}: 0 becomes {first:.3f}, running mean {mean:.2f}, variance {variance:.3f}")

# %% [markdown]
# The second row is as near as PyTorch's own layer gets: its running variance took in 0.14 · 4/3. With four numbers that
# share is a third too large; with the 8 · 4 · 4 that the last BatchNorm of our small discriminator sees, less than one
# percent. And it shows in inference mode only. In the last row the 0.8 inside the root more than halves everything.

# %% tags=["quiz", "remove-input"]
web.quiz("eps-not-momentum")

# %% [markdown]
# ## The pair, in PyTorch
#
# Every number here that looks odd for PyTorch is there because of a trap. Keras' builders are in `gancourse.keras_gan`;
# our `Discriminator` is made of the same two helpers, and imported.


# %% tags=["library"] library="torch_gan/ports.py:batch_norm,same_conv"
def batch_norm(features: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(features, eps=1e-3, momentum=0.2)


def same_conv(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.ZeroPad2d((1, 2, 1, 2)), nn.Conv2d(inputs, outputs, 4)]


# %% tags=["library"] library="torch_gan/ports.py:Generator"
class Generator(nn.Module):
    def __init__(self, size: int, widths=(256, 128, 64), latent: int = 100):
        super().__init__()
        check_size(size)
        self.shape = (size // 4, size // 4, widths[0])
        self.project = nn.Linear(latent, size // 4 * (size // 4) * widths[0])
        layers = [batch_norm(widths[0]), nn.Upsample(scale_factor=2)]
        for position, (inputs, outputs) in enumerate(pairwise([widths[0], *widths]), 1):
            layers += [*same_conv(inputs, outputs), nn.ReLU(), batch_norm(outputs)]
            if position == max(1, len(widths) - 1):
                layers.append(nn.Upsample(scale_factor=2))
        self.body = nn.Sequential(*layers, *same_conv(widths[-1], 3), nn.Tanh())

    def forward(self, noise, labels=None):
        grid = self.project(noise).unflatten(1, self.shape)  # Keras' order: channels last
        grid = grid.permute(0, 3, 1, 2).contiguous()  # or BatchNorm on a CPU rounds more coarsely
        return self.body(grid)


# %% tags=["nbval-check-output"]
full_keras = keras_gan.build_generator(64), keras_gan.build_discriminator(64)
full_torch = Generator(64), Discriminator(64)
print(f"Keras:   {' and '.join(f'{keras_gan.count_parameters(each):,}' for each in full_keras)}")
print(f"PyTorch: {' and '.join(f'{torch_gan.count_parameters(each):,}' for each in full_torch)}")

# %% [markdown]
# Equal counts prove little. Wrong slopes, eps, momentum or an order of axes do not change them; a wrong padding does, but
# only where a Dense layer counts the rows that are left. So copy the weights. Both frameworks list them
# layer by layer in the same order. A convolution's kernel has to be turned from height, width, inputs, outputs (*HWIO*)
# to outputs, inputs, height, width (*OIHW*), and a Dense kernel transposed.


# %% tags=["library"] library="torch_gan/ports.py:copy_weights"
def copy_weights(keras_network, torch_network) -> None:
    arrays = [array for layer in keras_network.layers for array in layer.get_weights()]
    turned = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    arrays = [torch.tensor(array.transpose(turned[array.ndim])) for array in arrays]
    state = torch_network.state_dict()
    names = [name for name in state if not name.endswith("num_batches_tracked")]
    if [state[name].shape for name in names] != [array.shape for array in arrays]:
        raise GancourseError(
            "the two networks differ in their layers: build both with the same size, widths and "
            "latent"
        )
    torch_network.load_state_dict(state | dict(zip(names, arrays, strict=True)))


# %% [markdown]
# From here on the networks are narrow and the images 32 × 32, so that everything is instant. Dropout is off: its random
# masks cannot be copied.


# %%
def every_layer_in(dtype, slope, network):
    """A network like this one, every layer in `dtype`: the course's last layers are float32."""

    def in_dtype(layer):
        changes = {"dtype": dtype}
        if isinstance(layer, keras.layers.LeakyReLU):
            changes["negative_slope"] = slope
        return type(layer).from_config(layer.get_config() | changes)

    return keras.models.clone_model(network, clone_function=in_dtype)


def pair(dtype="float32", slope=0.2):
    keras.utils.set_random_seed(0)
    keras_g = every_layer_in(dtype, slope, keras_gan.build_generator(size, (16, 8, 4)))
    keras_d = keras_gan.build_discriminator(size, (4, 8, 16, 32), dropout=())
    keras_d = every_layer_in(dtype, slope, keras_d)
    torch_g = Generator(size, (16, 8, 4)).to(getattr(torch, dtype))
    torch_d = Discriminator(size, (4, 8, 16, 32), dropout=()).to(getattr(torch, dtype))
    for module in torch_d.modules():
        if isinstance(module, nn.LeakyReLU):
            module.negative_slope = slope
    copy_weights(keras_g, torch_g)
    copy_weights(keras_d, torch_d)
    return keras_g, keras_d, torch_g, torch_d


noise = np.random.default_rng(0).normal(size=(8, 100)).astype(np.float32)
real = faces.astype(np.float32) * np.float32(2 / 255) - 1
real_nchw = torch.tensor(real).permute(0, 3, 1, 2)

# %% [markdown]
# ## Equal outputs
#
# We compare in inference mode, where BatchNorm uses its running averages, and in training mode, where it uses the
# batch. And we do it with 32-bit and with 64-bit numbers: 64 bits round half a billion times more finely, and a difference that
# is rounding shrinks with them. One that comes from another number or formula stays.

# %%
gaps = {}
for dtype, training in product(("float32", "float64"), (False, True)):
    keras_g, keras_d, torch_g, torch_d = pair(dtype)
    theirs = keras_g(noise.astype(dtype), training=training)
    ours = torch_g.train(training)(torch.tensor(noise.astype(dtype))).permute(0, 2, 3, 1)
    images = np.concatenate([to_numpy(theirs), ours.detach().numpy()])
    theirs = to_numpy(keras_d(real.astype(dtype), training=training))[:, 0]
    ours = torch_d.train(training)(real_nchw.to(getattr(torch, dtype))).detach().numpy()
    gaps[dtype, training] = abs(images[:8] - images[8:]).max(), abs(theirs - ours).max()
    g_gap, d_gap = gaps[dtype, training]
    print(f"{dtype}, training={training!s:<5}: G differs by {g_gap:.0e}, D by {d_gap:.0e}")

# %% tags=["nbval-check-output"]
print("equal within 1e-5 in inference mode:", max(gaps["float32", False]) < 1e-5)
print("in training mode, with 64 bits:     ", max(gaps["float64", True]) < 1e-5)

# %% mystnb={"image": {"alt": "Two rows of eight pictures of coloured noise. Each picture of the lower row is the same as the one above it."}, "figure": {"caption": "What the untrained generator makes of eight noise vectors in training mode, computed by Keras and by PyTorch.", "name": "fig-twins"}}
figures.show_grid((images + 1) / 2, columns=8, row_labels=["Keras", "PyTorch"])

# %% [markdown]
# With 32 bits in training mode G differs most, and that is rounding: with 64 bits the gap all but vanishes, to 1e-13 or less
# where this page was built. In inference mode it is far smaller with 32 bits, too, which suggests the batch statistics:
# G's four BatchNorm layers sum up to 8,192 numbers a channel, and each framework does it in its own way. Take
# the images of the same weights with 64 bits for exact. Which side has rounded more?

# %%
keras_g, _, torch_g, _ = pair()
rounded = {
    "Keras": to_numpy(keras_g(noise, training=True)),
    "PyTorch": torch_g(torch.tensor(noise)).permute(0, 2, 3, 1).detach().numpy(),
}
exact = torch_g.double()(torch.tensor(noise).double()).permute(0, 2, 3, 1).detach().numpy()
errors = {name: abs(images - exact).max() for name, images in rounded.items()}
for name, error in errors.items():
    print(f"{name:>7} with 32 bits: {error:.0e} from the images with 64")

# %% [markdown]
# Nearly all of the difference is on TensorFlow's side where this page was built; another machine may sum in another order.
#
# D's gap has shrunk too, but stops near a billionth, where 64 bits allow 1e-15. So something in it is not rounding. What
# does D have that G has not? LeakyReLU, and TensorFlow keeps its slope in 32 bits, where 0.2 is 0.200000003. Let us try
# one that 32 bits hold exactly, 0.25, and change nothing else:

# %%
slope_gaps = {}
for slope in (0.2, 0.25):
    _, keras_d, _, torch_d = pair("float64", slope)
    theirs = to_numpy(keras_d(real.astype("float64"), training=True))[:, 0]
    ours = torch_d(real_nchw.double()).detach().numpy()
    slope_gaps[slope] = abs(theirs - ours).max()
    print(f"slope {slope}: D differs by {slope_gaps[slope]:.0e}")

# %% tags=["remove-cell"]
if keras.backend.backend() == "tensorflow":
    assert gaps["float32", True][0] > 1e-6 and gaps["float64", True][0] < 2e-13
    assert 1e-10 < gaps["float64", True][1] < 2e-8
    assert slope_gaps[0.2] > 1e-10 and slope_gaps[0.25] < 1e-13
    assert f"{np.float32(0.2):.9f}" == "0.200000003"
    assert gaps["float32", False][0] < gaps["float32", True][0] / 3
    assert errors["PyTorch"] < errors["Keras"] / 3

# %% [markdown]
# On Keras' torch backend you will see another picture: there the gap of both networks stays near 1e-7 with 64 bits and
# with either slope. It is there after the generator's first layer already, a Dense layer: that backend's matrix product is
# computed in 32 bits.

# %% tags=["quiz", "remove-input"]
web.quiz("rounding-or-formula")

# %% [markdown]
# ## One training step
#
# Now the trainers themselves: one `train_step` of the Keras chapters and one of the PyTorch chapters, from the same
# weights, with the same noise and the same batch. `g_loss` is computed with the D that has just learned, so it tests D's
# update, too. The test is a weak one: Adam's first step is nearly the sign of the gradient times the learning rate, whatever
# the gradient's size. D's weights are compared one by one below.


# %%
def one_step(eps):
    keras_g, keras_d, torch_g, torch_d = pair()
    theirs = keras_gan.GAN(keras_g, keras_d)
    theirs.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
    recipe = recipes.Training(lr=2e-4, lr_d=2e-4, beta1=0.5, beta2=0.999)
    networks = {"generator": torch_g, "discriminator": torch_d}
    ours = torch_gan.GAN(networks, 100, recipe, torch.device("cpu"))
    for optimizer in ours.optimizers.values():
        optimizer.param_groups[0]["eps"] = eps
    theirs.noise = lambda count: keras.ops.convert_to_tensor(noise)
    ours.noise = lambda count: torch.tensor(noise)
    return theirs, ours, theirs.train_step(faces), torch_gan.train_step(ours, real_nchw, None)


theirs, ours, in_keras, in_torch = one_step(eps=1e-7)
gaps = []
for name in ("d_loss", "g_loss"):
    one, other = float(to_numpy(in_keras[name])), in_torch[name].item()
    print(f"{name}: Keras {one:.5f}, PyTorch {other:.5f}")
    gaps.append(abs(one - other))

# %% tags=["nbval-check-output"]
print("both losses equal within 1e-4:", max(gaps) < 1e-4)

# %% [markdown]
# The running statistics moved too, D's three times: it saw real images, fakes, and the same fakes again. To compare, we
# copy Keras' D *after* the step into a fresh port. Of the 1 that each running variance started with, $0.8^3$ is left;
# in the rest PyTorch has N/(N - 1) times Keras' share.

# %% tags=["nbval-check-output"]
after = Discriminator(size, (4, 8, 16, 32), dropout=())
copy_weights(theirs.discriminator, after)
for layer, count in ((3, 8 * 16 * 16), (7, 8 * 8 * 8), (11, 8 * 4 * 4)):
    one, other, rest = after.body[layer], ours.discriminator.body[layer], 0.8**3
    corrected = rest + (other.running_var - rest) * (count - 1) / count
    mean = torch.allclose(one.running_mean, other.running_mean, rtol=0, atol=1e-4)
    variance, again = (
        torch.allclose(one.running_var, each, rtol=0, atol=1e-4)
        for each in (other.running_var, corrected)
    )
    print(f"N = {count:>4}, equal within 1e-4: mean {mean}, variance {variance}, corrected {again}")

# %% [markdown]
# ## Trap: Adam's eps
#
# Adam divides by $\sqrt v + \epsilon$, and $v$ starts at zero. PyTorch first corrects $v$ for that and then adds eps,
# as in the paper's Algorithm 1; Keras adds it first, as in the faster form before section 2.1 of the paper. At step t
# its eps therefore weighs $1 / \sqrt{1 - \beta_2^t}$ times as much: nearly 32 times at the first step (with $\beta_2 =
# 0.999$), once in the long run. So no one number makes the two equal throughout. The first update of three weights with
# small gradients, in units of the learning rate:

# %% tags=["nbval-check-output"]
gradients, matched = np.float32([1e-5, 1e-6, 1e-7]), 1e-7 / (1 - 0.999) ** 0.5
variable = keras.Variable(np.zeros(3, np.float32))
keras.optimizers.Adam(1.0, 0.5).apply([keras.ops.convert_to_tensor(gradients)], [variable])
updates = {"Keras, eps=1e-7": -to_numpy(variable)}
for eps in (1e-8, 1e-7, matched):
    weights = nn.Parameter(torch.zeros(3))
    weights.grad = torch.tensor(gradients)
    torch.optim.Adam([weights], 1.0, (0.5, 0.999), eps).step()
    updates[f"PyTorch, eps={eps:.3g}"] = -weights.detach().numpy()
for name, update in updates.items():
    print(f"{name:>21}: {' '.join(f'{each:.3f}' for each in update)}")

# %% [markdown]
# Are there such gradients in a GAN? Play the step again with other eps. How many of D's weights end up more than a
# hundredth of the learning rate away from where Keras has them?

# %%
for eps in (1e-8, 1e-7, matched):
    pairs = zip(after.parameters(), one_step(eps)[1].discriminator.parameters(), strict=True)
    far = torch.cat([abs(one - other).flatten() > 2e-4 / 100 for one, other in pairs])
    print(f"PyTorch's eps {eps:.3g}: {far.float().mean():.2%} of the weights")

# %% [markdown]
# The losses above agreed to 1e-4 in spite of it, but it is one reason why two such runs part ways. There are others: rounding,
# and in inference mode the running variance, which no setting makes equal. Do not expect equal numbers at the hundredth step.
#
# ## In one table
#
# | Keras | PyTorch |
# |---|---|
# | images (N, H, W, C) | `permute(0, 3, 1, 2)`, never `reshape` |
# | `Flatten`, `Reshape` | permute around it, or the weights of the Dense layer |
# | `Conv2D(n, 4, padding="same")` | `ZeroPad2d((1, 2, 1, 2))` and `Conv2d(m, n, 4)`; stride 2, even size: `padding=1` |
# | `BatchNormalization(momentum=0.8)` | `BatchNorm2d(n, eps=1e-3, momentum=0.2)`; the running variance is not the same |
# | `LeakyReLU()` | `LeakyReLU(0.3)` |
# | `Adam(2e-4, 0.5)` | `Adam(weights, 2e-4, (0.5, 0.999), eps=1e-7)`, still not the same at first |
#
# ## Your turn
#
# Each exercise has a check cell that says what to look at if something is off. Write your version in a new cell above
# the check, then run the check. The cell before the check holds a solution. It is folded, though not in every
# notebook program: do not look yet.
#
# ### Exercise 1: same padding
#
# Write `same_padding(size, kernel, stride)`: how many rows of zeros does Keras put before and after an image of `size`
# rows, as a pair? With "same", a convolution gives `size` /
# `stride` rows, rounded up. It adds just the zeros that this takes, and of an odd number one more after than before.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "same-padding", "locked": false, "schema_version": 3, "solution": true, "task": false}
def same_padding(size, kernel, stride):
    ### BEGIN SOLUTION
    missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return missing // 2, missing - missing // 2
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-same-padding", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
assert same_padding(8, 3, 1) == (1, 1), "a kernel of 3 reaches one row over either end"
assert same_padding(8, 4, 1) == (1, 2), "the odd one goes after"
assert same_padding(8, 4, 2) == (1, 1), "where does the last of the 4 positions begin and end?"
assert same_padding(109, 4, 2) == (1, 2), "109 rows become 55: round up"
assert same_padding(8, 1, 2) == (0, 0), "never fewer than none"
assert same_padding(10, 3, 3) == (1, 1) and same_padding(11, 3, 3) == (0, 1), (
    "thirds are rounded up, too"
)

# %% [markdown]
# ### Exercise 2: the Dense layer after Flatten
#
# Our discriminator moves the axis before it flattens. Do without: write `linear_weight(kernel, height, width,
# channels)`, which turns the kernel of Keras' Dense layer, of shape (height · width · channels, outputs), into the
# weight of a `nn.Linear` right after `nn.Flatten` on NCHW maps.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "linear-weight", "locked": false, "schema_version": 3, "solution": true, "task": false}
def linear_weight(kernel, height, width, channels):
    ### BEGIN SOLUTION
    maps = kernel.reshape(height, width, channels, -1)
    return maps.transpose(3, 2, 0, 1).reshape(-1, channels * height * width)
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-linear-weight", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(0)
maps, kernel = rng.normal(size=(5, 2, 3, 4)), rng.normal(size=(24, 6))
weight = linear_weight(kernel, 2, 3, 4)
assert weight.shape == (6, 24), "PyTorch has (outputs, inputs)"
flattened, expected = maps.transpose(0, 3, 1, 2).reshape(5, 24), maps.reshape(5, 24) @ kernel
off = "the right shape in the wrong order: take the kernel apart, move its axes, put it together"
assert np.allclose(flattened @ weight.T, expected), off
assert linear_weight(rng.normal(size=(24, 1)), 2, 3, 4).shape == (1, 24), (
    "as many outputs as the kernel has"
)

# %% [markdown]
# ### Exercise 3: the eps that matches
#
# Write `matched_eps(eps, beta2, step)`: which eps must PyTorch's Adam have at step t (1 is the first) to take the step
# that Keras' Adam takes with `eps`?


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "matched-eps", "locked": false, "schema_version": 3, "solution": true, "task": false}
def matched_eps(eps, beta2, step):
    ### BEGIN SOLUTION
    return eps / np.sqrt(1 - beta2**step)
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-matched-eps", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert np.isclose(matched_eps(1e-7, 0.999, 1), matched, atol=0), "at step 1: the number from above"
assert np.isclose(matched_eps(1e-8, 0.75, 1), 2e-8, atol=0), "it depends on eps and beta2"
assert np.isclose(matched_eps(1e-7, 0.999, 10**5), 1e-7, atol=0), "in the long run eps is eps"
assert np.isclose(matched_eps(1e-7, 0.6, 2), 1.25e-7, atol=0), "at step 2: 1 - 0.6² is 0.8²"

# %% [markdown]
# ### Exercise 4, open: one more layer
#
# Carry one more layer over, in either direction: a transposed convolution with "same" padding, a BatchNorm in training
# mode with its running averages, an Embedding, a GRU. List what could differ before you compare (order of axes,
# padding, defaults, where eps stands). A good answer shows agreement to rounding on random weights, in both precisions,
# and the one setting that broke it.
#
# ## Further reading
#
# - Kingma and Ba, [Adam](https://arxiv.org/abs/1412.6980), section 2, for the two places of eps.
# - Keras' [Adam](https://keras.io/api/optimizers/adam/), whose page says which of the two it is, and PyTorch's
#   [BatchNorm2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html), whose page says what its
#   momentum and its variance mean.
# - {cite:t}`radford2016dcgan`, where the slope 0.2 comes from.
