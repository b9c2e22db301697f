"""Write the text encoder's golden vectors and the tokenizer definition that the tests read.

  python training/scripts/build_text.py        (needs `npm ci` in training/sources, and Node)

tests/golden/tokenizer_definition.json  what ships as tokenizer.json in every bundle
tests/golden/tokenizer.json             strings and their ids, for Python and TypeScript
tests/golden/text_encoder.json          pooled vectors and token states of the original network
"""

import json
import subprocess
from pathlib import Path

from dcs.text import MAX_TOKENS, TextTokenizer, build_tokenizer_json

TRAINING = Path(__file__).resolve().parent.parent
GOLDEN = TRAINING / "tests" / "golden"

# Printable text, single spaces, none at the ends: here our ids are the original tokenizer's.
ORDINARY = [
    "red apple on a light blue background",
    "red apple",
    "a",
    "apple",
    "Red Apple",
    "RED APPLE ON A LIGHT BLUE BACKGROUND",
    "a smiling cat face with heart-eyes, flat style",
    "two stickers: a green frog and a yellow star",
    "the sun (left) & the moon (right)!",
    "ice cream... with sprinkles?",
    "grinning face, 3d, on dark purple",
    "a small house at the top left; a big tree at the bottom right",
    "it's a dog's bone",
    '"quoted" cookie',
    "\u201ccurly quotes\u201d and \u2018single\u2019 and an em\u2014dash",
    "50% off, $3.99 #sale @home",
    "meet me at 10:30 or 12:00",
    "http://example.com/a?b=c&d=e",
    "snake_case and kebab-case and camelCase",
    "[brackets] {braces} <angles> |bars| ~tilde~ `ticks` ^caret^ \\slash/",
    "<s> </s> extra_token_id_1",
    "1234567890",
    "x",
    "supercalifragilisticexpialidocious",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e",
    "cafe\u0301 creme\u0301",  # decomposed accents, composed by NFKC
    "\u00fcber Stra\u00dfe \u00c4pfel",
    "ni\u00f1o peque\u00f1o",
    "\u0141\u00f3d\u017a \u017c\u00f3\u0142w",
    "\ufb01ne \ufb02ower",  # ligatures
    "\uff32\uff45\uff44 \uff21\uff50\uff50\uff4c\uff45",  # full width
    "x\u00b2 + y\u2083 = \u00bd",
    "\u2460 \u2461 \u2122 \u00ae",
    "\u043a\u0440\u0430\u0441\u043d\u043e\u0435 \u044f\u0431\u043b\u043e\u043a\u043e",
    "\u03ba\u03cc\u03ba\u03ba\u03b9\u03bd\u03bf \u03bc\u03ae\u03bb\u03bf",
    "\u7ea2\u82f9\u679c",
    "\u8d64\u3044 \u308a\u3093\u3054",
    "\ube68\uac04 \uc0ac\uacfc",
    "\u062a\u0641\u0627\u062d\u0629 \u062d\u0645\u0631\u0627\u0621",
    "\u05ea\u05e4\u05d5\u05d7 \u05d0\u05d3\u05d5\u05dd",
    "\u0932\u093e\u0932 \u0938\u0947\u092c",
    "\u0e41\u0e2d\u0e1b\u0e40\u0e1b\u0e34\u0e49\u0e25\u0e2a\u0e35\u0e41\u0e14\u0e07",
    "\U0001f34e",
    "red \U0001f34e apple",
    "\U0001f34e\U0001f34e\U0001f34e on blue",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 family",  # joined by U+200D
    "\u2764\ufe0f heart",  # with a variation selector
    "\U0001f44d\U0001f3fd thumbs up",
    "\U0001f1e9\U0001f1ea flag",
    "1\ufe0f\u20e3 keycap",
    "z\u0351\u036b\u0343a\u0363\u0366lgo",
    "\u2605 \u2665 \u25ba \u2588",
    "\ud7ff\ue000\uffff",
    "red " * 40 + "apple",
    "a bright red apple with a green leaf on a light blue background, next to a yellow banana, a purple "
    "grape, an orange orange and a small brown dog that looks at all of them",
]

# Where we differ from the original on purpose, and what no prompt should break.
UNUSUAL = [
    "",
    " ",
    "   ",
    "\t",
    "\n\r\n",
    " red apple ",
    "red  apple",
    "red\tapple",
    "red\napple\r\non blue",
    "red\u00a0apple\u3000on\u2003blue",
    "red\u200bapple",
    "red\ufeffapple",
    "red\u00adapple",
    "red\u2028apple\u0085blue",
    "red\x00apple",
    "\x00\x01\x02\x1f\x7f\x80\x9f",
    "red\x1b[31m apple",
    "\u2581red\u2581\u2581apple\u2581",
    "\u200d",
    "\ufe0f",
    "\u0301apple",
    "\u00a8apple",  # NFKC makes a space and a combining mark
    "\ufffd",
    "red \ufffd\ufffd apple",
    "\ud800",
    "red \udc00 apple",
    "\ude00\ud83d",  # halves in the wrong order
    "\ud83d apple \ude00",
    ": red apple",
    ":) red apple",
    "\u202ered apple\u202c",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
]

# (text, times): written so in the file, to keep it small.
REPEATED = [
    ("a", 10_000),
    ("red apple ", 1000),
    ("\U0001f34e", 2000),
    (" ", 10_000),
    ("ab\u4e2d", 10_000),
    ("a \u4e2d ", 10_000),
    ("\ud800", 20_000),
    ("\u2057", 10_000),  # NFKC makes four characters of each
]

EMBEDDED = [
    "red apple on a light blue background",
    "red apple",
    "green apple",
    "apple",
    "A smiling cat face with heart-eyes.",
    "two stickers: a green frog and a yellow star",
    "hello world",
    "the sun (left) & the moon (right)!",
    "\u7ea2\u82f9\u679c",
    "red \U0001f34e apple",
    "caf\u00e9 cr\u00e8me br\u00fbl\u00e9e",
    "a bright red apple with a green leaf on a light blue background, next to a banana, a grape and a dog",
]
WITH_STATES = 3  # token states are large: kept for the first texts only


def rounded(values: object) -> object:
    """Nested lists of numbers at 7 decimals: below float32 resolution of the values near 1."""
    return [rounded(value) for value in values] if isinstance(values, list) else round(float(str(values)), 7)


def write(name: str, content: object) -> None:
    """Write one golden file, in ASCII so that every editor shows the invisible characters."""
    path = GOLDEN / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=None, separators=(",", ":")) + "\n", encoding="ascii")
    print(f"{path.relative_to(TRAINING)}: {path.stat().st_size} bytes")


def main() -> None:
    """Run the original, compare, write."""
    sources = TRAINING / "sources"
    request = json.dumps({"tokenize": ORDINARY, "embed": EMBEDDED})
    script = Path(__file__).with_name("reference_text.cjs")
    run = subprocess.run(["node", str(script), str(sources)], input=request, capture_output=True, text=True, check=True)
    answer = json.loads(run.stdout)

    definition = build_tokenizer_json(sources)
    write("tokenizer_definition.json", definition)
    tokenizer = TextTokenizer(definition)
    whole = TextTokenizer(definition, max_tokens=10**9)
    cases = []
    strings = [(text, 1) for text in ORDINARY + UNUSUAL] + REPEATED
    for index, (text, times) in enumerate(strings):
        encoded = tokenizer.encode(text * times)
        original = answer["ids"][index] if index < len(ORDINARY) else None
        if original is not None and original != whole.encode(text).ids:
            raise ValueError(f"ids of {text!r} are {whole.encode(text).ids}, the original's {original}")
        cases.append(
            {
                "text": text,
                "times": times,
                "ids": encoded.ids,
                "truncatedTokens": encoded.truncated_tokens,
                "unknownWords": encoded.unknown_words,
                "originalIds": original,
            }
        )
    write("tokenizer.json", {"maxTokens": MAX_TOKENS, "cases": cases})
    texts = [
        {
            "text": text,
            "pooled": rounded(answer["pooled"][i]),
            "states": rounded(answer["states"][i]) if i < WITH_STATES else None,
        }
        for i, text in enumerate(EMBEDDED)
    ]
    write("text_encoder.json", {"texts": texts})


if __name__ == "__main__":
    main()
