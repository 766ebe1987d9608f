"""Library cells: the library's own code, without docstrings."""

import pytest

from gancourse import GancourseError
from gancourse.notebooks.source import library_source


def test_library_source_has_no_docstrings_and_still_runs():
    source = library_source("torch_gan/objectives.py:real_loss,fake_loss")
    assert '"""' not in source and source.count("def ") == 2
    names = {"softplus": float}
    exec(source, names)
    assert callable(names["real_loss"])
    with pytest.raises(GancourseError, match="does not define lost"):
        library_source("torch_gan/objectives.py:lost")
    with pytest.raises(GancourseError, match="there is no"):
        library_source("torch_gan/lost.py:real_loss")
