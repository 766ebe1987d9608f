# %% read-line: the values stay text
def read_line(text):
    place, *metrics = text.strip().split(", ")
    epoch, epochs = place.removeprefix("Epoch [").removesuffix("]").split("/")
    pairs = (metric.split(": ") for metric in metrics)
    return {"epoch": int(epoch), "epochs": int(epochs)} | dict(pairs)


# %% read-line: the report's four metrics, and no others
def read_line(text):
    place, *metrics = text.strip().split(", ")
    epoch, epochs = place.removeprefix("Epoch [").removesuffix("]").split("/")
    names = ("loss_g", "loss_d", "real_score", "fake_score")
    values = [float(metric.split(": ")[1]) for metric in metrics]
    return {"epoch": int(epoch), "epochs": int(epochs)} | dict(zip(names, values))


# %% read-line: a pattern of digits and points cuts 1e-3 short
def read_line(text):
    import re

    epoch, epochs = re.search(r"\[(\d+)/(\d+)\]", text).groups()
    pairs = re.findall(r"(\w+): ([\d.]+)", text)
    return {"epoch": int(epoch), "epochs": int(epochs)} | {
        name: float(value) for name, value in pairs
    }


# %% read-line: every number is a float, the epoch too
def read_line(text):
    place, *metrics = text.strip().split(", ")
    epoch, epochs = place.removeprefix("Epoch [").removesuffix("]").split("/")
    pairs = [("epoch", epoch), ("epochs", epochs), *(metric.split(": ") for metric in metrics)]
    return {name: float(value) for name, value in pairs}


# %% read-line: the epoch has one digit
def read_line(text):
    place, *metrics = text.strip().split(", ")
    epoch, epochs = int(place[7]), int(place.split("/")[1][:-1])
    pairs = (metric.split(": ") for metric in metrics)
    return {"epoch": epoch, "epochs": epochs} | {name: float(value) for name, value in pairs}


# %% read-line: the number of epochs is a float
def read_line(text):
    place, *metrics = text.strip().split(", ")
    epoch, epochs = place.removeprefix("Epoch [").removesuffix("]").split("/")
    pairs = [("epochs", epochs), *(metric.split(": ") for metric in metrics)]
    return {"epoch": int(epoch)} | {name: float(value) for name, value in pairs}


# %% read-line: a pattern which knows neither nan nor 1e+2
def read_line(text):
    import re

    epoch, epochs = re.search(r"\[(\d+)/(\d+)\]", text).groups()
    pairs = re.findall(r"(\w+): ([\d.e-]+)", text)
    return {"epoch": int(epoch), "epochs": int(epochs)} | {
        name: float(value) for name, value in pairs
    }


# %% read-line: eval, which makes an int of 1 and knows no nan
def read_line(text):
    place, *metrics = text.strip().split(", ")
    epoch, epochs = place.removeprefix("Epoch [").removesuffix("]").split("/")
    pairs = (metric.split(": ") for metric in metrics)
    return {"epoch": int(epoch), "epochs": int(epochs)} | {
        name: eval(value) for name, value in pairs
    }


# %% least-d-loss: the mean of the two halves
def least_d_loss(real_score, fake_score):
    return (-np.log(real_score) - np.log(1 - fake_score)) / 2


# %% least-d-loss: fakes cost -ln p as well
def least_d_loss(real_score, fake_score):
    return -np.log(real_score) - np.log(fake_score)


# %% least-d-loss: real images and fakes mixed up
def least_d_loss(real_score, fake_score):
    return -np.log(fake_score) - np.log(1 - real_score)


# %% least-d-loss: off by a sign
def least_d_loss(real_score, fake_score):
    return np.log(real_score) + np.log(1 - fake_score)


# %% least-d-loss: one sum over all pairs of scores
def least_d_loss(real_score, fake_score):
    return np.sum(-np.log(real_score) - np.log1p(-np.asarray(fake_score)))


# %% rejected-at-least: the score taken for an accuracy, as in the report
def rejected_at_least(fake_score):
    return fake_score


# %% rejected-at-least: one minus the score, without the half
def rejected_at_least(fake_score):
    return 1 - fake_score


# %% rejected-at-least: below zero for a score above one half
def rejected_at_least(fake_score):
    return 1 - 2 * fake_score


# %% rejected-at-least: the share that passed
def rejected_at_least(fake_score):
    return np.minimum(1, 2 * np.asarray(fake_score))


# %% domain-shares: cartoons first, photos last
def domain_shares(p_cartoon, sure=0.9):
    p_cartoon = np.asarray(p_cartoon)
    cartoon, photo = np.mean(p_cartoon >= sure), np.mean(1 - p_cartoon >= sure)
    return cartoon, 1 - photo - cartoon, photo


# %% domain-shares: counts instead of shares
def domain_shares(p_cartoon, sure=0.9):
    p_cartoon = np.asarray(p_cartoon)
    cartoon, photo = np.sum(p_cartoon >= sure), np.sum(1 - p_cartoon >= sure)
    return photo, len(p_cartoon) - photo - cartoon, cartoon


# %% domain-shares: `sure` itself is not enough
def domain_shares(p_cartoon, sure=0.9):
    p_cartoon = np.asarray(p_cartoon)
    cartoon, photo = np.mean(p_cartoon > sure), np.mean(1 - p_cartoon > sure)
    return photo, 1 - photo - cartoon, cartoon


# %% domain-shares: everything that is no cartoon counts as a photo
def domain_shares(p_cartoon, sure=0.9):
    p_cartoon = np.asarray(p_cartoon)
    cartoon, photo = np.mean(p_cartoon >= sure), np.mean(p_cartoon < sure)
    return photo, 1 - photo - cartoon, cartoon


# %% domain-shares: 0.1 and 0.9, whatever `sure` is
def domain_shares(p_cartoon, sure=0.9):
    p_cartoon = np.asarray(p_cartoon)
    cartoon, photo = np.mean(p_cartoon >= 0.9), np.mean(p_cartoon <= 0.1)
    return photo, 1 - photo - cartoon, cartoon


# %% domain-shares: what is in between counts the photos as well
def domain_shares(p_cartoon, sure=0.9):
    p_cartoon = np.asarray(p_cartoon)
    cartoon, photo = np.mean(p_cartoon >= sure), np.mean(1 - p_cartoon >= sure)
    return photo, np.mean(p_cartoon < sure), cartoon


# %% verdict: as it was
def verdict(real_score, fake_score):
    return "G is winning" if 1 - fake_score > 0.5 else "D is winning"


# %% verdict: only the fakes are looked at
def verdict(real_score, fake_score):
    if fake_score > 0.5:
        return "D is fooled"
    return "D is winning" if fake_score < 0.25 else "even"


# %% verdict: a gap in either direction
def verdict(real_score, fake_score):
    if abs(real_score - fake_score) > 0.5:
        return "D is winning"
    return "D is fooled" if real_score < fake_score else "even"


# %% verdict: 0.5 is enough
def verdict(real_score, fake_score):
    lead = real_score - fake_score
    if lead >= 0.5:
        return "D is winning"
    return "D is fooled" if lead < 0 else "even"


# %% verdict: equal scores are called fooled
def verdict(real_score, fake_score):
    lead = real_score - fake_score
    if lead > 0.5:
        return "D is winning"
    return "D is fooled" if lead <= 0 else "even"
