/**
 * Whether a `hash-file` header means this SHA-256 (hexadecimal). Clients in use write each byte without its leading zero (`0a` as
 * `a`), so the text cannot be read back: ours is written their way and compared.
 */
export function isHashOf(header: string, sha256: string): boolean {
  const given = header.trim().toLowerCase();
  return given === sha256 || given === unpadded(sha256);
}

export const unpadded = (sha256: string): string => sha256.replace(/0(.)|(..)/g, '$1$2');
