"""A person at a browser without scripts, in words of what people do."""

import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe


@dataclass
class Visitor:
    """One person at a browser. reader: a page that runs axe; the visitor's runs nothing."""

    url: str
    page: Page
    reader: Page

    def goes(self, path: str) -> None:
        self.page.goto(self.url + path)

    def presses(self, name: str, role: str = "button") -> None:
        where = self.page.get_by_role("main")
        where.get_by_role(role, name=name, exact=role == "button").first.click()  # type: ignore[arg-type]
        self.page.wait_for_load_state()

    def looks(self) -> None:
        """Has axe read a copy of the page, also where it is the answer to a form."""
        self.reader.set_content(self.page.content())
        assert axe(self.reader) == [], self.page.url

    def reads(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def misses(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).not_to_contain_text(text)

    def reloads_until(self, text: str) -> None:
        until = time.monotonic() + 40
        while text not in self.page.get_by_role("main").inner_text():
            assert time.monotonic() < until, f"{text} did not come: {self.page.content()}"
            time.sleep(0.3)
            self.page.reload()

    def fold(self, name: str) -> Locator:
        """The fingerprints under the fold of that name."""
        return self.page.locator("details").filter(has_text=name).locator(".ec-hash")

    def sends(self, path: str, **fields: str) -> str:
        """Sends a form that no page shows, as somebody might by hand; the page that answers."""
        token = self.page.locator("[name=csrf_token]").first.get_attribute("value") or ""
        answer = self.page.request.post(self.url + path, form={"csrf_token": token, **fields})
        return answer.text()

    def status(self, path: str) -> int:
        return self.page.request.get(self.url + path).status

    def downloads(self, name: str, folder: Path) -> Path:
        with self.page.expect_download() as coming:
            self.page.locator(f"main a[href$='/{name}']").click()
        assert coming.value.suggested_filename == name
        coming.value.save_as(folder / name)
        return folder / name
