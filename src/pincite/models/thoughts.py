"""What of a reply is not meant for the reader?

Thoughts between tags, in the spellings of the common model families; thoughts that only end with a tag, because the
server's template opened them; calls of tools that nobody offered; control words of chat templates; an "Assistant:" at
the beginning. A tag that may be coming is held back (48 characters at the most), so any cutting of a reply into pieces
gives the same text.

A reply whose thoughts were opened by the template begins like any other. It is held back until its closing tag only
where that is likely: the model is known to think (``thinks``), or the reply begins as thoughts do. The second kind
is let go after ``SUSPECT_LIMIT`` characters, so a wrong suspicion costs a moment and never the answer.
"""

from __future__ import annotations

import re
from typing import Literal

SUSPECT_LIMIT = 1500

_CLOSERS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<reflection>": "</reflection>",
    "◁think▷": "◁/think▷",
    "[think]": "[/think]",
    "<|channel|>analysis<|message|>": "<|end|>",
    "<|channel|>commentary<|message|>": "<|end|>",
    "<tool_call>": "</tool_call>",
    "<tool_calls>": "</tool_calls>",
    "<function_calls>": "</function_calls>",
}
_CALLS = ("[tool_calls]", "<|python_tag|>")
"""What follows is for a tool; nobody has offered one."""
_ENDS = (*_CALLS, "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>", "<end_of_turn>", "</s>")
"""Words after which a model that runs on plays the next speaker."""
_OTHERS = (*_CLOSERS.values(), "<s>", "[inst]", "[/inst]", "<start_of_turn>model\n", "<start_of_turn>")
_TAGS = (*_CLOSERS, *_ENDS, *_OTHERS)
_LIMIT = 48
_SPECIAL = re.compile(r"<\|[a-z_]{1,24}\|>(?:(?:assistant|model|final)(?=\n|<\|)\n?)?", re.IGNORECASE)
_SPECIAL_BEGINS = re.compile(r"<(?:\|[a-z_]{0,24}(?:\|(?:>[a-z]{0,9}<?)?)?)?", re.IGNORECASE)
_USER = re.compile(r"<\|(?:im_start|start_header_id|start)\|>user|<\|user\|>", re.IGNORECASE)
_TRIGGER = re.compile(r"[<\[◁]")
_PREFIXES = ("assistant:", "answer:", "response:", "ai:", "**answer:**", "**answer**:", "final answer:")
_SUSPECT = (
    *("okay, ", "okay. ", "okay so ", "ok, ", "ok so ", "alright, ", "hmm, ", "hmm. ", "so, the user", "so the user"),
    *("let me ", "let's ", "wait, ", "first, i ", "first, let", "the user is ", "the user wants ", "the user asks "),
    *("the user asked ", "the user has ", "we need to ", "we have to ", "i need to ", "i have to ", "i should "),
)
"""How thoughts begin, in lower case."""


class Thoughts:
    """Feed it a reply; it gives what is meant for the reader. Blanks before the first word are gone."""

    def __init__(self, *, thinks: bool = False) -> None:
        self._buffer = ""
        self._at = 0
        self._closer = ""
        self._over = False
        self._final = False
        self._last = self._solid = "\n"
        """The last character of the reply, and the last that is no blank."""
        self._state: Literal["opening", "holding", "open"] = "opening"
        """The first words are judged, or held as likely thoughts, or all is given out as it comes."""
        self._thinks = thinks
        self._held = ""
        self._out: list[str] = []

    def feed(self, text: str) -> str:
        """What is certain now."""
        self._buffer = self._buffer[self._at :] + text
        self._at = 0
        while self._at < len(self._buffer) and not self._over and self._step():
            pass
        out = "".join(self._out)
        self._out = []
        return out

    def finish(self) -> str:
        """The rest. Thoughts that never ended are no answer."""
        self._final = True
        out = self.feed("")
        rest, self._held = self._held, ""
        if self._state != "open":
            rest = _without_prefix(rest.strip())
        return out + rest

    @property
    def unended(self) -> bool:
        """Does the reply stand in thoughts that have not ended?"""
        return bool(self._closer)

    def thought_elsewhere(self) -> None:
        """The server sends thoughts apart from the text, so the text holds none."""
        self._thinks = False

    # ── tags ──

    def _step(self) -> bool:
        if self._closer:
            return self._inside()
        found = _TRIGGER.search(self._buffer, self._at)
        upto = found.start() if found else len(self._buffer)
        if upto > self._at:
            return self._text(upto - self._at)
        return self._tag()

    def _text(self, length: int) -> bool:
        text = self._buffer[self._at : self._at + length]
        self._at += length
        self._last = text[-1]
        self._solid = "\n" if "\n" in text else self._solid
        self._solid = text.rstrip(" \t")[-1:] or self._solid
        self._give(text)
        return True

    def _inside(self) -> bool:
        """Drops thoughts up to their end."""
        found = re.compile(re.escape(self._closer), re.IGNORECASE).search(self._buffer, self._at)
        if found:
            self._at = found.end()
            self._closer = ""
            return True
        self._at = max(self._at, len(self._buffer) - len(self._closer) + 1)
        return False

    def _tag(self) -> bool:
        """At a ``<`` or ``[``: a tag, the beginning of one, or only text."""
        head = self._buffer[self._at : self._at + _LIMIT].lower()
        if self._last == "`":
            return self._text(1)
        grows = not self._final and len(self._buffer) - self._at < _LIMIT
        if grows and (_SPECIAL_BEGINS.fullmatch(head) or any(tag.startswith(head) and tag != head for tag in _TAGS)):
            return False
        tag = max((tag for tag in _TAGS if head.startswith(tag)), key=len, default="")
        if tag in _CLOSERS and self._solid in "\n.!?:>":
            self._closer = _CLOSERS[tag]
        elif tag in _ENDS or _USER.match(head):
            self._over = True
            return False
        elif tag in _CLOSERS.values() and tag != "<|end|>":
            self._closed()
        elif not tag or tag in _CLOSERS or tag == "<|end|>":
            special = _SPECIAL.match(head)
            if special is None:
                return self._text(1)
            tag = special[0]
        self._at += len(tag)
        return True

    def _closed(self) -> None:
        """A closing tag without its opening one: what is held was thoughts."""
        if self._state != "open":
            self._held = ""
            self._state = "opening"
            self._thinks = False
            self._solid = self._last = "\n"

    # ── the beginning ──

    def _give(self, text: str) -> None:
        """Out with ``text``, unless it may still turn out to be thoughts or a role's name."""
        if self._state == "open":
            self._out.append(text)
            return
        self._held = (self._held + text).lstrip() if self._state == "opening" else self._held + text
        if self._state == "opening" and self._held:
            low = self._held[:_LIMIT].lower()
            if self._thinks or low.startswith(_SUSPECT):
                self._state = "holding"
            elif not any(known.startswith(low) and known != low for known in (*_SUSPECT, *_PREFIXES)):
                rest = _without_prefix(self._held)
                if rest:
                    self._state = "open"
                    self._out.append(rest)
                    self._held = ""
        if self._state == "holding" and not self._thinks and len(self._held) > SUSPECT_LIMIT:
            self._state = "open"
            self._out.append(self._held)
            self._held = ""


def _without_prefix(text: str) -> str:
    low = text[:_LIMIT].lower()
    return text[len(next((p for p in _PREFIXES if low.startswith(p)), "")) :].lstrip()
