"""What the tablet asks of its browser: a screen that stays on, a place on the home screen, one version in all tabs."""

from playwright.sync_api import expect

from tests.browser.conftest import Screens
from tests.browser.desk import LANDSCAPE, Hand, begin_shift, unsent
from tests.conftest import Live
from tests.office import PIN

# What was asked of the browser is said on the page's own element, where a test can wait for it.
AWAKE = """{
  const say = (what) => (document.documentElement.dataset.screen = what);
  Object.defineProperty(navigator, "wakeLock", { value: { request: async (what) => {
    const lock = { released: false, release: async () => { lock.released = true; say(`${what} let go`); } };
    say(`${what} held`);
    return lock;
  } } });
}"""

OFFERED = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = async () => { document.documentElement.dataset.prompted = "yes"; };
  dispatchEvent(event);
  return event.defaultPrevented;
}"""

NEWER = """async () => {
  const opening = indexedDB.open("gatebook", 99);
  const database = await new Promise((open) => (opening.onsuccess = () => open(opening.result)));
  database.close();
}"""


def test_the_screen_stays_on_while_somebody_works_and_the_browsers_offer_is_kept(screens: Screens, live: Live) -> None:
    page = screens.open(*LANDSCAPE)
    page.add_init_script(AWAKE)
    hand = begin_shift(page, live.office)
    whole = page.locator("html")
    expect(whole).to_have_attribute("data-screen", "screen held")
    hand.tap(page.locator(".bar-duty"))
    hand.button("Bàn giao ca")
    hand.button("Kết thúc ca, chưa có người nhận")
    expect(whole).to_have_attribute("data-screen", "screen let go")
    install = page.get_by_role("button", name="Đưa ra màn hình chính")
    expect(install).to_have_count(0)
    assert page.evaluate(OFFERED)
    hand.tap(install)
    expect(whole).to_have_attribute("data-prompted", "yes")
    expect(install).to_have_count(0)
    hand.button("Nguyễn Văn Đức")
    hand.digits(PIN)
    expect(whole).to_have_attribute("data-screen", "screen held")


def test_a_page_beside_a_newer_one_records_nothing_says_so_and_offers_to_be_loaded_again(desk: Hand) -> None:
    page = desk.page
    page.evaluate(NEWER)
    desk.row("Đỗ Văn Đức")
    desk.digits("364")
    desk.tiles()
    desk.decide()
    expect(page.locator('.undo[data-how="refused"]')).to_contain_text("CHƯA được ghi")
    expect(page.locator(".bar-update")).to_be_visible()
    unsent(page, 0)
