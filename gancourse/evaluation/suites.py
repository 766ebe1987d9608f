"""Suites: which metrics apply to which data, what they are called and how to read them.

The command, the runs, the diagnosis and the studies go through a suite and name no metric themselves. To add a metric,
write its function in `gancourse.metrics` and its entry here.
"""

from collections.abc import Callable

import numpy as np

from gancourse.data import DatasetSpec
from gancourse.evaluation.attributes import attribute_card, attribute_classifier
from gancourse.evaluation.classifiers import digit_classifier, domain_classifier
from gancourse.evaluation.domains import domain_card
from gancourse.evaluation.feature_card import feature_card
from gancourse.evaluation.features import classifier_features, inception, random_convolutions
from gancourse.evaluation.labels import agreement_card, diversity_card
from gancourse.evaluation.metric import Metric
from gancourse.evaluation.reference import image_card
from gancourse.evaluation.result import Result
from gancourse.evaluation.samples import Samples
from gancourse.evaluation.suite import Part, Suite
from gancourse.metrics.discriminator import discriminator
from gancourse.metrics.diversity import spread, vendi
from gancourse.metrics.frechet import eigenface_frechet
from gancourse.metrics.memorisation import memorisation
from gancourse.metrics.pixels import shrink, unit
from gancourse.metrics.sliced_wasserstein import sliced_wasserstein

HIGHER, LOWER = 1, -1


def suite_of(spec: DatasetSpec) -> Suite:
    """The suite for a data set.

    Parameters
    ----------
    spec : DatasetSpec
        The data set's spec.
    """
    return SUITES[spec.suite]


def face_card(images, held_out, seed: int = 0) -> dict:
    """The card of a face generator's samples by every metric that compares images with images.

    Parameters
    ----------
    images : ndarray, float in [0, 1], shape (N, S, S, C)
        The samples.
    held_out : ndarray, uint8, shape (M, S, S, C), M ≥ 2
        Held-out real images. With M ≥ 2 N the distance between two halves of them is the floor; else both sides are
        cut to M // 2 images.
    seed : int
        The seed for the halves, the patches and the directions.

    Returns
    -------
    dict
        As `image_card` gives it, for FACE_METRICS: sliced_wasserstein, also by level, and eigenface_frechet, each with
        what real images have against other real ones (_floor); spread_ratio; vendi. Ready for JSON.

    Raises
    ------
    GancourseError
        Fewer than 32 images, or of another shape.
    """
    return image_card(FACE_METRICS, images, held_out, seed)


FACE_METRICS = (
    Metric(
        "eigenface_frechet",
        "eigenface Fréchet distance",
        better=LOWER,
        floor="eigenface_frechet_floor",
        of=lambda real, images: eigenface_frechet(real.half, images[: real.count], real.eigenfaces),
        settings="40 eigenfaces",
    ),
    Metric(
        "sliced_wasserstein",
        "sliced Wasserstein distance",
        "hundredths of a standard deviation",
        better=LOWER,
        floor="sliced_wasserstein_floor",
        form=".2f",
        of=lambda real, images: sliced_wasserstein(real.half, images[: real.count], seed=real.seed),
        digits=2,
        settings="7 × 7 patches, 32 an image, 256 directions",
    ),
    Metric(
        "spread_ratio",
        "spread, as a share of the real",
        better=HIGHER,
        floor=1.0,
        of=lambda real, images: spread(images) / spread(real.held_out),
    ),
    Metric(
        "vendi",
        "Vendi score",
        "different images in effect",
        better=HIGHER,
        floor="vendi_floor",
        form=".2f",
        of=lambda real, images: vendi(
            _coarse(images[: real.count]) - _coarse(real.held_out).mean(0)
        ),
        settings="16 × 16 area-averaged pixels, less the mean of real images",
    ),
)


def _coarse(images) -> np.ndarray:
    """Images averaged to 16 × 16 pixels, one row per image."""
    return shrink(unit(images), 16).reshape(len(images), -1)


def _agreement(samples: Samples) -> dict:
    classifier = digit_classifier(samples.held_out.name, samples.path)
    return agreement_card(samples.images, samples.labels, classifier)


def _diversity(samples: Samples) -> dict:
    return diversity_card(samples.images, samples.labels, samples.held_out)


def _images(samples: Samples) -> dict:
    return face_card(samples.images[: samples.compared], samples.held_out.images)


def _domains(samples: Samples) -> dict:
    real = samples.held_out
    classifier = domain_classifier(
        real.name, samples.size, samples.fit, train=samples.training, test=real
    )
    return domain_card(samples.images, classifier, real, samples.labels)


def _attributes(samples: Samples) -> dict:
    classifier = attribute_classifier(samples.training, samples.held_out)
    return attribute_card(samples.images, classifier, samples.held_out)


def _without_ema(samples: Samples) -> dict:
    assert samples.draw_plain is not None  # so the suite says
    card = face_card(samples.draw_plain(samples.compared), samples.held_out.images)
    return {metric.key: card[metric.key] for metric in FACE_METRICS}


def _discriminator(samples: Samples) -> dict:
    """D's card: its logits on training images, on held-out images, and on fakes."""
    training, held_out = samples.training, samples.held_out
    assert samples.logits is not None  # so the suite says
    rows = np.sort(np.random.default_rng(0).permutation(len(training))[: len(held_out)])
    images = training.images[rows], held_out.images, samples.images
    if samples.labels is None:
        logits = map(samples.logits, images)
    else:
        assert training.labels is not None  # as there are labels to ask for
        labels = training.labels[rows], held_out.labels, samples.labels
        logits = map(samples.logits, images, labels)
    counts = {"training": len(rows), "held_out": len(held_out), "samples": len(samples)}
    return discriminator(*logits) | {"settings": counts}


def _memorisation(samples: Samples) -> dict:
    return memorisation(samples.images, samples.training.images, samples.held_out.images)


def _on_features(extractor: Callable) -> Callable[[Samples], dict]:
    """How a part measures on features: the samples against one half of the real images, and for the floor the other
    half against it, equally many of each."""

    def measure(samples: Samples) -> dict:
        extract, real, count = extractor(samples), samples.held_out, samples.compared
        order = np.random.default_rng(0).permutation(len(real))
        half, other = (
            extract(real.images[rows], seed=0) for rows in (order[:count], order[count : 2 * count])
        )
        fakes = extract(
            samples.images[:count], seed=samples.seed, batchnorm="evaluation", ema=samples.ema
        )
        conditions = {"images": real.fingerprint, "size": samples.size}
        card, floor = (
            _rounded(feature_card(half, features), conditions) for features in (fakes, other)
        )
        return card | {"floor": floor}

    return measure


def _rounded(result: Result, conditions: dict) -> dict:
    values = {name: float(f"{value:.4g}") for name, value in result.values.items()}
    return Result(values, conditions | result.settings).as_dict()


def _feature_metrics(frechet: str, title: str, mmd: str, mmd_title: str) -> tuple[Metric, ...]:
    shares = (("precision", 1), ("recall", 1), ("density", 0), ("coverage", 1))
    return (
        Metric(frechet, title, better=LOWER, floor=f"floor.{frechet}", form=".4g"),
        Metric(mmd, mmd_title, better=LOWER, floor=f"floor.{mmd}", form=".4g"),
        *(Metric(name, name, better=better, floor=f"floor.{name}") for name, better in shares),
    )


ON_FEATURES = _feature_metrics("frechet", "Fréchet distance", "mmd", "MMD, squared")
INCEPTION = Part(
    "inception",
    "metrics on Inception's features",
    _feature_metrics("fid", "FID", "kid", "KID"),
    _on_features(lambda samples: inception()),
    on_request=True,
)

LABELLED = Suite(
    "labelled",
    (
        Part(
            "",
            "label agreement",
            (
                Metric(
                    "agreement",
                    "label agreement",
                    better=HIGHER,
                    floor="settings.classifier.test_accuracy",
                    form=".4f",
                ),
            ),
            _agreement,
            needs="torch",
        ),
        Part(
            "",
            "diversity within a class",
            (
                Metric(
                    "within_class_std",
                    "within-class std",
                    "of the range of pixels",
                    better=HIGHER,
                    floor="within_class_std_floor",
                    form=".4f",
                ),
                Metric(
                    "within_class_std_ratio",
                    "within-class std, share of the real",
                    better=HIGHER,
                    floor=1.0,
                ),
            ),
            _diversity,
        ),
        Part(
            "features",
            "metrics on features",
            ON_FEATURES,
            _on_features(
                lambda samples: classifier_features(
                    digit_classifier(samples.held_out.name, samples.path)
                )
            ),
            needs="torch",
        ),
        INCEPTION,
    ),
    a_class=2,
)

FACES = Suite(
    "faces",
    (
        Part("", "distances", FACE_METRICS, _images),
        Part(
            "domains",
            "domains",
            (
                Metric("photo", "photographs", floor="real.photo", form=".1%"),
                Metric("cartoon", "cartoons", floor="real.cartoon", form=".1%"),
                Metric("in_between", "in between", "", LOWER, "real.in_between", ".1%"),
                Metric("spread_ratio", "spread, as a share of the real", better=HIGHER, floor=1.0),
                Metric(
                    "agreement",
                    "label agreement",
                    better=HIGHER,
                    floor="settings.classifier.test_accuracy",
                    form=".4f",
                ),
            ),
            _domains,
            applies=lambda samples: samples.held_out.labels is not None,
            needs="torch",
        ),
        Part(
            "attributes",
            "attributes",
            (
                Metric("missing", "values that are missing"),
                Metric("looks.fake", "combinations", "", HIGHER, "looks.real", ",d"),
            ),
            _attributes,
            applies=lambda samples: samples.held_out.attributes is not None,
            needs="torch",
        ),
        Part(
            "without_ema",
            "without the average of weights",
            FACE_METRICS,
            _without_ema,
            applies=lambda samples: samples.draw_plain is not None,
            of_run=True,
        ),
        Part(
            "discriminator",
            "discriminator",
            (
                Metric("auc_training_held_out", "D tells training from held-out images", floor=0.5),
                Metric("auc_held_out_fake", "D tells held-out from generated images"),
            ),
            _discriminator,
            applies=lambda samples: samples.know_training,
            of_run=True,
        ),
        Part(
            "memorisation",
            "memorisation",
            (
                Metric("ratio", "distance to the nearest, ratio", better=HIGHER, floor=1.0),
                Metric(
                    "share_below_held_out_1_percent",
                    "nearer than 99 of 100 real ones",
                    "",
                    LOWER,
                    0.01,
                    ".1%",
                ),
            ),
            _memorisation,
            applies=lambda samples: samples.know_training,
            of_run=True,
        ),
        Part(
            "features",
            "metrics on features",
            ON_FEATURES,
            _on_features(lambda samples: random_convolutions(samples.size)),
            needs="torch",
        ),
        INCEPTION,
    ),
    most=2_000,
)

SUITES = {suite.name: suite for suite in (LABELLED, FACES)}

# For points drawn from a mixture, which says itself how it is covered (`gancourse.theory`).
POINT_METRICS = (
    Metric("modes", "modes covered", better=HIGHER, form=".0f"),
    Metric("high_quality", "share of points on a mode", better=HIGHER),
)
