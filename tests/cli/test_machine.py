from a_command import run


def test_doctor_names_device_and_budget():
    out = run("doctor")
    assert "torch" in out and "reduced" in out and "PyTorch on" in out
    assert "Keras on" in out and "by tensorflow" in out
