// The wait before a room opens, in whole minutes. The server's clock decides; this one only counts from it.
const timer = document.querySelector("[data-countdown]");
const status = document.getElementById("countdown-status");
const arrived = Date.now();
const wait = Date.parse(timer.dataset.opensAt) - Date.parse(timer.dataset.now);
let warned = wait <= 5 * 60_000;
let opened = false;
let next;

const open = () => {
  opened = true;
  timer.textContent = status.textContent = timer.dataset.open;
  // Nothing typed is thrown away: a page with a hidden door shows it, any other is loaded again.
  const door = document.querySelector("[data-when-open]");
  if (door) door.hidden = false;
  else setTimeout(() => location.reload(), 1500);
};

const tick = () => {
  clearTimeout(next);
  if (opened) return;
  const left = wait - (Date.now() - arrived);
  if (left <= 0) return open();
  const minutes = Math.ceil(left / 60_000);
  // Past an hour the server's own words, with the day and the time, say more than a number.
  if (minutes <= 60) timer.textContent = minutes === 1 ? timer.dataset.one : timer.dataset.minutes.replace("{n}", minutes);
  if (!warned && minutes <= 5) {
    warned = true;
    status.textContent = timer.dataset.soon;
  }
  next = setTimeout(tick, Math.min(left - (minutes - 1) * 60_000 + 50, 60_000));
};

// A phone that slept counts again when it wakes.
document.addEventListener("visibilitychange", tick);
tick();
