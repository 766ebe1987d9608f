from functools import partial

import numpy as np

from gancourse import metrics
from gancourse.exercises import calls


def test_an_answer_that_mentions_the_function_calls_it():
    def answer(a, b):
        return metrics.gaussian_frechet(*a, *b)

    assert calls(answer, "gaussian_frechet", "frechet_distance")
    assert not calls(answer, "mmd")


def test_it_looks_into_functions_and_comprehensions_inside():
    def answer(rows):
        return [[metrics.prdc(row, row) for row in each] for each in rows]

    def other(rows):
        from gancourse.metrics import mmd as distance

        return distance(rows, rows)

    assert calls(answer, "prdc") and calls(lambda rows: list(map(metrics.prdc, rows)), "prdc")
    assert calls(other, "mmd")


def test_the_librarys_function_itself_is_no_answer():
    assert calls(metrics.nearest, "memorisation")
    assert calls(partial(metrics.mmd, size=3), "memorisation")
    assert calls(np.mean, "memorisation")


def test_a_variable_of_the_same_name_is_none_of_the_functions():
    def answer(frechet_distance):
        return frechet_distance + 1

    assert not calls(answer, "frechet_distance")
