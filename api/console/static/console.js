// Never needed, only nicer: the weekday beside a date while it is typed, the article of a chosen result, focus on what is wrong.
"use strict";

const WEEKDAYS = "日一二三四五六";

function isoDay(text) {
  const found = text.trim().match(/^(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?$/);
  if (!found) return null;
  const day = new Date(Date.UTC(+found[1], +found[2] - 1, +found[3]));
  return day.getUTCMonth() === +found[2] - 1 ? day : null;
}

for (const input of document.querySelectorAll("input.day")) {
  const echo = document.getElementById(`${input.id}-weekday`);
  if (echo) {
    input.addEventListener("input", () => {
      const day = isoDay(input.value);
      echo.textContent = day ? `周${WEEKDAYS[day.getUTCDay()]}` : "";
    });
  }
}

for (const select of document.querySelectorAll("select[data-fills]")) {
  const target = document.getElementById(select.dataset.fills);
  if (!target) continue;
  let own = target.value;
  select.addEventListener("change", () => {
    const article = select.selectedOptions[0]?.dataset.article ?? "";
    if (target.value === own) target.value = own = article;
  });
}

// Sends a form from its page, one at a time; where no reply comes, the page says so and stays as it is.
let underWay = false;
async function send(event, body, onReply) {
  event.preventDefault();
  if (underWay) return;
  underWay = true;
  try {
    await onReply(await fetch(event.target.action, { method: "POST", body }));
  } catch {
    const lost = document.getElementById("lost");
    lost.hidden = false;
    lost.focus();
  }
  underWay = false;
}

// A page cannot choose a file for its reader, and the server keeps none: what such a form leads to takes the place of the page's
// content, and the file stays chosen.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-keeps-file")) return;
  const chosen = form.querySelector("input[type=file]");
  const body = new FormData(form);
  if (event.submitter && event.submitter.name) body.append(event.submitter.name, event.submitter.value);
  send(event, body, async (reply) => {
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const next = page.querySelector("form[data-keeps-file] input[type=file]");
    if (reply.redirected) location.assign(reply.url);
    else {
      if (next && !next.hasAttribute("data-fresh")) next.files = chosen.files;
      document.title = page.title;
      document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
      scrollTo(0, 0);
      const first = document.querySelector(".error-summary, main h2[tabindex]");
      if (first) first.focus();
    }
  });
});

// A form that is pressed twice is sent once; what comes as a file leaves the page, and may be had again.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), 3000);
});

// A page that a form led to has no address of its own: coming back to it a browser would ask to send the form again. Who leaves it
// by a link comes back to the form or page that it stands on, and what was confirmed takes the place of its confirmation.
const { again } = document.body.dataset;
if (again) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && !link.target && !link.getAttribute("href").startsWith("#")) history.replaceState(null, "", again);
  });
}

const confirming = document.querySelector("form.confirm");
if (confirming) {
  confirming.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    send(event, new URLSearchParams(new FormData(confirming)), (reply) => {
      // What is no recording is asked for once more as a page; the key of the form keeps it from being recorded twice.
      if (reply.redirected) location.replace(reply.url);
      else confirming.submit();
    });
  });
}

const summary = document.querySelector(".error-summary");
if (summary) summary.focus();
