"""What the checks of the exercises share."""

from types import CodeType


def calls(answer, *names: str) -> bool:
    """Whether an answer leaves its work to one of these functions: it mentions the name, or is that function itself.

    It reads the names in the code of the answer and of the functions inside it, and runs nothing. A helper of the
    reader's own that calls the function for it is not followed.

    Parameters
    ----------
    answer : function
        What a reader wrote.
    names : str
        Names of functions that the exercise asks to write anew, without their modules.
    """
    answer = getattr(answer, "func", answer)  # of a functools.partial
    code = getattr(answer, "__code__", None)
    if getattr(answer, "__module__", "").startswith("gancourse") or not isinstance(code, CodeType):
        return True
    return not _names(code).isdisjoint(names)


def _names(code: CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*map(_names, inner))
