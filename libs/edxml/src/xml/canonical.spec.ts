import { type CanonicalMethod, CanonicalWriter } from './canonical';
import { XmlTokenizer } from './tokenizer';

function canonical(text: string, method: CanonicalMethod = 'inclusive'): string {
  let written = '';
  const writer = new CanonicalWriter(method, (piece) => (written += piece));
  const tokenizer = new XmlTokenizer(writer);
  tokenizer.write(text);
  tokenizer.end();
  return written;
}

/** The examples of Canonical XML 1.0 §3, save for what only a DTD brings. */
describe('canonical XML', () => {
  it('3.1: instructions beside the root, comments left out', () => {
    const text = `<?xml version="1.0"?>

<?xml-stylesheet   href="doc.xsl"
   type="text/xsl"   ?>

<doc>Hello, world!<!-- Comment 1 --></doc>

<?pi-without-data     ?>

<!-- Comment 2 -->`;
    expect(canonical(text)).toBe(`<?xml-stylesheet href="doc.xsl"
   type="text/xsl"   ?>
<doc>Hello, world!</doc>
<?pi-without-data?>`);
  });

  it('3.2: white space in content stays', () => {
    const text = '<doc>\n   <clean>   </clean>\n   <mixed>\n      A\n      <clean>   </clean>\n   </mixed>\n</doc>';
    expect(canonical(text)).toBe(text);
  });

  it('3.3: tags, their namespaces and attributes', () => {
    const text = `<doc>
   <e1   />
   <e2   ></e2>
   <e3   name = "elem3"   id="elem3"   />
   <e4   name="elem4"   id="elem4"   ></e4>
   <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I'm"
      xmlns:b="http://www.ietf.org"
      xmlns:a="http://www.w3.org"
      xmlns="http://example.org"/>
   <e6 xmlns="" xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="" xmlns:a="http://www.w3.org">
            <e9 xmlns="" xmlns:a="http://www.ietf.org"/>
         </e8>
      </e7>
   </e6>
</doc>`;
    expect(canonical(text)).toBe(`<doc>
   <e1></e1>
   <e2></e2>
   <e3 id="elem3" name="elem3"></e3>
   <e4 id="elem4" name="elem4"></e4>
   <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I'm" attr2="all" b:attr="sorted" a:attr="out"></e5>
   <e6 xmlns:a="http://www.w3.org">
      <e7 xmlns="http://www.ietf.org">
         <e8 xmlns="">
            <e9 xmlns:a="http://www.ietf.org"></e9>
         </e8>
      </e7>
   </e6>
</doc>`);
  });

  it('3.4: characters and references', () => {
    const text = `<doc>
   <text>First line&#x0d;&#10;Second line</text>
   <value>&#x32;</value>
   <compute><![CDATA[value>"0" && value<"10" ?"valid":"error"]]></compute>
   <compute expr='value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"'>valid</compute>
   <norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/>
</doc>`;
    expect(canonical(text)).toBe(`<doc>
   <text>First line&#xD;
Second line</text>
   <value>2</value>
   <compute>value&gt;"0" &amp;&amp; value&lt;"10" ?"valid":"error"</compute>
   <compute expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</compute>
   <norm attr=" '    &#xD;&#xA;&#x9;   ' "></norm>
</doc>`);
  });

  it('exclusive: a namespace is written where it is used (Exclusive C14N §2.2)', () => {
    expect(
      canonical(
        '<n0:l xmlns:n0="u:0" xmlns:n1="u:1" xmlns="u:d"><n1:e n0:a="1"><n0:f/></n1:e><g/></n0:l>',
        'exclusive',
      ),
    ).toBe('<n0:l xmlns:n0="u:0"><n1:e xmlns:n1="u:1" n0:a="1"><n0:f></n0:f></n1:e><g xmlns="u:d"></g></n0:l>');
  });
});
