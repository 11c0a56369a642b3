// Tell the server this device's time zone, so that pages show the person's own time. A zone they chose is kept elsewhere.
const known = document.cookie.includes("zone=");
const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
if (zone) document.cookie = `zone=${zone};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;

// A page that had to guess says so with this mark. It is asked for again once, and never if the cookie was refused.
if (!known && document.cookie.includes("zone=") && document.querySelector("[data-zone-unknown]")) location.reload();
