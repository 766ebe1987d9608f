import json
import os
import subprocess
import sys

import numpy as np
import pytest

from gancourse import GancourseError, keras_gan, recipes
from gancourse.keras_gan import engine
from gancourse.keras_gan.checkpoint import load_checkpoint, state
from gancourse.keras_gan.train import MEASURED

import keras  # isort: skip  after keras_gan, which silences TensorFlow

LN2 = np.log(2)
# dropout and BatchNorm are in it, and little else: most of a short run is the tracing of its graph
TINY = {
    "size": 16,
    "g_widths": (4,),
    "d_widths": (4, 4),
    "dropout": (0.25, 0.4),
    "latent": 5,
    "batch": 8,
    "steps": 12,
}


def tiny(**changes):
    return recipes.recipe("celeba_dcgan", "reduced", TINY | changes)


def smallest(**changes):
    """A Dense pair: its graph is traced in half a second."""
    widths = {"size": 16, "g_widths": (4,), "d_widths": (4,), "latent": 5, "batch": 8, "steps": 12}
    return recipes.recipe("sequential_faces", "reduced", widths | changes)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (30, 16, 16, 3), dtype=np.uint8)


def numbers(gan):
    variables = state(gan) if isinstance(gan, keras_gan.GAN) else gan.variables
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


# --- the networks of the reports ---


def test_the_networks_of_report_003_have_its_numbers():
    generator = keras_gan.build_generator((64, 64))
    assert keras_gan.count_parameters(generator) == 8_328_003
    assert keras_gan.count_parameters(keras_gan.build_generator((218, 172))) == 61_746_499
    shapes = [layer.output.shape[1:] for layer in generator.layers]
    for shape in ((16, 16, 256), (32, 32, 256), (32, 32, 128), (64, 64, 128), (64, 64, 64)):
        assert shape in shapes, "as the report's text has them"
    discriminator = keras_gan.build_discriminator((64, 64))
    assert keras_gan.count_parameters(discriminator) == 706_977
    assert (8, 8, 256) in [layer.output.shape[1:] for layer in discriminator.layers]
    assert discriminator.layers[-1].input.shape == (None, 16_384)


def test_a_side_that_four_does_not_divide_comes_out_smaller():
    assert keras_gan.build_generator((218, 172), (4,)).output_shape == (None, 216, 172, 3)


def test_the_simple_pair_doubles_twice_too():
    assert keras_gan.build_generator(32, (8,)).output_shape == (None, 32, 32, 3)
    assert keras_gan.build_discriminator(32, (4, 8), ()).output_shape == (None, 1)


def test_bad_networks():
    with pytest.raises(GancourseError, match="2 dropout rates for 4 convolutions"):
        keras_gan.build_discriminator(32, dropout=(0.2, 0.2))
    with pytest.raises(GancourseError, match="at least 8"):
        keras_gan.build_generator(4)


def test_no_discriminator_ends_in_a_sigmoid():
    for network in (keras_gan.dense_discriminator(16), keras_gan.build_discriminator(16)):
        logits = network(100 * np.ones((2, 16, 16, 3), "float32"))
        assert logits.shape == (2, 1) and network.layers[-1].activation.__name__ == "linear"


# --- losses ---


def test_losses_are_keras_own_on_logits():
    logits = np.array([[-30.0], [-1.0], [0.0], [2.0], [30.0]], "float32")
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    for loss, target in (
        (keras_gan.real_loss, 1),
        (keras_gan.fake_loss, 0),
        (keras_gan.non_saturating_loss, 1),
    ):
        expected = float(entropy(np.full_like(logits, target), logits))
        assert float(loss(logits)) == pytest.approx(expected, rel=1e-5)
    assert float(keras_gan.real_loss(np.zeros((3, 1), "float32"))) == pytest.approx(LN2)


# --- one step ---


class Still(keras.optimizers.SGD):
    """An optimiser that writes down which variables it was given, and moves nothing."""

    def apply(self, grads, trainable_variables=None):
        self.seen = [variable.path for variable in trainable_variables]
        assert all(grad is not None for grad in grads)


def test_each_network_is_updated_by_its_own_loss_alone(images):
    gan = keras_gan.GAN(keras_gan.dense_generator(16, 4, (8,)), keras_gan.dense_discriminator(16, (8,)))  # fmt: skip
    gan.compile(Still(), Still())
    measured = gan.train_step(images[:8])
    assert gan.d_optimizer.seen == [v.path for v in gan.discriminator.trainable_variables]
    assert gan.g_optimizer.seen == [v.path for v in gan.generator.trainable_variables]
    assert float(measured["d_loss"]) == pytest.approx(2 * LN2, abs=0.5)
    assert 0 <= float(measured["d_accuracy"]) <= 1 and set(measured) == set(MEASURED)


def test_accuracy_and_scores_are_those_of_the_logits():
    real, fake = np.array([[2.0], [-1.0]], "float32"), np.array([[-3.0], [-1.0]], "float32")
    measured = keras_gan.step_metrics(0, 0, real, fake)
    assert float(measured["d_accuracy"]) == 0.75
    assert float(measured["real_score"]) == pytest.approx((1 / (1 + np.exp([-2, 1]))).mean())


@pytest.mark.parametrize(("pixels", "low"), [("tanh", -1.0), ("unit", 0.0)])
def test_real_images_are_brought_to_the_range(pixels, low):
    gan = keras_gan.build(tiny(pixels=pixels), seed=0)
    ends = np.array([0, 255], np.uint8).reshape(2, 1, 1, 1)
    assert np.allclose(np.ravel(gan.rescale(ends)), [low, 1.0], atol=1e-6)


def test_the_average_follows_the_weights():
    gan = keras_gan.build(tiny(ema=0.9), seed=0)
    start = [keras.ops.convert_to_numpy(kept) for kept, _ in gan._averaged()]
    assert len(start) == len(gan.generator.trainable_variables) > 0
    gan.generator.set_weights([weight + 1 for weight in gan.generator.get_weights()])
    gan.update_average()
    for before, (kept, _) in zip(start, gan._averaged(), strict=True):
        assert np.allclose(keras.ops.convert_to_numpy(kept), before + 0.1, atol=1e-6)


def share_of_true_variance(network, noise):
    """For each BatchNorm its moving variance as a share of that of what it is fed in inference mode."""
    maps, shares = noise, []
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            found = keras.ops.convert_to_numpy(maps)
            variance = found.var(axis=tuple(range(found.ndim - 1)))
            shares.append(float((keras.ops.convert_to_numpy(layer.moving_variance) / variance).mean()))  # fmt: skip
        maps = layer(maps, training=False)
    return shares


def test_the_average_has_the_statistics_of_its_own_weights(images):
    gan = keras_gan.build(tiny(ema=0.98, lr=0.02, steps=30), seed=0)
    keras_gan.train(gan, images)
    before = numbers(gan.generator)
    noise = np.random.default_rng(5).normal(size=(4000, 5)).astype("float32")
    shares = share_of_true_variance(gan.sampler, noise)
    assert shares == pytest.approx([1] * len(shares), abs=0.05) and shares
    sampled = gan.sample(4)
    assert (sampled == gan.sample(4)).all()
    assert all((a == b).all() for a, b in zip(before, numbers(gan.generator), strict=True))
    # an average of the generator's statistics, as it was before, is another network
    for kept, now in zip(gan.average.weights, gan.generator.weights, strict=True):
        if not now.trainable:
            kept.assign(now)
    shares = share_of_true_variance(gan.sampler, noise)
    assert max(abs(share - 1) for share in shares) > 0.1, "unmoved weights are not estimated again"
    gan.update_average()
    assert share_of_true_variance(gan.sampler, noise) == pytest.approx([1] * len(shares), abs=0.05)
    assert not any(layer.trainable for layer in gan.average.layers)


def test_samples_are_images_and_leave_the_random_state_alone():
    gan = keras_gan.build(tiny(), seed=0)
    gan.sample(1)  # the average's BatchNorm statistics are estimated once
    before = numbers(gan)
    one, other = gan.sample(5, seed=1), gan.sample(5, seed=1)
    assert one.shape == (5, 16, 16, 3) and one.min() >= 0 and one.max() <= 1
    assert (one == other).all() and (one != gan.sample(5, seed=2)).any()
    assert all((a == b).all() for a, b in zip(before, numbers(gan), strict=True))


def test_logits_take_bytes_and_samples_alike():
    gan = keras_gan.build(tiny(), seed=0)
    samples = gan.sample(6)
    bytes_ = np.round(samples * 255).astype(np.uint8)
    assert gan.logits(samples).shape == (6,)
    assert np.allclose(gan.logits(samples), gan.logits(bytes_))


def test_precision():
    assert engine.policy("float32") == "float32" and engine.policy("bfloat16") == "mixed_bfloat16"
    with pytest.raises(GancourseError, match="precision='float16': Keras recipes train in float32"):
        engine.policy("float16")
    gan = keras_gan.build(tiny(precision="bfloat16"), seed=0)
    assert gan.generator.layers[0].compute_dtype == "bfloat16"
    assert gan.discriminator.layers[-1].compute_dtype == "float32", "logits in full precision"
    assert keras.config.dtype_policy().name == "float32", "nobody else is touched"


# --- batches ---


def test_an_epoch_shows_every_image_once_and_the_step_fixes_the_batch():
    images = np.arange(12, dtype=np.uint8).reshape(12, 1, 1, 1)
    batches = keras_gan.Batches(images, 4, seed=0, stop=9)
    drawn = [batches[i][0].ravel().tolist() for i in range(len(batches))]
    assert len(batches) == 9 and batches.per_epoch == 3
    first, second = np.concatenate(drawn[:3]).tolist(), np.concatenate(drawn[3:6]).tolist()
    assert sorted(first) == sorted(second) == list(range(12)) and first != second
    later = keras_gan.Batches(images, 4, seed=0, stop=9, start=5)
    assert [later[i][0].ravel().tolist() for i in range(len(later))] == drawn[5:]
    with pytest.raises(GancourseError, match="fewer than one batch"):
        keras_gan.Batches(images, 13, seed=0, stop=1)


# --- training, and taking it up again ---


class Killed(Exception):
    pass


def kill(at):
    def callback(done):
        if done == at:
            raise Killed

    return callback


def test_killed_and_resumed_equals_never_killed(images, tmp_path):
    recipe = tiny(ema=0.9)
    whole = keras_gan.build(recipe, seed=0)
    history = keras_gan.train(whole, images)
    checkpoint = tmp_path / "checkpoint.npz"
    broken = keras_gan.build(recipe, seed=0)
    with pytest.raises(Killed):
        keras_gan.train(
            broken, images, every=1, callback=kill(7), checkpoint=checkpoint, checkpoint_every=2
        )
    resumed = keras_gan.build(recipe, seed=1)  # the checkpoint brings every weight and seed
    again = keras_gan.train(resumed, images, checkpoint=checkpoint, checkpoint_every=2)
    assert (again.values == history.values).all() and len(history.values) == 12
    assert all((a == b).all() for a, b in zip(numbers(whole), numbers(resumed), strict=True))


def test_a_finished_run_can_be_prolonged(images, tmp_path):
    checkpoint = tmp_path / "checkpoint.npz"
    whole = keras_gan.train(keras_gan.build(smallest(), seed=0), images)
    short = smallest(steps=5)
    keras_gan.train(keras_gan.build(short, seed=0), images, checkpoint=checkpoint)
    longer = keras_gan.train(keras_gan.build(smallest(), seed=0), images, checkpoint=checkpoint)
    assert (longer.values == whole.values).all()
    with pytest.raises(GancourseError, match="is at step 12, beyond steps=5"):
        keras_gan.train(keras_gan.build(short, seed=0), images, checkpoint=checkpoint)


def test_what_a_checkpoint_refuses(images, tmp_path):
    checkpoint = tmp_path / "checkpoint.npz"

    def resume(images, seed=0, batch=None, **changes):
        gan = keras_gan.build(smallest(steps=2, **changes), seed=0)
        keras_gan.train(gan, images, seed=seed, batch=batch, checkpoint=checkpoint)

    resume(images)
    with pytest.raises(GancourseError, match=r"lr: 0\.001 there, 0\.002 here"):
        resume(images, lr=0.002)
    with pytest.raises(GancourseError, match="batch: 8 there, 4 here"):
        resume(images, batch=4)
    with pytest.raises(GancourseError, match="shuffling: 0 there, 1 here"):
        resume(images, seed=1)
    with pytest.raises(GancourseError, match="images: "):
        resume(images[:20])
    with pytest.raises(GancourseError, match="precision: 'float32' there, 'bfloat16' here"):
        resume(images, precision="bfloat16")
    with pytest.raises(GancourseError, match="other networks"):
        load_checkpoint(checkpoint, keras_gan.build(smallest(latent=6), seed=0))
    checkpoint.write_bytes(checkpoint.read_bytes()[:2000])
    with pytest.raises(GancourseError, match="not a readable checkpoint"):
        load_checkpoint(checkpoint, keras_gan.build(smallest(), seed=0))
    with pytest.raises(GancourseError, match="no checkpoint at"):
        load_checkpoint(tmp_path / "none.npz", keras_gan.build(smallest(), seed=0))


def test_what_train_refuses(images, tmp_path):
    gan = keras_gan.build(smallest(), seed=0)
    checkpoint = tmp_path / "run" / "checkpoint.npz"
    with pytest.raises(GancourseError, match="must be uint8"):
        keras_gan.train(gan, images / 255, checkpoint=checkpoint)
    with pytest.raises(GancourseError, match="5 images are fewer than one batch of 8"):
        keras_gan.train(gan, images[:5], checkpoint=checkpoint)
    gan.recipe = None
    with pytest.raises(GancourseError, match="say `batch` and `steps`"):
        keras_gan.train(gan, images, checkpoint=checkpoint)
    assert not checkpoint.parent.exists(), "nothing half-written"


def test_seeds_of_any_size_are_taken():
    one, other = (keras_gan.build(smallest(), seed=2**40 + i) for i in range(2))
    assert (one.generator.get_weights()[0] != other.generator.get_weights()[0]).any()


def test_a_run_that_diverges_says_so(images):
    def broken(gan, real):
        nothing = keras.ops.zeros((2, 1))
        return keras_gan.step_metrics(keras.ops.log(-1.0), 0.0, nothing, nothing)

    with pytest.raises(GancourseError, match="no longer finite at step 1"):
        keras_gan.train(keras_gan.build(smallest(steps=2), seed=0, step=broken), images)


# --- backends ---

FIRST_STEP = """
import json, sys
import numpy as np
import keras
from gancourse import keras_gan

generator = keras_gan.build_generator(16, (8, 8, 4), latent=5)
discriminator = keras_gan.build_discriminator(16, (4, 8, 8, 8), dropout=())
rng = np.random.default_rng(0)
for network in (generator, discriminator):
    network.set_weights([
        rng.normal(0.05, 0.1, weight.shape) ** (2 if "variance" in weight.path else 1)
        for weight in network.weights
    ])
gan = keras_gan.GAN(generator, discriminator)
gan.compile(keras.optimizers.Adam(2e-4, 0.5), keras.optimizers.Adam(2e-4, 0.5))
noise = rng.normal(size=(8, 5)).astype("float32")
gan.noise = lambda count: keras.ops.convert_to_tensor(noise)
real = rng.integers(0, 256, (8, 16, 16, 3), dtype=np.uint8)
steps = [gan.train_step(keras.ops.convert_to_tensor(real)) for _ in range(2)]
losses = [float(step[name]) for step in steps for name in ("d_loss", "g_loss")]
print(json.dumps({"backend": keras.backend.backend(), "losses": losses}))
"""


def on_backend(name, script, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "KERAS_BACKEND": name},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_both_backends_have_the_same_first_losses():
    on_tensorflow, on_torch = (on_backend(name, FIRST_STEP) for name in ("tensorflow", "torch"))
    assert (on_tensorflow["backend"], on_torch["backend"]) == ("tensorflow", "torch")
    assert np.allclose(on_tensorflow["losses"], on_torch["losses"], atol=1e-4, rtol=0)


RESUME = """
import json, sys
import numpy as np
from pathlib import Path
from gancourse import keras_gan, recipes

images = np.random.default_rng(0).integers(0, 256, (30, 16, 16, 3), dtype=np.uint8)
recipe = recipes.recipe("celeba_dcgan", "reduced", json.loads(sys.argv[1]))
whole = keras_gan.train(keras_gan.build(recipe, 0), images)

class Killed(Exception): pass
def equal(at, checkpoint_every):
    checkpoint = Path(sys.argv[2]) / f"{at}.npz"
    gan = keras_gan.build(recipe, 0)
    def callback(done):
        gan.sample(3)  # a picture on the way changes nothing
        if done == at: raise Killed
    try:
        keras_gan.train(gan, images, every=1, callback=callback,
                        checkpoint=checkpoint, checkpoint_every=checkpoint_every)
    except Killed: pass
    again = keras_gan.train(keras_gan.build(recipe, 1), images, checkpoint=checkpoint)
    return bool((again.values == whole.values).all() and len(whole.values) == 6)
print(json.dumps([equal(5, 2), equal(1, 100)]))
"""


def test_resume_is_exact_on_the_torch_backend_too(tmp_path):
    after_a_checkpoint, from_the_start = on_backend(
        "torch", RESUME, json.dumps(TINY | {"steps": 6}), str(tmp_path)
    )
    assert after_a_checkpoint and from_the_start


ON_ANOTHER_DEVICE = """
import json
import keras, numpy as np, torch
from gancourse import keras_gan

with keras.device("meta"):  # stands in for a card: what is left on the CPU does not mix with it
    gan = keras_gan.GAN(keras_gan.dense_generator(16, 4, (4,)), keras_gan.dense_discriminator(16, (4,)))
    gan.step = lambda gan, real: {"device": real.device.type}
    print(json.dumps(gan.train_step((torch.zeros(2, 16, 16, 3, dtype=torch.uint8),))["device"]))
"""


def test_a_batch_goes_to_the_device_before_it_is_scaled():
    assert on_backend("torch", ON_ANOTHER_DEVICE) == "meta"


def test_other_backends_are_refused_at_once():
    """JAX is not installed for this: Keras only says that it runs on it."""
    script = "import keras; keras.backend.backend = lambda: 'jax'\nfrom gancourse import keras_gan"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode
    assert "GancourseError: gancourse.keras_gan runs on" in done.stderr
    assert "not on jax: set the environment variable KERAS_BACKEND" in done.stderr


TRITON = """
import sys

assert "torch" not in sys.modules, "PyTorch came first: this test shows nothing"
assert not {"tensorflow", "keras"} & sys.modules.keys(), "TensorFlow was imported before triton"
"""


def test_triton_is_imported_before_tensorflow(tmp_path):
    # PyTorch's default wheel brings it, the CPU wheel that tests run on does not: a stand-in tells the order
    (tmp_path / "triton.py").write_text(TRITON)
    script = "import sys; from gancourse import keras_gan; assert 'triton' in sys.modules"
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


# --- what one does with a keras.Model ---


class Seen(keras.callbacks.Callback):
    """Keeps what each batch and each epoch reported."""

    def __init__(self):
        super().__init__()
        self.steps, self.epochs = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.steps.append(dict(logs))

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(dict(logs))


def test_fit_reports_steps_to_batches_and_means_to_epochs(images):
    gan, seen = keras_gan.build(smallest(), 0), Seen()
    batches = keras_gan.Batches(images, 8, 0, stop=3)
    history = gan.fit(batches, epochs=2, shuffle=False, verbose=0, callbacks=[seen])
    assert len(seen.steps) == 6 and set(seen.steps[0]) == set(MEASURED)
    for epoch, reported in enumerate(seen.epochs):
        for name in MEASURED:
            of_steps = [float(step[name]) for step in seen.steps[3 * epoch : 3 * epoch + 3]]
            assert reported[name] == pytest.approx(np.mean(of_steps), rel=1e-5)
            assert history.history[name][epoch] == reported[name]
    assert len({float(step["d_loss"]) for step in seen.steps}) == 6, "the steps' own, not means"
    means = {id(variable) for mean in gan.metrics for variable in mean.variables}
    assert means and not means & {id(variable) for variable in gan.variables}, "nor a checkpoint"


def test_several_steps_at_once_train_alike_and_train_refuses_them(images):
    weights = []
    for at_once in (1, 3):
        gan = keras_gan.build(smallest(), 0)
        gan.compile(gan.g_optimizer, gan.d_optimizer, steps_per_execution=at_once)
        history = gan.fit(keras_gan.Batches(images, 8, 0, stop=6), shuffle=False, verbose=0)
        weights.append(numbers(gan))
        assert np.isfinite(history.history["d_loss"]).all()
    assert all(np.allclose(*pair, atol=1e-5) for pair in zip(*weights, strict=True))
    with pytest.raises(GancourseError, match="steps_per_execution=3: here each step is kept"):
        keras_gan.train(gan, images)


def test_what_a_gan_cannot_do_is_refused_with_what_can(images, tmp_path):
    gan, batches = keras_gan.build(smallest(), 0), keras_gan.Batches(images, 8, 0, stop=2)
    for options in ({"validation_data": batches}, {"validation_split": 0.1}):
        with pytest.raises(GancourseError, match=r"no loss that says on held-out.*gancourse eval"):
            gan.fit(batches, verbose=0, **options)
    with pytest.raises(GancourseError, match="no loss that says on held-out"):
        gan.evaluate(batches, verbose=0)
    with pytest.raises(GancourseError, match=r"gan\.generator\.save"):
        gan.save(tmp_path / "gan.keras")
    assert not list(tmp_path.iterdir()), "nothing half-written"


def test_a_generator_is_saved_and_loaded_as_any_keras_model(tmp_path):
    gan = keras_gan.build(tiny(), 0)
    gan.generator.save(tmp_path / "generator.keras")
    loaded = keras.models.load_model(tmp_path / "generator.keras")
    assert np.array_equal(gan.sample(3, network=gan.generator), gan.sample(3, network=loaded))


def test_the_average_is_that_of_keras_optimisers():
    """`use_ema` keeps the same average of the weights; BatchNorm's statistics it does not know."""
    gan = keras_gan.build(tiny(ema=0.9), 0)
    optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
    weights = gan.generator.trainable_variables
    optimizer.build(weights)
    # Keras begins at zero and at its first step takes the weights as they are
    for number in range(4):
        gradients = [keras.ops.full(weight.shape, 0.01 * number) for weight in weights]
        optimizer.apply(gradients, weights)
        if number == 0:
            for average, current in gan._averaged():
                average.assign(current)
        else:
            gan.update_average()
    ours = [keras.ops.convert_to_numpy(average) for average, _ in gan._averaged()]
    theirs = [
        keras.ops.convert_to_numpy(average) for average in optimizer._model_variables_moving_average
    ]
    assert all(np.allclose(*pair, atol=1e-6) for pair in zip(ours, theirs, strict=True))
