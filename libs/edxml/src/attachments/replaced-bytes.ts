const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;

/**
 * Sees whether every byte beyond ASCII became EF BF BD: a binary file that a program on the way took for text. One byte
 * of another kind disproves it, so a sound file is looked at only as far as that.
 */
export class ReplacedBytes {
  private sound = false;
  private found = false;
  private expected = 0;

  look(bytes: Buffer): void {
    if (this.sound) return;
    for (const byte of bytes) {
      if (byte < 0x80 && this.expected === 0) continue;
      if (byte !== REPLACEMENT[this.expected]) {
        this.sound = true;
        return;
      }
      this.expected = (this.expected + 1) % REPLACEMENT.length;
      this.found = true;
    }
  }

  get everywhere(): boolean {
    return this.found && !this.sound;
  }
}
