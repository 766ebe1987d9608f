"""nbval always runs the chapters on the embedded data, whatever the shell says; several at a time share the cores."""

import os

os.environ["GANCOURSE_BUDGET"] = "reduced"
if "PYTEST_XDIST_WORKER" in os.environ:  # threads of one chapter must not fight those of another
    os.environ["OMP_NUM_THREADS"] = os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
