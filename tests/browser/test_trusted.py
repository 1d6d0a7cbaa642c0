"""A device that took in the authority: what browsers keep from plain http works there."""

from tests.browser.trusted import Tablets, TrustedLive

REGISTERS = """async () => {
  await navigator.serviceWorker.register('/trust/check.js', { scope: '/trust/' });
  await new Promise((kept, failed) => {
    const opening = indexedDB.open('kept', 1);
    opening.onsuccess = kept;
    opening.onerror = failed;
  });
}"""


def test_a_tablet_that_trusts_the_authority_may_do_all_also_after_its_browser_was_killed(
    tablets: Tablets, trusted: TrustedLive
) -> None:
    page = tablets.start("bàn bảo vệ").pages[0]
    page.goto(f"{trusted.secure_url}/trust")
    assert page.evaluate("isSecureContext")
    page.evaluate(REGISTERS)
    tablets.kill("bàn bảo vệ")
    page = tablets.start("bàn bảo vệ").pages[0]
    page.goto(f"{trusted.secure_url}/trust")
    assert page.evaluate("isSecureContext")
    kept = page.evaluate("indexedDB.databases().then((known) => known.map(({ name }) => name))")
    assert kept == ["kept"]
