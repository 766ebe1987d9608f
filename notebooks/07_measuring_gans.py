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
# (measuring-gans)=
# # 7. Measuring GANs
#
# None of the five {doc}`reports <../book/reports>` measures its samples. One compares them by eye with those of
# another GAN, one reads progress from losses that fluctuate, one takes a score for an accuracy. The chapters before
# this one had to measure, and used what they needed without much explanation: agreement, spread, a sliced
# Wasserstein distance, a distance to the nearest training face.
#
# This chapter takes the metrics apart. Each is built in a few lines, tried where the right answer is known, and then
# put to a test that a GAN cannot give: we take *real* images, spoil them in ways we know, and see which metric
# notices. Some notice less than their fame would suggest, and some praise the damage.
#
# **What you will learn**
#
# - why a loss cannot rank samples, and what a metric needs that a loss lacks;
# - what a Fréchet distance, a maximum mean discrepancy, precision and recall, and a nearest neighbour are, in a few
#   lines each;
# - which metric sees which harm, and how much of that is the features' doing;
# - how to count what a generator leaves out.
#
# **What it costs.** A minute and a half on two processor cores, most of it for drawing faces and for a classifier that is
# taught their attributes. No GAN is trained, nothing is downloaded, and a GPU would not help: the cells are the same on every
# budget.

# %% tags=["setup"]
from importlib.util import find_spec

if find_spec("gancourse") is None:  # Colab's or Kaggle's own torch and numpy are kept
    # %pip install -q "gancourse @ git+https://github.com/gancourse/gancourse"
    pass

# %%
import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

from gancourse import data, evaluation, figures, metrics, web
from gancourse.data import faceworld
from gancourse.exercises import calls
from gancourse.figures import mean_and_range, table
from gancourse.quotes import quote
from gancourse.runs import committed, read_record

note = "drawn faces, 32 × 32"

# %% [markdown]
# ## The loss is not a metric
#
# Here are three variants of the conditional GAN of {doc}`chapter 2 <02_mnist_conditional_gan>`, trained on digits
# with five seeds each. Every run gives the mean over its last 500 steps; the table has the mean of the five, and in
# brackets the smallest and the largest (record `mnist_cgan-mistakes`; the cell takes care that the code does not give
# the names away). At the optimum of the game D is at chance: a loss of 1.386, and 0.5 for every image.

# %%
arms = read_record(committed("mnist_cgan-mistakes"))["arms"]
three = {letter: list(arms)[number] for letter, number in zip("ABC", (6, 0, 1), strict=True)}


def last_steps(arm):
    """D's loss and both scores; G's losses are of two kinds and cannot be set side by side."""
    runs = [run["last_500_steps"] for run in arms[arm]["runs"]]
    d_loss, _, *scores = zip(*runs, strict=True)
    return [mean_and_range(column, 2) for column in (d_loss, *scores)]


table(
    ("run", "D's loss", "score of real digits", "score of fakes"),
    [(letter, *last_steps(arm)) for letter, arm in three.items()],
)

# %% [markdown]
# ```{admonition} Question
# :class: tip
# In A the game is nearest to its optimum. One of the three draws the digit that was asked for in 99 of 100 cases, the two
# others in little more than half. Which is the good one? Decide before you go on.
# ```
#
# Here are their samples, drawn as each was trained. *Agreement* is the share of samples in which a classifier reads
# the digit that was asked for, and *spread* is how much the samples of one digit differ from each other, divided by
# how much the real ones do.


# %%
def from_samples(arm):
    runs = [run.get("fed_back_random", run) for run in arms[arm]["runs"]]  # as it was trained
    pairs = [(run["agreement"], run["within_class_std_ratio"]) for run in runs]
    return [f"{mean:.3f}" for mean in np.mean(pairs, axis=0)]


table(
    ("run", "variant", "agreement", "spread"),
    [(letter, arm, *from_samples(arm)) for letter, arm in three.items()],
)

# %% [markdown]
# The good one is B, in the middle. The two that draw wrong digits lie on either side of it, one nearer to chance, one
# further from it, with every seed. So neither direction is the good one. (We chose the three from the record's seven to make
# this point. A has all five of chapter 2's mistakes at once, and is drawn from its own fakes, as it was trained; from fresh
# noise its agreement is 0.18. And C's loss does stand apart, below that of every other run in the record.)

# %% tags=["remove-cell"]
losses = {
    letter: [run["last_500_steps"][0] for run in arms[arm]["runs"]] for letter, arm in three.items()
}
assert 2 * np.log(2) > min(losses["A"]) > max(losses["B"]) > min(losses["B"]) > max(losses["C"])
drawn_right = {letter: float(from_samples(arm)[0]) for letter, arm in three.items()}
quote("in 99 of 100 cases", 100 * drawn_right["B"], 100)
assert min(drawn_right.values()) > 0.5 and sorted(drawn_right.values())[1] < 0.56
fresh = np.mean([run["agreement"] for run in arms[three["A"]]["runs"]])
quote("from fresh noise its agreement is 0.18", fresh)
others = [
    run["last_500_steps"][0] for arm in arms if arm != three["C"] for run in arms[arm]["runs"]
]
assert len(arms) == 7 and max(losses["C"]) < min(others)

# %% [markdown]
# Why can a loss not rank them? A loss says how one player does against the *other*, and both change. A generator
# that is bad in a way its discriminator cannot see has a fine loss. A generator that is good against a better
# discriminator has a poor one. Nothing fixed stands beside them.
#
# That is what a metric adds: something fixed.
#
# ## What a metric needs
#
# Four things, and every one of them changes the number.
#
# 1. **Real images that nobody trained on.** A generator that repeats its training images would be perfect against
#    these very images.
# 2. **A way to look at images**, called an *extractor*: images in, a row of *features* out. Distances are taken
#    between features.
# 3. **How many** images on each side, and which.
# 4. **How the samples were drawn**: the weights or their moving average, BatchNorm with whose statistics, which seed.
#
# ### Why features, and not pixels
#
# Move a picture by one pixel. To us it is the same picture. To a distance of pixels?
#
# We ask scikit-learn's digits of 8 × 8 pixels. For each held-out digit there are two distances: to itself, moved by
# one pixel, and to the nearest training digit that shows *another* number. A sensible way of looking should find the
# first to be smaller. We look in two ways: at the pixels, and at the last hidden layer of chapter 2's classifier, 128
# features from which it decides which digit it sees.

# %%
train, test = data.load("digits", "train"), data.load("digits", "test")
read = evaluation.classifier_features(evaluation.digit_classifier("digits"))
views = {
    "pixels": lambda images: images.reshape(len(images), -1) / 255,
    "features": lambda images: read(images).values,
}
moved = np.pad(test.images[:, :, :-1], ((0, 0), (0, 0), (1, 0), (0, 0)))  # to the right
other_number = test.labels[:, None] != train.labels
nearest_other = {}
for name, view in views.items():
    here, there, known = view(test.images), view(moved), view(train.images)
    to_itself = np.linalg.norm(here - there, axis=1)
    to_others = np.where(other_number, cdist(here, known), np.inf)
    nearest_other[name] = to_others.argmin(axis=1)
    further = np.mean(to_itself > to_others.min(axis=1))
    print(
        f"{name:<9} {further:.0%} of the digits are further from themselves "
        "than from another number"
    )

# %% mystnb={"image": {"alt": "Three rows of ten tiny digits, zero to nine. In the second row the same digits stand one pixel further to the right. In the third row other numbers of a similar shape stand at the same place."}, "figure": {"caption": "Ten digits, the same moved by one pixel, and for each the training digit of another number that is nearest to the first row by pixels. By pixels the third row is nearer to the first than the second is.", "name": "fig-shifted-digits"}}
ten = [np.flatnonzero(test.labels == number)[0] for number in range(10)]
figures.show_grid(
    np.concatenate([test.images[ten], moved[ten], train.images[nearest_other["pixels"][ten]]]),
    columns=10,
    row_labels=("held out", "moved", "another number"),
    note="scikit-learn's digits",
)

# %% [markdown]
# By pixels, every digit is nearer to some other number than to itself one pixel further. By the classifier's
# features, one in five is. (On 8 × 8 pixels one pixel is a large step.) So the features are not blind to the step
# either, and nobody promised that they would be: **an extractor sees what it was made to see**, and a distance of its
# features is as good as that.
#
# The field's habit is the Inception network, trained to tell a thousand kinds of things apart on photographs. It
# needs a download, and its features for faces of 32 × 32 pixels are a matter of faith. We use two that come with the
# course: a digit classifier, made for the data, and convolutions with *random* weights, which were trained on nothing
# {cite}`saxe2011random`. These see edges, colours and roughly their places. They are the same on every machine, and
# cheap.

# %% [markdown]
# ### The material
#
# From here on we measure faces {ref}`drawn by a program <sheet-faceworld>`, because there we can have what no real
# set offers: a *perfect generator*. The program itself, with another seed, draws new faces of exactly the
# distribution of the real ones. Whatever a metric says of them is what it says of perfection.

# %%
COUNT = 500
real, _ = faceworld.draw(COUNT, 32, "photo", seed=0, start=4000)  # held out
training, _ = faceworld.draw(COUNT, 32, "photo", seed=0)
pool, drawn = faceworld.draw(2000, 32, "photo", seed=1)  # by the perfect generator
new = pool[:COUNT]
noisy = np.clip(new / 255 + np.random.default_rng(0).normal(0, 0.1, new.shape), 0, 1)

extract = evaluation.random_convolutions(32)
real_features, new_features, noisy_features = (extract(each).values for each in (real, new, noisy))
print(extract.name, real_features.shape)

# %% [markdown]
# ## The metrics, one at a time
#
# ### The Fréchet distance
#
# How far are two clouds of points apart? Start on a line. Take each cloud for a bell curve, which has only two
# numbers, a mean and a standard deviation, and add the squares of both differences:

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
a, b = rng.normal(0, 1, 100_000), rng.normal(3, 2, 100_000)


def on_a_line(a, b):
    return (a.mean() - b.mean()) ** 2 + (a.std() - b.std()) ** 2


print(f"expected {(0 - 3) ** 2 + (1 - 2) ** 2}, found {on_a_line(a, b):.1f}")
print(
    f"points moved in order, mean squared distance: {np.mean((np.sort(a) - np.sort(b)) ** 2):.1f}"
)

# %% [markdown]
# The second line says what the number means. Sort both clouds, and move the first point of one to the first of the
# other, the second to the second, and so on: no other pairing has a smaller mean squared distance. For two bell curves, this
# least mean squared distance is the Fréchet distance. (Its root is called the Wasserstein-2 distance. So what the field
# reports is a square: twice as far apart is four times the number.)
#
# Features are many numbers, not one. If they were independent of each other, the distances of all axes would simply
# add up. But features are correlated, and two clouds may agree on every axis and still differ:

# %% tags=["nbval-check-output"]
round_cloud = rng.normal(size=(100_000, 2))
tilted = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 100_000)
by_axis = sum(on_a_line(round_cloud[:, k], tilted[:, k]) for k in range(2))
print(f"axis by axis:      {by_axis:.2f}")
print(f"Fréchet distance:  {metrics.frechet_distance(round_cloud, tilted):.2f}")

# %% [markdown]
# So the distance takes the whole covariance matrices $C_a$ and $C_b$ in place of the standard deviations, with means
# $m_a$ and $m_b$ {cite}`dowson1982frechet`:
#
# $$d^2 = |m_a - m_b|^2 + \operatorname{tr}\left(C_a + C_b - 2 \, (C_a C_b)^{1/2}\right)$$
#
# The *trace* tr is the sum of a matrix's diagonal. A *square root* of a matrix $M$ is a matrix $R$ with
# $RR = M$. There are several; meant is the one whose eigenvalues are not negative, and its trace is the sum of the square roots
# of $M$'s eigenvalues. As in the field, we call the square $d^2$ itself the Fréchet distance. On a
# line this is what we had:
# $\sigma_a^2 + \sigma_b^2 - 2 \sigma_a \sigma_b$ is the square of the difference. With
# Inception's features it is called FID {cite}`heusel2017ttur`; with others it should not be. Exercise 1 builds it.
# Here the library's has to pass where the answer is known. The tilted cloud varies by $\sqrt{1.9}$ along one diagonal
# and by $\sqrt{0.1}$ along the other, the round one by 1 along both:

# %% tags=["nbval-check-output"]
known = (np.sqrt(1.9) - 1) ** 2 + (np.sqrt(0.1) - 1) ** 2
from_matrices = metrics.gaussian_frechet(
    np.zeros(2), np.eye(2), np.zeros(2), np.array([[1, 0.9], [0.9, 1]])
)
from_points = metrics.frechet_distance(round_cloud, tilted)
print(f"known {known:.4f}, from the matrices {from_matrices:.4f}")
print("from 100,000 points, within 1 %:", abs(from_points / known - 1) < 0.01)

# %% [markdown]
# And the faces? The new ones come from the perfect generator, so they should be at 0.

# %%
for name, each in (("new faces", new_features), ("new faces with noise", noisy_features)):
    print(f"{name:<21} {metrics.frechet_distance(real_features, each):.3f}")

# %% [markdown]
# They are not. Perfection scores more than a quarter of what plain noise scores. Keep this in mind;
# {doc}`the next chapter <07b_comparing_gans>` begins with it.
#
# ### The maximum mean discrepancy
#
# A second idea asks for no bell curves. A *kernel* says how alike two points are. If two clouds come from one
# distribution, points of different clouds are on average as alike as points of the same cloud. So: likeness within
# the one, plus likeness within the other, minus twice the likeness across. This is the square of the *maximum mean
# discrepancy*, MMD {cite}`gretton2012kernel`. With the kernel $(x \cdot y / D + 1)^3$ on Inception's features it is
# called KID, the kernel Inception distance {cite}`binkowski2018kid`. Multiplied out, this kernel compares products of up
# to three features. So it sees where clouds differ in their means, covariances and third moments, and in nothing else.


# %%
def likeness(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


def mmd(x, y):
    n = len(x)
    within = [(k.sum() - np.trace(k)) / (n * (n - 1)) for k in (likeness(x, x), likeness(y, y))]
    return sum(within) - 2 * likeness(x, y).mean()


# %% [markdown]
# The trace leaves out each point's likeness with *itself*. That is the whole secret of what follows: with it, small
# clouds would seem to hang together more than they do. Without it the estimate is *unbiased*: for two clouds of one
# distribution it is zero on average. So it may come out below zero, where no distance can be.
#
# The library averages it over many subsets, and reports how much these differ. With one subset of everything it must
# be our function.

# %% tags=["nbval-check-output"]
ours = mmd(real_features, noisy_features)
theirs, _ = metrics.mmd(real_features, noisy_features, subsets=1, size=COUNT)
print("the library's is ours:", np.isclose(ours, theirs))

# %% [markdown]
# The numbers are small, so we give thousandths. Beside the mean stands the standard deviation over 100 subsets of 250
# faces.

# %%
for name, each in (("new faces", new_features), ("new faces with noise", noisy_features)):
    mean, std = metrics.mmd(real_features, each, size=250)
    print(f"{name:<21} {1000 * mean:6.2f} ± {1000 * std:.2f}")

# %% [markdown]
# Here perfection is at zero within the uncertainty. Do not read too much into the "±", though: the subsets are drawn
# from the same 500 faces, so it does not tell what other faces would have given. To know that, draw other faces.

# %% tags=["quiz", "remove-input"]
web.quiz("distance-below-zero")

# %% [markdown]
# ### Precision and recall
#
# A distance is one number, and a bad one does not say *what* is bad. Are the samples poor, or is something missing?
# Two numbers can tell {cite}`kynkaanniemi2019precision`. Give each real image a *ball* that reaches as far as its
# third nearest real neighbour. Together the balls stand for where real images lie. **Precision** is the share of
# fakes in some real ball. **Recall** turns it round: the share of real images in some fake's ball.
#
# In the plane we can look at it. The real points lie in two places. The generator knows one of them, and draws three
# points where nothing real is.

# %% mystnb={"image": {"alt": "Two panels of points in the plane. Left, blue real points in two groups, each with a pale ball; square fakes lie in the balls of the lower left group, three crossed ones far from both. Right, orange fakes with their balls: they hold the real points of the lower left group, and the upper right group is crossed out but for points in the large balls of stray fakes."}, "figure": {"caption": "Precision (left): which fakes lie in a real ball. Recall (right): which real points lie in a fake's ball. Balls reach to the third nearest neighbour.", "name": "fig-balls"}}
rng = np.random.default_rng(3)
two_places = np.concatenate([rng.normal(centre, 0.5, (15, 2)) for centre in (-1.2, 1.4)])
one_place = np.concatenate(
    [rng.normal(-1.2, 0.5, (15, 2)), [[-2.6, 1.6], [-2.2, 1.9], [-2.5, 2.1]]]
)
figures.balls(two_places, one_place, neighbours=3)


# %%
def inside(asked, points, neighbours=3):
    radii = np.sort(cdist(points, points), axis=1)[:, neighbours]  # [:, 0] is the point itself
    return (cdist(asked, points) <= radii).any(axis=1)


ours = inside(one_place, two_places).mean(), inside(two_places, one_place).mean()
theirs = metrics.prdc(two_places, one_place, neighbours=3)
print(f"precision {ours[0]:.3f}, recall {ours[1]:.3f}")
print("the library agrees:", np.allclose(ours, [theirs["precision"], theirs["recall"]]))

# %% [markdown]
# One stray point has a ball as large as the way to its neighbours, and everything in it counts. Look for it in the
# picture. Two variants were made against this {cite}`naeem2020prdc`: **density** counts in how many real balls a fake
# lies, divided by the number of neighbours, so one large ball counts for little; **coverage** is the share of *real*
# balls that have a fake in them, so that stray fakes gain nothing. Exercise 2 builds both.

# %%
names = ("precision", "recall", "density", "coverage")
cards = {
    "points of the figure": theirs,
    "new faces": metrics.prdc(real_features, new_features),
    "new faces with noise": metrics.prdc(real_features, noisy_features),
}
table(
    ("", *names), [(key, *(f"{card[name]:.2f}" for name in names)) for key, card in cards.items()]
)

# %% [markdown]
# (For the faces the balls reach to the fifth neighbour, the library's default. That suits density and coverage.)
#
# For the perfect generator none of the four is exactly 1, and density may be above it. And look at the noise: it
# costs precision, and costs *recall* nothing at all, because fakes that are scattered further have larger balls.
#
# ### Sliced Wasserstein distance
#
# On a line we moved the points in order. Take the mean distance instead of the mean squared one, and it is the
# Wasserstein distance, for which no bell curve is needed. In many dimensions: look along many random directions, sort
# along each, and average.

# %% tags=["nbval-check-output"]
along = rng.normal(size=(2, 256))
along /= np.linalg.norm(along, axis=0)


def sliced(a, b, along):
    return np.abs(np.sort(a @ along, axis=0) - np.sort(b @ along, axis=0)).mean()


halves = two_places[::2], one_place[:15]
each_way = [wasserstein_distance(*(half @ one for half in halves)) for one in along.T]
print(
    "SciPy's, direction by direction, agrees:",
    np.isclose(sliced(*halves, along), np.mean(each_way)),
)

# %% [markdown]
# The library does this with *patches*, 7 × 7 pixels cut from the picture at several scales
# {cite}`karras2018progressive`: this is the SWD of {ref}`chapter 3 <face-distance>`. It needs no
# extractor. It does not know where in the picture a patch was. Two sets of real faces give the value to compare with.

# %%
for name, images in (("new faces", new), ("new faces with noise", noisy)):
    by_level = metrics.sliced_wasserstein(real, images)
    print(f"{name:<21}", {f"{side} pixels": round(value, 2) for side, value in by_level.items()})

# %% [markdown]
# The fine level, 32 pixels, is where the noise is.
#
# ### The nearest training image
#
# Has a generator learned its training images by heart? Look for the training image that is nearest to each sample. The
# library compares pixels after averaging to 16 × 16, so that a copy which is a little softer is still near.
#
# But how near is too near? Two faces with the same hair and background are near without any copying. So there must be
# a baseline, and held-out real faces give it: they cannot have been copied. Here are the nearest training faces of
# faces that are new, and of training faces that were blurred.

# %% mystnb={"image": {"alt": "Four rows of ten drawn faces. The second row shows other faces than the first, often with the same background or hair. The fourth row shows the same faces as the third, which is blurred."}, "figure": {"caption": "New faces (first row) with their nearest training faces (second), and blurred training faces (third) with theirs (fourth).", "name": "fig-nearest"}}
soft = gaussian_filter(training / 255, (0, 0.7, 0.7, 0))
rows = []
for images in (new / 255, soft):
    found, _ = metrics.nearest(images[:10], training)
    rows += [images[:10], training[found] / 255]
labels = ("new", "its nearest", "blurred copy", "its nearest")
figures.show_grid(np.concatenate(rows), columns=10, row_labels=labels, note=note, width=7)

# %%
for name, images in (("new faces", new), ("blurred copies", soft)):
    card = metrics.memorisation(images, training, real)
    medians = card["distance"]["median"], card["held_out_distance"]["median"]
    close = card["share_below_held_out_1_percent"]
    print(
        f"{name:<15} median {medians[0]:.3f}, held-out faces {medians[1]:.3f}; "
        f"very near: {close:.3f}"
    )

# %% [markdown]
# "Very near" is nearer than 99 of 100 held-out faces are, so 0.01 is expected of new faces.
#
# ### Counting attributes
#
# All the metrics so far look at features or pixels without knowing what they show. Where it is known what *should*
# be there, it can be counted. A drawn face has its hair, glasses and hat from lists:

# %%
kinds = faceworld.ATTRIBUTES["glasses"]
shares = np.bincount(drawn["glasses"], minlength=len(kinds)) / len(pool)
table(("glasses", *kinds), [("share of the new faces", *(f"{share:.3f}" for share in shares))])

# %% [markdown]
# Here we count what the program noted down. Of a generated face there is no note, and a classifier has to read it, as
# in chapters {doc}`2 <02_mnist_conditional_gan>` and {doc}`6 <06_photo_cartoon_gan>`. Then every count carries the
# classifier's own errors, and its accuracy on real images belongs beside it.
#
# ## Spoil real faces, and see who notices
#
# Now the test. One function computes all metrics. First it measures perfection: sixteen sets of 500 out of 2,000
# faces of the perfect generator. Their smallest and largest values, and half the width more on both sides, are the
# range in which we call a number inconclusive. (All sixteen come from one pool and are compared with one real set, so the
# range knows nothing of the luck of these. A value near its edge decides nothing.)


# %%
def measure(images):
    features = extract(images).values
    squared, _ = metrics.mmd(real_features, features, subsets=20, size=250)
    swd = metrics.sliced_wasserstein(real[: len(images)], images, patches=16, directions=64)
    return {
        "Fréchet": metrics.frechet_distance(real_features, features),
        "MMD": 1000 * squared,
        "SWD": np.mean(list(swd.values())),
        **metrics.prdc(real_features, features),
        "spread": metrics.spread(images) / metrics.spread(real),
        "very near": metrics.memorisation(images, training, real)["share_below_held_out_1_percent"],
    }


worse = {"Fréchet": 1, "MMD": 1, "SWD": 1} | dict.fromkeys(names, -1)
worse |= {"spread": -1, "very near": 1}

# %%
rng = np.random.default_rng(0)
perfect = [measure(pool[rng.permutation(len(pool))[:COUNT]]) for _ in range(16)]
ranges = {}
for name in worse:
    values = [each[name] for each in perfect]
    margin = np.ptp(values) / 2
    ranges[name] = (min(values) - margin, max(values) + margin)
table(
    ("", *ranges),
    [
        (end, *(f"{pair[side]:.2f}" for pair in ranges.values()))
        for side, end in enumerate(("from", "to"))
    ],
)

# %% [markdown]
# Then the harms, each of one kind and of known strength: noise and blur for poor pictures; hair of fewer colours, and
# nobody with glasses, for a generator that leaves something out; a few faces again and again for one that has
# collapsed; copies of the training faces; and for comparison, faces without any harm, only fewer of them.


# %%
def with_noise(strength):
    grains = np.random.default_rng(1).normal(0, strength, new.shape)
    return np.clip(new / 255 + grains, 0, 1)


def blurred(width):
    return gaussian_filter(new / 255, (0, width, width, 0))


def only(attribute, allowed):
    return pool[np.isin(drawn[attribute], allowed)][:COUNT]


def repeated(faces):
    return np.resize(new[:faces], new.shape)


def near_copies(faces):
    """Each pixel off by a hundredth or so: nobody would see it."""
    grains = np.random.default_rng(2).normal(0, 0.01, new.shape)
    return np.clip(repeated(faces) / 255 + grains, 0, 1)


# %%
harms = {
    "new faces, no harm": new,
    "noise 0.03": with_noise(0.03),
    "noise 0.1": with_noise(0.1),
    "blur by 0.5 pixels": blurred(0.5),
    "blur by 1 pixel": blurred(1),
    "moved by 1 pixel": np.roll(new, 1, axis=2),
    "4 of 5 hair colours": only("hair_colour", [0, 1, 2, 3]),
    "2 of 5 hair colours": only("hair_colour", [0, 1]),
    "nobody with glasses": only("glasses", [0]),
    "100 faces, 5 times each": repeated(100),
    "50 faces, 10 times each": repeated(50),
    "10 faces, 50 times each": repeated(10),
    "50 faces, 10 near-copies": near_copies(50),
    "1 in 10 a copy": np.concatenate([training[:50], new[50:]]),
    "all copies": training,
    "all copies, mirrored": training[:, :, ::-1],
    "250 faces, no harm": new[:250],
    "100 faces, no harm": new[:100],
}

# %% [markdown]
# Before you look: which metric will notice most of these? Which harm will nobody notice?

# %% mystnb={"image": {"alt": "A table of eighteen sets of faces against nine metrics. Cells outside the range of a perfect generator are orange where worse, blue where better. Strong noise, blur and few hair colours are orange in all three distances. Repeated faces are orange in recall, which falls to zero, and in coverage, and blue in density. Exact copies are orange only in the last column, mirrored ones also in the Fr\u00e9chet distance. A hundred faces without harm are orange in the Fr\u00e9chet distance, the SWD and coverage, and blue in the MMD and density."}, "figure": {"caption": "Which metric sees what. Orange: worse than a perfect generator's range; blue: better than it; white: within it. 500 drawn faces in each row but the last two.", "name": "fig-who-sees"}}
seen = {name: measure(images) for name, images in harms.items()}
figures.who_sees(seen, ranges, worse, note=note)

# %% [markdown]
# There is a lot in this table, and some rows are one draw of many: which ten faces are repeated, or which hundred? Here are
# twenty other draws of each, and beside them the range of perfection.

# %%
pool_features = extract(pool).values


def drawn_again(faces, seed):
    """Some metrics of other faces of the perfect generator, repeated until there are 500."""
    rows = np.resize(np.random.default_rng(seed).permutation(len(pool))[:faces], COUNT)
    features = pool_features[rows]
    squared, _ = metrics.mmd(real_features, features, subsets=20, size=250)
    shares = metrics.prdc(real_features, features)
    spread = metrics.spread(pool[rows]) / metrics.spread(real)
    return {"precision": shares["precision"], "density": shares["density"]} | {
        "MMD": 1000 * squared,
        "spread": spread,
    }


again = {faces: [drawn_again(faces, seed) for seed in range(20)] for faces in (10, 100)}
table(
    ("twenty draws", *again[10][0]),
    [
        (
            f"{faces} faces, {COUNT // faces} times each",
            *(mean_and_range([each[name] for each in runs], 2) for name in runs[0]),
        )
        for faces, runs in again.items()
    ]
    + [
        (
            "a perfect generator",
            *("{:.2f} to {:.2f}".format(*ranges[name]) for name in again[10][0]),
        )
    ],
)

# %% [markdown]
# What we read in both tables:
#
# - **The three distances see poor pictures**, noise and blur. But Fréchet distance and MMD, on these features, do not
#   see noise of 0.03, and the sliced Wasserstein distance does. Each looks somewhere else.
# - **Blur costs no precision.** At one pixel precision is 0.98 and density 1.00. Recall falls to 0.82: blurred faces lie closer
#   together, and so have smaller balls. (Given the balls of the new faces, they have a recall of 0.97.) At half a pixel recall
#   stays inside its range. The three distances and the spread see both.
# - **A step of one pixel**, which one would hardly see in a face, costs about as much as the loss of one hair colour
#   in five by the Fréchet distance: 0.66 to the right, 0.57 to the left, and 0.56. (The column that leaves on one side comes
#   back on the other.) Why these features react we have not tested; they keep the four quarters apart, and their stride of 2
#   makes even and odd pixels unequal. Patches do not know where they were, and do not mind.
# - **Recall misses missing hair colours.** With two of five it is 0.94, inside its range, because the balls of the
#   others reach far enough. Coverage sees it. Recall is taken with the five nearest neighbours here; with three, as its
#   authors have it, the balls are smaller, and it is 0.82 and outside.
# - **These features do not see that nobody wears glasses.** Fréchet distance, MMD and all four shares are inside their ranges,
#   and so is the spread. The SWD, which uses no features, is just outside, too close to count as an alarm. More than a quarter
#   of the real faces wear glasses, and none of these do. Is that the metrics' fault, or the features'? A section below tries
#   others.
# - **Repetition looks like few samples.** A generator with 100 faces that draws each five times has the coverage of
#   100 faces drawn once, 0.68, and nearly their Fréchet distance, 0.88 and 0.89. These metrics see that there is
#   little, and not why. The MMD of these hundred is inside its range, at 0.28, but of the twenty other hundreds 14 are outside;
#   for 50 faces ten times each it is 0.54, and for ten faces 7.14.
#   Recall tells the two apart most clearly, 0.62 against 0.97, and for a strange reason:
#   copies count as neighbours. A face that occurs five times has four of its five nearest neighbours at a distance of zero, so
#   its ball reaches only to the nearest other face. With more than five occurrences all five are at zero, and the ball
#   vanishes: with 50 faces, ten times each, recall is 0.00, however good they are. A generator
#   hardly repeats itself to the last bit, so there are near-copies too, each with noise of its own that nobody would see.
#   Their balls reach no further than this noise, and recall is 0.00 again.
# - **Some metrics praise a harm.** These ten faces, fifty times each, have the best precision and density in the first table.
#   That depends on which ten: with others density is anything from 0.72 to 1.34. But precision never asks how many different
#   faces there are. And noise makes the spread *larger*.
# - **The spread is a poor alarm for a collapse.** These ten faces have 0.96 of it, outside the range but barely. Other sets of
#   ten have 0.84 to 1.02, some of them inside.
# - **Against held-out faces, copies look perfect.** The training faces come from the same distribution, so nothing that compares
#   with held-out faces can object. The search for the nearest training face finds them, and finds one copy in ten as well.
#   A Fréchet distance to the *training* faces would show the full copy, too: it is 0.00, where new faces have 0.34; one copy in
#   ten it would not (0.31). Mirror the copies, and the search finds 7 of 100, while these features notice a little: 0.38 is
#   just outside the range of the Fréchet distance.
#
# So there is no best metric among these. There are questions (are the pictures good? is something missing? is
# something repeated? is it copied?), and a metric answers one or two of them.
#
# ```{admonition} Question
# :class: tip
# A colleague's GAN has a better Fréchet distance than yours on the same features and numbers of images. Name three
# reasons for it other than better pictures.
# ```
#
# ```{admonition} Answer
# :class: dropdown
# It may have copied its training faces. Yours may lack something that weighs little to the eye and much in these
# features. Or its faces are placed one pixel better: the distance saw that, too. (And with one seed each, it may be luck.)
# ```

# %% tags=["quiz", "remove-input"]
web.quiz("best-precision")

# %% [markdown]
# ### The same with other random weights
#
# All of this was seen through one extractor. Its weights are random, so there are as many others as one likes: here
# is the Fréchet distance of some of the harms with four draws of the weights.

# %%
some = ("new faces, no harm", "blur by 1 pixel", "moved by 1 pixel", "4 of 5 hair colours")
some += ("nobody with glasses", "100 faces, 5 times each", "100 faces, no harm")
through = {}
for seed in range(4):
    other = evaluation.random_convolutions(32, seed=seed)
    of_real = other(real).values
    through[seed] = [metrics.frechet_distance(of_real, other(harms[name]).values) for name in some]
rows = zip(some, *through.values(), strict=True)
table(
    ("weights of seed", *through),
    [(name, *(f"{value:.2f}" for value in row)) for name, *row in rows],
)

# %% tags=["remove-cell"]
# The numbers that the text quotes from these two tables: if one moves, the text has to be read again. If you have
# changed the faces or their harms, this has to fail: skip it.
quoted = {
    "Fréchet": {
        "all copies, mirrored": 0.38,
        "new faces, no harm": 0.31,
        "100 faces, no harm": 0.89,
        "100 faces, 5 times each": 0.88,
        "moved by 1 pixel": 0.66,
        "4 of 5 hair colours": 0.56,
    },
    "precision": {"blur by 1 pixel": 0.98},
    "density": {"blur by 1 pixel": 1.00},
    "recall": {
        "blur by 1 pixel": 0.82,
        "100 faces, 5 times each": 0.62,
        "100 faces, no harm": 0.97,
        "2 of 5 hair colours": 0.94,
        "50 faces, 10 times each": 0.00,
        "50 faces, 10 near-copies": 0.00,
    },
    "MMD": {
        "100 faces, 5 times each": 0.28,
        "50 faces, 10 times each": 0.54,
        "10 faces, 50 times each": 7.14,
    },
    "coverage": {"100 faces, 5 times each": 0.68, "100 faces, no harm": 0.68},
    "spread": {"10 faces, 50 times each": 0.96},
    "very near": {"all copies, mirrored": 0.07},
}
for name, values in quoted.items():
    for harm, value in values.items():
        assert abs(seen[harm][name] - value) <= 0.01, (name, harm, seen[harm][name])
with_three = [
    metrics.prdc(real_features, extract(each).values, neighbours=3)["recall"]
    for each in (
        harms["2 of 5 hair colours"],
        *(pool[rng.permutation(len(pool))[:COUNT]] for _ in range(16)),
    )
]
quote("with three, as its authors have it, the balls are smaller, and it is 0.82", with_three[0])
assert with_three[0] < min(with_three[1:]) - np.ptp(with_three[1:]) / 2
perfection = [distances[0] for distances in through.values()]
assert np.allclose((min(perfection), max(perfection)), (0.20, 0.54), atol=0.01), perfection


# %% tags=["remove-cell"]
def inside_range(name, value):
    return ranges[name][0] <= value <= ranges[name][1]


assert inside_range("MMD", seen["100 faces, 5 times each"]["MMD"])
outside = [not inside_range("MMD", each["MMD"]) for each in again[100]]
quote("of the twenty other hundreds 14 are outside", sum(outside))
by_ten = {name: sorted(each[name] for each in again[10]) for name in again[10][0]}
quote("anything from 0.72 to 1.34", by_ten["density"][0], by_ten["density"][-1], within=0.01)
quote("ten have 0.84 to 1.02", by_ten["spread"][0], by_ten["spread"][-1], within=0.01)
assert any(inside_range("spread", value) for value in by_ten["spread"])
assert not inside_range("spread", seen["10 faces, 50 times each"]["spread"])
for name in ("Fréchet", "MMD", "precision", "recall", "density", "coverage", "spread"):
    assert inside_range(name, seen["nobody with glasses"][name]), name
assert 0 < seen["nobody with glasses"]["SWD"] / ranges["SWD"][1] - 1 < 0.02
assert inside_range("recall", seen["blur by 0.5 pixels"]["recall"])
for harm in ("blur by 0.5 pixels", "blur by 1 pixel"):
    for name in ("Fréchet", "MMD", "SWD", "spread"):
        assert not inside_range(name, seen[harm][name]), (harm, name)
radii = np.sort(cdist(new_features, new_features), axis=1)[:, 5]
of_blurred = extract(blurred(1)).values
quote(
    "they have a recall of 0.97",
    (cdist(real_features, of_blurred) <= radii).any(axis=1).mean(),
    within=0.01,
)
to_left = metrics.frechet_distance(real_features, extract(np.roll(new, -1, axis=2)).values)
quote("0.57 to the left", to_left, within=0.01)
of_training = extract(training).values
to_training = [
    metrics.frechet_distance(of_training, extract(harms[name]).values)
    for name in ("all copies", "new faces, no harm", "1 in 10 a copy")
]
quote("it is 0.00, where new faces have 0.34", *to_training[:2], within=0.01)
quote("one copy in ten it would not (0.31)", to_training[2], within=0.01)

# %% [markdown]
# No number of one column may be set beside a number of another: perfection alone goes from 0.20 to 0.54. *Within* the
# columns much stays as it was. In all four, faces without glasses are hardly further than new faces, and a hundred faces
# repeated are about as far as a hundred faces. But whether the step of one pixel or the missing hair colour costs more depends on the draw. One
# column would not have told us which of our findings was luck.
#
# ### The same with features that were taught
#
# But four draws from one random family are still one *kind* of features. None of these weights was ever told that glasses
# matter. So here is a network that was: it learns to read the attributes of 4,000 drawn faces, glasses among them, and
# its last hidden layer gives 256 features. Range and harms are measured as before, with both numbers of neighbours.

# %%
reader = evaluation.attribute_classifier(
    data.load("faceworld-photo", "train", size=32), data.load("faceworld-photo", "test", size=32)
)
taught = evaluation.classifier_features(reader.classifier)
print(f"glasses read right: {reader.accuracy['glasses']:.1%}, {reader.classifier.data}")


def by_features(extractor, images):
    of_real, features = extractor(real).values, extractor(images).values
    squared, _ = metrics.mmd(of_real, features, subsets=20, size=250)
    recalls = [metrics.prdc(of_real, features, neighbours=k)["recall"] for k in (3, 5)]
    return np.array([metrics.frechet_distance(of_real, features), squared, *recalls])


rng = np.random.default_rng(0)
perfect = [by_features(taught, pool[rng.permutation(len(pool))[:COUNT]]) for _ in range(16)]
margin = np.ptp(perfect, axis=0) / 2
taught_ranges = np.min(perfect, axis=0) - margin, np.max(perfect, axis=0) + margin
some = ("noise 0.03", "blur by 1 pixel", "moved by 1 pixel", "4 of 5 hair colours")
some += ("nobody with glasses", "100 faces, 5 times each", "all copies")
through_taught = {name: by_features(taught, harms[name]) for name in some}
rows = dict(zip(("perfect, from", "perfect, to"), taught_ranges, strict=True)) | through_taught
table(
    ("taught features", "Fréchet", "MMD", "recall, k = 3", "recall, k = 5"),
    [
        (name, f"{a:.0f}", f"{b:,.0f}", f"{c:.2f}", f"{d:.2f}")
        for name, (a, b, c, d) in rows.items()
    ],
)

# %% [markdown]
# With these features, from one training, **the missing glasses are seen** by the Fréchet distance and both recalls; the MMD is
# just outside its range, too close to count. For these metrics the features had been the obstacle. Copies stay inside the ranges, as they should: the comparison is with
# held-out faces. And noise of 0.03 is missed here as it was by the Fréchet distance on random features. Metrics see through
# features, and features see what they were made to see.

# %% tags=["remove-cell"]
low, high = taught_ranges
bare_faces, copies = through_taught["nobody with glasses"], through_taught["all copies"]
assert (bare_faces[:2] > high[:2]).all() and (bare_faces[2:] < low[2:]).all()
assert inside_range("Fréchet", seen["noise 0.03"]["Fréchet"])
assert (low <= copies).all() and (copies <= high).all()
assert low[0] <= through_taught["noise 0.03"][0] <= high[0]

# %% tags=["quiz", "remove-input"]
web.quiz("missing-but-good")

# %% [markdown]
# ### Count it
#
# Since a drawn face comes with notes, glasses can simply be counted. Of 500 faces about 140 should wear some.


# %%
def with_glasses(rows):
    return np.count_nonzero(drawn["glasses"][rows])


expected = COUNT * np.mean(drawn["glasses"] > 0)
bare = np.flatnonzero(drawn["glasses"] == 0)[:COUNT]
for name, rows in (("new faces", np.arange(COUNT)), ("nobody with glasses", bare)):
    print(f"{name:<20} {with_glasses(rows):3} with glasses, {expected:.0f} expected")

# %% [markdown]
# A generated face comes without notes, so there a classifier has to read it: a small network, taught the attributes
# of 4,000 drawn faces. `gancourse evaluate` does this for every run on drawn faces. Here is what it says of
# {ref}`chapter 5's <anime-dcgan>` reduced run (record `anime_dcgan-reduced`): 2,000 of its faces beside 1,000
# held-out real ones, both read by the classifier. Beside its accuracy stand the distance of the shares (half the sum
# of their differences, 0 to 1) and the value that is furthest off.

# %%
counted = read_record(committed("anime_dcgan-reduced"))["evaluation"]["attributes"]


def furthest(name):
    card = counted["attributes"][name]
    fake, held_out = np.array(card["fake"]), np.array(card["real"])
    worst = np.abs(fake - held_out).argmax()
    accuracy = f"{counted['settings']['classifier']['test_accuracy'][name]:.3f}"
    shares = f"{fake[worst]:.3f}", f"{held_out[worst]:.3f}"
    return (
        name.replace("_", " "),
        accuracy,
        f"{card['distance']:.3f}",
        card["values"][worst],
        *shares,
    )


table(
    ("attribute", "read right", "distance", "furthest off", "generated", "real"),
    [furthest(name) for name in counted["attributes"]],
)

# %%
looks = counted["looks"]
print(f"missing: {', '.join(counted['missing'])}")
print(f"different looks among {looks['of']:,}: {looks['fake']} generated, {looks['real']} real")

# %% [markdown]
# In this one run the classifier reads navy on 20 of 2,000 generated faces, and black on nearly twice the real share. Together
# the two are about as frequent as in real faces (0.33 and 0.31), so the generator may draw navy too dark rather than leave it
# out; only the pictures can tell. A distance may move for it, but does not say it in words. The *looks* are combinations of
# skin, hair, glasses and hat: there are fewer of them than among as many real faces. What the classifier reads right in fewer
# than nine of ten real faces (here the fringe, the colour of the eyes and the mouth) is left out.

# %% tags=["remove-cell"]
clothes = counted["attributes"]["clothes"]
navy, black = (
    [clothes[kind][clothes["values"].index(colour)] for kind in ("fake", "real")]
    for colour in ("navy", "black")
)
quote("20 of 2,000 generated faces", 2000 * navy[0], counted["settings"]["samples"])
assert 1.8 < black[0] / black[1] < 2, "nearly twice as many"
assert looks["fake"] < looks["real"]
unread = set(counted["settings"]["classifier"]["test_accuracy"]) - set(counted["attributes"])
assert unread == {"fringe", "eye_colour", "smile"}

# %% [markdown]
# ## What the reports said, and what was lacking
#
# | The report | What we found |
# |---|---|
# | 001: the losses are "fluctuating what suggests that both the generator and the discriminator are making progress" | By its losses the game of A is nearest to the optimum, and nearly half of its digits are wrong. |
# | 002: a picture of digits, no number | A picture shows a handful. Our agreement and spread are taken on 2,000 samples, and one needs both numbers. |
# | 003: "The metrics we will be using is the discriminator loss and generator loss" | Each is relative to the other network. |
# | 003: a discriminator's accuracy of 48 % is "an appropriate value for a well trained GAN" | So it is at chance. A poor discriminator is at chance against any generator. |
# | 003: "we will visually compare the output", with HyperGAN's | An eye has no number of samples, no uncertainty and no settings. With some dozens of faces it may well notice that nobody wears glasses, if it thinks of looking; our random features did not. |
# | 004: a score taken for an accuracy, and "a perfect result" | {ref}`Chapter 6 <photo-cartoon>`. |
# | No report mentions held-out images | Against its own training images a generator that copies is perfect, and against held-out ones it looks like new faces. It takes a comparison of both to see it. |
#
# ## Your turn
#
# Each exercise has a check cell that says what to look at if something is off. Write your version in a new cell above
# the check, then run the check. The cell before the check holds a solution. It is folded, though not in every
# notebook program: do not look yet.
#
# ### Exercise 1: the Fréchet distance
#
# Write `frechet(mean_a, cov_a, mean_b, cov_b)`: means of shape (D,) and covariances of shape (D, D) of two Gaussians
# in, their Fréchet distance out (the $d^2$ of the formula above, without a root). The trace of a matrix's square root is the sum of the square roots of its eigenvalues. The eigenvalues of
# $C_a C_b$ are not negative, but rounding does not know that: it may leave a very small negative one, or a small
# imaginary part.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "frechet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def frechet(mean_a, cov_a, mean_b, cov_b):
    ### BEGIN SOLUTION
    eigenvalues = np.linalg.eigvals(cov_a @ cov_b).real.clip(0)
    shift = np.sum((mean_a - mean_b) ** 2)
    return shift + np.trace(cov_a) + np.trace(cov_b) - 2 * np.sqrt(eigenvalues).sum()
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-frechet", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
one, two = np.eye(1), 4 * np.eye(1)
assert np.isclose(frechet(np.zeros(1), one, np.full(1, 3), two), 10), (
    "on a line: 3² + (2 - 1)² = 10"
)
assert np.isclose(frechet(np.ones(2), np.eye(2), np.ones(2), np.eye(2)), 0), "equal Gaussians: 0"
tilt = np.array([[1, 0.9], [0.9, 1]])
assert np.isclose(frechet(np.zeros(2), np.eye(2), np.zeros(2), tilt), 0.6107, atol=1e-4), (
    "the tilted cloud: the root of a matrix is not the root of its entries"
)
rng = np.random.default_rng(0)
wide, narrow = (each @ each.T for each in rng.normal(size=(2, 4, 4)))
assert np.isclose(
    frechet(np.zeros(4), wide, np.ones(4), narrow),
    metrics.gaussian_frechet(np.zeros(4), wide, np.ones(4), narrow),
), "two full covariances: the root of the product is not the product of the roots"
flat = np.cov(rng.normal(size=(4, 60)), rowvar=False)
few_rows = frechet(np.zeros(60), flat, np.ones(60), flat)
assert np.isrealobj(few_rows), "rounding left an imaginary part: take the real one"
assert np.isclose(few_rows, 60, atol=1e-3), (
    "fewer images than features: most eigenvalues are 0, and rounding leaves some just below"
)
assert not calls(frechet, "gaussian_frechet", "frechet_distance"), (
    "write the formula yourself, without the library's distance"
)

# %% [markdown]
# ### Exercise 2: density and coverage
#
# Write `density_coverage(real, fake, neighbours)`: two sets of points, of shapes (N, D) and (M, D), and the number of
# neighbours in; a pair of numbers out, density first. Only the *real* points have balls, each as far as its k-th
# nearest other real point, edge included. Density is the mean number of real balls that a fake lies in, divided by k.
# Coverage is the share of real balls with a fake in them.
#
# Do the first case of the check by hand: real points at 0, 1, 3 and 7, fakes at 0.5, 0.6, 2 and 12, one neighbour.
#
# ```{admonition} Answer
# :class: dropdown
# The balls reach 1, 1, 2 and 4 far. The fakes lie in 2, 2, 2 and 0 of them, which makes a density of 6 / 4. The ball
# around 7 has no fake in it, so coverage is 3 / 4.
# ```


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "density-coverage", "locked": false, "schema_version": 3, "solution": true, "task": false}
def density_coverage(real, fake, neighbours):
    ### BEGIN SOLUTION
    radii = np.sort(cdist(real, real), axis=1)[:, neighbours]
    in_ball = cdist(fake, real) <= radii
    return in_ball.sum() / (neighbours * len(fake)), in_ball.any(axis=0).mean()
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-density-coverage", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
by_hand = density_coverage(
    np.array([[0.0], [1], [3], [7]]), np.array([[0.5], [0.6], [2], [12]]), neighbours=1
)
assert np.isclose(by_hand[0], 1.5), "density: the nearest point of all is the point itself"
assert np.isclose(by_hand[1], 0.75), "coverage: the share of real balls, not of fakes"
theirs = metrics.prdc(two_places, one_place, neighbours=3)
ours = density_coverage(two_places, one_place, neighbours=3)
assert np.isclose(ours[0], theirs["density"]), "density is divided by the neighbours, too"
assert np.isclose(ours[1], theirs["coverage"]), "the balls are those of the real points"
assert density_coverage(two_places, two_places[:1] + 50, 3) == (0, 0), "a fake far from everything"
twins = density_coverage(np.array([[0.0], [0], [1]]), np.array([[0.5]]), 1)
assert np.allclose(twins, (1, 1 / 3)), (
    "two equal real points are each other's nearest: their balls have radius 0"
)
assert np.allclose(
    density_coverage(np.array([[0.0], [1], [3]]), np.array([[0.5], [9], [9]]), 1), (2 / 3, 2 / 3)
), "coverage: the share of real balls, not of fakes"
assert not calls(density_coverage, "prdc"), "count yourself, without the library's `prdc`"

# %% [markdown]
# ### Exercise 3: copied or new?
#
# Write `very_near(samples, training, held_out)`: the share of samples that are as near to some training image as the
# 1st percentile of the held-out images' distances (`np.percentile`), or nearer. Take the distances from
# `metrics.nearest`. About 0.01 is then expected of new samples, and much more of copies, even if they are not exact.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "very-near", "locked": false, "schema_version": 3, "solution": true, "task": false}
def very_near(samples, training, held_out):
    ### BEGIN SOLUTION
    _, of_samples = metrics.nearest(samples, training)
    _, of_held_out = metrics.nearest(held_out, training)
    return np.mean(of_samples <= np.percentile(of_held_out, 1))
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-very-near", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
blocks = np.random.default_rng(0).random((3, 150, 4, 4, 3)).repeat(4, axis=2).repeat(4, axis=3)
known, unseen, fresh = (255 * blocks).astype(np.uint8)
assert very_near(fresh, known, unseen) < 0.06, "new images: about one in a hundred"
assert very_near(known, known, unseen) == 1, "the training images themselves"
blurred_copies = gaussian_filter(known / 255, (0, 0.4, 0.4, 0)).astype(np.float32)
assert very_near(blurred_copies, known, unseen) > 0.9, "blurred copies are copies"
some = np.concatenate([fresh[:105], known[:45]])
assert 0.3 <= very_near(some, known, unseen) < 0.36, "three copies in ten"
assert very_near(unseen, known, unseen) < 0.05, "near the *training* images: held-out ones are not"


def grey(*levels):
    return np.ones((len(levels), 16, 16, 3)) * np.reshape(levels, (-1, 1, 1, 1))


held_out = grey(*np.linspace(0.6, 1, 101))
assert np.isclose(very_near(grey(0.58, 0.59, 0.7), grey(0.5), held_out), 2 / 3), (
    "the held-out images' distances to the training images, at their 1st percentile"
)
assert very_near(grey(0.58, 0.602, 0.607, 0.7), grey(0.5), held_out) == 0.5, (
    "the nearest hundredth: not the nearest, not the nearest five"
)
assert very_near(known, known, known) == 1, "as near is near enough"
assert not calls(very_near, "memorisation"), (
    "take the distances and compare them yourself, without `metrics.memorisation`"
)

# %% [markdown]
# ### Exercise 4: repair a distance
#
# Two sets of points are compared by this function, and it hardly tells even two far apart sets from equal ones.
#
# ```python
# def sliced_distance(a, b, directions):
#     return np.abs(np.sort(a @ directions, axis=1) - np.sort(b @ directions, axis=1)).mean()
# ```
#
# `a` and `b` have shape (N, D), `directions` shape (D, K). The function has two mistakes: what it sorts, and how long the
# directions may be. Write `mended_distance(a, b, directions)`: the mean over the directions of the distance of both sets on
# that line, whatever the lengths of the columns of `directions`. Without a loop it is three lines.


# %% tags=["solution", "hide-input"] nbgrader={"grade": false, "grade_id": "mended-distance", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mended_distance(a, b, directions):
    ### BEGIN SOLUTION
    along = directions / np.linalg.norm(directions, axis=0)
    one, other = (np.sort(each @ along, axis=0) for each in (a, b))
    return np.abs(one - other).mean()
    ### END SOLUTION


# %% tags=["check"] nbgrader={"grade": true, "grade_id": "check-mended-distance", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
rng = np.random.default_rng(0)
axes = np.eye(2)
left, right = rng.normal(size=(2, 500, 2))
assert np.isclose(mended_distance(left, left[::-1], axes), 0), (
    "the same points in another order: sort the points along each line, not the lines"
)
assert np.isclose(mended_distance(left, left + np.array([3, 0]), axes), 1.5), (
    "3 apart along one of two axes: the mean over the directions"
)
assert np.isclose(mended_distance(left, right, 7 * axes), mended_distance(left, right, axes)), (
    "a direction's length must not count"
)
assert np.isclose(
    mended_distance(left, left + np.array([3, 0]), np.array([[1, 0], [1, 5]])),
    (3 / np.sqrt(2) + 0) / 2,
), "each direction, a column, has its own length"
some = rng.normal(size=(2, 16))
one_by_one = [
    wasserstein_distance(*(each @ way / np.linalg.norm(way) for each in (left, right)))
    for way in some.T
]
assert np.isclose(mended_distance(left, right, some), np.mean(one_by_one)), "SciPy's, line by line"

# %% [markdown]
# ### Exercise 5, open: a harm of your own
#
# Add a row to the table of harms that fools as many metrics as possible and is plain to see for a human. Then add
# one that no human would see and that alarms as many metrics as possible. Predict the row before you run it. A good
# answer says for each metric *why* it saw or missed it, and proposes what to measure in addition.
#
# ## Further reading
#
# - Heusel et al. {cite}`heusel2017ttur` for the FID, Bińkowski et al. {cite}`binkowski2018kid` for the KID
#   and the bias; Chong and Forsyth {cite}`chong2020unbiased` on what to do about it.
# - Kynkäänniemi et al. {cite}`kynkaanniemi2019precision` and Naeem et al. {cite}`naeem2020prdc`: two numbers in place
#   of one.
# - Theis et al. {cite}`theis2016note`: why good samples, good likelihood and good anything else are different things.
# - Parmar et al. {cite}`parmar2022cleanfid`: how much of a FID is resizing.
# - Lucic et al. {cite}`lucic2018gans`: what remains of the differences between GANs when all are tuned and measured
#   alike.
