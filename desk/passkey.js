// Passkeys: forms with data-passkey sign in, or add a passkey to the own account.
const desk = document.body.dataset.desk;

async function send(path, body) {
  const answer = await fetch(desk + path, {
    method: "POST",
    headers: { "Accept": "application/json", "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const got = await answer.json();
  if (!answer.ok) throw new Error(`${got.message} ${got.hint}`.trim());
  return got;
}

async function signIn(form) {
  const ask = await send("passkey/begin");
  const key = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(ask.publicKey),
  });
  await send("passkey", key.toJSON());
  location.assign(desk + form.elements.to.value);
}

async function add(form) {
  const ask = await send("own/passkey/begin");
  const key = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(ask.publicKey),
  });
  await send("own/passkey?name=" + encodeURIComponent(form.elements.name.value), key.toJSON());
  location.reload();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[role=alert]");
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    said.textContent = "This browser is too old for passkeys.";
  } else {
    form.querySelector("button").disabled = false;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      await (form.dataset.passkey === "add" ? add(form) : signIn(form));
    } catch (error) {
      said.textContent = error.name === "NotAllowedError" ? "No passkey was used." :
        error.name === "InvalidStateError" ? "This device has a passkey for your account already." : error.message;
    }
  });
}
