"""Logs as they are found, for several tests."""

import numpy as np

from gancourse import logs
from gancourse.history import METRICS, History

# What report 004 prints, between lines like "Saving generated-images-0489.png".
REPORT = """\
Epoch [489/500], loss_g: 4.4285, loss_d: 0.1406, real_score: 0.9358, fake_score: 0.0556
Epoch [490/500], loss_g: 3.1849, loss_d: 0.1422, real_score: 0.8883, fake_score: 0.0195
Epoch [491/500], loss_g: 4.3958, loss_d: 0.0793, real_score: 0.9727, fake_score: 0.0487
Epoch [492/500], loss_g: 3.7642, loss_d: 0.0809, real_score: 0.9453, fake_score: 0.0225
Epoch [493/500], loss_g: 3.4973, loss_d: 0.0611, real_score: 0.9710, fake_score: 0.0304
Epoch [494/500], loss_g: 4.3228, loss_d: 0.0797, real_score: 0.9625, fake_score: 0.0386
Epoch [495/500], loss_g: 3.0139, loss_d: 0.1441, real_score: 0.9041, fake_score: 0.0337
Epoch [496/500], loss_g: 3.7364, loss_d: 0.0455, real_score: 0.9767, fake_score: 0.0213
Epoch [497/500], loss_g: 5.9260, loss_d: 0.1779, real_score: 0.9930, fake_score: 0.1475
Epoch [498/500], loss_g: 4.2561, loss_d: 0.1207, real_score: 0.9258, fake_score: 0.0370
Epoch [499/500], loss_g: 3.7688, loss_d: 0.0546, real_score: 0.9689, fake_score: 0.0223
Epoch [500/500], loss_g: 5.0251, loss_d: 0.0602, real_score: 0.9632, fake_score: 0.0213
"""
LINES = REPORT.splitlines()

TUTORIAL = """\
Starting Training Loop...
[0/5][0/1583]\tLoss_D: 1.7410\tLoss_G: 4.8361\tD(x): 0.5661\tD(G(z)): 0.5866 / 0.0173
[0/5][50/1583]\tLoss_D: 0.2139\tLoss_G: 7.2000\tD(x): 0.9500\tD(G(z)): 0.0800 / 0.0013
[4/5][1582/1583]\tLoss_D: 0.4500\tLoss_G: 2.9000\tD(x): 0.8100\tD(G(z)): 0.1700 / 0.0700
"""

BAR, BACK = "━" * 20, "\b" * 72
# As Keras 3 writes its live bar: colours, backspaces over the state before, a carriage return.
KERAS = f"""\
Epoch 1/3
\r\x1b[1m 30/250\x1b[0m \x1b[32m━━\x1b[0m {BAR} \x1b[1m2s\x1b[0m 12ms/step - d_loss: 1.3000 - g_loss: 0.9000{BACK}\
\r\x1b[1m250/250\x1b[0m \x1b[32m{BAR}\x1b[0m \x1b[1m5s\x1b[0m 12ms/step - d_loss: 0.6012 - g_loss: 1.2034
1/1 {BAR} 0s 41ms/step
Epoch 2/3
250/250 {BAR} 5s 12ms/step - d_loss: 0.5012 - g_loss: 1.3034
10/10 {BAR} 0s 12ms/step - d_loss: 9.0000 - g_loss: 9.0000
Epoch 3/3
250/250 - 5s - 12ms/step - discriminator_loss: 4.0120e-01 - generator_loss: 1.4034 - learning_rate: 2.0000e-04
"""


def changed(number, old, new):
    """The report's lines, one of them changed."""
    rows = list(LINES)
    assert old in rows[number - 1]
    rows[number - 1] = rows[number - 1].replace(old, new)
    return "\n".join(rows)


def constant(steps=40, **means):
    """The log of a run whose metrics stay as they are."""
    values = np.tile(np.array([means[metric] for metric in METRICS], np.float32), (steps, 1))
    return logs.parse(History(values, 64).log(1))


def keras(*losses):
    return "\n".join(f"Epoch {i}/9\n5/5 - 1s - d_loss: {loss:.4f}" for i, loss in enumerate(losses, 1))  # fmt: skip
