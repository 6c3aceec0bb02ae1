import { HolidaysFormatError, parseHolidays } from './holidays';

describe('parseHolidays', () => {
  it('reads years, in their order', () => {
    const text = `\u{FEFF}[
      { "year": 2029, "daysOff": {} },
      { "year": 2028, "provisional": true, "source": "Computed",
        "daysOff": { "2028-01-26": "Tết Nguyên đán" }, "workingSaturdays": ["2028-02-05"] }
    ]`;
    expect(parseHolidays(text)).toEqual([
      {
        year: 2028,
        provisional: true,
        source: 'Computed',
        daysOff: { '2028-01-26': 'Tết Nguyên đán' },
        workingSaturdays: ['2028-02-05'],
      },
      { year: 2029, provisional: false, source: '', daysOff: {}, workingSaturdays: [] },
    ]);
  });

  it.each([
    ['no JSON', '[', /^it is no JSON: /],
    ['no array', '{}', /must be a JSON array/],
    ['an entry that is no object', '[7]', /^entry 1 is no object/],
    ['no year', '[{ "daysOff": {} }]', /^entry 1: year must be a year/],
    ['half a year', '[{ "year": 2028.5, "daysOff": {} }]', /^entry 1: year must be a year/],
    ['no days', '[{ "year": 2028 }]', /^2028: daysOff must be an object/],
    ['a day of another year', '[{ "year": 2028, "daysOff": { "2027-01-01": "Tết" } }]', /^2028: 2027-01-01 is no day/],
    [
      'a day that does not exist',
      '[{ "year": 2027, "daysOff": { "2027-02-29": "Tết" } }]',
      /^2027: 2027-02-29 is no day/,
    ],
    ['a day without a name', '[{ "year": 2028, "daysOff": { "2028-01-01": " " } }]', /has no name/],
    ['a name that is none', '[{ "year": 2028, "daysOff": { "2028-01-01": 1 } }]', /has no name/],
    ['Saturdays that are no list', '[{ "year": 2028, "daysOff": {}, "workingSaturdays": {} }]', /must be an array/],
    ['a Saturday that is no day', '[{ "year": 2028, "daysOff": {}, "workingSaturdays": [1] }]', /^2028: 1 is no day/],
    [
      'a day worked and off',
      '[{ "year": 2028, "daysOff": { "2028-01-01": "Tết" }, "workingSaturdays": ["2028-01-01"] }]',
      /both worked and off/,
    ],
    ['a word it does not know', '[{ "year": 2028, "daysOff": {}, "dayOff": {} }]', /^2028: there is no dayOff/],
    ['a year twice', '[{ "year": 2028, "daysOff": {} }, { "year": 2028, "daysOff": {} }]', /2028 is there twice/],
    ['a wrong provisional', '[{ "year": 2028, "daysOff": {}, "provisional": "yes" }]', /provisional must be/],
    ['a wrong source', '[{ "year": 2028, "daysOff": {}, "source": 5 }]', /source must be/],
  ])('refuses %s', (_, text, why) => {
    expect(() => parseHolidays(text)).toThrow(HolidaysFormatError);
    expect(() => parseHolidays(text)).toThrow(why);
  });
});
