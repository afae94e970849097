// Encodes and decodes TC and GPP strings with the IAB's own packages, as a judge of ours.
// Reads a JSON array of tasks, writes a JSON array of answers; see strings.py.
import { readFileSync } from "node:fs";
import { Segment, SegmentEncoder, TCModel, TCString, PurposeRestriction } from "@iabtechlabtcf/core";
import { GppModel, Sections } from "@iabgpp/cmpapi";

const DAY = (day) => new Date(`${day}T00:00:00Z`);
const ISO = (moment) => moment.toISOString().slice(0, 10);
const held = (vector) => [...vector.values()].sort((a, b) => a - b);
const flags = (ids, count) => Array.from({ length: count }, (_, index) => ids.includes(index + 1));
const places = (bits) => bits.flatMap((bit, index) => (bit ? [index + 1] : []));

const TCF_VECTORS = {
  special_features: "specialFeatureOptins",
  purpose_consents: "purposeConsents",
  purpose_interests: "purposeLegitimateInterests",
  vendor_consents: "vendorConsents",
  vendor_interests: "vendorLegitimateInterests",
};
const TCF_PLAIN = {
  cmp_id: "cmpId",
  cmp_version: "cmpVersion",
  consent_screen: "consentScreen",
  language: "consentLanguage",
  vendor_list_version: "vendorListVersion",
  policy_version: "policyVersion",
  service_specific: "isServiceSpecific",
  non_standard_texts: "useNonStandardTexts",
  purpose_one_treatment: "purposeOneTreatment",
  country: "publisherCountryCode",
};
const PUBLISHER = {
  consents: "publisherConsents",
  interests: "publisherLegitimateInterests",
  custom_consents: "publisherCustomConsents",
  custom_interests: "publisherCustomLegitimateInterests",
};

function tcfEncode(said) {
  const model = new TCModel();
  model.version = 2;
  for (const [ours, theirs] of Object.entries(TCF_PLAIN)) model[theirs] = said[ours];
  for (const [ours, theirs] of Object.entries(TCF_VECTORS)) model[theirs].set(said[ours]);
  // Because the encoder joins ids across the gaps of a vendor list: every id is on this one.
  model.publisherRestrictions.gvl_ = { vendorIds: { has: () => true } };
  for (const [purpose, kind, runs] of said.restrictions) {
    for (const [first, last] of runs) {
      for (let vendor = first; vendor <= last; vendor++) {
        model.publisherRestrictions.add(vendor, new PurposeRestriction(purpose, kind));
      }
    }
  }
  const segments = [Segment.CORE, Segment.VENDORS_DISCLOSED];
  model.vendorsDisclosed.set(said.disclosed_vendors);
  if (said.allowed_vendors) {
    model.vendorsAllowed.set(said.allowed_vendors);
    segments.push(Segment.VENDORS_ALLOWED);
  }
  if (said.publisher) {
    model.numCustomPurposes = said.publisher.custom_count;
    for (const [ours, theirs] of Object.entries(PUBLISHER)) model[theirs].set(said.publisher[ours]);
    segments.push(Segment.PUBLISHER_TC);
  }
  model.created = DAY(said.created);
  model.lastUpdated = DAY(said.last_updated);
  return segments.map((segment) => SegmentEncoder.encode(model, segment)).join(".");
}

function tcfDecode(text) {
  const model = TCString.decode(text);
  const said = { created: ISO(model.created), last_updated: ISO(model.lastUpdated) };
  for (const [ours, theirs] of Object.entries(TCF_PLAIN)) said[ours] = model[theirs];
  for (const [ours, theirs] of Object.entries(TCF_VECTORS)) said[ours] = held(model[theirs]);
  said.disclosed_vendors = held(model.vendorsDisclosed);
  said.allowed_vendors = held(model.vendorsAllowed);
  said.publisher = { custom_count: model.numCustomPurposes };
  for (const [ours, theirs] of Object.entries(PUBLISHER)) said.publisher[ours] = held(model[theirs]);
  said.restrictions = model.publisherRestrictions
    .getRestrictions()
    .map((each) => [
      each.purposeId,
      each.restrictionType,
      model.publisherRestrictions.getVendors(each),
    ]);
  return said;
}

const EU_PLAIN = {
  CmpId: "cmp_id",
  CmpVersion: "cmp_version",
  ConsentScreen: "consent_screen",
  ConsentLanguage: "language",
  VendorListVersion: "vendor_list_version",
  PolicyVersion: "policy_version",
  UseNonStandardStacks: "non_standard_texts",
  PurposeOneTreatment: "purpose_one_treatment",
  PublisherCountryCode: "country",
};
const CANADA_PLAIN = {
  CmpId: "cmp_id",
  CmpVersion: "cmp_version",
  ConsentScreen: "consent_screen",
  ConsentLanguage: "language",
  VendorListVersion: "vendor_list_version",
  TcfPolicyVersion: "policy_version",
  UseNonStandardStacks: "non_standard_stacks",
};
const EU_BITS = {
  SpecialFeatureOptins: ["special_features", 12],
  PurposeConsents: ["purpose_consents", 24],
  PurposeLegitimateInterests: ["purpose_interests", 24],
};
const CANADA_BITS = {
  SpecialFeatureExpressConsent: ["special_features", 12],
  PurposesExpressConsent: ["purposes_express", 24],
  PurposesImpliedConsent: ["purposes_implied", 24],
};
const EU_IDS = {
  VendorConsents: "vendor_consents",
  VendorLegitimateInterests: "vendor_interests",
  VendorsDisclosed: "disclosed_vendors",
};
const CANADA_IDS = {
  VendorExpressConsent: "vendors_express",
  VendorImpliedConsent: "vendors_implied",
  DisclosedVendors: "disclosed_vendors",
};

function setTcf(model, name, said, [plain, bits, ids]) {
  for (const [theirs, ours] of Object.entries(plain)) model.setFieldValue(name, theirs, said[ours]);
  for (const [theirs, [ours, count]] of Object.entries(bits)) {
    model.setFieldValue(name, theirs, flags(said[ours], count));
  }
  for (const [theirs, ours] of Object.entries(ids)) model.setFieldValue(name, theirs, said[ours]);
  model.setFieldValue(name, "Created", DAY(said.created));
  model.setFieldValue(name, "LastUpdated", DAY(said.last_updated));
}

function getTcf(model, name, [plain, bits, ids]) {
  const said = { created: ISO(model.getFieldValue(name, "Created")) };
  said.last_updated = ISO(model.getFieldValue(name, "LastUpdated"));
  for (const [theirs, ours] of Object.entries(plain)) said[ours] = model.getFieldValue(name, theirs);
  for (const [theirs, [ours]] of Object.entries(bits)) {
    said[ours] = places(model.getFieldValue(name, theirs));
  }
  for (const [theirs, ours] of Object.entries(ids)) said[ours] = model.getFieldValue(name, theirs);
  return said;
}

const EU = [EU_PLAIN, EU_BITS, EU_IDS];
const CANADA = [CANADA_PLAIN, CANADA_BITS, CANADA_IDS];

const WITH_SENSITIVE_SEGMENT = ["usin", "usky", "usri"];
const WITHOUT_GPC = ["usva", "usut", "usfl", ...WITH_SENSITIVE_SEGMENT];

function setUs(model, name, said) {
  if (name === "usnat") model.setFieldValue(name, "Version", said.version);
  for (const [field, value] of Object.entries(said.fields)) model.setFieldValue(name, field, value);
  if (!WITHOUT_GPC.includes(name)) {
    model.setFieldValue(name, "GpcSegmentIncluded", said.gpc !== null);
    if (said.gpc !== null) model.setFieldValue(name, "Gpc", said.gpc);
  }
  if (WITH_SENSITIVE_SEGMENT.includes(name)) {
    model.setFieldValue(name, "SensitiveDataConsentSegmentIncluded", said.extra !== null);
    for (const [field, value] of Object.entries(said.extra ?? {})) {
      model.setFieldValue(name, field, value);
    }
  }
}

function gppEncode(sections) {
  const model = new GppModel();
  for (const [id, said] of Object.entries(sections)) {
    const name = Sections.SECTION_ID_NAME_MAP.get(Number(id));
    if (name === "tcfeuv2") setTcf(model, name, said, EU);
    else if (name === "tcfcav1") setTcf(model, name, said, CANADA);
    else if (name === "uspv1") {
      model.setFieldValue(name, "Notice", said.notice);
      model.setFieldValue(name, "OptOutSale", said.opt_out_sale);
      model.setFieldValue(name, "LspaCovered", said.lspa_covered);
    } else setUs(model, name, said);
  }
  return model.encode();
}

function gppDecode(text) {
  const model = new GppModel(text);
  const sections = {};
  for (const id of model.getSectionIds()) {
    const name = Sections.SECTION_ID_NAME_MAP.get(id);
    if (name === "tcfeuv2") sections[id] = getTcf(model, name, EU);
    else if (name === "tcfcav1") sections[id] = getTcf(model, name, CANADA);
    else sections[id] = model.getSection(name);
  }
  return sections;
}

const DO = {
  "tcf.encode": tcfEncode,
  "tcf.decode": tcfDecode,
  "gpp.encode": gppEncode,
  "gpp.decode": gppDecode,
};
const answers = JSON.parse(readFileSync(0, "utf8")).map(([what, value]) => {
  try {
    return DO[what](value);
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
});
process.stdout.write(JSON.stringify(answers));
