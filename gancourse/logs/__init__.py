"""Training logs: read anybody's, check that the numbers fit together, say who is winning.

Four formats: that of report 004 and of many notebooks like it, which this course writes too; that of PyTorch's DCGAN
tutorial; Keras's progress output; and the `losses.npy` of a run folder.
"""

from gancourse.logs.checks import D_WINS, EVEN, G_WINS, UNKNOWN, jensen, verdict
from gancourse.logs.explain import explain, measures
from gancourse.logs.formats import Log, parse, read

__all__ = [
    "D_WINS",
    "EVEN",
    "G_WINS",
    "UNKNOWN",
    "Log",
    "explain",
    "jensen",
    "measures",
    "parse",
    "read",
    "verdict",
]
