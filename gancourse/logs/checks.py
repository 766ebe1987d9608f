"""What the numbers of one log say by themselves: whether losses and scores fit together, which network is winning."""

import numpy as np

from gancourse import GancourseError
from gancourse.history import CHANCE
from gancourse.logs.formats import Log

REJECTED = 0.5  # if real_score - fake_score is above this, D tells most fakes from real images
FOOLED = 0.05  # if it is below this, D tells them apart no better than chance
D_WINS, G_WINS = "the discriminator is winning", "the generator is winning"
EVEN, UNKNOWN = "even", "this log cannot tell"


def jensen(log: Log) -> dict:
    """Whether the losses and scores of one log fit together.

    -log is convex, so by Jensen's inequality the mean of -log D(x) is at least -log of the mean of D(x). Hence, for
    plain labels, and for single batches as well as for means over several,

        d_loss >= -ln(real_score) - ln(1 - fake_score)        g_loss >= -ln(fake_score)

    with half of the first bound if D's loss is the average of its two halves. The second may fail in a correct log,
    because G's update sees a D that has just been updated; it may not with `fake_score_after`, which is used instead if
    the log has it.

    A bound counts as kept if some numbers that would have been printed like these keep it: each may be off by
    `Log.rounding`, half a unit of its last decimal. For the same reason a probability printed as 0 is replaced by that
    half unit, so that all bounds are finite. The second bound holds for -log D(G(z)), so it is not checked if G's loss
    at chance shows that the log has another loss.

    Parameters
    ----------
    log : Log
        A log with a loss and the scores it depends on.

    Returns
    -------
    dict
        "d" and "g", as far as the log has their metrics, each with "bound", "margin" (loss less bound) and "holds",
        arrays (N,), and "tightest", the smallest margin. With "d" also "convention": "summed"; "averaged" if the loss
        breaks the summed bound somewhere but keeps half of it throughout ("d" is then about the half); or "neither".
        With "g" also "g_score": the score whose bound was checked.

    Raises
    ------
    GancourseError
        If the log has no loss with its scores.
    """
    check: dict = {}
    has = log.values.keys()
    if {"d_loss", "real_score", "fake_score"} <= has:
        terms = [(log.values["real_score"], "real_score"), (1 - log.values["fake_score"], "fake_score")]  # fmt: skip
        whole, half = (_compare(log, "d_loss", terms, share) for share in (1, 0.5))
        averaged = not whole["holds"].all() and half["holds"].all()
        check["d"] = half if averaged else whole
        otherwise = "summed" if whole["holds"].all() else "neither"
        check["convention"] = "averaged" if averaged else otherwise
    score = "fake_score_after" if "fake_score_after" in has else "fake_score"
    if {"g_loss", score} <= has and log.chance.get("g_loss") == CHANCE["g_loss"]:
        check["g"] = _compare(log, "g_loss", [(log.values[score], score)])
        check["g_score"] = score
    if not check:
        raise GancourseError(
            "this check compares losses with scores, and the log does not have both: it needs d_loss with real_score "
            "and fake_score, or g_loss with fake_score"
        )
    return check


def verdict(log: Log, last: int | None = None) -> dict:
    """Which network is winning, judging by the last entries of a log.

    With scores: D is winning if mean real_score and mean fake_score are more than REJECTED apart, G if they are less
    than FOOLED apart or the fakes score higher. Without scores d_loss is compared with its value at chance, which is
    weaker evidence: D is winning if it is below half of chance, G if it is less than a share FOOLED below chance or
    above it. In Keras's output d_loss may be the sum of D's two halves or their average; if the two readings disagree,
    the log cannot tell.

    If D's answers are logits rather than probabilities, a gap between them does not say how surely D tells real from
    fake; all that can be said is that G is winning if the fakes' mean is at least as high.

    Parameters
    ----------
    log : Log
        Any log.
    last : int, optional
        How many entries to average over; by default a tenth of them, but at least 10 (or all, if there are fewer).

    Returns
    -------
    dict
        "winner" (D_WINS, G_WINS, EVEN or UNKNOWN), "because", "evidence" ("scores", "logits", "d_loss" or None),
        "entries", "gap" (or None), "chance" (a dict of levels), and the mean of each metric under its name.

    Raises
    ------
    GancourseError
        If `last` is below 1.
    """
    if last is not None and last < 1:
        raise GancourseError(f"last={last}: a verdict needs one entry or more")
    last = min(len(log), last or max(10, -(-len(log) // 10)))
    means = {metric: float(column[-last:].mean()) for metric, column in log.values.items()}
    loss, gap, chance = means.get("d_loss"), None, dict(log.chance)
    whole = CHANCE["d_loss"]
    if {"real_score", "fake_score"} <= means.keys():
        evidence, gap = "scores", means["real_score"] - means["fake_score"]
        winner = D_WINS if gap > REJECTED else G_WINS if gap < FOOLED else EVEN
        because = {
            D_WINS: "D recognises most fakes; a low fake_score is not a success of G",
            G_WINS: "D tells fakes from real images no better than chance, as a D that learns nothing would",
            EVEN: "D tells fakes from real images, but far from surely",
        }[winner]
        because = f"the scores are {gap:.3f} apart (0 at chance): {because}"
        if loss is not None and jensen(log)["convention"] == "averaged":
            chance["d_loss"] /= 2
    elif {"real_logit", "fake_logit"} <= means.keys():
        evidence, gap = "logits", means["real_logit"] - means["fake_logit"]
        winner = UNKNOWN if gap > 0 else G_WINS
        because = {
            UNKNOWN: "D tells some fakes from real images, but logits are not probabilities, so their gap does not say "
            "how surely",
            G_WINS: "D tells fakes from real images no better than chance, as a D that learns nothing would",
        }[winner]
        because = f"the mean logits are {gap:.3f} apart (0 at chance): {because}"
    elif log.probabilities and loss is not None and log.values["d_loss"].min() >= 0:
        evidence = "d_loss"
        summed, averaged = _by_loss(loss, whole), _by_loss(loss, whole / 2)
        winner = summed if log.format != "keras" or summed == averaged else UNKNOWN
        because = (
            f"so says d_loss ({loss:.3f}; chance {whole:.3f}), which is weaker evidence than scores"
        )
        if winner == UNKNOWN:
            because = (
                f"a d_loss of {loss:.3f} says '{summed}' if D's two halves are summed (chance {whole:.3f}), but "
                f"'{averaged}' if they are averaged (chance {whole / 2:.3f})"
            )
    else:
        evidence, winner = None, UNKNOWN
        because = (
            "it has neither D's two scores nor a d_loss that is a cross-entropy, never negative"
        )
    answer = {"winner": winner, "because": because, "evidence": evidence, "entries": last}
    return answer | {"gap": gap, "chance": chance} | means


def _by_loss(loss: float, chance: float) -> str:
    return D_WINS if loss < chance / 2 else EVEN if loss < (1 - FOOLED) * chance else G_WINS


def _compare(log: Log, loss: str, terms, share: float = 1) -> dict:
    """A loss against `share` of the sum of -ln of the probabilities in `terms`, (values, metric) each."""
    off = log.rounding
    bound = share * sum(-np.log(np.maximum(p, off[name])) for p, name in terms)
    least = share * sum(-np.log(np.minimum(p + off[name], 1)) for p, name in terms)
    margin = log.values[loss] - bound
    # the last term is for binary fractions: 0.5 - 0.00005 is not quite that
    holds = log.values[loss] + off[loss] >= least - 1e-12
    return {"bound": bound, "margin": margin, "holds": holds, "tightest": float(margin.min())}
