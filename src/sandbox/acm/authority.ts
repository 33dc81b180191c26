/**
 * The sandbox's own certificate authority. Its certificate is the one thing that a client has to trust; it is new in
 * each sandbox, and its key never leaves the process.
 */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const DAY_MS = 86_400_000;
/** A certificate of ACM is valid for 13 months: https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html */
const VALID_DAYS = 395;

/** What is served: certificate, key and chain as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
  readonly chain: string;
  readonly serial: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const nameOf = (text: string): Name =>
  new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: COMMON_NAME, value: new AttributeValue({ utf8String: text }) }),
    ]),
  ]);

function extension(id: string, value: unknown, critical = false): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

const pem = (der: ArrayBuffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END CERTIFICATE-----\n`;

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

function make(wanted: Wanted, key: KeyObject): { readonly text: string; readonly serial: string } {
  const serial = randomBytes(16);
  // A serial number is positive.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: algorithm,
    issuer: nameOf(wanted.issuer),
    validity: new Validity({ notBefore: wanted.notBefore, notAfter: wanted.notAfter }),
    subject: nameOf(wanted.subject),
    subjectPublicKeyInfo: AsnConvert.parse(
      wanted.publicKey.export({ type: "spki", format: "der" }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions([...wanted.extensions]),
  });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  return { text: pem(AsnConvert.serialize(certificate)), serial: serial.toString("hex") };
}

/** A new pair of the kind that ACM names. */
function keyPair(algorithm: string): { publicKey: KeyObject; privateKey: KeyObject } {
  const rsa = /^RSA_(\d+)$/.exec(algorithm)?.[1];
  if (rsa !== undefined) return generateKeyPairSync("rsa", { modulusLength: Number(rsa) });
  return generateKeyPairSync("ec", { namedCurve: algorithm === "EC_secp384r1" ? "secp384r1" : "prime256v1" });
}

export class Authority {
  private readonly key: KeyObject;
  /** The authority's certificate, as PEM: what a client trusts. */
  readonly certificate: string;
  private readonly name: string;

  constructor() {
    this.name = `Slipway sandbox ${randomBytes(4).toString("hex")}`;
    const { publicKey, privateKey } = keyPair("EC_prime256v1");
    this.key = privateKey;
    this.certificate = make(
      {
        subject: this.name,
        issuer: this.name,
        publicKey,
        notBefore: new Date(Date.now() - DAY_MS),
        notAfter: new Date(Date.now() + 2 * VALID_DAYS * DAY_MS),
        extensions: [
          extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }), true),
          extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
        ],
      },
      privateKey,
    ).text;
  }

  /** A certificate for those names, with a key of its own. */
  issue(names: readonly string[], algorithm: string, notAfter?: Date): Issued {
    const { publicKey, privateKey } = keyPair(algorithm);
    const until = notAfter ?? new Date(Date.now() + VALID_DAYS * DAY_MS);
    const notBefore = new Date(Math.min(Date.now(), until.getTime()) - DAY_MS);
    const alternative = new SubjectAlternativeName(names.map((dNSName) => new GeneralName({ dNSName })));
    const { text, serial } = make(
      {
        // A common name has at most 64 characters.
        subject: (names[0] ?? "").slice(0, 64),
        issuer: this.name,
        publicKey,
        notBefore,
        notAfter: until,
        extensions: [
          extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
          extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment), true),
          extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
          extension(id_ce_subjectAltName, alternative),
        ],
      },
      this.key,
    );
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    return { certificate: text, key, chain: this.certificate, serial, notBefore, notAfter: until };
  }
}

/** What an imported certificate says, where its key is the one that belongs to it. */
export function readImported(
  certificate: string,
  key: string,
): { readonly names: readonly string[]; readonly x509: X509Certificate } | undefined {
  try {
    const x509 = new X509Certificate(certificate);
    if (!x509.checkPrivateKey(createPrivateKey(key))) return undefined;
    const common = /(?:^|\n)CN=(.+)/.exec(x509.subject)?.[1];
    const names = (x509.subjectAltName ?? "")
      .split(", ")
      .flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : []));
    return { names: names.length > 0 ? names : common === undefined ? [] : [common], x509 };
  } catch {
    return undefined;
  }
}
