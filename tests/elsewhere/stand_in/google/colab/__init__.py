"""Stands in for Colab's own package, which its kernel has imported before the first cell; cells look for its name."""
