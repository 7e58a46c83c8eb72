"""Synthetic people: born 1880 to 1905, in zones of the state UTO, by a seed alone."""

import datetime
from dataclasses import dataclass

# County codes of GB/T 2260 that are old enough for anybody, with a place that has them.
REGIONS = [
    ("110101", "北京市东城区"),
    ("120101", "天津市和平区"),
    ("130102", "河北省石家庄市长安区"),
    ("210102", "辽宁省沈阳市和平区"),
    ("310101", "上海市黄浦区"),
    ("330102", "浙江省杭州市上城区"),
    ("370102", "山东省济南市历下区"),
    ("420102", "湖北省武汉市江岸区"),
    ("440106", "广东省广州市天河区"),
    ("510104", "四川省成都市锦江区"),
    ("530102", "云南省昆明市五华区"),
    ("610102", "陕西省西安市新城区"),
    ("650102", "新疆乌鲁木齐市天山区"),
]
PERMIT_REGIONS = {"cn_permit_hk": "810000", "cn_permit_mo": "820000", "cn_permit_tw": "830000"}
STREETS = ["人民路", "解放大街", "建设路", "和平里", "中山北路", "新华东街", "胜利巷", "文化路", "青年大道", "长江西路"]
GROUPS = ["汉", "汉", "汉", "汉", "汉", "回", "满", "壮", "蒙古", "维吾尔", "土家", "朝鲜", "彝", "藏"]
SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕") + ["欧阳", "司马", "诸葛"]
GIVEN = list("伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华国建文志德福贵玉春梅宝庆天生永长安")
# Nationality on a foreigner's card: ISO 3166 numeric and letters.
NATIONS = [("124", "CAN", "加拿大"), ("250", "FRA", "法国"), ("392", "JPN", "日本"), ("276", "DEU", "德国"), ("724", "ESP", "西班牙")]
LATIN_SURNAMES = ["ERIKSSON", "LINDBERG", "OCONNOR", "DUPONT", "MUELLER", "GARCIA", "NOVAK", "SILVA", "KOWALSKI", "TANAKA", "VAN DER BERG", "DIALLO"]
LATIN_GIVEN = ["ANNA MARIA", "JOHN", "SOPHIE", "KARL", "INES", "PEDRO", "ZOE", "LUIS", "MARTHA JO", "WILLIAM", "YUKI", "AMADOU"]


@dataclass
class Holder:
    """Who stands on a card of the PRC."""

    kind: str
    number: str
    birth: datetime.date
    sex: str
    name: str
    ethnicity: str = ""
    address: str = ""
    nation: str = ""
    latin: str = ""


@dataclass
class Traveller:
    """Who stands in a zone; dates as printed, YYMMDD."""

    number: str
    birth: str
    sex: str
    expiry: str
    surname: str
    given: str


def check_character(body):
    """ISO 7064 MOD 11-2 over 17 digits."""
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]


def birth_of(rng):
    return datetime.date(1880, 1, 1) + datetime.timedelta(days=rng.randrange(365 * 25))


def sequence(rng, sex):
    return f"{rng.randrange(1, 99):02d}{rng.choice('13579' if sex == 'M' else '02468')}"


def chinese_name(rng):
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2, 2])))


def address(rng, place):
    street = f"{place}{rng.choice(STREETS)}{rng.randrange(1, 300)}号"
    if rng.random() < 0.6:
        street += f"{rng.randrange(1, 30)}号楼{rng.randrange(1, 7)}单元{rng.randrange(1, 19)}{rng.randrange(1, 5):02d}室"
    return street


def resident(rng):
    region, place = rng.choice(REGIONS)
    birth, sex = birth_of(rng), rng.choice("MF")
    body = f"{region}{birth:%Y%m%d}{sequence(rng, sex)}"
    return Holder("cn_resident", body + check_character(body), birth, sex, chinese_name(rng), rng.choice(GROUPS), address(rng, place))


def permit(rng):
    kind = rng.choice(sorted(PERMIT_REGIONS))
    _, place = rng.choice(REGIONS)
    birth, sex = birth_of(rng), rng.choice("MF")
    body = f"{PERMIT_REGIONS[kind]}{birth:%Y%m%d}{sequence(rng, sex)}"
    return Holder(kind, body + check_character(body), birth, sex, chinese_name(rng), "", address(rng, place))


def foreigner(rng):
    numeric, letters, nation = rng.choice(NATIONS)
    birth, sex = birth_of(rng), rng.choice("MF")
    body = f"9{rng.choice(['11', '31', '44', '37'])}{numeric}{birth:%Y%m%d}{sequence(rng, sex)}"
    latin = f"{rng.choice(LATIN_SURNAMES)} {rng.choice(LATIN_GIVEN)}"
    return Holder("cn_foreigner", body + check_character(body), birth, sex, "", "", "", f"{nation}/{letters}", latin)


def document_number(rng):
    """The shapes that states give: digits only, letters before digits, letters among digits."""
    digits = lambda count: "".join(rng.choice("0123456789") for _ in range(count))  # noqa: E731
    letter = lambda: rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ")  # noqa: E731
    shape = rng.randrange(5)
    if shape == 0:
        return digits(9)
    if shape == 1:
        return letter() + digits(8)
    if shape == 2:
        return letter() + letter() + digits(7)
    if shape == 3:
        return letter() + digits(7)
    return "".join(rng.choice([letter(), digits(1), digits(1)]) for _ in range(9))


def traveller(rng, number=None):
    birth = birth_of(rng)
    expiry = datetime.date(2026, 1, 1) + datetime.timedelta(days=rng.randrange(3600))
    sex = rng.choice("MF" * 8 + "<")
    return Traveller(
        number or document_number(rng), f"{birth:%y%m%d}", sex, f"{expiry:%y%m%d}", rng.choice(LATIN_SURNAMES), rng.choice(LATIN_GIVEN)
    )


def permit_number(rng):
    """Of an exit permit since 2018: C, a letter without I and O, seven digits."""
    return f"C{rng.choice('ABCDEFGHJKLMNPQRSTUVWXYZ')}{rng.randrange(1, 10_000_000):07d}"
