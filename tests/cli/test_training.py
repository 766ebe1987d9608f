"""Train, sample and evaluate by the command itself, on small data; bad input ends in one message and status 1."""

import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
from a_command import run
from PIL import Image

from gancourse import GancourseError, evaluation, recipes, runs
from gancourse.cli import training
from gancourse.runs import committed, read_record, write_record

SMALL = ["--set", "steps=40", "--set", "g_widths=16", "--set", "d_widths=16"]


def picture_size(path):
    with Image.open(path) as picture:
        return picture.size


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    run("train", "mnist_cgan", "--budget", "reduced", *SMALL, "--out", str(folder))
    return folder


def test_train_leaves_a_complete_run(finished):
    grids = sorted(finished.glob("generated-images-*.png"))
    assert len(grids) == 41 and grids[-1].name == "generated-images-0040.png"
    assert picture_size(grids[-1]) == (10 * 10 + 2, 8 * 10 + 2)
    assert np.load(finished / "losses.npy").shape == (40, 4)
    assert (finished / "log.txt").read_text().startswith("Epoch [1/2], loss_g: ")
    record = read_record(finished)
    assert (
        record["recipe"]["steps"] == 40
        and record["changes"]["steps"] == 40
        and record["budget"] == "reduced"
    )
    assert record["images_seen"] == 40 * 64 and record["data"]["fingerprint"] == "62658e68f9e5b958"
    assert record["versions"]["torch"] and record["device"] and record["seconds"] > 0


def test_sample_and_evaluate(finished, tmp_path):
    run("sample", str(finished), "--rows", "3", "--out", str(tmp_path / "grid.png"))
    assert picture_size(tmp_path / "grid.png") == (10 * 10 + 2, 3 * 10 + 2)

    out = run(
        "evaluate",
        str(finished),
        "--samples",
        "200",
        "--record",
        str(tmp_path / "record"),
        "--weights",
    )
    assert "200 samples, drawn with the average of the weights" in out
    for metric in evaluation.SUITES["labelled"].metrics.values():
        assert metric.title in out or metric.title in ("FID", "KID"), metric.title
    assert "real data" in out
    card = read_record(finished)["evaluation"]
    assert card["features"].keys() == card["features"]["floor"].keys() | {"floor"}
    assert card["features"]["settings"]["ema"] and card["features"]["settings"]["samples"] == 177
    assert card["features"]["frechet"] > card["features"]["floor"]["frechet"], (
        "40 steps are too few"
    )
    assert card["settings"]["samples"] == 200
    assert sorted(path.name for path in (tmp_path / "record").iterdir()) == [
        "generated.png",
        "generator.pt",
        "losses.npy",
        "record.json",
    ]
    # what was published can be sampled from, and draws the same but for float16
    run("sample", str(tmp_path / "record"), "--rows", "3", "--out", str(tmp_path / "again.png"))
    first, again = (
        np.asarray(Image.open(tmp_path / name), int) for name in ("grid.png", "again.png")
    )
    assert abs(first - again).max() <= 2


def test_resume_after_the_end_changes_nothing(finished):
    run("evaluate", str(finished), "--samples", "200")
    before = read_record(finished)
    run("train", "mnist_cgan", "--budget", "reduced", *SMALL, "--out", str(finished), "--resume")
    assert read_record(finished) == before | {"seconds": read_record(finished)["seconds"]}


def test_an_interrupted_run_can_be_opened_and_resumed(tmp_path):
    """Interrupted by the reader: the message says how to go on, and what there is can be sampled."""
    # The parent of these tests may be a shell's background job, which is started to ignore interrupts.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{heed}; from gancourse.cli import main; main()", "train"]
    process = subprocess.Popen(
        [*command, "mnist_cgan", "--out", tmp_path / "run", "--checkpoint-every", "20"],
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "run" / "generated-images-0001.png").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "--resume" in process.communicate()[1] and process.returncode == 1
    run("sample", str(tmp_path / "run"), "--out", str(tmp_path / "grid.png"))


@pytest.mark.parametrize("interrupt", [True, False])
def test_an_interrupt_in_the_middle_of_a_write_is_an_interrupt(monkeypatch, tmp_path, interrupt):
    def closed_twice(*_):
        try:
            if interrupt:
                raise KeyboardInterrupt
        finally:
            raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr(runs, "train_recipe", closed_twice)
    with pytest.raises(GancourseError if interrupt else OSError) as error:
        training.train("mnist_cgan", budget="reduced", out=tmp_path / "run")
    assert ("--resume" in str(error.value)) == interrupt


def test_a_run_killed_before_its_first_checkpoint_can_be_started_again(tmp_path):
    (tmp_path / "run" / ".gancourse-unfinished-abc").mkdir(parents=True)
    run("train", "mnist_cgan", *SMALL, "--out", str(tmp_path / "run"))


def test_publishing_leaves_nothing_of_an_earlier_record(finished, tmp_path):
    run("evaluate", str(finished), "--samples", "200", "--record", str(tmp_path / "x"), "--weights")
    run("evaluate", str(finished), "--samples", "200", "--record", str(tmp_path / "x"))
    assert sorted(path.name for path in (tmp_path / "x").iterdir()) == [
        "generated.png",
        "losses.npy",
        "record.json",
    ]


def test_publishing_never_replaces_a_folder_of_other_things(finished, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    for target in (tmp_path, tmp_path / "thesis.txt"):
        error = run("evaluate", str(finished), "--samples", "200", "--record", str(target), code=1)
        assert "is or holds something else (thesis.txt)" in error
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("part", ["record", "weights", "recipe"])
def test_a_damaged_run_is_named(finished, tmp_path, part):
    broken = shutil.copytree(finished, tmp_path / "broken")
    record = read_record(broken)
    if part == "record":
        (broken / "record.json").write_text("[]")
    elif part == "weights":
        (broken / "generator.pt").write_bytes(b"damaged")
    else:
        write_record(broken, record | {"recipe": record["recipe"] | {"g_widths": [17]}})
    assert str(broken) in run("sample", str(broken), code=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "mnist"], "no recipe is called 'mnist'"),
        (["train", "mnist_cgan", "--set", "lr"], "write it as FIELD=VALUE"),
        (["train", "mnist_cgan", "--set", "lr=x"], "lr='x': must be like"),
        (["train", "mnist_cgan", "--budget", "big"], "no budget is called 'big'"),
        (["train", "mnist_cgan", "--data", "."], "digits is embedded and takes no path"),
        (["train", "mnist_cgan", "--out", "RUN"], "is not empty"),
        (["train", "mnist_cgan", "--out", "RUN", "--resume"], "made by another run"),
        (["train", "mnist_cgan", "--out", "EMPTY", "--resume"], "nothing to resume"),
        (
            ["train", "mnist_cgan", "--budget", "full", "--data", "EMPTY"],
            "train-images-idx3-ubyte.gz is missing",
        ),
        (["sample", "EMPTY"], "no record at"),
        (["evaluate", "EMPTY"], "no record at"),
        (["evaluate", "RUN", "--samples", "5"], "5 samples are too few"),
        (["data", "celebs"], "no data set is called 'celebs'"),
        (["data", "digits"], "nothing to prepare"),
        (["data", "mnist", "--size", "64"], "mnist has its own size"),
        (["data", "celeba", "--fit", "stretch"], "there are: crop, squash"),
        (["data", "celeba", "--from", "EMPTY"], "there are no files in the folder"),
        (["sample", "RUN/record.json"], "no record at"),
        (["sample", "MISTAKES"], "the record of a comparison"),
        (["evaluate", "RUN", "--weights"], "name its folder with --record"),
        (
            ["train", "mnist_cgan", "--set", "data=mnist"],
            "reduced budget trains on embedded data only",
        ),
        (["train", "mnist_cgan", "--set", "ema=5"], "ema=5.0: must be from 0 to 0.999999"),
        (["train", "mnist_cgan", "--set", "g_widths=0"], "g_widths=(0,): must be from 1"),
    ],
)
def test_bad_input(finished, tmp_path, arguments, message):
    (tmp_path / "empty").mkdir()
    before = {path: path.read_bytes() for path in finished.iterdir()}
    named = {
        "RUN": str(finished),
        "RUN/record.json": str(finished / "record.json"),
        "EMPTY": str(tmp_path / "empty"),
        "MISTAKES": str(committed("mnist_cgan-mistakes")),
    }
    error = run(*(named.get(each, each) for each in arguments), code=1, cwd=tmp_path)
    assert error.startswith("gancourse: ") and message in error
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"], "nothing half-written"
    assert {path: path.read_bytes() for path in finished.iterdir()} == before, "nothing lost"


def test_an_unwritable_target(tmp_path):
    (tmp_path / "file").write_text("in the way")
    error = run("train", "mnist_cgan", *SMALL, "--out", str(tmp_path / "file" / "run"), code=1)
    assert "cannot write" in error and "Not a directory" in error
    assert (tmp_path / "file").read_text() == "in the way"


def started_and_killed(*_, started, **__):
    started()
    raise KeyboardInterrupt


def test_a_keras_recipe_goes_the_same_way(tmp_path, monkeypatch):
    from gancourse.keras_gan import backend

    faces, out, record = tmp_path / "faces", str(tmp_path / "run"), tmp_path / "record"
    faces.mkdir()
    rng = np.random.default_rng(0)
    for i in range(660):
        pixels = rng.integers(0, 256, (24, 20, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(faces / f"{i:03}.png")
    settings = ["size=16", "g_widths=4", "d_widths=4,4", "dropout=", "save_every=2"]
    train = ["train", "celeba_dcgan", "--budget", "full", "--data", str(faces), "--out", out]
    train += [word for each in settings for word in ("--set", each)]
    run(*train, "--set", "steps=4")
    assert read_record(tmp_path / "run")["steps"] == 4
    # while it is prolonged, the record claims nothing that is no longer so
    monkeypatch.setattr(backend, "train", started_and_killed)
    longer = recipes.recipe(
        "celeba_dcgan", "full", dict(each.split("=") for each in settings) | {"steps": 6}
    )
    with pytest.raises(KeyboardInterrupt):
        runs.train_recipe("celeba_dcgan", "full", longer, 0, out, faces, resume=True)
    assert not {"steps", "curves", "evaluation"} & read_record(tmp_path / "run").keys()
    # a finished run is prolonged, evaluated, and published without its checkpoint
    run(*train, "--set", "steps=6", "--resume", "--record", str(record))
    told = read_record(record)
    assert told["steps"] == 6 and told["recipe"]["steps"] == 6 and told["images_seen"] == 6 * 32
    assert np.load(tmp_path / "run" / "losses.npy").shape == (6, 5)
    assert told["backend"] == "tensorflow" and told["parameters"]["generator"] > 0
    card = told["evaluation"]
    assert card["settings"]["samples"] == 33
    assert card["sliced_wasserstein"] > card["sliced_wasserstein_floor"] > 0
    assert 0 <= card["discriminator"]["auc_training_held_out"] <= 1
    grids = sorted((tmp_path / "run").glob("generated-images-*.png"))
    assert [grid.name[-8:-4] for grid in grids] == ["0000", "0001", "0002", "0003"]
    assert sorted(path.name for path in record.iterdir()) == [
        "generated-along.png",
        "generated.png",
        "losses.npy",
        "record.json",
    ]
    assert picture_size(record / "generated-along.png") == (8 * 18 + 2, 4 * 18)


@pytest.mark.parametrize(
    ("objective", "metrics", "chance"),
    [
        ("hinge", ["real_logit", "fake_logit"], {"d_loss": 2.0}),
        ("wasserstein-gp", ["real_logit", "fake_logit"], {"d_loss": 0.0}),
    ],
)
def test_another_objective_by_the_command(tmp_path, objective, metrics, chance):
    """Trained, read, resumed to more steps and sampled, as any run is."""
    command = ["train", "mnist_cgan", *SMALL, "--set", f"objective={objective}"]
    command += ["--set", "d_norm=spectral", "--out", str(tmp_path / "run")]
    run(*command)
    record = read_record(tmp_path / "run")
    assert record["recipe"]["objective"] == record["changes"]["objective"] == objective
    assert record["metrics"] == ["d_loss", "g_loss", *metrics] and record["chance"] == chance
    assert "not probabilities" in run("read", str(tmp_path / "run"))
    longer = [each.replace("steps=40", "steps=50") for each in command]
    run(*longer, "--resume")
    assert read_record(tmp_path / "run")["steps"] == 50
    run("sample", str(tmp_path / "run"), "--out", str(tmp_path / "grid.png"))


def test_a_misspelt_objective_is_refused_before_anything_is_written(tmp_path):
    message = run(
        "train", "mnist_cgan", "--set", "objective=wgan", "--out", str(tmp_path / "run"), code=1
    )
    assert (
        "objective='wgan': must be one of non-saturating, non-saturating-r1, saturating" in message
    )
    assert not (tmp_path / "run").exists()
