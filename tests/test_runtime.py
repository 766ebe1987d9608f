import subprocess
import sys

import pytest
import torch

from gancourse import GancourseError, runtime


def test_importing_gancourse_loads_no_framework():
    modules = "gancourse, gancourse.data, gancourse.runs, gancourse.recipes, gancourse.runtime, gancourse.figures"
    modules += ", gancourse.evaluation, gancourse.web, gancourse.cli, gancourse.files"
    code = f"import sys, {modules}; print([m for m in ('torch', 'tensorflow', 'keras') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        == "[]\n"
    )


def test_budget(monkeypatch):
    assert runtime.budget() == "reduced"  # the fixture sets it
    assert runtime.budget("full") == "full"
    monkeypatch.setenv("GANCOURSE_BUDGET", "colab")
    assert runtime.budget() == "colab"
    monkeypatch.setenv("GANCOURSE_BUDGET", "huge")
    with pytest.raises(
        GancourseError, match="no budget is called 'huge'; there are: reduced, colab, full"
    ):
        runtime.budget()
    monkeypatch.delenv("GANCOURSE_BUDGET")
    monkeypatch.setattr(runtime, "has_gpu", lambda: True)
    assert runtime.budget() == "colab"
    monkeypatch.setattr(runtime, "has_gpu", lambda: False)
    assert runtime.budget() == "reduced"


def test_precision_follows_the_hardware(monkeypatch):
    monkeypatch.setattr(runtime, "cpu_has_bfloat16", lambda: True)
    assert runtime.precision(torch.device("cpu")) == torch.bfloat16
    monkeypatch.setattr(runtime, "cpu_has_bfloat16", lambda: False)
    assert runtime.precision(torch.device("cpu")) == torch.float32
    for capability, expected in (
        ((7, 5), torch.float16),
        ((8, 0), torch.bfloat16),
        ((9, 0), torch.bfloat16),
    ):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, c=capability: c)
        assert runtime.precision(torch.device("cuda")) == expected


def test_versions_name_what_is_installed():
    found = runtime.versions()
    assert found["torch"].startswith("2.") and "python" in found and "numpy" in found


FOUND = (runtime._best, runtime._trial)  # what is found out once about this machine's devices


@pytest.fixture
def fresh_devices():
    """It is forgotten, before a test and after it."""
    for each in FOUND:
        each.cache_clear()
    yield
    for each in FOUND:
        each.cache_clear()


def found(monkeypatch, *kinds, failing=()):
    """PyTorch says that it has these devices; on the `failing` ones an operation ends as on Kaggle's P100."""
    monkeypatch.setattr(runtime, "_is_found", lambda kind: kind in kinds)
    reason = "CUDA error: no kernel image is available for execution on the device"
    monkeypatch.setattr(runtime, "_trial", lambda name: reason * (name.split(":")[0] in failing))


@pytest.mark.usefixtures("fresh_devices")
@pytest.mark.parametrize(
    ("kinds", "best"),
    [((), "cpu"), (("mps",), "mps"), (("xpu",), "xpu"), (("cuda", "xpu"), "cuda")],
)
def test_the_gpu_that_pytorch_has_is_the_device(monkeypatch, kinds, best):
    found(monkeypatch, *kinds)
    assert runtime.device().type == best and runtime.has_gpu() is (best != "cpu")


@pytest.mark.usefixtures("fresh_devices")
def test_a_gpu_without_kernels_is_warned_of_and_left(monkeypatch):
    found(monkeypatch, "cuda", failing=("cuda",))
    with pytest.warns(UserWarning, match="cannot train on it .*no kernel image.*takes the proc"):
        assert runtime.device().type == "cpu"
    assert not runtime.has_gpu(), "and it is warned of once"
    with pytest.raises(GancourseError, match=r"cannot train on 'cuda:0' here \(CUDA error: no ker"):
        runtime.device("cuda:0")


@pytest.mark.usefixtures("fresh_devices")
def test_a_device_that_is_not_there_is_refused(monkeypatch):
    with pytest.raises(GancourseError, match="knows no device 'gpu'; there are: cpu, cuda, xpu"):
        runtime.device("gpu")
    asked = []
    monkeypatch.setattr(runtime, "_trial", lambda name: asked.append(name) or "no such card")
    with pytest.raises(GancourseError, match="cannot train on 'cuda:7' here"):
        runtime.device("cuda:7")
    assert asked == ["cuda:7"], "the card itself is tried"


@pytest.mark.usefixtures("fresh_devices")
def test_the_trial_is_a_step_of_training_and_draws_no_random_numbers():
    before = torch.get_rng_state()
    assert runtime._trial("cpu") == ""
    assert torch.equal(before, torch.get_rng_state())
    reason = runtime._trial("meta")  # a device that computes nothing
    assert reason and "\n" not in reason


def test_the_budget_is_that_of_the_framework_that_trains(monkeypatch):
    """An NVIDIA card beside a TensorFlow that cannot use it: no download of 1.4 GB for a training on the CPU."""
    monkeypatch.delenv("GANCOURSE_BUDGET")
    monkeypatch.setattr(runtime, "has_gpu", lambda: True)
    assert runtime.budget(gpu=False) == "reduced" and runtime.budget(gpu=True) == "colab"
    assert runtime.budget() == "colab" and runtime.budget("full", gpu=False) == "full"


def test_a_card_of_amd_is_called_so(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "AMD Instinct MI300X")
    monkeypatch.setattr(torch.version, "hip", "6.4")
    assert runtime.precision(torch.device("cuda")) == torch.float32
    assert runtime.describe_device(torch.device("cuda")) == "AMD Instinct MI300X (ROCm)"
