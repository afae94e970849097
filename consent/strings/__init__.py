"""Consent as others write it: IAB TCF and GPP strings, Sec-GPC, Google Consent Mode. Pure."""
