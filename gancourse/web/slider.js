/* Moves one slider: `key` is its element's id, `frames` are data URIs, `captions` say what each frame is. */
function slider(key, frames, captions) {
  const root = document.querySelector(`#${key}:not([data-started])`);
  root.dataset.started = "";
  const image = root.querySelector("img"), range = root.querySelector("input");
  const output = root.querySelector("output"), button = root.querySelector("button");
  const last = frames.length - 1;
  let timer = null;
  const show = () => {
    image.src = frames[range.value];
    output.textContent = captions[range.value];
    range.setAttribute("aria-valuetext", captions[range.value]);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  };
  range.addEventListener("input", () => { stop(); show(); });
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(range.value) === last) range.value = 0;
    show();
    button.textContent = "Pause";
    timer = setInterval(() => {
      range.value = Number(range.value) + 1;
      show();
      if (Number(range.value) === last) stop();
    }, 300);
  });
  show();
}
