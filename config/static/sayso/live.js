// Looks again every two seconds while a request moves; the page works without it.
const PERIOD = 2000;
async function look() {
  const here = document.querySelector("[data-live][data-moving]");
  if (!here) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-live]");
      if (next && next.innerHTML !== here.innerHTML && !here.contains(document.activeElement)) {
        here.replaceChildren(...next.childNodes);
        if (!next.hasAttribute("data-moving")) here.removeAttribute("data-moving");
      }
    }
  } catch { /* The next look may succeed. */ }
  setTimeout(look, PERIOD);
}
setTimeout(look, PERIOD);
