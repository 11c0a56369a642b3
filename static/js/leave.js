// "Leave site": blank the page at once, end the session on the server, and put a weather site in this page's place.
// Without this script the form does the same by itself, only slower.
document.querySelector("form[data-leave]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  document.documentElement.classList.add("left");
  document.title = "";
  // `keepalive` lets the request finish after the page is gone.
  fetch(form.action, { method: "POST", keepalive: true, body: new URLSearchParams(new FormData(form)) }).catch(() => {});
  location.replace(form.dataset.leave);
});

// Coming back with the Back button must not show the page from memory.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.documentElement.classList.contains("left")) location.reload();
});
