import { XmlFault } from './fault';
import { XmlTokenizer } from './tokenizer';

/** The events as short words, texts joined. */
function tokens(chunks: readonly string[]): string[] {
  const seen: string[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') seen.push(text);
    text = '';
  };
  const tokenizer = new XmlTokenizer({
    startTag: ({ name, uri, attributes }) => {
      flush();
      const shown = attributes.map((attribute) => ` ${attribute.name}=${JSON.stringify(attribute.value)}`);
      seen.push(`<${uri === '' ? '' : `{${uri}}`}${name}${shown.join('')}>`);
    },
    text: (piece) => (text += piece),
    endTag: (name) => {
      flush();
      seen.push(`</${name}>`);
    },
    instruction: (target, data) => seen.push(`?${target} ${data}`),
  });
  for (const chunk of chunks) tokenizer.write(chunk);
  tokenizer.end();
  return seen;
}

function faultOf(chunks: readonly string[]): string {
  try {
    tokens(chunks);
  } catch (error) {
    if (error instanceof XmlFault) return `${error.code} ${error.at.line}:${error.at.column}`;
    throw error;
  }
  return 'none';
}

const SOUND: [text: string, tokens: string[]][] = [
  ['<a/>', ['<a>', '</a>']],
  ['<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<a></a>\n', ['<a>', '</a>']],
  [`<a b='1' c = "2"\n\td="'&lt;'"/>`, [`<a b="1" c="2" d="'<'">`, '</a>']],
  ['<a>1 &lt; 2 &amp;&#38; 3 &gt; &#x1ED9;&quot;&apos;</a>', ['<a>', `1 < 2 && 3 > ộ"'`, '</a>']],
  ['<a>x<![CDATA[ <b>&amp;]] ]]]]>y</a>', ['<a>', 'x <b>&amp;]] ]]y', '</a>']],
  ['<a>1\r\n2\r3\n4&#13;5</a>', ['<a>', '1\n2\n3\n4\r5', '</a>']],
  ['<a b="1\r\n2\t3&#10;4"/>', ['<a b="1 2 3\\n4">', '</a>']],
  ['<a><!-- <b> & --><?p q r?><b/></a><!-- end --><?x?>', ['<a>', '?p q r', '<b>', '</b>', '</a>', '?x ']],
  ['<Tờ_trình số="1">Ề😀</Tờ_trình>', ['<Tờ_trình số="1">', 'Ề😀', '</Tờ_trình>']],
  [
    '<a xmlns="urn:1" xmlns:p="urn:2"><p:b p:c="1" c="2"/><d xmlns=""/></a>',
    [
      '<{urn:1}a xmlns="urn:1" xmlns:p="urn:2">',
      '<{urn:2}p:b p:c="1" c="2">',
      '</p:b>',
      '<d xmlns="">',
      '</d>',
      '</a>',
    ],
  ],
  ['<a b=">"><c>></c></a>', ['<a b=">">', '<c>', '>', '</c>', '</a>']],
];

describe('XML', () => {
  it.each(SOUND)('%j is read', (text, expected) => {
    expect(tokens([text])).toEqual(expected);
  });

  it.each(SOUND)('%j is read the same in pieces, wherever it is cut', (text, expected) => {
    for (let cut = 1; cut < text.length; cut++) expect(tokens([text.slice(0, cut), text.slice(cut)])).toEqual(expected);
    expect(tokens(Array.from(text))).toEqual(expected);
  });
});

const HOSTILE: [what: string, text: string, fault: string][] = [
  ['a byte before the prolog', ' <?xml version="1.0"?><a/>', 'xml.before_prolog 1:2'],
  ['text before the prolog', '\n\nHTTP/1.1 200 OK\n<a/>', 'xml.before_prolog 3:1'],
  ['a DTD', '<?xml version="1.0"?>\n<!DOCTYPE a>\n<a/>', 'xml.doctype 2:1'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'xml.doctype 1:1'],
  ['a billion laughs', '<!DOCTYPE l [<!ENTITY l "ha"><!ENTITY m "&l;&l;">]><l>&m;</l>', 'xml.doctype 1:1'],
  ['an entity nobody declared', '<a>\n &nbsp;</a>', 'xml.entity 2:2'],
  ['an ampersand alone', '<a>A & B và những chữ khác</a>', 'xml.entity 1:6'],
  ['an unbound prefix', '<a>\n  <x:b/></a>', 'xml.unbound_prefix 2:3'],
  ['an unbound prefix of an attribute', '<a x:b="1"/>', 'xml.unbound_prefix 1:1'],
  ['a prefix bound to nothing', '<a xmlns:x=""/>', 'xml.malformed 1:1'],
  ['a prefix bound to what is reserved', '<a xmlns:xml="urn:x"/>', 'xml.malformed 1:1'],
  ['an attribute twice', '<a b="1" b="2"/>', 'xml.malformed 1:1'],
  ['an attribute twice by two prefixes', '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>', 'xml.malformed 1:1'],
  ['crossed tags', '<a><b></a></b>', 'xml.malformed 1:7'],
  ['an end tag too many', '<a/></a>', 'xml.malformed 1:5'],
  ['two roots', '<a/><b/>', 'xml.malformed 1:5'],
  ['text behind the root', '<a/>\nx', 'xml.malformed 2:1'],
  ['no root', '<!-- nothing -->', 'xml.unfinished 1:17'],
  ['nothing', '', 'xml.unfinished 1:1'],
  ['an end within text', '<a>\n<b>text', 'xml.unfinished 2:8'],
  ['an end within a tag', '<a><b c="1', 'xml.unfinished 1:11'],
  ['an end within CDATA', '<a><![CDATA[text', 'xml.unfinished 1:17'],
  ['an end within a comment', '<a><!-- x', 'xml.unfinished 1:10'],
  ['< in an attribute', '<a b="<"/>', 'xml.malformed 1:3'],
  ['an attribute without quotes', '<a b=1/>', 'xml.malformed 1:3'],
  ['attributes without space between', '<a b="1"c="2"/>', 'xml.malformed 1:9'],
  ['-- in a comment', '<a><!-- a -- b --></a>', 'xml.malformed 1:4'],
  ['a control character', '<a>a\u0007</a>', 'xml.malformed 1:5'],
  ['a control character by reference', '<a>&#x7;</a>', 'xml.malformed 1:4'],
  ['half a surrogate pair by reference', '<a>&#xD800;</a>', 'xml.malformed 1:4'],
  ['a reference beyond Unicode', '<a>&#x110000;</a>', 'xml.malformed 1:4'],
  [']]> in text', '<a>]]></a>', 'xml.malformed 1:4'],
  ['a name that begins with a digit', '<1a/>', 'xml.malformed 1:1'],
  ['a name of two colons', '<a:b:c/>', 'xml.malformed 1:1'],
  ['a second XML declaration', '<a/><?xml version="1.0"?>', 'xml.malformed 1:5'],
  ['another declared encoding', '<?xml version="1.0" encoding="windows-1258"?><a/>', 'encoding.unsupported 1:1'],
  ['10⁵ levels', '<a>'.repeat(100_000), 'xml.too_deep 1:97'],
  ['10⁶ attributes', `<a ${Array.from({ length: 1_000_000 }, (_, n) => `b${n}="1"`).join(' ')}/>`, 'xml.too_long 1:1'],
  [
    '65 attributes',
    `<a ${Array.from({ length: 65 }, (_, n) => `b${n}="1"`).join(' ')}/>`,
    'xml.too_many_attributes 1:505',
  ],
  ['10⁶ elements', `<a>${'<b/>'.repeat(1_000_000)}</a>`, 'xml.too_many_elements 1:400000'],
  ['an endless tag', `<a b="${'x'.repeat(1_000_000)}`, 'xml.too_long 1:1'],
  ['an endless comment', `<a><!--${'x'.repeat(1_000_000)}`, 'xml.too_long 1:4'],
];

describe('refused with line and column', () => {
  it.each(HOSTILE)('%s', (_, text, fault) => {
    expect(faultOf([text])).toBe(fault);
  });

  it.each(HOSTILE.filter(([, text]) => text.length < 1000))('%s, in pieces as well', (_, text, fault) => {
    expect(faultOf(Array.from(text))).toBe(fault);
  });

  it('fast, even in tiny pieces', () => {
    const started = performance.now();
    expect(faultOf(Array.from({ length: 100_000 }, () => '<b c="1" '))).toMatch(/^xml/);
    expect(faultOf(['<a b="', ...Array.from({ length: 200_000 }, () => 'x')])).toBe('xml.too_long 1:1');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
