// Sphinx 9.0 asks for a Chinese stemmer that there is not (sphinx-doc/sphinx#14229); words in Latin
// letters are stemmed as English ones.
Object.defineProperty(window, "ChineseStemmer", { get: () => EnglishStemmer });

// Chinese has no spaces: cut a query into the longest words that the index knows.
function splitQuery(query) {
  const words = query
    .split(/[^\p{Letter}\p{Number}_\p{Emoji_Presentation}]+/gu)
    .filter((word) => word);
  return words.flatMap((word) => (/\p{Script=Han}/u.test(word) ? knownWords(word) : [word]));
}

function knownWords(text) {
  const index = typeof Search === "undefined" ? null : Search._index;
  const known = (word) => index && (word in index.terms || word in index.titleterms);
  const words = [];
  for (let start = 0; start < text.length; ) {
    let end = text.length;
    while (end > start + 1 && !known(text.slice(start, end))) end -= 1;
    words.push(text.slice(start, end));
    start = end;
  }
  return words.some(known) ? words.filter((word) => word.length > 1 || known(word)) : [text];
}
