/** The page of a document: its buttons say by their place what was asked for; the host knows what that is. */
interface Host {
  postMessage(message: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
document.body.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest("button") : null;
  const { action, copy, row } = pressed?.dataset ?? {};
  if (action !== undefined) host.postMessage({ type: "action", index: Number(action) });
  else if (row !== undefined) host.postMessage({ type: "row", index: Number(row) });
  else if (copy !== undefined) host.postMessage({ type: "copy", index: Number(copy) });
});
