/* Answers one quiz: `key` is its element's id, `reasons` hold what to say to each choice. */
function quiz(key, reasons) {
  const form = document.querySelector(`#${key}:not([data-started])`);
  form.dataset.started = "";
  const said = form.querySelector("[role=status]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    said.textContent = chosen ? reasons[chosen.value] : "Choose an answer first.";
  });
  form.addEventListener("change", () => { said.textContent = ""; });
}
