"""How a training may round: what is set inside it, that it is given back, and what a record says of it."""

import pytest
import torch

from gancourse import data, recipes
from gancourse.torch_gan import Batches, backend, build, train, train_step
from gancourse.torch_gan.numerics import numerics, uses_tf32

CPU = torch.device("cpu")


def small_gan(**changes):
    return build(recipes.recipe("mnist_cgan", "reduced", {"steps": 3} | changes), 10, 8, 0, CPU)


def settings() -> tuple:
    cudnn = torch.backends.cudnn
    return (
        torch.are_deterministic_algorithms_enabled(),
        cudnn.benchmark,
        cudnn.deterministic,
        cudnn.allow_tf32,
        torch.get_float32_matmul_precision(),
    )


@pytest.fixture(autouse=True)
def _given_back(monkeypatch):
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    before = torch.are_deterministic_algorithms_enabled()
    yield
    torch.use_deterministic_algorithms(before)


def pretend(monkeypatch, gan, capability):
    """The GAN says that it is on such a card; nothing is computed there."""
    gan.device = torch.device("cuda")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    return gan


@pytest.mark.parametrize(
    ("capability", "precision", "tf32"),
    [
        ((8, 0), torch.bfloat16, True),
        ((9, 0), torch.float32, False),  # asked for in float32: then it is float32
        ((7, 5), torch.float16, False),  # a T4 has none
    ],
)
def test_tf32_where_the_card_has_it_and_the_run_is_not_float32(
    monkeypatch, capability, precision, tf32
):
    gan = pretend(monkeypatch, small_gan(), capability)
    gan.precision = precision
    assert uses_tf32(gan) is tf32
    before = settings()
    with numerics(gan):
        assert settings() == (False, True, False, tf32, "high" if tf32 else "highest")
    assert settings() == before


def test_deterministic_is_set_and_given_back_after_an_error():
    gan = small_gan(deterministic=True)
    torch.use_deterministic_algorithms(False)
    before = settings()

    def step(gan, real, labels):
        assert settings() == (True, False, True, False, "highest")
        if gan.d_updates == 1:
            raise KeyboardInterrupt
        return train_step(gan, real, labels)

    with pytest.raises(KeyboardInterrupt):
        train(gan, Batches(data.load("digits"), 64, "tanh", CPU, 0), step=step)
    assert settings() == before


def test_build_asks_for_determinism_before_the_first_product(monkeypatch):
    """cuBLAS reads the variable once, at its first product."""
    import os

    small_gan(deterministic=False)
    assert "CUBLAS_WORKSPACE_CONFIG" not in os.environ
    small_gan(deterministic=True)
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert torch.are_deterministic_algorithms_enabled()


def test_on_a_processor_it_changes_no_bit():
    values = [
        train(
            small_gan(deterministic=each), Batches(data.load("digits"), 64, "tanh", CPU, 0)
        ).values
        for each in (False, True)
    ]
    assert (values[0] == values[1]).all()


def test_the_record_says_whether_tf32_was_used(monkeypatch):
    gan = small_gan()
    assert backend.describe(gan)["tf32"] is False
    pretend(monkeypatch, gan, (9, 0)).precision = torch.bfloat16
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "a card")
    assert backend.describe(gan)["tf32"] is True


def test_float16_is_a_precision_of_recipes():
    gan = small_gan(precision="float16", ema=0.9)
    assert gan.precision == torch.float16
    assert all(scaler.is_enabled() for scaler in gan.scalers.values())
