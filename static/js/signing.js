// Each ticked document: digest from the portal, signature from the agent of this computer, back.
// The PIN goes to the agent alone and is forgotten with the page. A key that a signing service keeps
// needs neither: the portal asks the service, and the next page waits for the phone.
const form = document.querySelector("#sign");
const words = form?.dataset ?? {};
const WAIT = 60000; // somebody may have to press a button on the device

const boxes = () => [...form.querySelectorAll("fieldset[data-document]")];
const tick = (box) => box.querySelector("[name=read]");

function say(box, text, state) {
  const line = box.querySelector(".sign-state");
  line.textContent = text;
  line.className = `sign-state is-${state}`;
  line.setAttribute("role", state === "failed" ? "alert" : "status");
}
// what was not opened cannot be ticked: each is shown before it is signed
function watch(box) {
  if (!tick(box)) return;
  const links = [...box.querySelectorAll("[data-read]")];
  links.forEach((link) => link.addEventListener("click", () => { link.dataset.opened = "1"; }));
  tick(box).addEventListener("change", () => {
    const unread = tick(box).checked && !links.every((link) => link.dataset.opened);
    if (unread) tick(box).checked = false;
    say(box, unread ? words.unread : "", unread ? "failed" : "waiting");
  });
}
class Told extends Error {}
class Refused extends Told {}

async function portal(url, values) {
  const body = new URLSearchParams(values);
  body.set("csrfmiddlewaretoken", form.csrfmiddlewaretoken.value);
  const lost = () => { throw new Told(words.lost); };
  const answer = await fetch(url, { method: "POST", body, redirect: "error" }).catch(lost);
  const said = await answer.json().catch(lost);
  if (!answer.ok && said.error) throw new Refused(said.error);
  if (!answer.ok) throw new Told(words.lost);
  return said;
}
async function agent(question) {
  const silent = () => { throw new Told(words.silent); };
  const answer = await fetch(`${words.agent}/sign`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question),
    signal: AbortSignal.timeout(WAIT),
  }).catch(silent);
  const said = await answer.json().catch(silent);
  if (!answer.ok) throw new Told(words[said.error] || words.refused);
  return said.cms;
}
const parts = (box) => box.dataset.parts.split(" ").filter(Boolean);

const prepared = (box, part) => portal(box.dataset.prepare, {
  certificate: box.querySelector("[name=certificate]").value, edition: box.dataset.edition,
  ...(part === "0" ? {} : { annex: part }),
});
async function signPart(box, part, pin) {
  const prepare = box.dataset.prepare, asked = await prepared(box, part);
  const { digest, algorithm, fingerprint } = asked;
  const cms = await agent({ digest, algorithm, fingerprint, pin });
  return portal(prepare.replace(/chuan-bi\/$/, `${asked.signing}/xong/`), { cms });
}
// the annexes, then the document: what is done stays done when a later one fails
async function sign(box, pin) {
  const count = parts(box).length;
  let done = {};
  for (const [place, part] of parts(box).entries()) {
    say(box, count > 1 ? `${words.signing} ${place + 1}/${count}` : words.signing, "waiting");
    done = await signPart(box, part, pin);
    box.dataset.parts = parts(box).slice(1).join(" ");
  }
  return done;
}
const chosen = (box) => box.querySelector("[name=certificate]");
const isRemote = (box) => "remote" in (chosen(box).selectedOptions[0]?.dataset ?? {});

// all that one certificate of a signing service signs: prepared one by one, confirmed once
async function confirmAll(wanted) {
  const asked = new URLSearchParams(), ready = [];
  for (const box of wanted) {
    say(box, words.asking, "waiting");
    try {
      const made = [];
      for (const part of parts(box)) made.push((await prepared(box, part)).signing);
      made.forEach((each) => asked.append("ky", each));
      ready.push(box);
    } catch (fault) {
      say(box, fault instanceof Told ? fault.message : words.lost, "failed");
      if (!(fault instanceof Refused)) return;
    }
  }
  if (!ready.length) return;
  try {
    window.location.assign((await portal(words.confirm, asked)).page);
  } catch (fault) {
    ready.forEach((box) => say(box, fault instanceof Told ? fault.message : words.lost, "failed"));
  }
}
async function signAll(event) {
  event.preventDefault();
  const button = form.querySelector("button"), pin = form.querySelector("#pin");
  button.disabled = true;
  const ticked = boxes().filter((one) => tick(one)?.checked && !tick(one).disabled);
  const wanted = ticked.filter((one) => !isRemote(one)), remote = ticked.filter(isRemote);
  for (const [place, box] of wanted.entries()) {
    try {
      const done = await sign(box, pin?.value);
      tick(box).disabled = true;
      const told = done.stage.startsWith(words.done) ? done.stage : `${words.done}: ${done.stage}`;
      say(box, `${told}${done.note ? `. ${done.note}` : ""}`, "done");
    } catch (fault) {
      say(box, fault instanceof Told ? fault.message : words.lost, "failed");
      if (fault instanceof Refused) continue; // the portal's word on this document alone
      wanted.slice(place + 1).forEach((one) => say(one, words.skipped, "waiting"));
      break; // a wrong PIN three times locks the device: nobody asks it again by himself
    }
  }
  if (pin) pin.value = "";
  const first = remote.filter((one) => chosen(one).value === chosen(remote[0]).value);
  remote.filter((one) => !first.includes(one)).forEach((one) => say(one, words.other, "waiting"));
  await confirmAll(first);
  button.disabled = false;
}
if (form) {
  boxes().forEach(watch);
  form.addEventListener("submit", signAll); // Enter in the PIN: never to the portal
  const button = form.querySelector("button");
  button.addEventListener("click", signAll);
  button.disabled = false;
}
