"""The kinds of numbered Vietnamese documents: what they are called and how they are coded."""

KINDS: dict[str, tuple[str, ...]] = {
    "bc": ("bao cao", "bc"),
    "cd": ("cong dien", "cd"),
    "ct": ("chi thi", "ct", "directive"),
    "ctr": ("chuong trinh", "ctr", "programme", "program"),
    "cv": ("cong van", "cv", "official letter"),
    "da": ("de an", "da", "project", "scheme"),
    "dl": ("dieu le", "dl"),
    "duan": ("du an",),
    "gm": ("giay moi", "gm"),
    "hd": ("huong dan", "hd"),
    "iso": ("tcvn iso/iec", "tcvn iso", "iso/iec", "iso"),
    "kh": ("ke hoach", "kh", "plan"),
    "kl": ("ket luan", "kl", "conclusion"),
    "l": ("luat", "bo luat", "law"),
    "lenh": ("lenh",),
    "nd": ("nghi dinh", "nd", "decree"),
    "nq": ("nghi quyet", "nq", "resolution"),
    "nqlt": ("nghi quyet lien tich", "nqlt", "joint resolution"),
    "pl": ("phap lenh", "pl", "ordinance"),
    "qc": ("quy che", "qc"),
    "qcvn": ("quy chuan ky thuat quoc gia", "quy chuan quoc gia", "quy chuan", "qcvn"),
    "qd": ("quyet dinh", "qd", "decision"),
    "qdi": ("quy dinh", "qdi", "qyd", "regulation"),
    "sl": ("sac lenh", "sl"),
    "tb": ("thong bao", "tb"),
    "tcvn": ("tieu chuan quoc gia", "tieu chuan viet nam", "tieu chuan", "tcvn"),
    "tcxdvn": ("tcxdvn",),
    "tt": ("thong tu", "tt", "circular"),
    "ttlt": ("thong tu lien tich", "ttlt", "joint circular"),
    "ttr": ("to trinh", "ttr"),
    "ttri": ("thong tri",),
    "vbhn": ("van ban hop nhat", "vbhn"),
}
"""Key of a kind → folded names and abbreviations, Vietnamese then English."""

KIND_OF: dict[str, str] = {name: kind for kind, names in KINDS.items() for name in names}

CODES: dict[str, str] = {
    code: KIND_OF[code]
    for code in """
    bc cd ct ctr cv da dl gm hd kh kl nd nq nqlt pl qc qd qdi qyd sl tb tt ttlt ttr vbhn
    """.split()
} | {"l": "lenh", "lct": "lenh"}
"""What stands for a kind in 18-NQ/TW, after the number."""

CODES_WITHOUT_ISSUER = frozenset("ctr nd nq nqlt qd qdi qyd sl ttlt ttr vbhn".split())
"""Codes that mean nothing else even alone: 18/NQ; 5/TB and 24/CT might be anything."""

STANDARDS = frozenset({"iso", "qcvn", "tcvn", "tcxdvn"})
"""Kinds numbered like TCVN 5699-2-14:2007."""

NEED_A_SIGN = frozenset(
    name.replace("_", " ")
    for name in """
    quy_dinh regulation lenh bao_cao thong_bao huong_dan giay_moi du_an plan
    bc cd dl gm hd pl qc sl tb
    """.split()
)
"""Names that are everyday words, or verbs that count: "quy định 3 trường hợp"."""

COUNTED = (
    r"nam(?!\s+(?:19|20)\d\d(?!\s?[-\u2010-\u2013]))|thang|ngay|tuan|gio|phut|giay|tuoi|nguoi|dong"
    r"|usd|nghin|ngan|tram|trieu|ty|ti|lan|buoc|giai\s+doan|noi\s+dung|muc\s+tieu|nhiem\s+vu|chuong"
    r"|phan|cap|tinh|xa|huyen|trang|m2|km|ha|mw|diem|cau|chu|tap|loai|nhom|truong\s+hop|years?"
    r"|months?|days?|weeks?|hours?|people|percent|million|billion|pages?|steps?|phases?"
)
"""Folded words that a number before them counts: "Kế hoạch 5 năm" is no plan of that number."""
