import { AttachmentIntake, type Content, type ContentReceiver } from './attachments/intake';
import { XMLDSIG } from './signature/algorithms';
import { type EnvelopeSignature, ReceivedSignature } from './signature/envelope-signature';
import { SignedParts } from './signature/signed-parts';
import type { StartTag, XmlEvents } from './xml/events';
import { type Position, XmlFault } from './xml/fault';
import { XmlElement } from './xml/tree';

export interface IntakeOptions {
  readonly receive: ContentReceiver | undefined;
  readonly maxUnwrapped: number;
}

interface RunningContent {
  readonly intake: AttachmentIntake;
  readonly index: number;
  readonly attachment: XmlElement;
  ended: boolean;
}

/** Characters of text held for one message: its header many times over. */
const MOST_TEXT = 8 * 1024 * 1024;

/** Takes a message's events in: a tree of all but the attachments, the attachments given on, the digests kept. */
export class MessageIntake implements XmlEvents {
  root: XmlElement | undefined;
  readonly contents = new Map<XmlElement, { readonly index: number; readonly content: Content }>();
  private current: XmlElement | undefined;
  private running: RunningContent[] = [];
  private content: RunningContent | undefined;
  private count = 0;
  private heldText = 0;
  private readonly parts = new SignedParts();
  private received: ReceivedSignature | undefined;

  constructor(private readonly options: IntakeOptions) {}

  get signature(): EnvelopeSignature {
    return this.received?.verify(this.parts) ?? { kind: 'absent' };
  }

  /** Where reading is, as a path. */
  get path(): string {
    return this.current?.path ?? '/';
  }

  startTag(tag: StartTag): void {
    this.parts.startTag(tag);
    const element = new XmlElement(tag, this.current);
    this.root ??= element;
    this.current = element;
    if (tag.local === 'ContentTransferEncoded' && element.parent && !this.content) {
      const index = this.count++;
      const intake = new AttachmentIntake(index, this.options.receive, this.options.maxUnwrapped);
      this.content = { intake, index, attachment: element.parent, ended: false };
      this.running.push(this.content);
    }
  }

  text(text: string): void {
    this.parts.text(text);
    if (this.content) this.content.intake.add(text);
    else this.heldText += this.current?.addText(text) ?? 0;
    if (this.heldText > MOST_TEXT) throw new XmlFault('xml.too_long', 'the message has too much text', this.at);
  }

  endTag(name: string): void {
    this.parts.endTag(name);
    const element = this.current;
    if (this.content && element?.parent === this.content.attachment) {
      this.content.ended = true;
      this.content = undefined;
    }
    if (element?.local === 'Signature' && element.uri === XMLDSIG && !this.received) {
      this.received = new ReceivedSignature(element);
      this.parts.keep(this.received.wanted);
    } else if (element?.local === 'edXMLHeader' && !this.received) {
      this.parts.keep([]);
    }
    this.current = element?.parent;
  }

  instruction(target: string, data: string): void {
    this.parts.instruction(target, data);
  }

  /** Gives on what has come of the attachments; to be awaited before more is read. */
  async settle(): Promise<void> {
    for (const { intake, index, attachment, ended } of this.running) {
      if (ended) this.contents.set(attachment, { index, content: await intake.end() });
      else await intake.passOn();
    }
    this.running = this.running.filter(({ ended }) => !ended);
  }

  /** What has begun will not be finished. */
  abandon(): void {
    this.current?.dropText();
    for (const { intake } of this.running) intake.abandon();
  }

  private get at(): Position {
    return this.current?.at ?? { line: 1, column: 1 };
  }
}
