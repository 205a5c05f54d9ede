import { csvRecord } from './csv';

it('writes records as RFC 4180 does', () => {
  expect(csvRecord(['a', 1, -1.5, true, null, ''])).toBe('a,1,-1.5,true,,\r\n');
  expect(csvRecord(['a,b', 'say "hi"', 'two\nlines', 'r\rn', ' spaced '])).toBe(
    '"a,b","say ""hi""","two\nlines","r\rn", spaced \r\n',
  );
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx'])('marks %j as a text', (text) => {
  expect(csvRecord([text])).toBe(`'${text}\r\n`);
});

it('marks what looks like a formula also where it has to be quoted', () => {
  expect(csvRecord(['=LINK("x")', '\r=1'])).toBe(`"'=LINK(""x"")","'\r=1"\r\n`);
});
