// How the site's search orders what it finds: a heading that has the words as they were typed comes first; pages that
// explain come before the reference, and both before records of what was done, which contain nearly every word.
const RECORDS = /^(changelog|contributing|(blog|history)-study\/|(digit|photo)-recipes\/|recipe-search)/;
const REFERENCE = /^reference\//;

var Scorer = {
  score: ([page, , , , score, , kind]) =>
    score + (kind === "title" ? 10 : 0) - (RECORDS.test(page) ? 20 : REFERENCE.test(page) ? 4 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
