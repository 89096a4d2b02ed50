"""How are browsers other than Chromium driven? By the commands of W3C WebDriver, which both of Debian's understand.

WebKit takes them over HTTP, from WebKitWebDriver. Firefox takes the same ones over a socket of its own, Marionette:
each message is its length, a colon and JSON. That is all that geckodriver would do, which Debian does not have.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

WAIT_S = 60.0
"""So long a busy machine may take for anything here."""
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}
MODIFIERS = {"Shift": "\ue008", "Control": "\ue009", "Alt": "\ue00a"}
MINIBROWSERS = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))

Json = dict[str, Any]
Send = Callable[[str, str, str, Json], Any]
"""A command: its name in Marionette, its method and path in HTTP, its parameters."""


class Failed(Exception):
    """The browser says that a command did not work."""


@dataclass
class Window:
    """One window of one browser."""

    send: Send

    def go(self, url: str) -> None:
        self.send("WebDriver:Navigate", "POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What ``script``, the body of a function, returns in the page."""
        return self.send(
            "WebDriver:ExecuteScript", "POST", "/execute/sync", {"script": script, "args": list(arguments)}
        )

    def find(self, css: str) -> Json:
        found = self.send("WebDriver:FindElement", "POST", "/element", {"using": "css selector", "value": css})
        element: Json = found
        return element

    def click(self, css: str) -> None:
        id_ = self.find(css)[ELEMENT]
        self.send("WebDriver:ElementClick", "POST", f"/element/{id_}/click", {"id": id_})

    def type(self, css: str, text: str) -> None:
        """Types into an element, as a person would."""
        id_ = self.find(css)[ELEMENT]
        body = {"id": id_, "text": text, "value": list(text)}
        self.send("WebDriver:ElementSendKeys", "POST", f"/element/{id_}/value", body)

    def press(self, *keys: str) -> None:
        """Single keys, one after the other, to whatever has the focus: ``a``, ``Enter``, ``Control+k``."""
        actions: list[Json] = []
        for key in keys:
            *held, last = key.split("+") if len(key) > 1 else [key]
            codes = [MODIFIERS[name] for name in held] + [KEYS.get(last, last)]
            actions += [{"type": "keyDown", "value": code} for code in codes]
            actions += [{"type": "keyUp", "value": code} for code in reversed(codes)]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def hover(self, css: str) -> None:
        self.run("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", css)
        move = {"type": "pointerMove", "duration": 50, "origin": self.find(css), "x": 0, "y": 0}
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [move]})

    def _act(self, source: Json) -> None:
        self.send("WebDriver:PerformActions", "POST", "/actions", {"actions": [source]})

    def resize(self, width: int, height: int) -> None:
        """So that the page itself has that size."""
        for _ in range(3):  # what frames take of it shows in the first one
            inner = self.run("return [innerWidth, innerHeight, outerWidth, outerHeight]")
            if inner[:2] == [width, height]:
                return
            size = {"width": width + inner[2] - inner[0], "height": height + inner[3] - inner[1]}
            self.send("WebDriver:SetWindowRect", "POST", "/window/rect", size)
            time.sleep(0.2)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("WebDriver:TakeScreenshot", "GET", "/screenshot", {"full": False}))

    def until(self, script: str, *arguments: Any) -> Any:
        """Waits for ``script`` to return something true; that."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if found := self.run(script, *arguments):
                return found
            time.sleep(0.05)
        raise AssertionError(f"not within {WAIT_S:.0f} s: {script}")


# ── Firefox ──

PREFERENCES: Mapping[str, str | int | bool] = {
    "app.update.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "focusmanager.testmode": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.legacyUserProfileCustomizations.stylesheets": True,
    "toolkit.telemetry.enabled": False,
    "ui.allPointerCapabilities": 6,
    "ui.primaryPointerCapabilities": 6,
}
"""Quiet: a browser that asks nobody anything, whose page has the focus though nobody sees it, and that has a mouse."""


@contextmanager
def firefox(folder: Path, *, scripts: bool = True, dark: bool = False) -> Iterator[Window]:
    """A new profile in ``folder``. ``dark`` is what the system says, ``scripts`` what the person allows."""
    port = _free_port()
    own = {"marionette.port": port, "javascript.enabled": scripts}
    own["layout.css.prefers-color-scheme.content-override"] = 0 if dark else 1
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in {**PREFERENCES, **own}.items()]
    (folder / "chrome").mkdir(parents=True)
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    (folder / "chrome" / "userChrome.css").write_text(
        ":root, body, #navigator-toolbox, #navigator-toolbox * { min-width: 0 !important }", encoding="utf-8"
    )
    words = ["firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", str(folder)]
    with ExitStack() as stack:
        stack.enter_context(_running(words, HOME=str(folder)))
        window = Window(_Marionette(stack.enter_context(_connected(port))).send)
        window.send("WebDriver:NewSession", "", "", {"capabilities": {"alwaysMatch": {}}})
        yield window


class _Marionette:
    def __init__(self, line: socket.socket) -> None:
        self._file = line.makefile("rwb")
        self._number = 0
        self._read()  # who it is

    def send(self, name: str, _method: str, _path: str, parameters: Json) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, name, parameters]).encode()
        self._file.write(b"%d:%s" % (len(message), message))
        self._file.flush()
        _, _, error, result = self._read()
        if error:
            raise Failed(f"{name}: {error['error']}: {error['message']}")
        return result["value"] if isinstance(result, dict) and set(result) == {"value"} else result

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            piece = self._file.read(1)
            if not piece:
                raise Failed("Firefox has closed the connection")
            length += piece
        return json.loads(self._file.read(int(length[:-1])))


# ── WebKit ──


@contextmanager
def webkit(folder: Path, *, scripts: bool = True, dark: bool = False) -> Iterator[Window]:
    """MiniBrowser, the browser that WebKitGTK is tested with, on a screen that nobody sees."""
    port = _free_port()
    (folder / "gtk-3.0").mkdir(parents=True)
    (folder / "gtk-3.0" / "gtk.css").write_text(
        "toolbar, toolbar *, entry, button { padding: 0; margin: 0; min-width: 0; border-width: 0; font-size: 1px }",
        encoding="utf-8",
    )
    chosen = {"--automation": True, "--enable-javascript=FALSE": not scripts, "--dark-mode": dark}
    with ExitStack() as stack:
        display = stack.enter_context(_screen())
        # Its sandbox needs name spaces, which containers seldom give.
        env = {"DISPLAY": display, "XDG_CONFIG_HOME": str(folder), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        stack.enter_context(_running(["WebKitWebDriver", f"--port={port}"], **env))
        stack.enter_context(_connected(port))
        http = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_S))
        options = {"binary": str(MINIBROWSERS[0]), "args": [word for word, wanted in chosen.items() if wanted]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = _value(http.post("/session", json=wanted))["sessionId"]
        stack.callback(http.delete, f"/session/{session}")

        def send(_name: str, method: str, path: str, parameters: Json) -> Any:
            content = None if method == "GET" else json.dumps(parameters)
            return _value(http.request(method, f"/session/{session}{path}", content=content))

        yield Window(send)


def _value(response: httpx.Response) -> Any:
    value = response.json()["value"]
    if response.status_code != 200:
        raise Failed(f"{response.request.url}: {value['error']}: {value.get('message', '')}")
    return value


@contextmanager
def _screen() -> Iterator[str]:
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    process = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    try:
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        process.terminate()
        process.wait(WAIT_S)


# ── both ──


ENGINES = {"firefox": firefox, "webkit": webkit}
PROGRAMS = {"firefox": ("firefox-esr",), "webkit": ("WebKitWebDriver", "Xvfb")}


def missing(name: str) -> list[str]:
    """What an engine needs and this machine does not have."""
    lacks = [program for program in PROGRAMS[name] if shutil.which(program) is None]
    return lacks + (["MiniBrowser"] if name == "webkit" and not MINIBROWSERS else [])


@contextmanager
def _running(words: list[str], **env: str) -> Iterator[None]:
    process = subprocess.Popen(
        words, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(WAIT_S)


@contextmanager
def _connected(port: int) -> Iterator[socket.socket]:
    """A connection to ``port`` of this machine as soon as somebody listens there."""
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            line = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    with line:
        yield line


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
