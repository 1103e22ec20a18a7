import type { i32 } from './types';

/* The kinds' numbers inside the kernel: their places in KINDS; a test compares the two. */
export const PRIVATE_KEY: i32 = 0;
export const JWT: i32 = 1;
export const AWS_KEY: i32 = 2;
export const TOKEN_KIND: i32 = 3;
export const URL_CREDENTIAL: i32 = 4;
export const SECRET: i32 = 5;
export const EMAIL: i32 = 6;
export const CARD: i32 = 7;
export const CARD_SECURITY_CODE: i32 = 8;
export const CARD_EXPIRY: i32 = 9;
export const IBAN: i32 = 10;
export const US_SSN: i32 = 11;
export const US_ITIN: i32 = 12;
export const UK_NINO: i32 = 13;
export const UK_NHS: i32 = 14;
export const DE_TAX_ID: i32 = 15;
export const FR_NIR: i32 = 16;
export const ES_DNI: i32 = 17;
export const IT_CODICE_FISCALE: i32 = 18;
export const NL_BSN: i32 = 19;
export const IN_AADHAAR: i32 = 20;
export const BR_CPF: i32 = 21;
export const BR_CNPJ: i32 = 22;
export const CA_SIN: i32 = 23;
export const AU_TFN: i32 = 24;
export const US_ROUTING_NUMBER: i32 = 25;
export const US_MBI: i32 = 26;
export const US_NPI: i32 = 27;
export const US_EIN: i32 = 28;
export const VIN: i32 = 29;
export const PL_PESEL: i32 = 30;
export const SE_PERSONNUMMER: i32 = 31;
export const FI_HETU: i32 = 32;
export const KR_RRN: i32 = 33;
export const SG_NRIC: i32 = 34;
export const TR_TCKN: i32 = 35;
export const IN_PAN: i32 = 36;
export const ZA_ID: i32 = 37;
export const CH_AHV: i32 = 38;
export const CN_RESIDENT_ID: i32 = 39;
export const IMEI: i32 = 40;
export const CRYPTO_ADDRESS: i32 = 41;
export const IPV4: i32 = 42;
export const IPV6: i32 = 43;
export const MAC: i32 = 44;
export const PHONE: i32 = 45;
export const DATE_OF_BIRTH: i32 = 46;
export const PASSPORT: i32 = 47;
export const DRIVING_LICENCE: i32 = 48;
export const COORDINATES: i32 = 49;
/** Built-in kinds; kinds of dictionaries and patterns follow. */
export const KIND_COUNT: i32 = 52;

/* What the words near a candidate speak of. */
export const C_PHONE: i32 = 1;
export const C_BIRTH: i32 = 1 << 1;
export const C_PASSPORT: i32 = 1 << 2;
export const C_LICENCE: i32 = 1 << 3;
export const C_SSN: i32 = 1 << 4;
export const C_NHS: i32 = 1 << 5;
export const C_DE_TAX: i32 = 1 << 6;
export const C_BSN: i32 = 1 << 7;
export const C_AADHAAR: i32 = 1 << 8;
export const C_BRAZIL: i32 = 1 << 9;
export const C_SIN: i32 = 1 << 10;
export const C_TFN: i32 = 1 << 11;
/** A number that is something else: an order, an invoice, a version. */
export const C_OTHER: i32 = 1 << 12;
export const C_PLACE: i32 = 1 << 13;
export const C_SECRET: i32 = 1 << 14;
/** Words that name a line when they follow the number: `office`, `fax`. */
export const C_LINE: i32 = 1 << 15;
export const C_VERSION: i32 = 1 << 16;
/** The letter of a form of the US tax authority (W-2, W-4, W-9): with its number behind it, it speaks of a taxpayer. */
export const C_TAX_FORM: i32 = 1 << 17;

/** Names of what is a secret only where its value looks like one: `token`, `auth`, `credentials`. */
export const C_TOKEN: i32 = 1 << 18;
/** What makes a token of a parser or of a list: `next`, `stop`, `max`. */
export const C_CURSOR: i32 = 1 << 19;
/** Words of calling that are used of other things as well: `call`, `text`, `message`. */
export const C_CALL: i32 = 1 << 20;
/** Words that make a call somebody's: `me`, `her`, `my number`. */
export const C_PERSON: i32 = 1 << 21;
export const C_CARD: i32 = 1 << 22;
/** A network: what is behind `release` is an address then. */
export const C_NET: i32 = 1 << 23;
/** Goods and their numbers. */
export const C_PART: i32 = 1 << 24;
/** `driving`, `driver`: a licence with C_PERMIT, otherwise a screw or a program. */
export const C_DRIVE: i32 = 1 << 25;
export const C_PERMIT: i32 = 1 << 26;
/** Words of places that are used of other things as well: `position`, `at`. */
export const C_SPOT: i32 = 1 << 27;
/** Words of pairs of coordinates; C_PLACE names one of the two. */
export const C_GPS: i32 = 1 << 28;

/** Names of short codes: `pin`, `cvv`, `otp`. */
export const C_CODE: i32 = 1 << 29;
/** What holds cookies, up to its line's end. */
export const C_COOKIE: i32 = 1 << 30;
/** `value`: of what the name before it says, as in `{"name":"PASSWORD","value":"..."}`. */
export const C_VALUE: i32 = C_CODE | C_COOKIE;

/** Codes of cards beside PINs. */
export const C_CARD_CODE: i32 = C_CODE | C_CARD;
/** When a card ends: no word of the text around is of these two. */
export const C_EXPIRY: i32 = C_CODE | C_CURSOR;

/* What words of identities speak of: a space of their own, told by its sign. */
export const D_SPACE: i32 = 1 << 31;
export const D_ROUTING: i32 = 1;
export const D_NPI: i32 = 1 << 1;
export const D_EIN: i32 = 1 << 2;
export const D_VIN: i32 = 1 << 3;
export const D_PESEL: i32 = 1 << 4;
export const D_SWEDEN: i32 = 1 << 5;
export const D_FINLAND: i32 = 1 << 6;
export const D_KOREA: i32 = 1 << 7;
export const D_SINGAPORE: i32 = 1 << 8;
export const D_TURKEY: i32 = 1 << 9;
export const D_SOUTH_AFRICA: i32 = 1 << 10;
export const D_SWISS: i32 = 1 << 11;
export const D_IMEI: i32 = 1 << 12;
export const D_WALLET: i32 = 1 << 13;

/* Regions whose plain identity numbers count without a context word. */
export const R_GB: i32 = 1;
export const R_DE: i32 = 1 << 1;
export const R_NL: i32 = 1 << 2;
export const R_IN: i32 = 1 << 3;
export const R_BR: i32 = 1 << 4;
export const R_CA: i32 = 1 << 5;
export const R_AU: i32 = 1 << 6;
export const R_US: i32 = 1 << 7;
export const R_FR: i32 = 1 << 8;
export const R_PL: i32 = 1 << 9;
export const R_SE: i32 = 1 << 10;
export const R_FI: i32 = 1 << 11;
export const R_KR: i32 = 1 << 12;
export const R_SG: i32 = 1 << 13;
export const R_TR: i32 = 1 << 14;
export const R_ZA: i32 = 1 << 15;
export const R_CH: i32 = 1 << 16;
