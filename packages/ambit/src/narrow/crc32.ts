const TABLE: Uint32Array = tableOf(0xedb88320);

/** CRC-32 of ASCII text, as zlib and PNG have it (ISO 3309). Other text is given some number too. */
export function crc32(text: string): number {
  let sum = 0xffff_ffff;
  for (let at = 0; at < text.length; at += 1) {
    sum = (TABLE[(sum ^ text.charCodeAt(at)) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  return (sum ^ 0xffff_ffff) >>> 0;
}

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}
