"""Diagnosis: healthy systems, planted faults, and the signatures by which a fault is recognised.

`signatures` needs only NumPy; `systems` and `faults` train, so they need PyTorch.
"""
