"""Sliders and quizzes in a browser, from `file://`: in one page, as a notebook shows them, and in frames (Colab)."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gancourse import web

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")

READER = f"<script>{Path(__file__).with_name('reader.js').read_text(encoding='utf-8')}</script>"
LISTENER = """<script>addEventListener("message", (event) => {
  const report = document.createElement("pre");
  report.className = "report";
  report.textContent = event.data;
  document.body.append(report);
});</script>"""
# JupyterLab sets an output's HTML and then makes its script elements anew.
NOTEBOOK = """<main></main><script>for (const output of %s) {
  const cell = document.createElement("div");
  cell.innerHTML = output;
  document.querySelector("main").append(cell);
  for (const script of cell.querySelectorAll("script")) {
    const again = document.createElement("script");
    again.textContent = script.textContent;
    script.replaceWith(again);
  }
}</script>"""
CAPTIONS = ["none", "<b>half</b> </script>", "all"]


def page(outputs):
    return "".join(outputs) + READER


def notebook(outputs):
    return NOTEBOOK % json.dumps(outputs).replace("<", "\\u003c") + READER


def frames(outputs):
    documents = (html.escape(f"<!doctype html><body>{output}{READER}") for output in outputs)
    return "".join(f'<iframe srcdoc="{each}"></iframe>' for each in documents)


def used(body, folder):
    """What the documents sent after they were used: sliders, quizzes and errors of all together."""
    path = folder / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{LISTENER}{body}", encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/browser")
    command = [BROWSER, *flags, "--virtual-time-budget=20000", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    found = re.findall(r'<pre class="report">(.*?)</pre>', done.stdout, re.DOTALL)
    reports = [json.loads(html.unescape(text)) for text in found]
    return {
        kind: [each for report in reports for each in report[kind]]
        for kind in ("sliders", "quizzes", "errors")
    }


@pytest.mark.parametrize("shown", [page, notebook, frames])
def test_sliders_move_and_quizzes_answer(shown, tmp_path):
    grey = [np.full((4, 4), level, np.uint8) for level in (0, 128, 255)]
    sliders = [
        web.frame_slider(grey, CAPTIONS, label="How much", alt="A grey square", start=start)
        for start in (0, 2)  # of the same frames, which must not share a script
    ]
    names = list(web.quizzes())[:2]
    outputs = [output.data for output in (*sliders, *map(web.quiz, names))]
    said = used(shown(outputs), tmp_path)
    assert said["errors"] == []
    assert len(said["sliders"]) == len(said["quizzes"]) == 2
    by_start = sorted(said["sliders"], key=lambda seen: CAPTIONS.index(seen[0][0]))
    for start, (first, moved, playing, last, stopped) in zip((0, 2), by_start, strict=True):
        for caption, state in ((CAPTIONS[start], first), (CAPTIONS[1], moved), ("all", last)):
            assert state[:2] == [caption, caption], "what is seen, and what is read out"
        assert len({first[2], moved[2], last[2]}) == (3 if start == 0 else 2), "pictures change"
        assert (playing, stopped) == ("Pause", "Play")
    answers = {tuple(seen) for seen in said["quizzes"]}
    for name in names:
        expected = ["Choose an answer first."]
        for choice in web.quizzes()[name]["choices"]:
            verdict = "Right. " if choice.get("right") else "No. "
            expected += ["", verdict + choice["why"]]
        assert tuple(expected) in answers
