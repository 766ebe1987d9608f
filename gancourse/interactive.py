"""What a reader can move: a frame slider and quizzes for the built page (no kernel, no network), explorers for a live
kernel."""

import base64
import html
import io
import json
import tomllib
import uuid
from functools import cache
from pathlib import Path

import numpy as np

from gancourse import GancourseError
from gancourse.figures import tile, to_pixels

_SLIDER = """
<div class="gancourse-slider" id="{key}" style="max-width:{width}px;margin:0 auto">
<img src="{first}" alt="{alt}" style="width:100%;image-rendering:{rendering};display:block">
<label style="display:block;margin-top:.4em">{label}: <output>{caption}</output>
<input type="range" min="0" max="{last}" value="{start}" step="1" style="width:100%" aria-label="{label}">
</label>
<button type="button">Play</button>
<script>(() => {{
  const root = document.getElementById("{key}"), frames = {frames}, captions = {captions};
  const image = root.querySelector("img"), range = root.querySelector("input");
  const output = root.querySelector("output"), button = root.querySelector("button");
  let timer = null;
  const show = () => {{
    image.src = frames[range.value];
    output.textContent = captions[range.value];
    range.setAttribute("aria-valuetext", captions[range.value]);
  }};
  const stop = () => {{ clearInterval(timer); timer = null; button.textContent = "Play"; }};
  range.addEventListener("input", () => {{ stop(); show(); }});
  button.addEventListener("click", () => {{
    if (timer) return stop();
    if (Number(range.value) === {last}) range.value = 0;
    show();
    button.textContent = "Pause";
    timer = setInterval(() => {{
      range.value = Number(range.value) + 1;
      show();
      if (Number(range.value) === {last}) stop();
    }}, 300);
  }});
  show();
}})();</script>
</div>
"""


def frame_slider(frames, captions, *, label: str, alt: str, width: int = 480, start: int = 0):
    """A slider over pictures that works in the built page, from `file://`, by mouse and by arrow keys.

    Parameters
    ----------
    frames : list of ndarray, uint8, (H, W) or (H, W, 3)
        All of one shape; embedded as PNG, so small ones.
    captions : list of str
        One a frame, read out to screen readers as the slider's value.
    label : str
        What the slider moves.
    alt : str
        What the picture shows.
    width : int
        Pixels on the page.
    start : int
        The frame to begin with.

    Returns
    -------
    IPython.display.HTML
    """
    from IPython.display import HTML

    if not frames or len(frames) != len(captions):
        raise GancourseError(
            f"a frame slider needs as many captions as frames: got {len(frames)} and {len(captions)}"
        )
    encoded = [_data_uri(frame) for frame in frames]
    # </ would end the script element early
    listed = [json.dumps(items).replace("</", "<\\/") for items in (encoded, list(captions))]
    return HTML(
        _SLIDER.format(
            key=f"slider-{uuid.uuid5(uuid.NAMESPACE_OID, ''.join(encoded)).hex[:12]}",
            first=encoded[start],
            alt=html.escape(alt, quote=True),
            label=html.escape(label, quote=True),
            caption=html.escape(captions[start]),
            last=len(frames) - 1,
            start=start,
            width=width,
            rendering="pixelated" if np.asarray(frames[0]).shape[1] < width else "auto",
            frames=listed[0],
            captions=listed[1],
        )
    )


_QUIZ = """
<form class="gancourse-quiz" id="{key}">
<fieldset>
<legend>{question}</legend>
{choices}
<button type="submit">Check</button>
<p role="status" aria-live="polite"></p>
</fieldset>
<script>(() => {{
  const form = document.getElementById("{key}"), said = form.querySelector("[role=status]");
  const reasons = {reasons};
  form.addEventListener("submit", (event) => {{
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    said.textContent = chosen ? reasons[chosen.value] : "Choose an answer first.";
  }});
  form.addEventListener("change", () => {{ said.textContent = ""; }});
}})();</script>
</form>
"""
_CHOICE = '<p><label><input type="radio" name="{key}" value="{number}"> {text}</label></p>'


@cache
def quizzes() -> dict[str, dict]:
    """All quizzes by name, as quizzes.toml has them: chapter, question, and choices with text, why and right."""
    path = Path(__file__).parent / "quizzes.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def quiz(name: str):
    """A multiple-choice question that works in the built page, from `file://`, by keyboard and with a screen reader.

    The answer to each choice is read out as it appears; choosing alone reveals nothing.

    Parameters
    ----------
    name : str
        Of `quizzes`.

    Returns
    -------
    IPython.display.HTML

    Raises
    ------
    GancourseError
        If there is no such quiz.
    """
    from IPython.display import HTML

    if name not in quizzes():
        raise GancourseError(f"no quiz is called {name!r}; there are: {', '.join(quizzes())}")
    about, key = quizzes()[name], f"quiz-{name}"
    choices = about["choices"]
    reasons = [("Right. " if each.get("right") else "No. ") + each["why"] for each in choices]
    return HTML(
        _QUIZ.format(
            key=key,
            question=html.escape(about["question"]),
            choices="\n".join(
                _CHOICE.format(key=key, number=number, text=html.escape(each["text"]))
                for number, each in enumerate(choices)
            ),
            reasons=json.dumps(reasons).replace("</", "<\\/"),
        )
    )


def class_explorer(draw, latent: int, classes: int = 10, seed: int = 0):
    """Sliders for a live kernel: a class and two directions in the latent space.

    Parameters
    ----------
    draw : function
        (noise float32 (N, latent), labels int64 (N,)) to images, float in [0, 1], (N, H, W, C).
    latent, classes, seed : int

    Returns
    -------
    ipywidgets.VBox
    """
    import ipywidgets

    origin, *directions = (
        np.random.default_rng(seed).standard_normal((3, latent)).astype(np.float32)
    )
    chosen = ipywidgets.IntSlider(0, 0, classes - 1, description="class")
    first = ipywidgets.FloatSlider(0, min=-3, max=3, step=0.1, description="direction 1")
    second = ipywidgets.FloatSlider(0, min=-3, max=3, step=0.1, description="direction 2")
    picture = ipywidgets.Image(format="png", width=224)

    def redraw(_=None):
        noise = origin + first.value * directions[0] + second.value * directions[1]
        # Back to the length of a typical noise vector: the generator has never seen others.
        noise *= np.sqrt(latent) / np.linalg.norm(noise)
        images = draw(noise[None], np.array([chosen.value]))
        picture.value = _png(tile(images, 1, padding=0).repeat(8, 0).repeat(8, 1))

    for slider in (chosen, first, second):
        slider.observe(redraw, "value")
    redraw()
    return ipywidgets.VBox([chosen, first, second, picture])


def figure_explorer(draw, **settings):
    """Controls for a live kernel over a figure: a slider for each range, a menu for each choice.

    Parameters
    ----------
    draw : function
        Takes the settings by name and returns a matplotlib Figure.
    settings : tuple
        (low, high, start) of numbers, or a tuple of names to choose from.

    Returns
    -------
    ipywidgets.VBox
    """
    import ipywidgets

    controls = {}
    for name, setting in settings.items():
        if isinstance(setting[0], str):
            controls[name] = ipywidgets.Dropdown(options=list(setting), description=name)
        else:
            low, high, start = setting
            controls[name] = ipywidgets.FloatSlider(
                start, min=low, max=high, step=(high - low) / 50, description=name
            )
    picture = ipywidgets.Image(format="png")

    def redraw(_=None):
        values = {name: control.value for name, control in controls.items()}
        picture.value = _png(to_pixels(draw(**values)))

    for control in controls.values():
        control.observe(redraw, "value")
    redraw()
    return ipywidgets.VBox([*controls.values(), picture])


def _png(pixels) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def _data_uri(pixels) -> str:
    return "data:image/png;base64," + base64.b64encode(_png(pixels)).decode()
