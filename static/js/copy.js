// Beside an address that is to be pasted elsewhere, a button that copies it.
for (const field of document.querySelectorAll("input[data-copy]")) {
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue; // only where the page is served securely
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "button plain compact", textContent: field.dataset.copy,
  });
  const name = document.createElement("span");
  name.className = "visually-hidden";
  name.textContent = `: ${field.labels[0].textContent}`;
  button.append(name);
  const said = Object.assign(document.createElement("span"), { className: "small quiet" });
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    said.textContent = ` ${field.dataset.copied}`;
  });
  field.after(button, said);
}
