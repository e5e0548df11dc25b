import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { isIPv4 } from "node:net";

/** PEM texts, as node:tls takes them. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateWish {
  readonly commonName: string;
  /** DNS names and IPv4 addresses it stands for. */
  readonly names?: readonly string[];
  /** Who signs it; absent: it signs itself, and may sign others. */
  readonly issuer?: Certificate & { readonly commonName: string };
}

/** A throw-away X.509 certificate on P-256, valid from 2020 to 2049. Source: RFC 5280, the fields a TLS client looks at. */
export function createCertificate({ commonName, names = [], issuer }: CertificateWish): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const extensions = [
    extension("2.5.29.19", sequence(issuer ? [] : [der(0x01, Buffer.from([0xff]))]), true),
    ...(names.length > 0 ? [extension("2.5.29.17", sequence(names.map(alternativeName)), false)] : []),
  ];
  const content = sequence([
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    nameOf(issuer?.commonName ?? commonName),
    sequence([der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z"))]),
    nameOf(commonName),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extensions)),
  ]);
  const signature = sign(content, issuer?.key ?? privateKey);
  const whole = sequence([content, ECDSA_SHA256, der(0x03, Buffer.concat([Buffer.from([0]), signature]))]);
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n").trimEnd();
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key };
}

const sign = (content: Buffer, key: string | KeyObject): Buffer => createSign("sha256").update(content).sign(key);

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));

const integer = (bytes: Buffer): Buffer => der(0x02, bytes);

function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let more = part >> 7; more > 0; more >>= 7) groups.unshift((more & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

const ECDSA_SHA256 = sequence([identifier("1.2.840.10045.4.3.2")]);

const nameOf = (commonName: string): Buffer =>
  sequence([der(0x31, sequence([identifier("2.5.4.3"), der(0x0c, Buffer.from(commonName))]))]);

const extension = (id: string, content: Buffer, isCritical: boolean): Buffer =>
  sequence([identifier(id), ...(isCritical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, content)]);

const alternativeName = (name: string): Buffer =>
  isIPv4(name) ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, Buffer.from(name));
