import copy

import numpy as np
import pytest
import torch

from gancourse import GancourseError, data, evaluation, recipes, runs
from gancourse.data import ImageSet
from gancourse.evaluation.suites import FACE_METRICS
from gancourse.runs import read_record, write_record
from gancourse.torch_gan import Batches, build, count_parameters, train
from gancourse.torch_gan.checkpoint import load_checkpoint
from gancourse.torch_gan.networks import DCGANDiscriminator, DCGANGenerator, init_weights

CPU = torch.device("cpu")
TINY = {"size": 16, "width": 4, "latent": 8, "batch": 8, "steps": 6, "threads": 1}


def some_faces(count=40, size=16, labels=False) -> ImageSet:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, size, size, 3), dtype=np.uint8)
    return ImageSet("anime", "train", images, np.arange(count) % 2 if labels else None)


def start(seed=0, labels=False, **changes):
    recipe = recipes.recipe("photo_cartoon", "reduced", TINY | changes)
    gan = build(recipe, 2 * labels, recipe.size, seed, CPU)
    faces = some_faces(labels=labels)
    return gan, Batches(faces, recipe.batch, recipe.pixels, CPU, seed)


@pytest.mark.parametrize(
    ("latent", "first_norm", "g_count", "d_count"),
    [(128, True, 3_806_080, 2_765_696), (100, False, 3_576_704, 2_765_568)],
)
def test_parameter_counts_of_both_conventions(latent, first_norm, g_count, d_count):
    assert count_parameters(DCGANGenerator(64, latent)) == g_count
    assert count_parameters(DCGANDiscriminator(64, first_norm=first_norm)) == d_count


@pytest.mark.parametrize("size", [16, 32, 64])
def test_shapes_and_ranges(size):
    noise = torch.randn(3, 7)
    fake = DCGANGenerator(size, 7, width=4)(noise)
    assert fake.shape == (3, 3, size, size) and fake.abs().max() <= 1
    assert DCGANDiscriminator(size, width=4)(fake).shape == (3,)


def test_the_maps_double_and_halve():
    maps, sides = torch.zeros(2, 128, 1, 1), []
    for layer in DCGANGenerator().body:
        maps = layer(maps)
        if isinstance(layer, torch.nn.ConvTranspose2d):
            sides.append(tuple(maps.shape[1:]))
    assert sides == [(512, 4, 4), (256, 8, 8), (128, 16, 16), (64, 32, 32), (3, 64, 64)]


def test_another_size_is_named():
    with pytest.raises(GancourseError, match="size=48: must be one of 16, 32, 64"):
        DCGANGenerator(48)


def test_labels_reach_both_networks():
    generator, discriminator = DCGANGenerator(16, 8, 4, classes=2), DCGANDiscriminator(16, 4, 2)
    noise, zeros, ones = torch.randn(5, 8), torch.zeros(5).long(), torch.ones(5).long()
    photo, cartoon = generator(noise, zeros), generator(noise, ones)
    assert not torch.allclose(photo, cartoon)
    assert not torch.allclose(discriminator(photo, zeros), discriminator(photo, ones))
    extra = count_parameters(generator) - count_parameters(DCGANGenerator(16, 8, 4))
    assert extra == 2 * 8 * 16, "two more inputs of the first layer, whose kernel is 4 × 4"


def test_leaky_changes_the_activations_only():
    torch.manual_seed(0)
    plain = init_weights(DCGANGenerator(16, 8, 4))
    leaky = DCGANGenerator(16, 8, 4, leaky=True)
    leaky.load_state_dict(plain.state_dict())
    noise = torch.randn(4, 8)
    assert not torch.allclose(plain(noise), leaky(noise))


def test_initial_weights_are_those_of_the_paper():
    torch.manual_seed(0)
    network = init_weights(DCGANGenerator())
    for module in network.modules():
        if isinstance(module, torch.nn.ConvTranspose2d):
            assert module.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert abs(module.weight.mean().item()) < 1e-3
        if isinstance(module, torch.nn.BatchNorm2d):
            assert module.weight.mean().item() == pytest.approx(1, abs=0.01)
            assert (module.bias == 0).all()
    recipe = recipes.recipe("anime_dcgan", "reduced", TINY | {"init": "default"})
    own = build(recipe, 0, 16, 0, CPU).generator.body[0].weight
    assert own.std().item() != pytest.approx(0.02, rel=0.05), "init='default' leaves PyTorch's"


def test_the_recipes_reach_the_networks():
    gan, _ = start(labels=True, conditional=True)
    assert gan.generator.classes == gan.discriminator.classes == 2
    assert any(isinstance(module, torch.nn.LeakyReLU) for module in gan.generator.modules())
    recipe = recipes.recipe("anime_dcgan", "reduced", TINY)
    ours = build(recipe, 0, 16, 0, CPU).generator
    assert not any(isinstance(module, torch.nn.LeakyReLU) for module in ours.modules())
    with pytest.raises(GancourseError, match="conditional=True needs labels, and faceworld-anime"):
        build(recipes.recipe("anime_dcgan", "reduced", TINY | {"conditional": True}), 0, 16, 0)
    with pytest.raises(GancourseError, match="noise='recycled' is report 002's"):
        build(recipes.recipe("anime_dcgan", "reduced", TINY | {"noise": "recycled"}), 0, 16, 0)


def test_batches_keep_bytes_and_give_channels_last():
    _, batches = start()
    assert batches.images.dtype == torch.uint8
    images, labels = next(batches)
    assert images.shape == (8, 3, 16, 16) and labels is None
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert -1 <= images.min() < -0.9 and 0.9 < images.max() <= 1
    gan, _ = start()
    weights = gan.discriminator.body[0].weight
    assert weights.is_contiguous(memory_format=torch.channels_last)


def test_d_tells_what_it_thinks_of_bytes_and_of_samples_alike():
    gan, batches = start(labels=True, conditional=True)
    train(gan, batches)
    bytes_ = some_faces().images
    labels = np.arange(40) % 2
    logits = gan.logits(bytes_, labels)
    assert logits.shape == (40,) and logits.dtype == np.float32
    assert np.allclose(logits, gan.logits(bytes_ / np.float32(255), labels), atol=1e-5)
    assert not np.allclose(logits, gan.logits(bytes_, 1 - labels))
    gan.discriminator.eval()
    real = torch.tensor(bytes_).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        theirs = gan.discriminator(real, torch.tensor(labels)).numpy()
    assert np.allclose(logits, theirs, atol=1e-4)


def test_samples_with_and_without_the_average():
    gan, batches = start(ema=0.9)
    train(gan, batches)
    averaged, plain = gan.sample(5, seed=3), gan.sample(5, seed=3, network=gan.generator)
    assert averaged.shape == plain.shape == (5, 16, 16, 3)
    assert not np.allclose(averaged, plain)
    assert np.allclose(averaged, gan.sample(5, seed=3)), "the same seed, the same images"


@pytest.mark.parametrize(
    "changes",
    [{"ema": 0.9}, {"conditional": True, "ema": 0.9}, {"precision": "bfloat16", "init": "default"}],
)
def test_resumed_equals_uninterrupted(tmp_path, changes):
    labels = bool(changes.get("conditional"))
    whole = train(*start(labels=labels, **changes), checkpoint=tmp_path / "whole.pt")

    def stop(done):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(*start(labels=labels, **changes), checkpoint=tmp_path / "parts.pt",
              checkpoint_every=3, every=1, callback=stop)  # fmt: skip
    assert load_checkpoint(tmp_path / "parts.pt")["done"] == 3
    gan, batches = start(labels=labels, **changes)
    resumed = train(gan, batches, checkpoint=tmp_path / "parts.pt")
    assert (resumed.values == whole.values).all()
    one, other = (load_checkpoint(tmp_path / f"{name}.pt") for name in ("whole", "parts"))
    for part in ("networks", "averages"):
        for role, network in one["gan"][part].items():
            for name, weights in network.items():
                assert torch.equal(weights, other["gan"][part][role][name]), f"{role} {name}"
    assert torch.equal(one["random"], other["random"])


def test_a_finished_run_is_prolonged(tmp_path):
    whole = train(*start(steps=9))
    train(*start(steps=6), checkpoint=tmp_path / "run.pt")
    longer = train(*start(steps=9), checkpoint=tmp_path / "run.pt")
    assert (longer.values == whole.values).all()
    with pytest.raises(GancourseError, match="is at step 9, beyond steps=6: ask for at least"):
        train(*start(steps=6), checkpoint=tmp_path / "run.pt")
    train(*start(steps=6, lr_decay=0.5), checkpoint=tmp_path / "decayed.pt")
    with pytest.raises(GancourseError, match="made by another run"):
        train(*start(steps=9, lr_decay=0.5), checkpoint=tmp_path / "decayed.pt")


def test_it_learns_what_all_images_have_in_common():
    """Noisy images with a bright left and a dark right half: so are the samples, but not before training."""
    images = np.random.default_rng(0).integers(0, 60, (64, 16, 16, 3), dtype=np.uint8)
    images[:, :, :8] += 190
    recipe = recipes.recipe("anime_dcgan", "reduced", TINY | {"steps": 300, "ema": 0.9})
    gan = build(recipe, 0, 16, 0, CPU)

    def contrast():
        samples = gan.sample(50, seed=1)
        return (samples[:, :, :8] - samples[:, :, 8:]).mean()

    assert abs(contrast()) < 0.1
    train(gan, Batches(ImageSet("halves", "train", images), recipe.batch, "tanh", CPU, 0))
    assert contrast() > 0.3, f"the real images have {190 / 255:.2f}"


def photo_cartoon_run(folder, monkeypatch, count=160, **changes):
    """A run on small random stand-ins, brighter for cartoons, evaluated and published."""
    rng = np.random.default_rng(0)

    def load(name, split="train", path=None, size=None, fit="crop"):
        labels = np.arange(count) % 2
        images = rng.integers(0, 100, (count, 16, 16, 3)) + 150 * labels[:, None, None, None]
        return ImageSet(name, split, images.astype(np.uint8), labels)

    fixed = {split: load("faceworld-photo2cartoon", split) for split in ("train", "test")}
    monkeypatch.setattr(data, "load", lambda name, split="train", *_, **__: fixed[split])
    recipe = recipes.recipe("photo_cartoon", "reduced", TINY | changes)
    runs.train_recipe("photo_cartoon", "reduced", recipe, 0, folder)
    return runs.open_run(folder)


def test_a_run_of_epochs_keeps_one_grid_an_epoch_and_a_log_in_the_reports_format(
    tmp_path, monkeypatch
):
    run = photo_cartoon_run(tmp_path / "run", monkeypatch, epochs=3, steps=1)
    assert run.record["steps"] == 3 * 20 and run.record["recipe"]["epochs"] == 3
    names = sorted(path.name for path in (tmp_path / "run").glob("generated-images-*.png"))
    assert names == [f"generated-images-{epoch:04}.png" for epoch in range(4)]
    lines = (tmp_path / "run" / "log.txt").read_text().splitlines()
    assert len(lines) == 3 and lines[0].startswith("Epoch [1/3], loss_g: ")


def test_the_card_of_a_run_on_two_domains(tmp_path, monkeypatch):
    run = photo_cartoon_run(tmp_path / "run", monkeypatch, conditional=True, ema=0.9)
    card = runs.evaluate(run, 100)
    assert card["domains"]["settings"]["classifier"]["test_accuracy"] == 1.0
    assert 0 <= card["domains"]["agreement"] <= 1
    assert set(card["without_ema"]) == {metric.key for metric in FACE_METRICS}
    assert 0 <= card["discriminator"]["auc_training_held_out"] <= 1
    assert card["memorisation"]["held_out_distance"]["median"] > 0
    of_real = evaluation.Result.of(card["features"]["floor"])
    worse = of_real.against(evaluation.Result.of(card["features"]), ("seed", "batchnorm", "ema"))
    assert worse["frechet"] > 0, "hardly trained"
    runs.publish(run, tmp_path / "record", weights=True)
    published = runs.open_run(tmp_path / "record")
    again = runs.evaluate(published, 100)
    for part in ("without_ema", "discriminator", "memorisation"):
        assert again[part] == card[part], "what a published run cannot measure stays as it was"
    kept = np.load(tmp_path / "record" / "losses.npy")
    assert np.array_equal(kept, np.load(tmp_path / "run" / "losses.npy"))
    other = runs.evaluate(published, 100, seed=1)
    assert "without_ema" not in other, "those were of other samples"
    runs.publish(published, tmp_path / "again")
    assert (tmp_path / "again" / "generated-along.png").exists()
    assert read_record(tmp_path / "record")["evaluation"]["domains"] == again["domains"]


def test_a_run_of_another_precision_can_be_opened(tmp_path, monkeypatch):
    """Trained where bfloat16 is, sampled where float16 is: the scalers are of another kind then."""
    run = photo_cartoon_run(tmp_path / "run", monkeypatch)
    samples = run.draw(4)
    monkeypatch.setattr("gancourse.runtime.precision", lambda device: torch.float16)
    record = read_record(tmp_path / "run")
    write_record(tmp_path / "run", record | {"recipe": record["recipe"] | {"precision": "auto"}})
    assert np.allclose(runs.open_run(tmp_path / "run").draw(4), samples)


def test_a_failed_start_leaves_the_folder_free(tmp_path, monkeypatch):
    with pytest.raises(GancourseError, match="has 160 images, fewer than one batch of 500"):
        photo_cartoon_run(tmp_path / "run", monkeypatch, batch=500)
    photo_cartoon_run(tmp_path / "run", monkeypatch)


def test_a_prolonged_run_keeps_the_spacing_of_its_grids(tmp_path, monkeypatch):
    photo_cartoon_run(tmp_path / "run", monkeypatch, steps=80)
    recipe = recipes.recipe("photo_cartoon", "reduced", TINY | {"steps": 120})
    runs.train_recipe("photo_cartoon", "reduced", recipe, 0, tmp_path / "run", resume=True)
    grids = sorted((tmp_path / "run").glob("generated-images-*.png"))
    assert len(grids) == 61, "one each two steps, as it began"


def test_labels_that_are_missing_are_asked_for_and_change_no_mode():
    gan, _ = start(labels=True, conditional=True)
    with pytest.raises(GancourseError, match="give it labels"):
        gan.sample(3)
    with pytest.raises(GancourseError, match="give it labels"):
        gan.logits(some_faces().images)
    with pytest.raises(GancourseError, match="5 noise vectors for 3 images"):
        gan.sample(np.zeros(3, int), noise=torch.zeros(5, 8))
    with pytest.raises((IndexError, RuntimeError)):
        gan.sample(np.array([0, 7]), network=gan.generator)
    assert gan.generator.training and gan.discriminator.training


def test_train_counts_the_epochs_of_the_recipe():
    gan, batches = start(epochs=2)
    assert len(train(gan, batches).values) == 2 * 5


def test_logits_by_the_batchs_own_statistics_are_those_of_training():
    recipe = recipes.recipe("anime_dcgan", "reduced", {"size": 16, "width": 8, "latent": 8})
    gan = build(recipe, 0, 16, 0, torch.device("cpu"))
    images = data.load("faceworld-anime", size=16).images[:32]
    before = copy.deepcopy(gan.discriminator.state_dict())
    by_batch = gan.logits(images, batch=16, statistics="batch")
    pixels = torch.tensor(images).permute(0, 3, 1, 2).float() * (2 / 255) - 1
    assert not np.allclose(by_batch, gan.logits(images, batch=16), atol=1e-2)
    after = gan.discriminator.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert gan.discriminator.training
    with torch.no_grad():
        trained = torch.cat([gan.discriminator(part) for part in pixels.split(16)]).numpy()
    assert np.allclose(by_batch, trained, atol=1e-5)


def test_without_batchnorm_statistics_make_no_difference_and_dropout_stays_off():
    gan = build(recipes.recipe("mnist_cgan", "reduced"), 10, 8, 0, torch.device("cpu"))
    digits = data.load("digits")
    asked = digits.images[:20], digits.labels[:20]
    assert np.array_equal(gan.logits(*asked), gan.logits(*asked, statistics="batch"))
    with pytest.raises(GancourseError, match="'running' or 'batch'"):
        gan.logits(*asked, statistics="own")
