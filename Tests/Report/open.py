#!/usr/bin/env python3
"""Opens pages in headless Chromium and says how long that takes.

    Tests/Report/open.py PAGE... [--limit SECONDS] [--shots FOLDER]

Every page, a file or an address, is opened three times at two window sizes, each time in a fresh context. Prints the
slowest first paint, load and settled layout, and whether the page is wider than its window. Ends with 1 when the
slowest is above the limit or something overflows, and says so and ends with 0 where there is no Chromium.
--shots keeps a picture of every page at both sizes, whole.
"""

import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SIZES = [(1400, 1000), (420, 900)]

# Resolves when two frames were drawn after everything was loaded.
MEASURE = """
new Promise(resolve => {
  const settled = () => requestAnimationFrame(() => requestAnimationFrame(() => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const page = performance.getEntriesByType('navigation')[0];
    const root = document.documentElement;
    resolve({paint: paint ? paint.startTime : null, load: page.loadEventEnd, settled: performance.now(),
             elements: document.getElementsByTagName('*').length,
             width: root.scrollWidth, window: root.clientWidth, height: root.scrollHeight});
  }));
  document.readyState === 'complete' ? setTimeout(settled) : addEventListener('load', () => setTimeout(settled));
})
"""


class Browser:
    """Chromium, spoken to over two pipes, so that no port is opened."""

    def __init__(self, program, profile):
        from_us, to_browser = os.pipe()
        from_browser, to_us = os.pipe()

        def pipes():
            # The protocol wants them to be the descriptors 3 and 4; one of ours may be called that already.
            copies = [os.dup(from_us), os.dup(to_us)]
            high = [os.dup2(copy, 200 + index) for index, copy in enumerate(copies)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--hide-scrollbars", "--remote-debugging-pipe", f"--user-data-dir={profile}"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(from_us)
        os.close(to_us)
        self.writer = to_browser
        self.reader = os.fdopen(from_browser, "rb")
        self.number = 0
        self.rest = b""

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                chunk = self.reader.read1(1 << 20)
                if not chunk:
                    sys.exit("Chromium ended")
                self.rest += chunk
            line, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address, size, shot=None):
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Emulation.setDeviceMetricsOverride", session, width=size[0], height=size[1],
                  deviceScaleFactor=1, mobile=False)
        start = time.monotonic()
        self.call("Page.navigate", session, url=address)
        found = self.call("Runtime.evaluate", session, expression=MEASURE, awaitPromise=True,
                          returnByValue=True)["result"]["value"]
        found["wall"] = (time.monotonic() - start) * 1000
        if shot:
            picture = self.call(
                "Page.captureScreenshot", session, format="png", captureBeyondViewport=True,
                clip={"x": 0, "y": 0, "width": size[0], "height": found["height"], "scale": 1})["data"]
            shot.write_bytes(base64.b64decode(picture))
        self.call("Target.disposeBrowserContext", browserContextId=context)
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--limit", type=float, default=2, help="seconds that opening a page may take (default: 2)")
    parser.add_argument("--shots", type=pathlib.Path, help="folder for pictures")
    arguments = parser.parse_args()

    program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if not program:
        print("skipped: there is no Chromium here")
        return 0
    if arguments.shots:
        arguments.shots.mkdir(parents=True, exist_ok=True)
    failed = False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            for page in arguments.pages:
                address = page if "://" in page else pathlib.Path(page).resolve(strict=True).as_uri()
                for size in SIZES:
                    name = f"{pathlib.Path(page).stem}-{size[0]}.png"
                    shot = arguments.shots / name if arguments.shots else None
                    runs = [browser.open(address, size, shot if last else None) for last in (False, False, True)]
                    slowest = {key: max(run[key] or run["settled"] for run in runs)
                               for key in ["paint", "load", "settled", "wall"]}
                    bytes_ = f", {os.path.getsize(page) / 1e6:.2f} MB" if os.path.exists(page) else ""
                    print(f"{page} at {size[0]}x{size[1]}{bytes_}, {runs[0]['elements']} elements: first paint "
                          f"{slowest['paint']:.0f} ms, loaded {slowest['load']:.0f} ms, settled "
                          f"{slowest['settled']:.0f} ms, seen from outside {slowest['wall']:.0f} ms")
                    if slowest["wall"] > arguments.limit * 1000:
                        print(f"  slower than {arguments.limit:g} s")
                        failed = True
                    if runs[0]["width"] > runs[0]["window"]:
                        print(f"  wider than its window: {runs[0]['width']} of {runs[0]['window']}")
                        failed = True
        finally:
            browser.process.terminate()
            browser.process.wait()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
