// Speaks to a passkey, which nothing but a script can, and sends what it says as the form.
"use strict";

function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0));
}

function textOf(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBytes(options) {
  const listed = (descriptors) => (descriptors ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));
  return {
    ...options,
    challenge: bytesOf(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytesOf(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: listed(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: listed(options.allowCredentials) }),
  };
}

async function answered(publicKey) {
  if (publicKey.user) {
    const made = await navigator.credentials.create({ publicKey });
    return { id: made.rawId, client_data: made.response.clientDataJSON, attestation: made.response.attestationObject };
  }
  const given = await navigator.credentials.get({ publicKey });
  return {
    id: given.rawId,
    client_data: given.response.clientDataJSON,
    authenticator_data: given.response.authenticatorData,
    signature: given.response.signature,
  };
}

const form = document.querySelector("form[data-passkey]");
if (form) {
  const problem = form.querySelector(".passkey-problem");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const found = await answered(withBytes(JSON.parse(form.dataset.passkey)));
      for (const [name, buffer] of Object.entries(found)) form.elements.namedItem(name).value = textOf(buffer);
      form.submit();
    } catch (wrong) {
      problem.textContent =
        wrong.name === "InvalidStateError" ? "这一设备已经登记过通行密钥。" : "没有完成：已取消、超时，或此浏览器不能使用通行密钥。";
    }
  });
}
