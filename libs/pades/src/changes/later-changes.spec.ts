import { rawStream, samplePdf, TestAuthority } from '@axis/testing';

import { type SignatureReport, type SignOptions, signPdf, validatePdf } from '..';
import { formFields } from '../form';
import { Increment, Parser, PdfDict, PdfFile, PdfName, PdfRef, PdfStream, PdfString, type PdfValue } from '../syntax';

/** What may follow a signature, and where the permission ends. The attacks have a file of their own. */

const authority = new TestAuthority();
const key = authority.person().signingKey();
const trust = [authority.root.certificate];

const sign = (pdf: Buffer, options: Partial<SignOptions> = {}): Promise<Buffer> =>
  signPdf(pdf, { key, signingTime: new Date('2026-06-30T08:30:00Z'), ...options });
const parse = (text: string): PdfValue => new Parser(Buffer.from(text, 'latin1')).value();
const text = (value: string): PdfString => new PdfString(Buffer.from(value));

async function first(pdf: Buffer): Promise<SignatureReport> {
  const [signature] = (await validatePdf(pdf, { trust, revocation: 'if-known' })).signatures;
  if (!signature) throw new Error('no signature was found');
  return signature;
}

function revise(pdf: Buffer, change: (increment: Increment, file: PdfFile) => void): Buffer {
  const file = PdfFile.open(pdf);
  const increment = new Increment(file);
  change(increment, file);
  return Buffer.concat([pdf, increment.write().bytes]);
}

const form = {
  1: '<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [20 0 R 21 0 R 22 0 R]>>>>',
  20: '<</Type /Annot /Subtype /Widget /FT /Tx /T (opinion) /Rect [0 0 100 20] /P 3 0 R>>',
  21: '<</Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [0 30 100 50] /P 3 0 R>>',
  22: '<</Type /Annot /Subtype /Widget /FT /Sig /T (approval) /Rect [0 60 100 90] /P 3 0 R /Lock <</Action /Include /Fields [(amount)]>>>>',
};
const opinion = new PdfRef(20);
const amount = new PdfRef(21);

/** Fills a text field, with a look of its own. */
const fill = (pdf: Buffer, field: PdfRef, changes: Record<string, PdfValue | undefined> = {}): Buffer =>
  revise(pdf, (increment, file) => {
    const look = increment.add(
      new PdfStream(parse('<</Type /XObject /Subtype /Form /BBox [0 0 100 20]>>') as PdfDict, Buffer.from('BT ET')),
    );
    increment.set(
      field,
      (file.dict(field) ?? new PdfDict()).with({ V: text('Đồng ý'), AP: PdfDict.of({ N: look }), ...changes }),
    );
  });

describe('filling in a form', () => {
  it('is allowed where the certification allows it', async () => {
    for (const certify of [2, 3] as const) {
      const pdf = await sign(samplePdf({ objects: form }), { certify });
      expect(await first(fill(pdf, opinion))).toMatchObject({
        indication: 'TOTAL-PASSED',
        laterChanges: 'allowed',
        coversWholeDocument: false,
      });
    }
  });

  it('is forbidden without a certification, or under one that allows no changes', async () => {
    for (const options of [{}, { certify: 1 }] as const) {
      const pdf = await sign(samplePdf({ objects: form }), options);
      expect(await first(fill(pdf, opinion))).toMatchObject({
        indication: 'TOTAL-FAILED',
        reasons: [{ code: 'later-not-permitted' }, { code: 'later-object' }],
      });
    }
  });

  it('is forbidden in a field that a signature locked, and allowed beside it', async () => {
    const certified = await sign(samplePdf({ objects: form }), { certify: 2, fieldName: 'approval' });
    expect(await first(fill(certified, opinion))).toMatchObject({ laterChanges: 'allowed' });
    const locked = await first(fill(certified, amount));
    expect(locked).toMatchObject({ indication: 'TOTAL-FAILED', laterChanges: 'forbidden' });
    expect(locked.reasons.map(({ code }) => code)).toContain('later-locked-field');
  });

  it('may not move the field, rename it, or give it an action', async () => {
    const pdf = await sign(samplePdf({ objects: form }), { certify: 2 });
    for (const changes of [
      { Rect: [0, 0, 500, 500] },
      { T: text('other') },
      { A: parse('<</S /JavaScript /JS (x)>>') },
      { FT: new PdfName('Btn') },
    ]) {
      expect(await first(fill(pdf, opinion, changes))).toMatchObject({ indication: 'TOTAL-FAILED' });
    }
  });
});

describe('later signatures', () => {
  it('may come in any number, into new fields and prepared ones', async () => {
    let pdf = await sign(samplePdf({ objects: form }));
    pdf = await sign(pdf, { fieldName: 'approval' });
    pdf = await sign(pdf);
    expect(await first(pdf)).toMatchObject({ indication: 'TOTAL-PASSED', laterChanges: 'allowed' });
  });

  it('may not bring an action, a second name, or anything but a signature', async () => {
    const pdf = await sign(samplePdf());
    const second = await sign(pdf, { fieldName: 'second' });
    const field = formFields(PdfFile.open(second)).find(({ name }) => name === 'second')?.ref ?? new PdfRef(0);
    for (const changes of [
      { AA: parse('<</O <</S /JavaScript /JS (x)>>>>') },
      { T: text('Signature1') },
      { FT: new PdfName('Tx') },
      { Kids: [] },
      { V: undefined },
    ]) {
      const changed = revise(second, (increment, file) => {
        increment.set(field, (file.dict(field) ?? new PdfDict()).with(changes));
      });
      expect(await first(changed)).toMatchObject({ indication: 'TOTAL-FAILED' });
    }
  });

  it('may not switch on that viewers draw the fields anew', async () => {
    const pdf = await sign(samplePdf());
    const changed = revise(pdf, (increment, file) => {
      const acroForm = file.dict(file.catalog.get('AcroForm')) ?? new PdfDict();
      increment.set(file.catalogRef, file.catalog.with({ AcroForm: acroForm.with({ NeedAppearances: true }) }));
    });
    expect((await first(changed)).reasons.map(({ code }) => code)).toContain('later-form');
  });
});

describe('a document security store', () => {
  const store =
    (change: (increment: Increment) => PdfValue) =>
    (increment: Increment, file: PdfFile): void => {
      increment.set(file.catalogRef, file.catalog.with({ DSS: change(increment) }));
    };
  const stream = (increment: Increment): PdfRef => increment.add(new PdfStream(new PdfDict(), Buffer.from([0x30, 0])));

  it('may be added and added to', async () => {
    const pdf = await sign(samplePdf());
    const once = revise(
      pdf,
      store((increment) => PdfDict.of({ Certs: [stream(increment)] })),
    );
    const twice = revise(once, (increment, file) => {
      const earlier = file.dict(file.catalog.get('DSS')) ?? new PdfDict();
      const more = { CRLs: increment.add([stream(increment)]), VRI: parse(`<</${'A1'.repeat(20)} <<>>>>`) };
      increment.set(file.catalogRef, file.catalog.with({ DSS: earlier.with(more) }));
    });
    expect(await first(twice)).toMatchObject({ indication: 'TOTAL-PASSED', laterChanges: 'allowed' });
  });

  it('may hold nothing else, and take nothing of the document for itself', async () => {
    const pdf = await sign(samplePdf());
    for (const dss of ['<</Certs [4 0 R] /Other 1>>', '<</Certs 3 0 R>>', '<</VRI <</Evil 3 0 R>>>>', '3 0 R', '[1]']) {
      expect(
        await first(
          revise(
            pdf,
            store(() => parse(dss)),
          ),
        ),
      ).toMatchObject({ indication: 'TOTAL-FAILED' });
    }
    const overwrites = revise(pdf, (increment, file) => {
      increment.set(new PdfRef(5), PdfDict.of({ Certs: [stream(increment)] }));
      increment.set(file.catalogRef, file.catalog.with({ DSS: new PdfRef(5) }));
    });
    expect((await first(overwrites)).reasons.map(({ code }) => code)).toContain('later-object');
  });
});

describe('what other software does when it saves', () => {
  const xmp = (title: string, date: string): string =>
    `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="A"><rdf:RDF><rdf:Description xmp:ModifyDate="${date}"><dc:title>${title}</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`;
  const metadata = (title: string, date: string): PdfStream =>
    new PdfStream(parse('<</Type /Metadata /Subtype /XML>>') as PdfDict, Buffer.from(xmp(title, date)));
  const described = (more: Record<number, string> = {}): Promise<Buffer> =>
    sign(
      samplePdf({
        objects: {
          1: '<</Type /Catalog /Pages 2 0 R /Metadata 20 0 R /AcroForm <</Fields [] /DR <</Font 21 0 R>>>>>>',
          20: rawStream('/Type /Metadata /Subtype /XML', Buffer.from(xmp('Công văn', '2026-01-01'))),
          21: '<</F1 5 0 R>>',
          ...more,
        },
      }),
    );

  it('may note the date in the metadata, and change nothing else there', async () => {
    const pdf = await described();
    const save = (title: string): Buffer =>
      revise(pdf, (increment) => {
        increment.set(new PdfRef(20), metadata(title, '2026-06-30'));
      });
    expect(await first(save('Công văn'))).toMatchObject({ indication: 'TOTAL-PASSED', laterChanges: 'allowed' });
    expect(await first(save('Quyết định'))).toMatchObject({ indication: 'TOTAL-FAILED' });
  });

  it('may not touch metadata that a page draws', async () => {
    const page =
      '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 20 0 R] /Resources <</Font <</F1 5 0 R>>>>>>';
    const pdf = await described({ 3: page });
    const changed = revise(pdf, (increment) => {
      increment.set(new PdfRef(20), metadata('Công văn', '2026-06-30'));
    });
    expect((await first(changed)).reasons.map(({ code }) => code)).toContain('later-object');
  });

  it('may add fonts to the resources of the form, unless a page shares them', async () => {
    const add = (pdf: Buffer, name: string): Buffer =>
      revise(pdf, (increment, file) => {
        const font = increment.add(parse('<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>'));
        increment.set(new PdfRef(21), (file.dict(new PdfRef(21)) ?? new PdfDict()).with({ [name]: font }));
      });
    const pdf = await described();
    expect(await first(add(pdf, 'Helv'))).toMatchObject({ indication: 'TOTAL-PASSED', laterChanges: 'allowed' });
    expect((await first(add(pdf, 'F1'))).reasons.map(({ code }) => code)).toContain('later-form');
    const shared = await described({
      3: '<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font 21 0 R>>>>',
    });
    expect((await first(add(shared, 'Helv'))).reasons.map(({ code }) => code)).toContain('later-object');
  });
});
