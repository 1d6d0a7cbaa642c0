// That the last guard has gone, kept also where nothing can be sealed: a reload opens no desk in a session that they left.
const KEY = "gatebook.tablet.left";

/** Whose session the server was not told to end; "" where nobody's is left, null while somebody works here. */
export function whoLeft(): string | null {
  return localStorage.getItem(KEY);
}

export function keepLeft(who: string | null): void {
  if (who === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, who);
}
