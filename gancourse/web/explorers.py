"""Controls that redraw a picture; they need a live kernel."""

import numpy as np

from gancourse.figures import to_pixels
from gancourse.pictures import png, tile


def class_explorer(draw, latent: int, classes: int = 10, seed: int = 0):
    """Sliders for a live kernel: a class and two directions in the latent space.

    Parameters
    ----------
    draw : function
        Takes noise, float32 (N, latent), and labels, int64 (N,); returns images, (N, H, W, C), float in [0, 1].
    latent : int
        The size of a noise vector.
    classes : int
        How many classes there are.
    seed : int
        The seed for the origin and the two directions.

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
        picture.value = png(tile(images, 1, padding=0).repeat(8, 0).repeat(8, 1))

    for slider in (chosen, first, second):
        slider.observe(redraw, "value")
    redraw()
    return ipywidgets.VBox([chosen, first, second, picture])


def figure_explorer(draw, **settings):
    """Controls for a live kernel that redraw a figure: a slider for each range, a menu for each choice.

    Parameters
    ----------
    draw : function
        Takes the settings by name and returns a matplotlib Figure.
    settings : tuple
        For each setting, the numbers (low, high, start) of its slider, or the names to choose from.

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
        picture.value = png(to_pixels(draw(**values)))

    for control in controls.values():
        control.observe(redraw, "value")
    redraw()
    return ipywidgets.VBox([*controls.values(), picture])
