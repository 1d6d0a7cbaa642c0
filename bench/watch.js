// Installed before a page's own scripts. From each input to the second frame after it, which shows that the first one
// was painted; and when a working screen was first painted after the navigation's start. All in milliseconds.
(() => {
  globalThis.paints = [];
  globalThis.started = null;

  const painted = (tell) => requestAnimationFrame(() => requestAnimationFrame(tell));
  const kind = (target) =>
    target.closest(".search") ? "search" : target.closest(".keypad") ? "digit" : target.closest(".decide") ? "decide" : "";
  const note = (event) => {
    const what = kind(event.target);
    const inTime = what === "search" ? event.type === "keydown" && event.key.length === 1 : event.type === "click";
    if (what && inTime) painted(() => globalThis.paints.push([what, performance.now() - event.timeStamp]));
  };
  for (const type of ["keydown", "click"]) addEventListener(type, note, { capture: true });

  const watching = new MutationObserver(() => {
    if (document.querySelector(".queue, .duty, .keypad") === null) return;
    watching.disconnect();
    painted(() => (globalThis.started = performance.now()));
  });
  watching.observe(document, { childList: true, subtree: true });
})();
