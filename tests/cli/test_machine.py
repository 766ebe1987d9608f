import pytest
from a_command import run

from gancourse import GancourseError, recipes, runs
from gancourse.cli import machine


def test_doctor_names_device_and_budget():
    out = run("doctor")
    assert "torch" in out and "reduced" in out and "PyTorch on" in out
    assert "Keras on" in out and "by tensorflow" in out


def test_doctor_times_each_recipe(monkeypatch, capsys):
    """With tiny recipes in place of the full-size ones, of both frameworks, in steps and in epochs."""
    tiny = {
        "mnist_cgan": {"g_widths": (8,), "d_widths": (8,), "batch": 8, "steps": 600},
        "celeba_dcgan": {"g_widths": (4,), "d_widths": (4,), "dropout": (), "size": 16, "batch": 4},
        "photo_cartoon": {"width": 4, "size": 16, "batch": 4, "epochs": 6},
    }
    small = {
        name: {"colab": recipes.recipe(name, "colab", changes)} for name, changes in tiny.items()
    }
    monkeypatch.setattr(machine.recipes, "RECIPES", small)
    timed = []

    def seconds_per_step(recipe):
        timed.append(runs.times.seconds_per_step(recipe, steps=1))
        return 0.5

    monkeypatch.setattr(runs, "seconds_per_step", seconds_per_step)
    machine.doctor(times=True)
    out = capsys.readouterr().out
    assert "mnist_cgan        0.5 s a step, 600 steps: 5.0 minutes" in out
    assert "photo_cartoon     0.5 s a step, 6 epochs: 125.0 minutes for each 10,000" in out
    assert len(timed) == 3 and all(0 < seconds < 60 for seconds in timed)


def test_at_least_one_step_is_timed():
    with pytest.raises(GancourseError, match="steps=0: at least one step"):
        runs.seconds_per_step(recipes.recipe("mnist_cgan", "reduced"), steps=0)
