/** Whether an address answers a page of any origin that sends nobody's cookies. */
export async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { cache: "no-store", credentials: "omit" })).ok;
  } catch {
    return false;
  }
}
