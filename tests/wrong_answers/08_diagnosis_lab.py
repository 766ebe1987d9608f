# %% has-moved: off by a sign
def has_moved(healthy, value, margin=0.5):
    low, high = min(healthy), max(healthy)
    more = margin * (high - low)
    if not np.isfinite(value) or value > high + more:
        return -1
    return 1 if value < low - more else 0


# %% has-moved: no number counts as healthy
def has_moved(healthy, value, margin=0.5):
    low, high = min(healthy), max(healthy)
    more = margin * (high - low)
    if value > high + more:
        return 1
    return -1 if value < low - more else 0


# %% has-moved: the ends do not belong to the range
def has_moved(healthy, value, margin=0.5):
    low, high = min(healthy), max(healthy)
    more = margin * (high - low)
    if not np.isfinite(value) or value >= high + more:
        return 1
    return -1 if value <= low - more else 0


# %% has-moved: the margin itself is added, not so many widths
def has_moved(healthy, value, margin=0.5):
    if not np.isfinite(value) or value > max(healthy) + margin:
        return 1
    return -1 if value < min(healthy) - margin else 0


# %% has-moved: first and last run taken for smallest and largest
def has_moved(healthy, value, margin=0.5):
    low, high = healthy[0], healthy[-1]
    more = margin * (high - low)
    if not np.isfinite(value) or value > high + more:
        return 1
    return -1 if value < low - more else 0


# %% has-moved: mean and standard deviation for smallest and largest
def has_moved(healthy, value, margin=0.5):
    low, high = np.mean(healthy) - np.std(healthy), np.mean(healthy) + np.std(healthy)
    more = margin * (high - low)
    if not np.isfinite(value) or value > high + more:
        return 1
    return -1 if value < low - more else 0


# %% false-alarms: all measures instead of any
def false_alarms(margin):
    alarms = []
    for system in diagnosis.systems:
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, False)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms.append(all(signs(run["metrics"], ranges).values()))
    return float(np.mean(alarms))


# %% false-alarms: the ranges are set by the runs that are tested
def false_alarms(margin):
    alarms = []
    for system in diagnosis.systems:
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, True)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms.append(any(signs(run["metrics"], ranges).values()))
    return float(np.mean(alarms))


# %% false-alarms: the share of measures, not of runs
def false_alarms(margin):
    alarms = []
    for system in diagnosis.systems:
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, False)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms += [way != 0 for way in signs(run["metrics"], ranges).values()]
    return float(np.mean(alarms))


# %% false-alarms: the number of runs, not their share
def false_alarms(margin):
    alarms = []
    for system in diagnosis.systems:
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, False)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms.append(any(signs(run["metrics"], ranges).values()))
    return sum(alarms)


# %% false-alarms: only the first system: return inside the loop
def false_alarms(margin):
    for system in diagnosis.systems:
        alarms = []
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, False)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms.append(any(signs(run["metrics"], ranges).values()))
        return float(np.mean(alarms))


# %% false-alarms: only the last system: the list is begun anew
def false_alarms(margin):
    for system in diagnosis.systems:
        alarms = []
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, False)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms.append(any(signs(run["metrics"], ranges).values()))
    return float(np.mean(alarms))


# %% false-alarms: a sum of signs, where below and above cancel
def false_alarms(margin):
    alarms = []
    for system in diagnosis.systems:
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, False)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, True):
            alarms.append(sum(signs(run["metrics"], ranges).values()) != 0)
    return float(np.mean(alarms))


# %% false-alarms: the two halves of the healthy runs exchanged
def false_alarms(margin):
    alarms = []
    for system in diagnosis.systems:
        known = [run["metrics"] for run in diagnosis.runs(HEALTHY, system, True)]
        ranges = {name: healthy_range([run[name] for run in known], margin) for name in known[0]}
        for run in diagnosis.runs(HEALTHY, system, False):
            alarms.append(any(signs(run["metrics"], ranges).values()))
    return float(np.mean(alarms))


# %% name-the-fault: how often it moved counts, not the way
def diagnose(moved, signatures, profiles):
    nearest, name = np.inf, None
    for fault, known in signatures.items():
        shared = sum(moved.get(measure, 0) != 0 for measure in known)
        differences = [abs(moved[measure] - way) for measure, way in profiles[fault].items()]
        if known and shared >= 0.75 * len(known) and np.mean(differences) < nearest:
            nearest, name = np.mean(differences), fault
    return name


# %% name-the-fault: an empty signature counts as found
def diagnose(moved, signatures, profiles):
    nearest, name = np.inf, None
    for fault, known in signatures.items():
        shared = sum(moved.get(measure) == way for measure, way in known.items())
        differences = [abs(moved[measure] - way) for measure, way in profiles[fault].items()]
        if shared >= 0.75 * len(known) and np.mean(differences) < nearest:
            nearest, name = np.mean(differences), fault
    return name


# %% name-the-fault: the first signature found is taken
def diagnose(moved, signatures, profiles):
    for fault, known in signatures.items():
        shared = sum(moved.get(measure) == way for measure, way in known.items())
        if known and shared >= 0.75 * len(known):
            return fault


# %% name-the-fault: the nearest profile, whatever the signatures
def diagnose(moved, signatures, profiles):
    def unlike(fault):
        return np.mean([abs(moved[measure] - way) for measure, way in profiles[fault].items()])

    return min(signatures, key=unlike)


# %% name-the-fault: the whole signature must have moved
def diagnose(moved, signatures, profiles):
    nearest, name = np.inf, None
    for fault, known in signatures.items():
        found = known and all(moved.get(measure) == way for measure, way in known.items())
        differences = [abs(moved[measure] - way) for measure, way in profiles[fault].items()]
        if found and np.mean(differences) < nearest:
            nearest, name = np.mean(differences), fault
    return name


# %% name-the-fault: the sum of the differences, not their mean
def diagnose(moved, signatures, profiles):
    nearest, name = np.inf, None
    for fault, known in signatures.items():
        shared = sum(moved.get(measure) == way for measure, way in known.items())
        differences = [abs(moved[measure] - way) for measure, way in profiles[fault].items()]
        if known and shared >= 0.75 * len(known) and np.sum(differences) < nearest:
            nearest, name = np.sum(differences), fault
    return name


# %% name-the-fault: more than three quarters, not at least
def diagnose(moved, signatures, profiles):
    nearest, name = np.inf, None
    for fault, known in signatures.items():
        shared = sum(moved.get(measure) == way for measure, way in known.items())
        differences = [abs(moved[measure] - way) for measure, way in profiles[fault].items()]
        if known and shared > 0.75 * len(known) and np.mean(differences) < nearest:
            nearest, name = np.mean(differences), fault
    return name


# %% mended-step: D is updated only after G has asked it
def mended_step(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits = gan.discriminate(real, labels)
    fake_logits = gan.discriminate(fake.detach(), labels)
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)
    gan.update_discriminator(d_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)


# %% mended-step: the two losses are still mixed up
def mended_step(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits = gan.discriminate(real, labels)
    fake_logits = gan.discriminate(fake.detach(), labels)
    d_loss = real_loss(fake_logits) + fake_loss(real_logits)
    gan.update_discriminator(d_loss)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)


# %% mended-step: the fakes are still detached in G's turn
def mended_step(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels).detach()
    real_logits, fake_logits = gan.discriminate(real, labels), gan.discriminate(fake, labels)
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.update_discriminator(d_loss)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)


# %% mended-step: G's turn draws noise of its own
def mended_step(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels).detach()
    real_logits, fake_logits = gan.discriminate(real, labels), gan.discriminate(fake, labels)
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.update_discriminator(d_loss)
    fake = gan.generate(gan.noise(len(real)), labels)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)


# %% mended-step: scores of real images and fakes exchanged
def mended_step(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits = gan.discriminate(real, labels)
    fake_logits = gan.discriminate(fake.detach(), labels)
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.update_discriminator(d_loss)
    g_loss = gan.objective.g_loss(gan.discriminate(fake, labels))
    gan.update_generator(g_loss)
    return measured(d_loss, g_loss, fake_logits, real_logits)


# %% mended-step: the fake score is that of G's turn, not of D's
def mended_step(gan, real, labels):
    fake = gan.generate(gan.noise(len(real)), labels)
    real_logits = gan.discriminate(real, labels)
    fake_logits = gan.discriminate(fake.detach(), labels)
    d_loss = real_loss(real_logits) + fake_loss(fake_logits)
    gan.update_discriminator(d_loss)
    fake_logits = gan.discriminate(fake, labels)
    g_loss = gan.objective.g_loss(fake_logits)
    gan.update_generator(g_loss)
    return measured(d_loss, g_loss, real_logits, fake_logits)
