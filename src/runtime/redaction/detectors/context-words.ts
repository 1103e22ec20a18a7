import * as ids from '../kernel/ids';

/**
 * Words, without case, that say what a number near them is; in the languages of the regions served. Where a word has a
 * hyphen its last part is too short to be told by itself: `session_id`.
 */
export const CONTEXT_WORDS: ReadonlyArray<readonly [category: number, words: string]> = [
  [
    ids.C_PHONE,
    'phone phones telephone telephones phoned sms switchboard pager tel tele telefon telefone telefono ' +
      'teléfono télefono ' +
      'telefonnummer telefonnr tlf tlph telefoon telephonic telefoonnummer téléphone cellulare celulare ' +
      'cell cellphone ' +
      'cellular handynummer cel celular fax faks faxnummer whatsapp voicemail hotline helpline landline ' +
      'anrufen rufnummer appelez appeler joignable rappeler erreichbar rückruf llame llamar llámame llamame llámeme ' +
      'chiamare chiamami chiamarmi chiamatemi telemóvel telemovel bellen ringa zadzwonić dzwonić zadzwoń komórka ' +
      'komórkowy durchwahl mobilnummer festnetz viber mobil mobiel móvil movil mobiele ' +
      'телефон тел моб 电话 手机 電話 携帯',
  ],
  [
    ids.C_CALL,
    'mobile mobiles portable handy call calls called calling callback caller dial dialed dialled dialing ring rang ' +
      'reach reached contact contacts kontakt contacto contato contatto text texted texting message messages ' +
      'extension ruf joindre erreichen anruf ligar ligue numer answering answer answers registered office desk ' +
      'rufen numéro bel belt',
  ],
  [
    ids.C_PERSON,
    'me us him her them my your his our their number numbers no nr nummer number numero número mi il mich ihn ' +
      'uns mir on at under auf unter al',
  ],
  [
    ids.C_LINE,
    'office fax mobile cell home work desk voice landline tel phone mobil privat büro dienstlich casa ' +
      'oficina bureau domicile handy',
  ],
  [
    ids.C_OTHER,
    'order invoice version isbn issn tracking serial sku part ref reference ticket case id ids uid gid uuid parent ' +
      'guid zip zipcode postcode postal account amount total price usd eur gbp sum balance quantity qty ' +
      'bytes size port ' +
      'pid order_id rechnung bestellung auftrag facture commande pedido factura build release latitude ' +
      'longitude score ' +
      'transaction batch item model asin ean upc barcode lot box po years population duration ms timestamp ' +
      'epoch unix ' +
      'gtin revision commit article clause section page pages pp length count offset seq sequence span trace thread ' +
      'hash index row rows tokens pmid doi stack correlation userid etag checksum digest nonce ts ns',
  ],
  [
    ids.C_PART,
    'part parts sku item items article articles product products model catalog catalogue code mpn pn upc no ' +
      'nr drawing component assembly stock',
  ],
  [
    ids.C_BIRTH,
    'birth birthdate birthday born dob geboren geburtsdatum geburtstag geb née né naissance nacimiento ' +
      'nacido nacida nascimento nascita nato nata geboortedatum födelsedatum født birthdays bday doğum ' +
      'urodzenia urodzony lahir рождения рожд родился ' +
      'родилась Родился Родилась Рождения 生年月日 出生日期 出生 生日 誕生日 जन्म जन्मतिथि الميلاد ميلاد مواليد জন্ম জন্মতারিখ پیدائش',
  ],
  [
    ids.C_PASSPORT,
    'passport passports passport_no reisepass passeport pasaporte passaporto passaporte paspoort ' +
      'reisepassnummer passnummer',
  ],
  [
    ids.C_LICENCE,
    'führerschein fuhrerschein führerscheinnummer conducir conducción patente rijbewijs habilitação cnh ' + 'dl dln',
  ],
  [ids.C_DRIVE, 'driver drivers driving'],
  [ids.C_PERMIT, 'licence license licences licenses permis'],
  [ids.C_SSN, 'ssn ssns social taxpayer taxpayers itin itins'],
  [ids.C_NHS, 'nhs'],
  [ids.C_DE_TAX, 'steuer steuerid idnr steuernummer steueridentifikationsnummer tin identifikationsnummer'],
  [ids.C_BSN, 'bsn burgerservicenummer sofinummer sofi'],
  [ids.C_AADHAAR, 'aadhaar aadhar adhaar uidai'],
  [ids.C_BRAZIL, 'cpf cnpj'],
  [ids.C_SIN, 'sin nas insurance'],
  [ids.C_TFN, 'tfn'],
  [
    ids.C_CARD,
    'card cards visa mastercard amex maestro uatp discover credit debit cc ccn pan kreditkarte karte carte tarjeta ' +
      'carta cartão kreditkort kaart creditcard cardnumber',
  ],
  [ids.C_PLACE, 'latitude longitude lat lng lon'],
  [ids.C_GPS, 'coordinates coordinate coords gps koordinaten coordonnées coordenadas coordinate latlng latlon'],
  [ids.C_SPOT, 'long geo position location at near nahe bei located standort lieu ubicación'],
  [
    ids.C_SECRET,
    'password passwd pwd passphrase passcode apikey accesskey secretkey privatekey passwort kennwort ' +
      'clave contraseña senha passe motdepasse wachtwoord hasło пароль Пароль 密码 密碼 パスワード 비밀번호',
  ],
  [
    ids.C_TOKEN,
    'pass secret secrets token credential credentials authorization auth signature session-id ' +
      'encryptionkey accountkey ' +
      'storagekey signingkey sharedkey sharedaccesskey masterkey subscriptionkey sessiontoken accesstoken ' +
      'authtoken refreshtoken',
  ],
  [ids.C_CODE, 'pin otp totp'],
  [ids.C_CARD_CODE, 'cvv cvc csc cvn cvvcode cvccode securitycode cardsecuritycode cardcode cardverification'],
  [ids.C_EXPIRY, 'exp expiry expires expiration expdate expirydate expirationdate cardexp validthru'],
  [ids.C_COOKIE, 'cookie'],
  [ids.C_VALUE, 'value'],
  [
    ids.C_CURSOR,
    'next stop max min num pad eos bos unk mask cls sep start end special page pagination continuation ' +
      'resume marker previous prev current',
  ],
  [ids.C_NET, 'dhcp dhcpd lease leases ip ips ipv addr address addresses'],
  [ids.C_TAX_FORM, 'w b'],
  [
    ids.C_VERSION,
    'version versions ver v release releases build firmware upgrade upgraded bump bumps update updated ' +
      'downgrade changelog driver',
  ],
  [ids.D_SPACE | ids.D_ROUTING, 'routing aba rtn'],
  [ids.D_SPACE | ids.D_NPI, 'npi'],
  [ids.D_SPACE | ids.D_EIN, 'ein fein employer'],
  [ids.D_SPACE | ids.D_VIN, 'vin vehicle chassis fahrgestellnummer fahrgestell bastidor'],
  [ids.D_SPACE | ids.D_PESEL, 'pesel'],
  [ids.D_SPACE | ids.D_SWEDEN, 'personnummer personnumret personnr samordningsnummer'],
  [ids.D_SPACE | ids.D_FINLAND, 'hetu henkilötunnus'],
  [ids.D_SPACE | ids.D_KOREA, 'rrn 주민등록번호 주민번호'],
  [ids.D_SPACE | ids.D_SINGAPORE, 'nric'],
  [ids.D_SPACE | ids.D_TURKEY, 'tckn kimlik tckimlik'],
  [ids.D_SPACE | ids.D_SOUTH_AFRICA, 'identity identiteitsnommer rsaid'],
  [ids.D_SPACE | ids.D_SWISS, 'ahv avs oasi ahvn13'],
  [ids.D_SPACE | ids.D_IMEI, 'imei imeisv'],
  [ids.D_SPACE | ids.D_WALLET, 'wallet bitcoin btc ethereum eth crypto usdt tron trx litecoin ltc'],
];
