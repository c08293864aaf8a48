"""The process that listens: `python -m ringdesk.recordings.speech.child MODEL MEMORY_MB PARENT`.

It loads one Vosk model and then does what it is told on standard input, a JSON object a line; `audio` is followed by so many bytes of
interleaved signed 16-bit samples. Nothing of a recording is ever in a file. Answers are JSON objects, a line each, on standard output:

    begin {rate, channels}     a recording begins: one recogniser for each speaker
    audio {bytes}              → taken {samples}; before it, as they are recognised:
                                 heard {channel, words: [[word, start, end, confidence]]}
    end                        → the last words, then done
    find {texts, patterns}     regular expressions, which may take for ever: so they are looked for here → found [[text, start, end]]

It ends when its parent does, and cannot have more memory than it is told.
"""

import contextlib
import ctypes
import json
import os
import re
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

NICE = 10  # behind whoever answers a browser, and behind what stores recordings, which somebody may wait to hear
BESIDES_MB = 256  # of address space for libraries and OpenBLAS's buffer of 128 MB, without which it waits for ever; hardly any is touched
NO_MODEL = 3  # exit code: the model cannot be loaded
NO_MEMORY = 4  # exit code: it broke off for want of memory, as far as can be known
PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    model, memory, parent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes where messages go, not between the answers
    _bounded(memory, parent)
    from ringdesk.recordings.speech.listening import Ear, load  # what they need counts against the bound

    def say(**what: Any) -> None:
        print(json.dumps(what), file=out, flush=True)

    try:
        loaded = load(model)
    except Exception as error:  # Vosk raises nothing more particular
        say(error=str(error))
        sys.exit(NO_MODEL)
    say(ready=True, rate=sample_rate(Path(model)))
    try:
        _serve(sys.stdin.buffer, say, lambda rate, channels: Ear(loaded, rate, channels))
    except MemoryError:
        sys.exit(NO_MEMORY)
    except Exception as error:  # of Vosk's C++, which has no memory left or a model that is damaged
        sys.stderr.write(f"ERROR {error}\n")
        sys.exit(NO_MEMORY)


def _serve(inward: BinaryIO, say: Any, ear_for: Any) -> None:
    ear = None
    while line := inward.readline():
        told = json.loads(line)
        match told["do"]:
            case "begin":
                ear = ear_for(told["rate"], told["channels"])
            case "audio":
                pcm = inward.read(told["bytes"])
                if ear is None or len(pcm) < told["bytes"]:
                    return
                for channel, words in ear.hear(pcm):
                    say(heard=channel, words=words)
                say(taken=ear.samples)
            case "end":
                if ear is not None:
                    for channel, words in ear.end():
                        say(heard=channel, words=words)
                ear = None
                say(done=True)
            case "find":
                say(found=find(told["texts"], told["patterns"]))


def find(texts: list[str], patterns: list[str]) -> list[tuple[int, int, int]]:
    """Where one of the patterns matches: the text's number, and from which character to which."""
    compiled = [re.compile(pattern) for pattern in patterns]
    return [
        (number, match.start(), match.end())
        for number, text in enumerate(texts)
        for pattern in compiled
        for match in pattern.finditer(text)
        if match.end() > match.start()
    ]


def sample_rate(model: Path) -> int:
    """At which the model listens. Vosk resamples what it is told comes at another rate; without a word in the model 16000."""
    for place in (model / "conf" / "mfcc.conf", model / "mfcc.conf"):
        with contextlib.suppress(OSError):
            found = re.search(r"--sample-frequency=(\d+)", place.read_text(encoding="utf-8", errors="replace"))
            if found is not None:
                return int(found[1])
    return 16000


def _bounded(memory_mb: int, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    os.nice(NICE)
    limit = (memory_mb + BESIDES_MB) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what was said does not go into a core file
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        sys.exit(0)


if __name__ == "__main__":
    main()
