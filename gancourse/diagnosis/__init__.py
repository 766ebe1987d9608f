"""The diagnosis lab: healthy systems, seeded faults, and the signatures by which the faults are known.

`signatures` needs NumPy only; `systems` and `faults` train, and need PyTorch.
"""
