"""Several processes against one: what is launched, and that the page shows the record."""

import importlib
from pathlib import Path

import pytest
import torch

from gancourse.runs import committed, read_record

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scaling(monkeypatch):
    """The module, imported as a script in benchmarks/ would be."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("scaling")


def test_a_block_of_two_processes_says_how_fast_both_were_together(scaling):
    network = "32 × 32, width 16"
    told = scaling.launch(scaling.Side(2, 1), network, steps=2)
    assert told["images_per_second"] > 0
    record = read_record(committed("scaling"))["networks"][network]
    assert round(4 * told["values"] / 1e6, 2) == record["megabytes_a_step"]
    assert record["changes"] == scaling.NETWORKS[network][0]


def test_with_gpus_the_sides_are_powers_of_two(scaling, monkeypatch):
    assert [side.name for side in scaling.sides()] == [
        "1 process, 1 thread",
        "1 process, 2 threads",
        "2 processes, 1 thread each",
    ]
    monkeypatch.setattr(scaling.runtime, "device", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 6)
    assert [side.processes for side in scaling.sides()] == [1, 2, 4]


def test_the_page_shows_the_record(scaling):
    folder = committed("scaling")
    record = read_record(folder)
    assert (folder / "table.md").read_text(encoding="utf-8") == scaling.table(record)
    assert "records/scaling/table.md" in (ROOT / "book" / "many.md").read_text(encoding="utf-8")
    for told in record["networks"].values():
        speeds = told["images_per_second"]
        first = next(iter(speeds.values()))
        assert all(len(each) == record["rounds"] for each in speeds.values())
        for name, each in speeds.items():
            ratios = [one / other for one, other in zip(each, first, strict=True)]
            assert told["ratios"][name] == pytest.approx(ratios, abs=1e-3)
