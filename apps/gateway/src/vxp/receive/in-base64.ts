/** `head` as a JSON object with one more field, `data`: the message in base64, encoded as it is read. */
export async function* inBase64(head: object, message: AsyncIterable<Buffer>): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"data":"`;
  let rest = Buffer.alloc(0);
  for await (const piece of message) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    if (whole > 0) yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield `${rest.toString('base64')}"}`;
}
