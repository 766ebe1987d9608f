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
# # 3. Faces from two stacks of layers
#
# The shortest of the five reports ({ref}`report 000 <report-000>`) makes faces with "keras's classic sequential
# modeling": one `Sequential` of fully connected layers is the generator, another is the discriminator. This chapter
# builds that system, trains it on faces, and asks what such a pair can see. The answer is a reason for convolutions, and
# so for the next chapter.
#
# The report also says something about training that cannot be right, and a misread flag is probably behind it. We
# find out what happens if one takes it at its word.
#
# **What you will learn**
#
# - how two `Sequential` models become one `keras.Model` with a training step of its own;
# - why no network has to be frozen, and why the old way of freezing stops D altogether in Keras 3;
# - what G learns from a discriminator that never learns;
# - what a fully connected pair does not know about pictures: which pixels are neighbours.
#
# **What it costs.** About a minute on two processor cores, with faces that a program draws, without a download. Where
# Keras has a GPU the budget is `colab`, and the same cells train at 64 × 64 on 20,000 files of CelebA, after a download
# of 1.4 GB ({ref}`from Kaggle <sheet-celeba>`); where that cannot be had, a message says so and the chapter keeps to the
# drawn faces. To keep to them anyway, put `%env GANCOURSE_BUDGET=reduced` into a cell before the first. Where the text describes a result, it is that of the reduced run, except in *On real faces*.

# %% tags=["setup"]
from importlib.util import find_spec

if find_spec("gancourse") is None:  # Colab's or Kaggle's own TensorFlow and numpy are kept
    # %pip install -q "gancourse @ git+https://github.com/gancourse/gancourse"
    pass

from gancourse.keras_gan import engine  # before Keras, whose start-up messages it turns down

print(f"Keras computes with {engine.name()}, on {engine.describe_device()}")

# %%
import warnings
from itertools import pairwise

import keras
import numpy as np
from IPython.display import Image
from keras import layers, ops

from gancourse import data, evaluation, figures, recipes, web
from gancourse.data import faceworld
from gancourse.exercises import calls
from gancourse.figures import mean_and_range, table
from gancourse.keras_gan import (
    GAN,
    build,
    count_parameters,
    fake_loss,
    gradient_tape,
    non_saturating_loss,
    real_loss,
    step_metrics,
    train,
)
from gancourse.quotes import quote
from gancourse.runs import committed, read_record

budget, recipe = recipes.ready("sequential_faces", engine.has_gpu())
note = figures.run_note(budget, recipe.data)

# %% [markdown]
# ## The faces
#
# The report trains on CelebA, 202,599 photographs of celebrities, for non-commercial research only. This book cannot
# show them, so the reduced run trains on *faceworld*: faces drawn by a program, each from its own random numbers. No
# two are the same, nobody was photographed, and since the program knows what it drew, what a generator leaves out can
# be counted. The {ref}`datasheets <sheet-faceworld>` say more about both sets.

# %% mystnb={"image": {"alt": "Sixteen drawn faces of different skin tones, with hair from bald to long, some with glasses, hats or beards, before plain backgrounds in several colours."}, "figure": {"caption": "Faces of the training set, drawn by a program (faceworld, photo style).", "name": "fig-faceworld"}}
faces = data.load(recipe.data, "train", **recipes.data_options(recipe))
held_out = data.load(recipe.data, "test", **recipes.data_options(recipe))
drawn, _ = faceworld.draw(16, 96, "photo", seed=0)
figures.show_grid(drawn, columns=8, note="faceworld, drawn at 96 × 96", width=7)

# %% [markdown]
# The networks see them smaller. What can still be made out at 32 × 32 is what a generator can learn.

# %% mystnb={"image": {"alt": "Twenty-four of the training faces at the size that the networks see, coarse squares of colour in which eyes, hair and mouth can still be told."}, "figure": {"caption": "Training faces at the networks' size.", "name": "fig-training-faces"}}
figures.show_grid(faces.images[:24], columns=12, note=f"of {len(faces):,} training faces", width=7)

# %% [markdown]
# ## Two Sequential models
#
# The report gives the kinds of layer, and no sizes. Noise goes into the **generator**: Dense layers, each with
# BatchNorm and LeakyReLU, then a Dense layer with one unit for each number of the image, tanh, and a Reshape. (That
# the layers are Dense it says of the discriminator only; the Reshape makes it likely.) BatchNorm shifts and scales
# the values of each unit by their mean and standard deviation over the batch. For use after training, when there is
# no batch, it keeps running averages of both.
#
# The layers' settings are spelt out, because Keras' own are not those usual in GANs. Its LeakyReLU has a slope of 0.3
# where the DCGAN paper has 0.2 {cite}`radford2016dcgan`. The running averages of its BatchNorm reach back over about a
# hundred batches (`momentum=0.99`), ours over about five (0.8), as the next report has it.


# %% tags=["library"] library="keras_gan/networks.py:dense_generator"
def dense_generator(size: int, latent: int = 100, widths=(256, 512, 1024), channels: int = 3):
    network = keras.Sequential(name="generator")
    network.add(keras.Input((latent,)))
    for width in widths:
        network.add(layers.Dense(width))
        network.add(layers.BatchNormalization(momentum=0.8))
        network.add(layers.LeakyReLU(negative_slope=0.2))
    network.add(layers.Dense(size * size * channels, activation="tanh", dtype="float32"))
    network.add(layers.Reshape((size, size, channels)))
    return network


# %% [markdown]
# The **discriminator** "uses a total of four layers": the image, two hidden Dense layers with LeakyReLU, and one
# output. The report ends it in a sigmoid. As in the chapter before, ours ends in the logit and the sigmoid moves into
# the loss, where nothing is lost to rounding: `real_loss` and `fake_loss` are the report's binary cross-entropy, on
# logits. In the reduced run D also gets a dropout of 0.3, a refinement from the next chapter: in training, a random
# three in ten of a layer's values are set to zero.


# %% tags=["library"] library="keras_gan/networks.py:dense_discriminator"
def dense_discriminator(size: int, widths=(512, 256), dropout: float = 0.0, channels: int = 3):
    network = keras.Sequential(name="discriminator")
    network.add(keras.Input((size, size, channels)))
    network.add(layers.Flatten())
    for width in widths:
        network.add(layers.Dense(width))
        network.add(layers.LeakyReLU(negative_slope=0.2))
        if dropout:
            network.add(layers.Dropout(dropout))
    network.add(layers.Dense(1, dtype="float32"))
    return network


# %% [markdown]
# A Dense layer has a weight for each pair of an input and an output, so most of the weights sit where the image is:
# in the generator's last layer and in the discriminator's first. At 64 × 64, with the widths of our full recipe:

# %% tags=["nbval-check-output"]
full = recipes.recipe("sequential_faces", "full")
full_generator = dense_generator(full.size, full.latent, full.g_widths)
full_discriminator = dense_discriminator(full.size, full.d_widths)
last, first = full_generator.layers[-2], full_discriminator.layers[1]
print(
    f"generator      {count_parameters(full_generator):>12,}, last layer  {last.count_params():,}"
)
print(
    f"discriminator  {count_parameters(full_discriminator):>12,}, "
    f"first layer {first.count_params():,}"
)

# %% tags=["remove-input"]
web.network(full_generator, title="The generator at 64 × 64", start="noise", end="image")

# %% tags=["remove-input"]
web.network(
    full_discriminator,
    title="The discriminator at 64 × 64",
    start="image",
    end="logit",
    colour=web.BLUE,
)

# %% [markdown]
# (keras-step)=
# ## One step, and nothing frozen
#
# In Keras, a model trained in its own way is a `keras.Model` with a `train_step`, which `fit` calls for each batch.
# Ours is called `GAN`. It holds both players, an optimiser for each, and hands the batch to the function below.
#
# Read it as two updates. In D's update G's images are constants (`stop_gradient`), and the gradient is taken with respect
# to *D's weights only*. In G's update the loss runs through D, and the gradient is taken with respect to *G's weights
# only*. That is all there is to "freezing": say whose gradient you want.

# %% tags=["remove-input"]
web.game("faces", "noise", stop="stop_gradient")


# %% tags=["library"] library="keras_gan/step.py:train_step"
def train_step(gan, real):
    g_weights = gan.generator.trainable_variables
    d_weights = gan.discriminator.trainable_variables

    # D's update. The fakes are constants here: no gradient goes back to the generator.
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
        real_logits = gan.discriminator(real, training=True)
        fake_logits = gan.discriminator(ops.stop_gradient(fake), training=True)
        d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.d_optimizer.apply(tape.gradient(d_loss, d_weights), d_weights)

    # G's update, against the D that has just learned.
    with tape:
        g_loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(g_loss, g_weights), g_weights)

    gan.update_average()
    return step_metrics(d_loss, g_loss, real_logits, fake_logits)


# %% [markdown]
# `gradient_tape` records what is computed inside its `with`, so that gradients can be taken later; for G's update it is
# entered again. Where Keras runs on TensorFlow it is TensorFlow's own persistent tape, and where it runs on PyTorch a
# few lines with the same interface: the only part of the step that has to know the difference. `update_average` moves
# the average of G's weights that samples are drawn with, as in chapter 2 (the full recipe keeps none, and samples come from
# the weights as they are). `step_metrics` collects what the step reports.

# %% tags=["quiz", "remove-input"]
web.quiz("whose-gradient")

# %% [markdown]
# ## Training
#
# `build` makes both networks from the recipe, with an Adam for each. It gets *this notebook's* step, so if you change
# the cell above, you train with your change. (The networks come from the package. To train your own, make a
# `GAN(generator, discriminator)` and `compile` it, as exercise 3 does.) `train` is a call of `fit` with the course's
# callbacks: the losses of each step, a picture now and then.

# %%
gan = build(recipe, seed=0, step=train_step)
snapshots = web.Snapshots(lambda: gan.sample(24), recipe.batch)
history = train(gan, faces.images, every=recipe.steps // 12, callback=snapshots)

# %% tags=["hide-input"]
snapshots.slider(
    label=f"Training so far ({note})",
    alt="Generated faces: grey noise at first, then a blurred face, then speckled "
    "faces of different colours.",
    width=420,
)

# %% [markdown]
# There is a face in nearly every picture, at the right place, with eyes, hair and a mouth. And each is covered in
# speckle, as if every pixel had been coloured on its own. Keep that in mind, it is the clue to the rest of the chapter.

# %% mystnb={"image": {"alt": "Twenty-four generated faces. Heads, hair, eyes and mouths can be told in most of them; all are covered with coloured speckle."}, "figure": {"caption": "Generated faces of the Dense pair, the first 24 of a fixed seed.", "name": "fig-dense-faces"}}
samples = gan.sample(1000, seed=1)
figures.show_grid(samples[:24], columns=12, note=note, width=7)

# %% mystnb={"image": {"alt": "Left, the losses of D and G over the images seen. Right, D's mean probability for real and for fake images. D's loss rises from below one to 1.3; G's falls from above six to about one, fast at first. The two scores come nearer to each other, from 0.9 and 0.2 to 0.57 and 0.45."}, "figure": {"caption": "Losses and scores of the Dense pair.", "name": "fig-dense-curves"}}
figures.loss_curves(history, note=note)

# %% [markdown]
# (face-distance)=
# ## A number for the pictures
#
# "Faces with speckle" is an opinion. To compare systems we need a number that falls as the samples come nearer to
# real images, in what they look like *and* in how they vary. There are no labels to read this time, so we compare two
# clouds of points, one made of real images and one of generated ones, and we do so in two ways.
#
# **Patches.** Take patches of 7 × 7 pixels from both sets. On a line it is plain how far apart two clouds of equally many
# points are: sort both, and take the mean difference. From 0, 1, 2 to 1, 4, 1 it is the mean of 1, 0 and 2, which is 1.
# Patches have $7 \cdot 7 \cdot 3 = 147$ numbers, so we look along many random directions $u$ and take the mean over them,
#
# $$\mathrm{SWD} = \text{mean over } u \text{ and } i \text{ of } \;
# \big| \operatorname{sort}(u \cdot x)_i - \operatorname{sort}(u \cdot y)_i \big|.$$
#
# This is the *sliced Wasserstein distance* of Karras et al. {cite}`karras2018progressive`, and it needs no network. It is
# taken on the image halved down to 16 × 16, where a patch is nearly half as wide as the picture, and on the detail that each
# halving lost.
#
# **Whole images.** Patches do not know where they were. So the second way looks at the whole image, in the forty
# directions in which real faces vary most, their *eigenfaces* {cite}`turk1991eigenfaces`. An image becomes forty numbers,
# how far it lies along each direction, in standard deviations of the real ones. Here is the mean face, and what the first
# six directions do to it:

# %% tags=["hide-input"] mystnb={"image": {"alt": "Three rows of six faces. The middle row is six times the same blurred mean face. Above and below it is moved along one direction for each column: the background gets darker or lighter, or changes its colour; skin and hair change with it."}, "figure": {"caption": "The mean of real faces (middle) moved by two standard deviations down and up each of the first six eigenfaces.", "name": "fig-eigenfaces"}}
flat = held_out.images[:1000].reshape(1000, -1) / 255
_, lengths, directions = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)
steps = 2 * lengths[:6, None] / np.sqrt(len(flat) - 1) * directions[:6]
moved = np.concatenate([flat.mean(axis=0) + sign * steps for sign in (-1, 0, 1)])
moved = moved.clip(0, 1).reshape(18, *held_out.images.shape[1:])
figures.show_grid(moved, columns=6, row_labels=("-2 std", "mean", "+2 std"), width=4.5)

# %% [markdown]
# In these forty directions we compare the clouds' means $\mu$ and covariances $\Sigma$, as if both were Gaussian. The
# *Fréchet distance* is
#
# $$\mathrm{FD} = |\mu_x - \mu_y|^2 + \operatorname{trace}\big(\Sigma_x + \Sigma_y - 2 (\Sigma_x \Sigma_y)^{1/2}\big),$$
#
# which on a line is the squared difference of the means plus that of the standard deviations. We divide it by forty. The
# tables call the two *SWD* and *eigenface FD*.
#
# A distance needs a scale. At the low end stand real images against other real images, the *floor*: no generator can
# be asked to do better. For comparison we take report 003's benchmark, a "random generator" that knows nothing.

# %%
noise_images = np.random.default_rng(0).random(samples.shape, dtype=np.float32)
real = held_out.images[: 2 * len(samples)]
cards = {
    "random pixels": evaluation.face_card(noise_images, real),
    "Dense pair": evaluation.face_card(samples, real),
}


def card_table(cards):
    keys = ("sliced_wasserstein", "eigenface_frechet", "spread_ratio")
    rows = [(name, *(f"{card[key]:.2f}" for key in keys)) for name, card in cards.items()]
    *_, card = cards.values()  # all were taken against the same faces
    floors = (card["sliced_wasserstein_floor"], card["eigenface_frechet_floor"], 1)
    rows.append(("real against real", *(f"{floor:.2f}" for floor in floors)))
    return table(("", "SWD", "eigenface FD", "spread"), rows)


card_table(cards)

# %% [markdown]
# Both distances are 0 for equal sets, and smaller is better: the sliced Wasserstein distance in hundredths of the
# real patches' standard deviation, the Fréchet distance as a mean over the forty directions, where real faces have
# the variance 1. The last column is the spread of the samples, pixel by pixel, as a share of that of real faces. Read
# them together: random pixels have spread enough, and a single good face repeated has none. None of the three is made to see
# one thing: a generator that copied its training faces would score much like real ones. {ref}`The chapter after this
# <keras-celeba>` uses these numbers for every comparison.

# %% tags=["quiz", "remove-input"]
web.quiz("copied-faces")

# %% [markdown]
# ## "It does not learn"
#
# Now the sentence that cannot be right. Of the discriminator the report says: "after each epoch it does not learn,
# meaning it will not update or train after each epoch". The Keras code of those years explains it. It put G and D
# into a third, combined model to train G, and set `discriminator.trainable = False` so that *in the combined model* D
# would stay as it is. D itself had been compiled before and went on learning in its own turn. The report seems to
# have read the flag and taken it for the whole story.
#
# Here is that pattern, in Keras 3:

# %% tags=["nbval-check-output"]
critic = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
critic.compile("adam", "binary_crossentropy")
critic.trainable = False
combined = keras.Sequential([keras.Input((2,)), layers.Dense(4), critic])
combined.compile("adam", "binary_crossentropy")

before = critic.get_weights()[0].copy()
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    critic.train_on_batch(np.ones((32, 4)), np.ones((32, 1)))
print("D learns in its own turn:", bool((critic.get_weights()[0] != before).any()))
print("Keras warns:", said[0].message)

# %% [markdown]
# It does not. Older versions of Keras remembered what was trainable when a model was *compiled*; Keras 3 asks when a step
# is run (on TensorFlow, when it is first traced). So the same lines that once trained D now train nothing, and the report's sentence has become
# true of code written this way. That is why the step above says whose gradient it takes and has no flag at all.
#
# So what *does* happen if D never updates? Take the step, and leave out D's update.


# %%
def step_without_d(gan, real):
    g_weights = gan.generator.trainable_variables
    real_logits = gan.discriminator(real, training=True)
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
        fake_logits = gan.discriminator(fake, training=True)
        g_loss = non_saturating_loss(fake_logits)
    gan.g_optimizer.apply(tape.gradient(g_loss, g_weights), g_weights)
    gan.update_average()
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    return step_metrics(d_loss, g_loss, real_logits, fake_logits)


frozen = build(recipe, seed=0, step=step_without_d)
frozen_history = train(frozen, faces.images, steps=200)
print(f"G's loss, first step: {frozen_history['g_loss'][0]:.3f}")
print(f"G's loss, last step:  {frozen_history['g_loss'][-1]:.6f}")

# %% [markdown]
# By its own loss this is a splendid generator: after 200 steps D takes its images for real with near certainty. Look at
# them:

# %% mystnb={"image": {"alt": "Twelve generated pictures from the run in which D never learned: coloured static that all look alike, with no trace of a face."}, "figure": {"caption": "What G makes for a discriminator that never learns: its favourite static.", "name": "fig-frozen"}}
figures.show_grid(frozen.sample(12, seed=1), columns=12, note=note, width=7)

# %% [markdown]
# An untrained D is a random function, and G has climbed to where this function is high. No face has ever entered into
# it: D has seen real images in its forward pass, and learned nothing from them. In this game nothing about faces reaches G
# except through D's updates, and here there were none.
#
# ```{admonition} Question
# :class: tip
# The two runs start from the same weights, and G's loss ends far lower in the second. What does that say about the
# loss of G as a measure of its pictures?
# ```
#
# ```{admonition} Answer
# :class: dropdown
# It is a measure of *this* D. Losses of two runs, or of one run at two times, are measured against different
# discriminators, so they cannot be compared.
# ```
#
# ## What a Dense pair can see
#
# Back to the speckle. Choose one order of the pixels at random and put the pixels of *every* image into that order.
# To you the faces are gone:

# %%
order = np.random.default_rng(0).permutation(recipe.size**2)


def shuffle(images):
    flat = images.reshape(len(images), recipe.size**2, -1)
    return flat[:, order].reshape(images.shape)


# %% mystnb={"image": {"alt": "Two rows of twelve. The upper row shows drawn faces, the lower row the same faces with their pixels in another order: coloured static."}, "figure": {"caption": "Faces, and the same faces with their pixels in one other order, the same for all.", "name": "fig-shuffled"}}
both = np.concatenate([faces.images[:12], shuffle(faces.images[:12])])
figures.show_grid(both, columns=12, note=recipe.data, width=7)

# %% [markdown]
# To a Dense discriminator nothing has happened. Each of its units has weights of its own for every pixel, one for each channel,
# and if pixel 5 becomes pixel 700, the weights that were good for pixel 5 are as good at place 700. We can show it exactly: put the first layer's weights
# into the same order, and the logits are the same.

# %% tags=["nbval-check-output"]
dense = dense_discriminator(recipe.size, recipe.d_widths)
reordered = dense_discriminator(recipe.size, recipe.d_widths)
kernel, *rest = dense.get_weights()
by_pixel = kernel.reshape(recipe.size**2, 3, -1)[order].reshape(kernel.shape)
reordered.set_weights([by_pixel, *rest])

some = faces.images[:64] / 127.5 - 1
answers = (ops.convert_to_numpy(each) for each in (dense(some), reordered(shuffle(some))))
apart = np.abs(np.subtract(*answers)).max()
print("same logits for shuffled faces, to 1e-4:", bool(apart < 1e-4))

# %% [markdown]
# Random weights in another order are random weights, so the whole game is as hard on shuffled pixels as on faces, for
# the generator too. A convolution is another matter. Its weights are shared between places and look at neighbours,
# and after the shuffle neighbours have nothing to do with each other.
#
# (vendi-score)=
# Both distances compare with real faces. To see how varied the samples are by themselves we add the *Vendi score*
# {cite}`friedman2023vendi`: how many different images a set counts as, in effect. A hundred copies of one image count as 1,
# a hundred images with nothing in common as 100. (It is $e$ to the entropy of the eigenvalues of the table of all similarities,
# divided by the number of images; how similar two images are is the cosine between their pixels, here at 16 × 16 and less the
# mean real face.) It rewards all variety, noise included:

# %%
some_real = held_out.images[:500] / np.float32(255)
grains = np.random.default_rng(0).normal(0, 0.1, some_real.shape)
vendi = {
    "real faces": some_real,
    "real faces with noise (std 0.1)": np.clip(some_real + grains, 0, 1),
    "random pixels": noise_images[:500],
}
vendi = {name: evaluation.face_card(each, real)["vendi"] for name, each in vendi.items()}
table(("500 images", "Vendi score"), [(name, f"{value:.1f}") for name, value in vendi.items()])

# %% [markdown]
# The record below holds three seeds of each pair: the Dense pair of this chapter, the convolutional pair of the next one, both
# on faces in order and on shuffled ones, and two mixed pairs. All are trained alike, with 2,400 steps of 16 images; each network
# is the one of its chapter's reduced run. The samples of the shuffled runs were put back into order before they were measured,
# on the same faces.

# %%
record = read_record(committed("sequential_faces-shuffled"))


def over_seeds(arm, key, digits):
    return mean_and_range([run[key] for run in record["arms"][arm]["runs"]], digits)


table(
    ("generator", "discriminator", "pixels", "SWD", "eigenface FD", "Vendi score"),
    [
        (
            about["generator"],
            about["discriminator"],
            about["pixels"],
            over_seeds(arm, "sliced_wasserstein", 1),
            over_seeds(arm, "eigenface_frechet", 2),
            over_seeds(arm, "vendi", 1),
        )
        for arm, about in record["arms"].items()
    ],
)

# %% mystnb={"image": {"alt": "Six rows of generated faces from the record. Rows one and two, the Dense pair in order and shuffled: faces under speckle, alike. Row three, the convolutional pair: smoother faces with smeared features. Row four, the same on shuffled pixels: coloured static with a hint of a head. Row five, a Dense generator against a convolutional discriminator: mottled pale heads, many of them nearly the same. Row six, a convolutional generator against a Dense discriminator: faces without speckle, with smeared features and coloured patches."}, "figure": {"caption": "Samples of the six arms in the order of the table, shuffled ones put back into order (seed 0, from the record).", "name": "fig-four-arms"}}
Image(committed("sequential_faces-shuffled") / "generated.png", width=640)

# %% [markdown]
# Means of three seeds, smallest and largest in brackets, at 32 × 32. Against each other, two halves of the real faces have
# 1.93 and 0.05, and a Vendi score of 12.9.
#
# - **The shuffle costs the Dense pair nothing** that three seeds could show. Both distances overlap, and the Vendi score is a
#   little higher.
# - **It costs the convolutional pair more than its lead**, by both distances: its eigenface FD doubles and ends a quarter above
#   the Dense pair's, and its SWD is six times the Dense pair's.
# - **On pixels in order, speckle is seen only with a Dense generator.** Against a Dense D it is plain, against a convolutional one
#   the heads are mottled; in rows three and six there is none. By number the eigenface distance and the Vendi score go with
#   the generator: with a convolutional G both are better, whichever D it plays against.
# - **A convolutional D does not help a Dense G.** In these runs they end furthest from real faces, with a Vendi score of 3 to 5:
#   most faces of a run are alike. And on pixels in order the SWD is low only where both networks are of one kind.
#
# Whether the next pixel has nearly the same colour as this one is the first thing one would say about any picture, and a Dense
# layer has to learn it anew for each place, from a few thousand faces. A convolution starts out with which pixels are
# neighbours. That may be the reason for the speckle; what the runs show is that, on pixels in order, it is seen only with
# a Dense G.


# %% tags=["remove-cell"]
def values_of(arm, key):
    return sorted(run[key] for run in record["arms"][arm]["runs"])


SWD, FD = "sliced_wasserstein", "eigenface_frechet"
DENSE, CONVOLUTIONAL = "Dense G, Dense D", "convolutional G, convolutional D"
any_run = record["arms"][f"{DENSE}, in order"]["runs"][0]
floors = [any_run[f"{key}_floor"] for key in (SWD, FD, "vendi")]
quote("1.93 and 0.05, and a Vendi score of 12.9", *floors)
for key in (SWD, FD, "vendi"):
    one, other = (values_of(f"{DENSE}, {pixels}", key) for pixels in ("in order", "shuffled"))
    assert one[0] <= other[-1], f"shuffled is not worse by {key}"
    assert key == "vendi" or other[0] <= one[-1], f"the ranges of {key} overlap"
for key in (SWD, FD):
    dense_values = values_of(f"{DENSE}, in order", key)
    assert values_of(f"{CONVOLUTIONAL}, in order", key)[-1] < dense_values[0]
    assert values_of(f"{CONVOLUTIONAL}, shuffled", key)[0] > dense_values[-1]


def ratio(key, one, other):
    return np.mean(values_of(one, key)) / np.mean(values_of(other, key))


assert 2 < ratio(FD, f"{CONVOLUTIONAL}, shuffled", f"{CONVOLUTIONAL}, in order") < 2.4
assert 1.2 < ratio(FD, f"{CONVOLUTIONAL}, shuffled", f"{DENSE}, in order") < 1.3
assert 5.5 < ratio(SWD, f"{CONVOLUTIONAL}, shuffled", f"{DENSE}, in order") < 6.5
by_generator = {
    g: [f"{g} G, {d} D, in order" for d in ("Dense", "convolutional")]
    for g in ("Dense", "convolutional")
}
for one in by_generator["convolutional"]:
    for other in by_generator["Dense"]:
        assert values_of(one, FD)[-1] < values_of(other, FD)[0]
        assert values_of(one, "vendi")[0] > values_of(other, "vendi")[-1]
collapsed = "Dense G, convolutional D, in order"
quote(
    "a Vendi score of 3 to 5", values_of(collapsed, "vendi")[0], values_of(collapsed, "vendi")[-1]
)
unshuffled = [arm for arm in record["arms"] if "in order" in arm]
for key in (SWD, FD):
    assert all(
        values_of(collapsed, key)[0] > values_of(arm, key)[-1]
        for arm in unshuffled
        if arm != collapsed
    )
mixed = values_of("convolutional G, Dense D, in order", SWD) + values_of(collapsed, SWD)
assert min(mixed) > 1.8 * max(values_of(f"{DENSE}, in order", SWD))
assert vendi["real faces"] < vendi["real faces with noise (std 0.1)"] < vendi["random pixels"]

# %% [markdown]
# Now compare the first row with the third. Face for face we would call the Dense pair's the tidier ones: eyes and mouths in
# their places, under speckle. The convolutional pair's features are smeared. Yet all three numbers are on its side. They
# compare *sets*: its samples count as 10 to 16 different images, the Dense pair's as 7, real ones as 12.9. How much
# of the SWD is due to speckle they do not say: in the finest detail the seeds of the two pairs overlap. A number answers its own question, and a grid of samples belongs beside it.

# %% tags=["remove-cell"]
varied, alike = (values_of(f"{pair}, in order", "vendi") for pair in (CONVOLUTIONAL, DENSE))
quote("its samples count as 10 to 16 different images", varied[0], varied[-1])
assert {round(value) for value in alike} == {7}
finest = [
    sorted(
        run["sliced_wasserstein_by_level"]["32"]
        for run in record["arms"][f"{each}, in order"]["runs"]
    )
    for each in (CONVOLUTIONAL, DENSE)
]
assert finest[0][-1] > finest[1][0], "the seeds overlap in the finest detail"

# %% tags=["quiz", "remove-input"]
web.quiz("own-order-each")

# %% [markdown]
# (sequential-full)=
# ## On real faces
#
# The report trained on CelebA, so here is the pair on 7,650 of its photographs at 64 × 64, with the widths counted above,
# 20,000 steps of 64 and one seed (record `sequential_faces-full`).

# %% mystnb={"image": {"alt": "A grid of one hundred generated faces at 64 by 64 pixels, covered in coloured speckle. Under it heads, hair of many colours, eyes and mouths can be told in nearly all; backgrounds are light, dark or coloured."}, "figure": {"caption": "The first hundred faces of a fixed seed, none chosen. Generated pictures, of a model trained on photographs (record `sequential_faces-full`).", "name": "fig-sequential-full"}}
full_run = read_record(committed("sequential_faces-full"))
Image(committed("sequential_faces-full") / "generated.png", width=662)

# %%
on_photographs = full_run["evaluation"]
by_level = on_photographs["sliced_wasserstein_by_level"]
floors = on_photographs["sliced_wasserstein_floor_by_level"]
rows = [
    (f"SWD, detail at {side} × {side}", by_level[side], floors[side]) for side in ("64", "32", "16")
]
rows += [
    (title, on_photographs[key], on_photographs[f"{key}_floor"])
    for title, key in (("eigenface FD", "eigenface_frechet"), ("Vendi score", "vendi"))
]
table(("425 faces", "Dense pair", "real against real"), rows)

# %% [markdown]
# Read the table from the bottom. The samples count as 17 different faces where the real ones count as 23, and some of that may
# be speckle. By eigenfaces their Fréchet distance, which is a square, is nearly twice as large as between real faces: 0.113 against 0.062.
# From level to level the distance grows. At 64 × 64, where the speckle is, patches are 134 hundredths of a standard deviation
# from real ones, at 16 × 16 only 9.
#
# And D? It has seen each face 167 times, and gives a training face the higher logit in 79 of 100 pairs of a training face
# and a held-out one, and in 84 of 100 pairs of a training face and a fake. Held-out faces and fakes it can no longer tell
# apart: 50 of 100. The {ref}`next chapter <overfitting>` is about this.

# %% tags=["remove-cell"]
quote(
    "count as 17 different faces where the real ones count as 23",
    on_photographs["vendi"],
    on_photographs["vendi_floor"],
)
assert by_level["64"] > by_level["32"] > by_level["16"]
quote("patches are 134 hundredths", by_level["64"])
quote("at 16 × 16 only 9", 16, 16, by_level["16"])
quote("each face 167 times", full_run["images_seen"] / full_run["data"]["count"])
known = on_photographs["discriminator"]
quote("in 79 of 100 pairs", 100 * known["auc_training_held_out"], 100)
quote("apart: 50 of 100", 100 * known["auc_held_out_fake"], 100)
quote("in 84 of 100 pairs", 100 * known["auc_training_fake"], 100)
quote(
    "between real faces: 0.113 against 0.062",
    on_photographs["eigenface_frechet"],
    on_photographs["eigenface_frechet_floor"],
)

# %% [markdown]
# ## What the report said, and what we found
#
# | The report | What we found |
# |---|---|
# | Two `Sequential` models, "very classic" | They train, and give faces with speckle. Each number of the image has weights of its own, and which pixels are neighbours the pair is not told. |
# | D "does not learn [...] meaning it will not update" | Then G learns D's favourite static and no face. The flag `trainable=False` was meant for the combined model alone. |
# | D's "main purpose is to [...] give the feedback to the generator" | Right. A D that never learns gives feedback, too, and G follows it to static. |
# | No sizes, no epochs, no scores | Ours are in the recipe, and are ours. |
#
# ## Your turn
#
# Each exercise has a check cell that says what to look at if something is off. Write your version in a new cell above
# the check, then run the check. The cell before the check holds a solution. It is folded, though not in every
# notebook program: do not look yet.
#
# ### Exercise 1: count before you build
#
# A Dense layer has a weight for each pair of input and output, and a bias for each output. Write
# `dense_parameters(widths)`: the number of parameters of a stack of Dense layers with these widths, the input's among
# them.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "dense-parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_parameters(widths):
    ### BEGIN SOLUTION
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(widths))
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-dense-parameters", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
assert dense_parameters([3, 2]) == 8, "three weights and a bias for each of two outputs"
assert dense_parameters([64 * 64 * 3, 512, 256, 1]) == count_parameters(full_discriminator), (
    "compare with the real network: is every layer counted, with its biases?"
)
assert not calls(dense_parameters, "count_parameters", "count_params", "Dense"), (
    "by arithmetic, without building the layers"
)

# %% [markdown]
# ### Exercise 2: back into order
#
# `shuffle` takes the pixels `order[0]`, `order[1]`, … of each image. Write its inverse, `unshuffle(images, order)`,
# for images of any number of channels.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "unshuffle", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unshuffle(images, order):
    ### BEGIN SOLUTION
    flat = images.reshape(len(images), len(order), -1)
    return flat[:, np.argsort(order)].reshape(images.shape)
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-unshuffle", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
pictures = np.random.default_rng(1).integers(0, 256, (5, recipe.size, recipe.size, 3))
mixed = shuffle(pictures)
assert unshuffle(mixed, order).shape == mixed.shape, "images come back in their own shape"
assert (unshuffle(mixed, order) == pictures).all(), "pixel order[k] has to come back from place k"
grey = np.arange(2 * 4).reshape(2, 2, 2, 1)
assert (unshuffle(grey, np.array([3, 0, 1, 2]))[0].ravel() == [1, 2, 3, 0]).all(), (
    "one channel works too, and the first pixel goes back to place order[0]"
)

# %% [markdown]
# ### Exercise 3: D's update, G's weights untouched
#
# Write D's half of the step, `discriminator_turn(gan, real)`: draw noise, generate as many fakes as there are real
# images, get D's logits of both, with both networks in training mode (`training=True`), update D once by the gradient
# of its loss, the *sum* of both halves, and return the loss. The check looks at the weights of both players before and
# after, and at what D has learned.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "keras-d-update", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_turn(gan, real):
    ### BEGIN SOLUTION
    d_weights = gan.discriminator.trainable_variables
    fake = gan.generator(gan.noise(ops.shape(real)[0]), training=True)
    with gradient_tape() as tape:
        loss = real_loss(gan.discriminator(real, training=True))
        loss = loss + fake_loss(gan.discriminator(ops.stop_gradient(fake), training=True))
    gan.d_optimizer.apply(tape.gradient(loss, d_weights), d_weights)
    return loss
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-keras-d-update", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def copies(network):
    return [ops.convert_to_numpy(weight).copy() for weight in network.trainable_variables]


keras.utils.set_random_seed(0)
small = GAN(dense_generator(8, 4, (8,)), dense_discriminator(8, (8,)))
small.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
noise = keras.random.normal((16, 4), seed=1)
small.discriminator.layers[-1].bias.assign([1.0])
small.noise = lambda count: keras.random.normal((count, 4), seed=1)
batch = ops.convert_to_tensor(np.linspace(-1, 1, 16 * 192).reshape(16, 8, 8, 3).astype("float32"))
fakes = small.generator(noise, training=True)
expected = float(real_loss(small.discriminator(batch)) + fake_loss(small.discriminator(fakes)))
g_before, d_before = copies(small.generator), copies(small.discriminator)
slope = ops.mean(ops.sigmoid(small.discriminator(fakes))) - ops.mean(
    ops.sigmoid(-small.discriminator(batch))
)
losses = [float(discriminator_turn(small, batch))]
step = copies(small.discriminator)[-1] - d_before[-1]
losses += [float(discriminator_turn(small, batch)) for _ in range(4)]
moved = [(a != b).any() for a, b in zip(d_before, copies(small.discriminator), strict=True)]
assert all(moved), "every weight of D is updated"
kept = [(a == b).all() for a, b in zip(g_before, copies(small.generator), strict=True)]
assert all(kept), "no weight of G is touched in D's update"
assert np.isclose(losses[0], expected, atol=1e-4), "the loss is real_loss plus fake_loss, summed"
gap = ops.mean(small.discriminator(batch)) - ops.mean(small.discriminator(fakes))
assert float(gap) > 0, "real images get the higher logit: are the two halves swapped?"
assert int(small.d_optimizer.iterations) == 5, "one update a turn, with the sum of both halves"
off = "D's gradient is off: a missing half, or stop_gradient on logits instead of images?"
assert np.allclose(step, -0.1 * float(slope), atol=1e-4), off

# %% [markdown]
# ### Exercise 4: repair G's turn
#
# Someone wrote G's half of the step from old Keras code. After its first call D never learns again (where Keras runs on
# PyTorch, D's next turn ends in an error), and even so D calls G's images fake with ever greater certainty.
#
# ```python
# def generator_turn(gan, count):
#     gan.discriminator.trainable = False
#     with gradient_tape() as tape:
#         fake = gan.generator(gan.noise(count), training=True)
#         loss = fake_loss(gan.discriminator(fake, training=True))
#     weights = gan.trainable_variables
#     gan.g_optimizer.apply(tape.gradient(loss, weights), weights)
#     return loss
# ```
#
# It makes two mistakes: in the flag, on which a later line relies, and in the loss. Write `mended_turn(gan, count)`:
# one update of G from `count` fakes, both networks in training mode, that leaves D as it was and free to learn in its
# own turn. It returns the loss, a scalar.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "mended-turn", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mended_turn(gan, count):
    ### BEGIN SOLUTION
    g_weights = gan.generator.trainable_variables
    with gradient_tape() as tape:
        fake = gan.generator(gan.noise(count), training=True)
        loss = non_saturating_loss(gan.discriminator(fake, training=True))
    gan.g_optimizer.apply(tape.gradient(loss, g_weights), g_weights)
    return loss
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-mended-turn", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
def toy_pair(rate, dropout=0.0):
    keras.utils.set_random_seed(0)
    pair = GAN(dense_generator(8, 4, (8,)), dense_discriminator(8, (8,), dropout))
    pair.compile(keras.optimizers.SGD(rate), keras.optimizers.SGD(rate))
    pair.g_optimizer = keras.optimizers.SGD(rate)  # not built: it moves whatever it is given
    pair.noise = lambda count: keras.random.normal((count, 4), seed=1)
    return pair


def numbers(weights):
    return [ops.convert_to_numpy(weight).copy() for weight in weights]


toy = toy_pair(0.1)
first_fakes = toy.generator(toy.noise(16), training=True)
first_logits = ops.convert_to_numpy(toy.discriminator(first_fakes))
g_kernels, d_weights = (list(net.trainable_variables) for net in (toy.generator, toy.discriminator))
g_kernels = [weight for weight in g_kernels if len(weight.shape) == 2]
average = toy.generator.layers[1].moving_mean
then = [numbers(weights) for weights in (g_kernels, d_weights, [average])]
turns = [ops.convert_to_numpy(mended_turn(toy, 16)) for _ in range(5)]
now = [numbers(weights) for weights in (g_kernels, d_weights, [average])]
g_moved, d_moved, average_moved = (
    [(a != b).any() for a, b in zip(*pair, strict=True)] for pair in zip(then, now, strict=True)
)
assert len(toy.discriminator.trainable_variables) == len(d_weights), (
    "D cannot learn in its own turn: what has become of its flag?"
)
assert not any(d_moved), "D was moved in G's turn: whose gradient is taken?"
assert all(g_moved), "G learns: are its fakes made inside of the tape?"
logits = ops.convert_to_numpy(toy.discriminator(toy.generator(toy.noise(16), training=True)))
assert logits.mean() > first_logits.mean(), "D's logits of the fakes rise: what does G want of D?"
assert int(toy.g_optimizer.iterations) == 5, "one update a turn, by G's optimiser"
assert int(toy.d_optimizer.iterations) == 0, "D's optimiser has nothing to do in G's turn"
assert all(average_moved), "G in training mode: its BatchNorm takes the batch's own statistics"
assert np.isclose(turns[0], np.logaddexp(0, -first_logits).mean(), atol=1e-4), (
    "the loss is the mean of -log D(fake), of `count` fakes"
)
still = toy_pair(0.0, dropout=0.9)
turns = [float(ops.convert_to_numpy(mended_turn(still, 16))) for _ in range(2)]
assert turns[0] != turns[1], "D in training mode, too: its dropout is on"

# %% [markdown]
# ### Exercise 5: read the numbers of a run
#
# A run is a dict. It has `g_loss`, `real_score` and `fake_score`, means of the last steps, and for
# `sliced_wasserstein`, `eigenface_frechet` and `vendi` the samples' number and, under the same name with `_floor`
# behind it, that of real faces. Write `what_is_wrong(run)`:
#
# - "alike" if the samples count as fewer than half as many different images as real faces, whatever the distances are;
# - else "patches" if the sliced Wasserstein distance alone is more than three times its floor, "whole images" if the
#   eigenface distance alone is, "both" if both are, and "nothing" if neither is.
#
# Half and three times are conventions. Not all nine numbers are of use: which of them say nothing about the pictures?


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "what-is-wrong", "locked": false, "schema_version": 3, "solution": true, "task": false}
def what_is_wrong(run):
    ### BEGIN SOLUTION
    def far(key):
        return run[key] > 3 * run[f"{key}_floor"]

    if run["vendi"] < run["vendi_floor"] / 2:
        return "alike"
    patches, whole_images = far("sliced_wasserstein"), far("eigenface_frechet")
    if patches and whole_images:
        return "both"
    if patches:
        return "patches"
    return "whole images" if whole_images else "nothing"
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-what-is-wrong", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def numbers_of(swd, frechet, vendi, floors=(1.93, 0.051, 12.9), g_loss=1.4, scores=(0.6, 0.4)):
    keys = ("sliced_wasserstein", "eigenface_frechet", "vendi")
    run = dict(zip(keys, (swd, frechet, vendi), strict=True), g_loss=g_loss)
    run |= {f"{key}_floor": floor for key, floor in zip(keys, floors, strict=True)}
    return run | dict(zip(("real_score", "fake_score"), scores, strict=True))


celeba = (2.47, 0.062, 22.8)
assert what_is_wrong(numbers_of(55.1, 0.113, 17.3, celeba)) == "patches", (
    "the pair on CelebA, the faces with speckle: one distance is 22 times its floor, one not twice"
)
assert what_is_wrong(numbers_of(11.3, 0.523, 7.3)) == "both", "the Dense pair on drawn faces"
assert what_is_wrong(numbers_of(5.36, 0.86, 12.2)) == "whole images", (
    "real faces upside down: their patches are nearly right, and in the wrong places"
)
assert what_is_wrong(numbers_of(1.97, 0.048, 12.0)) == "nothing", (
    "training faces as samples: by these numbers a perfect copy is a perfect generator"
)
assert what_is_wrong(numbers_of(33.5, 0.898, 4.5)) == "alike", (
    "a Dense G against a convolutional D: ask first how many different images there are"
)
assert what_is_wrong(numbers_of(5.5, 0.14, 6.0)) == "alike", "whatever the distances are"
assert what_is_wrong(numbers_of(5.5, 0.14, 12.0, (1.0, 0.03, 14.0))) == "both", (
    "a distance is large or small beside its own floor only"
)
assert what_is_wrong(numbers_of(1.0, 0.03, 6.0, (1.0, 0.03, 8.0))) == "nothing", (
    "6 of 8 are varied enough: the Vendi score needs real faces beside it, too"
)
assert what_is_wrong(numbers_of(124.9, 0.999, 94.0)) == "both", "random pixels are not alike"
for g_loss, scores in ((1e-5, (0.65, 1.0)), (9.0, (1.0, 0.0)), (0.69, (0.5, 0.5))):
    assert what_is_wrong(numbers_of(55.1, 0.113, 17.3, celeba, g_loss, scores)) == "patches", (
        "losses and scores are measured against a run's own D: they say nothing about the pictures"
    )
    assert what_is_wrong(numbers_of(1.97, 0.048, 12.0, g_loss=g_loss, scores=scores)) == "nothing"
edge = numbers_of(6.0, 0.1875, 6.5, (2.0, 0.0625, 13.0))
assert what_is_wrong(edge) == "nothing", "more than three times, fewer than half"

# %% [markdown]
# ### Exercise 6, open: without convolutions
#
# The Dense pair does not know which pixels are neighbours. Can anything but convolutions help it? Choose *one* change: wider layers,
# another noise, D's dropout, a lower rate. Say what you expect of both distances and the spread before you run it, then
# train the pair with and without the change, three seeds each. A good answer shows all the numbers and says whether the
# difference is larger than that between seeds.
#
# ## Further reading
#
# - Radford et al. {cite}`radford2016dcgan`, section 3: which of these layers a convolutional pair keeps, and which it
#   drops.
# - Karras et al. {cite}`karras2018progressive`, section 5: the distance used here, with the pyramid it is taken on.
# - The Keras guide *Customizing what happens in fit()*, which has the same step in its last section.
