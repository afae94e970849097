// Offers to check a proof in this browser; without script the page says how to do it elsewhere.
const PATIENCE = 20000;

function verdictOf(place, proof, body, tell) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("proof-worker.js", import.meta.url));
    const end = (verdict) => { worker.terminate(); resolve(verdict); };
    worker.onmessage = ({ data }) => (data.verdict ? end(data.verdict) : tell(data));
    worker.onerror = () => end("unable");
    setTimeout(() => end("unable"), PATIENCE);
    worker.postMessage({ proof, body, key: place.dataset.key });
  });
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer;
}

function offer(place) {
  const words = place.querySelector("template[data-words]").content;
  const tool = place.querySelector("template[data-tool]").content.cloneNode(true);
  const button = tool.querySelector("button");
  const result = tool.querySelector("[role=status]");
  const list = tool.querySelector("ol");
  const copy = (name, value) => words.querySelector(`[data-${name}="${value}"]`).cloneNode(true);
  const tell = ({ step, state, detail }) => {
    const line = copy("step", step);
    line.append(" ", copy("state", state));
    if (detail) {
      const shown = document.createElement("span");
      shown.className = "code small muted";
      shown.textContent = ` ${detail}`;
      line.append(shown);
    }
    list.append(line);
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    result.replaceChildren();
    list.replaceChildren();
    let verdict = "unable";
    try {
      const proof = await (await fetched(place.dataset.proof)).text();
      const body = await (await fetched(place.dataset.body)).arrayBuffer();
      verdict = await verdictOf(place, proof, body, tell);
    } catch { /* Said as a check that could not be made. */ }
    result.append(copy("verdict", verdict));
    button.disabled = false;
  });
  place.append(tool);
}

document.querySelectorAll("[data-check]").forEach(offer);
