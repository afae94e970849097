"""The fields of the US sections of GPP, as data: names and order of the IAB specification.

A width of 2 holds 0 (does not apply), 1 or 2; what 1 and 2 mean is in the section's text.
A number after the name is how many such fields there are.
"""

from collections.abc import Mapping
from typing import Final

from consent.strings.us.fields import Field, Layout

_SENSITIVE, _CHILD = "SensitiveDataProcessing", "KnownChildSensitiveDataConsents"
_MSPA = (
    Field("MspaCoveredTransaction", least=1),
    Field("MspaOptOutOptionMode"),
    Field("MspaServiceProviderMode"),
)
_OPT_OUTS = (Field("SaleOptOut"), Field("TargetedAdvertisingOptOut"))
_NOTICES = (Field("SaleOptOutNotice"), Field("TargetedAdvertisingOptOutNotice"))
_SHARING, _PROCESSING = Field("SharingNotice"), Field("ProcessingNotice")
_ADDITIONAL = Field("AdditionalDataProcessingConsent")


def _national(version: int, sensitive: int, child: int) -> Layout:
    return Layout(
        7,
        "usnat",
        version,
        (
            _SHARING,
            Field("SaleOptOutNotice"),
            Field("SharingOptOutNotice"),
            Field("TargetedAdvertisingOptOutNotice"),
            Field("SensitiveDataProcessingOptOutNotice"),
            Field("SensitiveDataLimitUseNotice"),
            Field("SaleOptOut"),
            Field("SharingOptOut"),
            Field("TargetedAdvertisingOptOut"),
            Field(_SENSITIVE, sensitive),
            Field(_CHILD, child),
            Field("PersonalDataConsents"),
            *_MSPA,
        ),
    )


_CALIFORNIA = Layout(
    8,
    "usca",
    1,
    (
        Field("SaleOptOutNotice"),
        Field("SharingOptOutNotice"),
        Field("SensitiveDataLimitUseNotice"),
        Field("SaleOptOut"),
        Field("SharingOptOut"),
        Field(_SENSITIVE, 9),
        Field(_CHILD, 2),
        Field("PersonalDataConsents"),
        *_MSPA,
    ),
)


def _early(section: int, name: str, sensitive: int, child: int, *, gpc: bool = True) -> Layout:
    fields = (_SHARING, *_NOTICES, *_OPT_OUTS, Field(_SENSITIVE, sensitive), Field(_CHILD, child))
    return Layout(section, name, 1, (*fields, *_MSPA), gpc)


def _later(section: int, name: str, sensitive: int, child: int, *, gpc: bool = True) -> Layout:
    fields = (_PROCESSING, *_NOTICES, *_OPT_OUTS)
    data = (Field(_SENSITIVE, sensitive), Field(_CHILD, child), _ADDITIONAL)
    return Layout(section, name, 1, (*fields, *data, *_MSPA), gpc)


_MODE = (Field("MspaCoveredTransaction", least=1), Field("MspaMode"), _PROCESSING)


def _latest(section: int, name: str) -> Layout:
    fields = (*_MODE, *_NOTICES, *_OPT_OUTS, Field(_CHILD), _ADDITIONAL)
    return Layout(section, name, 1, fields, gpc=False, extra=(Field(_SENSITIVE, 8),))


_ALL = (
    _national(1, 12, 2),
    _national(2, 16, 3),
    _CALIFORNIA,
    _early(9, "usva", 8, 0, gpc=False),
    _early(10, "usco", 7, 0),
    Layout(
        11,
        "usut",
        1,
        (
            _SHARING,
            *_NOTICES,
            Field("SensitiveDataProcessingOptOutNotice"),
            *_OPT_OUTS,
            Field(_SENSITIVE, 8),
            Field(_CHILD),
            *_MSPA,
        ),
        gpc=False,
    ),
    _early(12, "usct", 8, 3),
    _later(13, "usfl", 8, 3, gpc=False),
    Layout(
        14,
        "usmt",
        1,
        (
            _SHARING,
            *_NOTICES,
            *_OPT_OUTS,
            Field(_SENSITIVE, 8),
            Field(_CHILD, 3),
            _ADDITIONAL,
            *_MSPA,
        ),
    ),
    _later(15, "usor", 11, 3),
    _later(16, "ustx", 8, 0),
    _later(17, "usde", 9, 5),
    Layout(
        18,
        "usia",
        1,
        (
            _PROCESSING,
            *_NOTICES,
            Field("SensitiveDataOptOutNotice"),
            *_OPT_OUTS,
            Field(_SENSITIVE, 8),
            Field(_CHILD),
            *_MSPA,
        ),
    ),
    _later(19, "usne", 8, 0),
    _later(20, "usnh", 8, 3),
    _later(21, "usnj", 10, 5),
    _later(22, "ustn", 8, 0),
    _later(23, "usmn", 8, 0),
    Layout(24, "usmd", 1, (*_MODE, *_NOTICES, *_OPT_OUTS, _ADDITIONAL)),
    _latest(25, "usin"),
    _latest(26, "usky"),
    _latest(27, "usri"),
)

LAYOUTS: Final[Mapping[tuple[int, int], Layout]] = {
    (layout.section, layout.version): layout for layout in _ALL
}
SECTIONS: Final[Mapping[str, int]] = {layout.name: layout.section for layout in _ALL}
