// Say how much room is left in a text area, and tell screen readers only once typing rests.
for (const area of document.querySelectorAll("textarea[data-limit]")) {
  const count = document.getElementById(`${area.id}-count`);
  const said = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
  count.after(said);
  let rest;
  const show = () => {
    const left = area.dataset.limit - [...area.value.replaceAll("\n", "\r\n")].length;
    count.textContent = (left < 0 ? area.dataset.over : area.dataset.left).replace("{n}", Math.abs(left));
  };
  show();
  area.addEventListener("input", () => {
    show();
    clearTimeout(rest);
    rest = setTimeout(() => (said.textContent = count.textContent), 1500);
  });
}
