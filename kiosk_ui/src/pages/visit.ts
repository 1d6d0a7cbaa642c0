// A visit's page. What was opened is not left behind in the address: a reload shows it closed again.
const details = /^(\/visits\/[^/]+)\/details$/.exec(location.pathname);
if (details?.[1] !== undefined) history.replaceState(null, "", details[1]);

const wanted = document.querySelector<HTMLElement>("#correct [name=value], #correct input[type=radio]");
if (wanted !== null && document.querySelector('[aria-invalid="true"]') === null) {
  wanted.focus();
  if (wanted instanceof HTMLInputElement && wanted.type === "text") wanted.select();
}
