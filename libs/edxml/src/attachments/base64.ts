/** Base64 (RFC 4648 §4) in pieces, white space allowed between characters. */
export class Base64Decoder {
  private rest = '';
  private padding = '';
  private fault: string | undefined;

  /** The bytes that are complete so far; nothing more once the text has shown to be no base64. */
  decode(text: string): Buffer {
    if (this.fault !== undefined) return Buffer.alloc(0);
    const characters = /\s/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text;
    const padding = this.padding === '' ? characters.indexOf('=') : 0;
    const body = padding < 0 ? characters : characters.slice(0, padding);
    this.padding += characters.slice(body.length);
    if (/[^A-Za-z0-9+/]/.test(body)) this.fault = 'a character that is not base64';
    else if (!/^={0,2}$/.test(this.padding)) this.fault = 'something stands after the padding';
    if (this.fault !== undefined) return Buffer.alloc(0);
    const whole = this.rest + body;
    const complete = whole.length - (whole.length % 4);
    this.rest = whole.slice(complete);
    return Buffer.from(whole.slice(0, complete), 'base64');
  }

  /** The last bytes, or what is wrong with the whole. */
  end(): { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'fault'; readonly detail: string } {
    if (this.fault !== undefined) return { kind: 'fault', detail: this.fault };
    const last = this.rest + this.padding;
    if (last.length % 4 !== 0 || this.rest.length === 1) return { kind: 'fault', detail: 'it is cut off' };
    return { kind: 'bytes', bytes: Buffer.from(last, 'base64') };
  }
}
