import {
  C_AADHAAR, C_BIRTH, C_BRAZIL, C_BSN, C_DE_TAX, C_LICENCE, C_LINE, C_NHS, C_OTHER, C_PASSPORT, C_PHONE, C_PLACE, C_SECRET, C_SIN, C_SSN, C_TAX_FORM,
  C_TFN, C_VERSION,
} from '../kernel/ids';

/**
 * Words, without case, that say what a number near them is; in the languages of the regions served. Where a word has a hyphen its last part
 * is too short to be told by itself: `session_id`.
 */
export const CONTEXT_WORDS: ReadonlyArray<readonly [category: number, words: string]> = [
  [C_PHONE, 'phone phones telephone telephones phoned tel tele telefon telefone telefono teléfono télefono telefonnummer telefonnr tlf tlph telefoon telephonic '
    + 'telefoonnummer téléphone portable mobile mobiles mobil mobiel móvil movil celular cellulare celulare cell cellphone cellular handy handynummer cel fax '
    + 'faks faxnummer call calls called calling caller callback dial dialed dialled dialing ring rang reach reached contact contacts kontakt contacto contato contatto '
    + 'whatsapp sms text texted texting message messages voicemail hotline helpline landline extension anrufen rufnummer ruf appelez appeler joindre joignable rappeler erreichbar erreichen rückruf anruf mobiele llame llamar llámame llamame llámeme '
    + 'chiamare chiamami chiamarmi chiamatemi ligar ligue telemóvel telemovel bellen ringa zadzwonić dzwonić zadzwoń numer komórka komórkowy answering answer answers registered office desk pager switchboard rufen durchwahl mobilnummer festnetz numéro standard viber signal '
    + 'телефон тел моб 电话 手机 電話 携帯'],
  [C_LINE, 'office fax mobile cell home work desk voice landline tel phone mobil privat büro dienstlich casa oficina bureau domicile handy'],
  [C_OTHER, 'order invoice version isbn issn tracking serial sku part ref reference ticket case id zip zipcode postcode postal account amount total price usd eur '
    + 'gbp sum balance quantity qty bytes size port pid order_id rechnung bestellung auftrag facture commande pedido factura build release latitude longitude score '
    + 'transaction batch item model asin ean upc barcode lot box po years population duration ms timestamp epoch unix gtin revision commit article clause section page pages'],
  [C_BIRTH, 'birth birthdate birthday born dob geboren geburtsdatum geburtstag geb née né naissance nacimiento nacido nacida nascimento nascita nato nata geboortedatum '
    + 'födelsedatum født birthdays'],
  [C_PASSPORT, 'passport passports passport_no reisepass passeport pasaporte passaporto passaporte paspoort reisepassnummer passnummer'],
  [C_LICENCE, 'licence license licences licenses driver drivers driving führerschein fuhrerschein führerscheinnummer permis conducir conducción patente rijbewijs '
    + 'habilitação cnh dl dln'],
  [C_SSN, 'ssn ssns social taxpayer taxpayers itin itins'],
  [C_NHS, 'nhs'],
  [C_DE_TAX, 'steuer steuerid idnr steuernummer steueridentifikationsnummer tin identifikationsnummer'],
  [C_BSN, 'bsn burgerservicenummer sofinummer sofi'],
  [C_AADHAAR, 'aadhaar aadhar adhaar uidai'],
  [C_BRAZIL, 'cpf cnpj'],
  [C_SIN, 'sin nas insurance'],
  [C_TFN, 'tfn'],
  [C_PLACE, 'latitude longitude lat lng lon long coordinates coordinate coords gps geo position location'],
  [C_SECRET, 'password passwd pwd passphrase passcode pass secret secrets token tokens apikey accesskey secretkey privatekey credential credentials authorization auth '
    + 'signature passwort kennwort clave contraseña senha session-id'],
  [C_TAX_FORM, 'w'],
  [C_VERSION, 'version versions ver v release build firmware'],
];
