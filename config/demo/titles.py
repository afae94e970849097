"""Readable titles from the till's abbreviations, and what is never suggested unasked."""

import re
from functools import cache

WORDS = {
    "ADULT": "adult", "ANALGESICS": "pain relievers", "BBQ": "BBQ", "BEERALEMALT": "beer and malt",
    "BKD": "baked", "BR": "bread", "BRD": "bread", "BTL": "bottle", "BTR": "butter",
    "CAN": "can", "CAR": "carton", "CARB": "sparkling", "CATFD": "cat food", "CHIX": "chicken",
    "CHICK": "chicken", "CHOC": "chocolate", "CHOCOL": "chocolate", "CHOCOCLATE": "chocolate",
    "CKE": "cake", "CKYS": "cookies", "CNDY": "candy", "CND": "candy", "CONC": "concentrate",
    "CONTAINR": "container", "COOKI": "cookies", "CRBNTD": "sparkling", "CRMD": "creamed",
    "CRKR": "crackers", "CT": "count", "DNR": "dinner", "DNRS": "dinners", "DOGFD": "dog food",
    "DRNK": "drink", "DRNKS": "drinks", "DRNKING": "drinking", "DRNKNG": "drinking",
    "DRSNG": "dressing", "DVD": "DVD", "EXCE": "", "EXCP": "", "FD": "food", "FDS": "foods",
    "FEM": "feminine", "FLAV": "flavoured", "FLVR": "flavoured", "FLVRD": "flavoured",
    "FRD": "fried", "FRZ": "frozen", "FRZN": "frozen", "GDS": "goods", "GRND": "ground",
    "HYGN": "hygiene", "INCL": "", "INCLUDI": "", "INCLUDING": "", "IQF": "frozen", "IWS": "sliced",
    "JCE": "juice", "JU": "juice", "JUIC": "juice", "JUI": "juice", "LIQS": "liqueurs",
    "MAYO": "mayonnaise", "MINI": "mini", "MISC": "assorted", "MISCELLANEOUS": "assorted",
    "MLK": "milk", "MLT": "multi", "MNERAL": "mineral", "MNR": "mineral", "MNRL": "mineral",
    "MULT": "multi", "MX": "mix", "MXS": "mixes", "NZ": "New Zealand", "OJ": "orange juice",
    "ONLY": "", "OTHE": "", "OTH": "", "PK": "pack", "PKD": "packed", "PKG": "pack",
    "PKGD": "packed", "PKLD": "pickled", "PLSTC": "plastic", "PNCH": "punch", "PNT": "peanut",
    "PREP": "prepared", "PREM": "premium", "PREPACK": "prepacked", "PRPCK": "prepacked",
    "PROTIEN": "protein", "PUR": "pure", "PWDR": "powder", "PWDRS": "powders", "REFRIG": "chilled",
    "REFRIGERATED": "chilled", "REFRGRATD": "chilled", "REG": "regular", "RTS": "ready-to-serve",
    "RW": "", "SAL": "salad", "SALD": "salad", "SAUCESSALSAPICANTEE": "sauces and salsa",
    "SAUS": "sausage", "SANDWIC": "sandwiches", "SEAS": "seasonal", "SFT": "soft",
    "SGL": "single", "SNDWCH": "sandwich", "SNGL": "single", "SNKS": "snacks", "SPF": "SPF",
    "SPECILATY": "specialty", "SPLY": "supplies", "SPRD": "spread", "SRV": "serve",
    "SS": "single-serve", "STK": "stick", "SUP": "super", "SV": "serve", "SW": "sweet",
    "SWE": "sweet", "SWT": "sweet", "SYRP": "syrup", "TISS": "tissues", "TORT": "tortilla",
    "TRSH": "trash", "TV": "TV", "VAC": "vacuum", "VEG": "vegetables", "VEND": "vending",
    "WAT": "water", "WATE": "water", "WHL": "whole", "WHLSM": "wholesome", "WT": "weight",
    "WTR": "water", "ET": "", "EX": "", "GR": "", "GOL": "", "CLU": "", "N": "", "T": "", "O": "",
    "X": "extra", "W": "with", "FS": "", "BA": "", "P": "", "MACH": "", "NON": "non",
}  # fmt: skip
# Because these alone do not say what the thing is.
VAGUE = frozenset(
    {
        "lean", "primal", "enhanced", "premium", "traditional", "regular", "mainstream",
        "authentic", "choice", "select", "trays", "seasonal", "special", "pantry", "juice",
        "gold", "boneless", "mixed", "frozen", "value", "other", "standard", "basic", "popular",
        "regular-garden", "smoked-cooked", "iceberg", "whole", "sliced", "fresh",
    }
)  # fmt: skip
QUIET_CATEGORIES = frozenset(
    {
        "ADULT INCONTINENCE", "ANALGESICS", "ANTACIDS", "BABY FOODS", "BABY HBC", "BABYFOOD",
        "BEERS/ALES", "BOTTLE DEPOSITS", "CIGARETTES", "CIGARS", "COLD AND FLU", "CONTINUITIES",
        "COUPON", "COUPON/MISC ITEMS", "COUPONS/STORE & MFG", "DELI SUPPLIES",
        "DIAPERS & DISPOSABLES", "DIETARY AID PRODUCTS", "DOMESTIC WINE", "ETHNIC PERSONAL CARE",
        "EYE AND EAR CARE PRODUCTS", "FAMILY PLANNING", "FEMININE HYGIENE", "FIREWORKS",
        "FIRST AID PRODUCTS", "FITNESS&DIET", "FOOT CARE PRODUCTS", "FUEL", "GLASSES/VISION AIDS",
        "HOME HEALTH CARE", "IMPORTED WINE", "INFANT CARE PRODUCTS", "INFANT FORMULA", "J-HOOKS",
        "LAXATIVES", "LIQUOR", "LONG DISTANCE CALLING CARDS", "MEAT SUPPLIES", "MISC WINE",
        "MISCELLANEOUS HBC", "NATURAL HBC", "NATURAL VITAMINS", "NON EDIBLE PRODUCTS", "PHARMACY",
        "PREPAID WIRELESS&ACCESSORIES", "PROD SUPPLIES", "PROPANE", "RESTRICTED DIET",
        "SINUS AND ALLERGY", "SMOKING CESSATIONS", "TICKETS", "TOBACCO OTHER", "VITAMINS",
    }
)  # fmt: skip
OPEN_DEPARTMENTS = frozenset(
    {
        "GROCERY", "DRUG GM", "PRODUCE", "MEAT", "MEAT-PCKGD", "DELI", "PASTRY", "NUTRITION",
        "SEAFOOD", "SEAFOOD-PCKGD", "SALAD BAR", "COSMETICS", "FLORAL", "CHEF SHOPPE",
        "GARDEN CENTER", "FROZEN GROCERY",
    }
)  # fmt: skip
QUIET_WORDS = re.compile(
    r"\b(KOSHER|DIABETIC|LIQUORS?|WINES?|DIET CNTRL|PREGNAN\w*|CONDOM\w*|MEDICAT\w*)\b"
)
_SIZE = re.compile(r"(\d*\.?\d+) ?(OZ|LB|CT|GA|L|ML|PT|QT|DZ|PK)")
_UNITS = {
    "OZ": "oz", "LB": "lb", "CT": "ct", "GA": "gal", "L": "l", "ML": "ml", "PT": "pt",
    "QT": "qt", "DZ": "dozen", "PK": "pack",
}  # fmt: skip
# Because produce is priced by the crate it came in, whose size says nothing to a customer.
_CRATES = frozenset({"PRODUCE"})
LONGEST = 200


def title(*, department: str, category: str, kind: str, size: str, code: str) -> str:
    """A short title; `Product CODE` where the till says nothing."""
    words = wording(kind)
    group = wording(category)
    if not words or words.replace(" ", "-").lower() in VAGUE:
        words = ", ".join(part for part in (group, words.lower()) if part)
    if not words:
        return f"Product {code}"
    amount = "" if department in _CRATES else amount_of(size)
    return ", ".join(part for part in (words, amount) if part)[:LONGEST]


@cache
def wording(text: str) -> str:
    """`SFT DRNK 2 LITER BTL CARB INCL` becomes `Soft drink 2 liter bottle sparkling`."""
    text = re.sub(r"\(.*?(\)|$)", " ", text)
    text = re.sub(r"\s*:\s*", " ", text.replace("&", " and "))
    parts = [
        " ".join(filter(None, (WORDS.get(word, word.lower()) for word in part.split())))
        for part in re.split(r"\s*[/\-]\s*|\s{2,}", text.strip())
    ]
    joined = " ".join(filter(None, parts)).strip(" ,.")
    joined = re.sub(r"\band and\b", "and", joined)
    return joined[:1].upper() + joined[1:]


@cache
def amount_of(size: str) -> str:
    """`L     8 OZ` becomes `8 oz`; nothing for what is no amount."""
    found = _SIZE.search(size.strip())
    if not found or found.end() != len(size.strip()):
        return ""
    number = found.group(1)
    return f"{'0' if number.startswith('.') else ''}{number} {_UNITS[found.group(2)]}"


def is_offered(*, department: str, category: str, kind: str) -> bool:
    """Whether it may be suggested unasked: no alcohol, tobacco, medicine, baby or diet things,

    nothing that hints at faith or origin, nothing that is no product (fuel, coupons).
    """
    if department not in OPEN_DEPARTMENTS or not (category or kind):
        return False
    return category not in QUIET_CATEGORIES and not QUIET_WORDS.search(kind)
