"""What the numbers of one log say: do losses and scores fit together, who is winning. No other run is asked."""

import numpy as np

from gancourse import GancourseError
from gancourse.history import CHANCE
from gancourse.logs.formats import Log

REJECTED = 0.5  # real_score - fake_score above this: D tells most fakes from real images
FOOLED = 0.05  # below this: D tells them apart no better than chance, whichever way it errs
D_WINS, G_WINS = "the discriminator is winning", "the generator is winning"
EVEN, UNKNOWN = "even", "this log cannot tell"


def jensen(log: Log) -> dict:
    """Whether losses and scores of one log fit together.

    -log is convex, so by Jensen's inequality the mean of -log D(x) is at least -log of the mean of D(x). Hence, for
    plain labels and single batches as for means of them,

        d_loss >= -ln(real_score) - ln(1 - fake_score)        g_loss >= -ln(fake_score)

    and half of the first, if D's loss is the average of its two halves. The second may fail honestly, as G's step sees
    a D that has just been updated; not so with `fake_score_after`, which is taken instead where the log has it.

    A bound counts as kept if it is kept by some numbers that would have been printed like these: each may be off by
    `Log.rounding`, half a unit of its last decimal. For the same reason a probability printed as 0 is taken for that
    half unit, so that all bounds are finite. The second bound is of -log D(G(z)): where the log's chance says that G's
    loss is another one, it is not asked for.

    Returns
    -------
    dict
        "d" and "g", as far as the log has their metrics, each with "bound", "margin" (loss less bound) and "holds",
        arrays (N,), and "tightest", the smallest margin. "convention", with "d": "summed"; "averaged" if the loss
        breaks the summed bound somewhere and keeps half of it throughout ("d" is then about the half); "neither".
        "g_score": the score that "g" is about.

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
        kept = "summed" if whole["holds"].all() else "neither"
        check["convention"] = "averaged" if averaged else kept
    score = "fake_score_after" if "fake_score_after" in has else "fake_score"
    if {"g_loss", score} <= has and log.chance.get("g_loss") == CHANCE["g_loss"]:
        check["g"] = _compare(log, "g_loss", [(log.values[score], score)])
        check["g_score"] = score
    if not check:
        raise GancourseError("this check compares losses with scores, and the log has not both")
    return check


def verdict(log: Log, last: int | None = None) -> dict:
    """Who is winning, by the last entries of a log.

    By the scores: D is winning where mean real_score and mean fake_score are more than REJECTED apart, G where they
    are less than FOOLED apart or the fakes score higher. Without scores by d_loss against chance, which is weaker
    evidence: D is winning below half of chance, G from a share FOOLED below it upwards. In Keras's output d_loss may
    be the sum of D's two halves or their average; where the two readings disagree, the log cannot tell.

    Where D's answers are logits and not probabilities, no gap between them says how surely D tells real from fake: only
    that G is winning where the fakes' mean is at least as high.

    Parameters
    ----------
    last : int, optional
        How many entries; default a tenth of them, at least 10 (all, where there are fewer).

    Returns
    -------
    dict
        "winner" (D_WINS, G_WINS, EVEN or UNKNOWN), "because", "evidence" ("scores", "logits", "d_loss" or None),
        "entries", "gap" (or None), "chance" (a dict of levels), and the mean of each metric under its name.
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
            D_WINS: "D recognises most fakes; a low fake_score is no success of G",
            G_WINS: "D tells fakes from real images no better than chance, as would a D that learns nothing",
            EVEN: "D tells fakes from real images, but far from surely",
        }[winner]
        because = f"the scores are {gap:.3f} apart (0 at chance): {because}"
        if loss is not None and jensen(log)["convention"] == "averaged":
            chance["d_loss"] /= 2
    elif {"real_logit", "fake_logit"} <= means.keys():
        evidence, gap = "logits", means["real_logit"] - means["fake_logit"]
        winner = UNKNOWN if gap > 0 else G_WINS
        because = {
            UNKNOWN: "D tells some fakes from real images, but logits are not probabilities, and how surely it tells "
            "them no gap says",
            G_WINS: "D tells fakes from real images no better than chance, as would a D that learns nothing",
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
    found = {"winner": winner, "because": because, "evidence": evidence, "entries": last}
    return found | {"gap": gap, "chance": chance} | means


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
