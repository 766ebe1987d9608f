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
