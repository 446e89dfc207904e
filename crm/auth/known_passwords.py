"""What people choose first and guessers try first: words, names, dates of love, rows of the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

WORDS = """
password passw0rd p@ssword p@ssw0rd pa55word passwort welcome welcome1 letmein login admin administrator root user
guest test tester testing demo123 default changeme secret master monkey dragon sunshine princess football baseball
superman batman iloveyou trustno1 whatever starwars hello freedom shadow michael jordan pokemon computer internet
windows microsoft google system manager service server oracle mysql database qwerty qwertyuiop qwer1234 asdfgh zxcvbn
1qaz2wsx 1qaz@wsx 2wsx3edc 3edc4rfv qazwsx qazwsxedc q1w2e3r4 q1w2e3 1q2w3e4r 1q2w3e abc123 abcd1234 a1b2c3 aa123456
a123456 abc123456 qq123456 wang123 zhang123 li123456 123qwe qwe123 asd123 zxc123 111111 000000 888888 666666 112233
123123 123321 147258369 147258 159357 789456 5201314 520520 1314520 1314521 7758521 7758258 110120 518518 168168
woaini woaini1314 woaini520 woaiwojia woaizhongguo woaimama aini1314 wodemima mima mima123 nihao nihao123 xiaoming
zhongguo china beijing shanghai guangzhou shenzhen changsha hunan laopo laogong baobei baobao tiantian kuaile
gongsi wuye wuyegongsi wuyefuwu xiaoqu huayuan jiayuan xincheng kefu kefu123 qiantai caiwu shoufei yezhu
yihu yihuyidang property propertymanagement estate company office crm
""".split()
ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
)
LOOKALIKES = str.maketrans("@$!013457", "asioleast")
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?(?:0[1-9]|[12]\d|3[01])?")
RUN = 4  # neighbours on the keyboard or in the alphabet
ENOUGH = 4  # different letters and digits that are somebody's own


def is_known(password: str, own_words: Iterable[str]) -> bool:
    """Whether hardly anything is left once known words, `own_words`, dates and rows of the keyboard are taken out."""
    words = {word.casefold() for word in (*WORDS, *own_words) if len(word) > 2}
    text = password.casefold()
    return any(_left(version, words) < ENOUGH for version in (text, text.translate(LOOKALIKES)))


def _left(text: str, words: Iterable[str]) -> int:
    """How many different letters and digits belong to nothing known."""
    known = {place for start, end in _known_spans(text, words) for place in range(start, end)}
    return len({sign for place, sign in enumerate(text) if sign.isalnum() and place not in known})


def _known_spans(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        yield from (found.span() for found in re.finditer(re.escape(word), text))
    yield from (found.span() for found in DATE.finditer(text))
    for start in range(len(text) - RUN + 1):
        if any(text[start : start + RUN] in row or text[start : start + RUN] in row[::-1] for row in ROWS):
            yield start, start + RUN
