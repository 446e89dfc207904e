"""Numbers and papers of invented people: phones, ID numbers, plates, addresses for mail, cars.

Everything that must be unique is worked out from a running number (`serial`), not remembered in a set, so that
buildings can be generated one at a time and in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, count
from random import Random

from crm.demo import names
from crm.demo.facts import Sex, Vehicle
from crm.identity import check_character

MOBILE_PREFIXES = (
    *("130", "131", "132", "133", "134", "135", "136", "137", "138", "139"),
    *("147", "150", "151", "152", "153", "155", "156", "157", "158", "159"),
    *("166", "171", "173", "175", "176", "177", "178", "180", "181", "182"),
    *("183", "185", "186", "187", "188", "189", "191", "195", "198", "199"),
)
KNOWN_PHONE = "13900005678"
_MOBILES = len(MOBILE_PREFIXES) * 100_000
_MOBILE_STRIDE = 2_718_297  # coprime to _MOBILES: neighbours get unlike numbers, none comes twice

# GB/T 2260, districts and counties: Qinghai (with the codes of Haidong before 2013) and where people moved from.
AREAS = tuple(
    """630102 630103 630104 630105 630121 630122 630123 632121 632122 632123 632126 632127 632128 630202 630203
    630222 630223 630224 630225 632221 632222 632223 632224 632321 632322 632521 632523 632524 632525 632801 632802
    632821 632822 620102 620103 620502 622921 622926 610102 610103 610302 510104 510105 410102 410105 411402 370102
    370202 320102 320505 330106 330327 420106 340103 430102 110105 310104 640104 650102 500103""".split()
)
_ORDERS, _DAYS = 499, 28  # order numbers of one sex from 001 to 998; days that every month has
_IDS = len(AREAS) * _ORDERS * 12 * _DAYS
_ID_STRIDE = 6_180_341  # coprime to the counts of ID numbers and of plates
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTER_PLACES = tuple(combinations(range(5), 2))
_BLUE_PLATES = len(_LETTER_PLACES) * 24**2 * 10**3
# Five letters for battery cars, five for hybrids; with Haidong (B) there are enough for 125,000 units.
_GREEN_HEADS = tuple(f"青{town}{letter}" for town in "AB" for letter in "DABCEFGHJK")
_GREEN_PLATES = len(_GREEN_HEADS) * 10**5
_CARS = "大众 丰田 本田 比亚迪 日产 吉利 长安 哈弗 别克 奥迪 宝马 红旗 五菱 奇瑞 现代 福特".split()
_COLOURS = "白色 黑色 灰色 银色 蓝色 红色 棕色".split()
_MAIL_HOSTS = ("example.com", "example.net", "example.org")


def mobile(serial: int) -> str:
    """A mobile number no other serial has. No range is set aside for fiction; all of ours have 000x in the middle.

    Beyond four million serials the group becomes 001x and so on.
    """
    block, place = divmod(serial, _MOBILES)
    tail, prefix = divmod(place * _MOBILE_STRIDE % _MOBILES, len(MOBILE_PREFIXES))
    number = f"{MOBILE_PREFIXES[prefix]}{block:03d}{tail:05d}"
    # Eight zeros after the prefix would look like a placeholder.
    return mobile(serial + 99 * _MOBILES) if number == KNOWN_PHONE or number.endswith("00000000") else number


def id_number(serial: int, sex: Sex, year: int) -> str:
    """A valid resident ID number of somebody born in `year`; unique up to ten million serials."""
    rest, area = divmod(serial * _ID_STRIDE % _IDS, len(AREAS))
    rest, order = divmod(rest, _ORDERS)
    month, day = divmod(rest, _DAYS)
    first17 = f"{AREAS[area]}{year}{month + 1:02d}{day + 1:02d}{2 * order + (1 if sex == 'male' else 2):03d}"
    return first17 + check_character(first17)


def plate(serial: int, *, electric: bool) -> str:
    """A plate of Xining (青A) with two letters among five characters; electric cars have six on green, some of Haidong."""
    if electric:
        head, digits = divmod(serial * _ID_STRIDE % _GREEN_PLATES, 10**5)
        return f"{_GREEN_HEADS[head]}{digits:05d}"
    rest, pattern = divmod(serial * _ID_STRIDE % _BLUE_PLATES, len(_LETTER_PLACES))
    return "青A" + _blue_tail(rest, _LETTER_PLACES[pattern])


def _blue_tail(rest: int, letter_places: tuple[int, ...]) -> str:
    characters = []
    for place in range(5):
        alphabet = _PLATE_LETTERS if place in letter_places else "0123456789"
        rest, character = divmod(rest, len(alphabet))
        characters.append(alphabet[character])
    return "".join(characters)


@dataclass(slots=True)
class Register:
    """Hands out people's facts for one building: its own dice and its own stretch of running numbers."""

    rng: Random
    today: date
    serials: Iterator[int] = field(default_factory=count)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included; `first` when they are the wrong way round."""
        span = (last - first).days
        return first + timedelta(days=int(self.rng.random() * (span + 1))) if span > 0 else first

    def days_ago(self, least: int, most: int) -> date:
        return self.today - timedelta(days=self.rng.randint(least, most))

    def sex(self, men: float = 0.55) -> Sex:
        return "male" if self.chance(men) else "female"

    def mobile(self) -> str:
        return mobile(next(self.serials))

    def id_number(self, sex: Sex, year: int) -> str:
        return id_number(next(self.serials), sex, year)

    def name(self, sex: Sex, year: int, family: str = "") -> str:
        return names.full_name(self.rng, sex, year, family)

    def email(self, name: str) -> str:
        """Surname in pinyin and a number at a host that exists for examples only (RFC 2606)."""
        local = names.PINYIN.get(names.surname_of(name), "user")
        return f"{local}{self.rng.randint(10, 99999)}@{self.rng.choice(_MAIL_HOSTS)}"

    def landline(self) -> str:
        """Of Xining; no subscriber's number begins with 0."""
        return f"0971-000{1 + next(self.serials) % 9_999:04d}"

    def vehicle(self, space: str | None) -> Vehicle:
        return Vehicle(
            plate=plate(next(self.serials), electric=self.chance(0.2)),
            brand=self.rng.choice(_CARS),
            colour=self.rng.choice(_COLOURS),
            space=space,
        )
