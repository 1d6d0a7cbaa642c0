// A quick guard's hand, in the page: taps and keys as a person's, one act after the other.
// `acts` of them: two deliveries, then somebody of `codes` comes in or, on the next round, leaves.
({ acts, codes }) => {
  const shift = (window.shift = { acts, done: 0, failed: "" });
  const PATIENCE = 20_000;
  const one = (selector) => document.querySelector(selector);
  const count = () => Number(one(".bar-unsent").dataset.count);

  const pause = () => new Promise((resolve) => setTimeout(resolve, 4));

  async function until(found, what) {
    for (const end = performance.now() + PATIENCE; performance.now() < end; await pause()) {
      const value = found();
      if (value) return value;
    }
    throw new Error(`${what} did not come: ${document.body.innerText.slice(0, 400)}`);
  }

  const usable = (selector) => () => {
    const found = one(selector);
    return found && !found.disabled && found.getAttribute("aria-disabled") !== "true" ? found : null;
  };
  const gone = (selector) => () => one(selector) === null;
  const tap = async (selector) => (await until(usable(selector), selector)).click();
  const press = (key, to = document.body) =>
    to.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  async function deliver() {
    await tap("button[aria-label='Khách mới']");
    const kinds = () => [...document.querySelectorAll(".slip .option")];
    (await until(() => kinds().find((kind) => kind.innerText.includes("Giao hàng")), "kinds")).click();
    await until(gone(".slip"), "the end of the slip");
  }

  async function find(code) {
    const field = await until(usable(".search input"), "search");
    field.value = code;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    press("Enter", field);
  }

  async function comeIn(code) {
    await find(code);
    await until(usable("#need-mask"), "the sheet");
    for (const digit of "365") press(digit);
    await tap("#need-mask");
    await tap("#need-sanitiser");
    await tap(".decide");
    await until(gone("#need-mask"), "the end of the sheet");
  }

  async function goOut(code) {
    // Quicker than a tablet writes: somebody whose coming in is not on the disk yet is looked for again.
    const end = performance.now() + PATIENCE;
    for (;;) {
      await find(code);
      await until(() => one(".facts") ?? one("#need-mask"), `${code} to look at`);
      if (one(".facts")) break;
      if (performance.now() > end) throw new Error(`${code} never came in`);
      await tap(".sheet-head button");
      await until(gone("#need-mask"), "the end of the sheet");
      await pause();
    }
    await tap(".decide");
    await until(gone(".facts"), "the end of the way out");
  }

  async function work() {
    for (let at = 0; at < acts; at += 1) {
      const before = count();
      const round = Math.floor(at / 3);
      const code = codes[Math.floor(round / 2) % codes.length];
      if (at % 3 < 2) await deliver();
      else if (round % 2 === 0) await comeIn(code);
      else await goOut(code);
      await until(() => count() > before, "the count");
      shift.done += 1;
    }
  }

  void work().catch((error) => (shift.failed = String(error)));
}
