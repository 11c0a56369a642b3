// Passkeys: asks the device what the page's form says, and sends the answer with that form.
// Without this script, or in a browser that knows no passkeys, the forms stay hidden.

const decode = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")),
  (each) => each.charCodeAt(0),
);
const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (list) => (list || []).map((each) => ({ ...each, id: decode(each.id) }));

async function question(form) {
  const answer = await fetch(form.dataset.question, { method: "POST" });
  if (!answer.ok) throw new Error(`question: ${answer.status}`);
  const asked = await answer.json();
  asked.challenge = decode(asked.challenge);
  if (asked.user) asked.user.id = decode(asked.user.id);
  asked.excludeCredentials = withIds(asked.excludeCredentials);
  asked.allowCredentials = withIds(asked.allowCredentials);
  return asked;
}

function inWords(key) {
  const { response } = key;
  const said = { clientDataJSON: encode(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = encode(response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: encode(key.rawId), type: key.type, response: said });
}

async function ask(form) {
  const publicKey = await question(form);
  const container = navigator.credentials;
  const key = form.dataset.make === "yes"
    ? await container.create({ publicKey })
    : await container.get({ publicKey });
  form.elements.answer.value = inWords(key);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-question]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  const sorry = form.querySelector("[data-sorry]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sorry.hidden = true;
    ask(form).catch(() => { sorry.hidden = false; });
  });
}
