/* The search engine: cuts queries into words as the build cut the pages (src/site/search/words.rs; a test holds the
   two together), finds pages in the index, and the places in their text. Knows no elements and no words of any
   language; both come from elsewhere. A classic script: pages opened from a folder load no modules and no data. */
(function () {
  "use strict";
  var LONGEST = 64;
  var MARKS = /[\u0300-\u036f]/g;
  var PART = "[\\p{Alphabetic}\\p{N}\\u0300-\\u036f]";
  var JOINT = "[_./:\\-]";
  var NAME = new RegExp(PART + "+(?:" + JOINT + PART + "+)*", "gu");
  var GOES_ON = new RegExp(JOINT + "?" + PART, "uy");
  var TAIL = new RegExp(PART + "+$", "u");

  /* ---- Words ---- */

  /** The rules of a language, made ready: see src/site/search/tongue.rs. */
  function Tongue(rules) {
    var groups = "[" + rules.grouping.join("") + "]";
    this.number = new RegExp("(?:[0-9]{4,}|[0-9]{1,3}(?![0-9])(?:" + groups + "[0-9]{3}(?![0-9]))*)(?:[" +
      rules.decimal + ".][0-9]+)?", "y");
    this.groups = new RegExp(groups, "g");
    this.letters = new Map(rules.letters);
    this.special = new RegExp("[" + Array.from(this.letters.keys()).join("") + "]", "g");
    this.named = new Map();
    var named = this.named;
    this.silent = new Set(rules.silent);
    this.passes = rules.passes.map(function (pass) {
      var longest = 0;
      var endings = new Map();
      pass.forEach(function (ending) {
        endings.set(ending[0], ending);
        if (ending[2] === 0) {
          named.set(ending[1], (named.get(ending[1]) || []).concat(ending[0]));
        }
        longest = Math.max(longest, ending[0].length);
      });
      return { endings: endings, longest: longest };
    });
    this.known = new Map();
  }

  /** Calls found(word, start, end, isWhole) for each word of a text; identifiers in their parts, then as a whole. */
  Tongue.prototype.each = function (text, found) {
    var match;
    var at = 0;
    for (;;) {
      NAME.lastIndex = at;
      match = NAME.exec(text);
      if (!match) {
        return;
      }
      var number = this.numberAt(text, match.index);
      if (number) {
        at = match.index + number.length;
        found(cut(number.replace(this.groups, "").replace(/[^0-9]/g, ".")), match.index, at, false);
      } else {
        at = NAME.lastIndex;
        this.name(match[0], match.index, found);
      }
    }
  };

  Tongue.prototype.numberAt = function (text, at) {
    this.number.lastIndex = at;
    var match = this.number.exec(text);
    if (!match) {
      return null;
    }
    GOES_ON.lastIndex = at + match[0].length;
    return GOES_ON.test(text) ? null : match[0];
  };

  Tongue.prototype.name = function (name, at, found) {
    var parts = 0;
    var start = at;
    var self = this;
    name.split(/[_./:\-]/).forEach(function (part) {
      var word = self.wordOf(part);
      if (word !== null) {
        parts += 1;
        if (word !== "") {
          found(word, start, start + part.length, false);
        }
      }
      start += part.length + 1;
    });
    if (parts > 1 && /[_./]/.test(name)) {
      found(cut(this.folded(name)), at, at + name.length, true);
    }
  };

  /** The word of one part; empty for a word that says nothing, null for marks alone. */
  Tongue.prototype.wordOf = function (part) {
    var word = this.known.get(part);
    if (word === undefined) {
      var folded = this.folded(part);
      word = folded === "" ? null : this.silent.has(folded) ? "" : this.stem(folded);
      if (this.known.size > 50000) {
        this.known.clear();
      }
      this.known.set(part, word);
    }
    return word;
  };

  Tongue.prototype.folded = function (text) {
    if (/^[\x00-\x7f]*$/.test(text)) {
      return text.toLowerCase();
    }
    var letters = this.letters;
    return text.toLowerCase().normalize("NFD").replace(MARKS, "").replace(this.special, function (letter) {
      return letters.get(letter);
    });
  };

  /** A pattern that folded text matches wherever one of these words may stand: by their first letters, which no ending
      touches but in the few words that the rules name whole. */
  Tongue.prototype.beginnings = function (terms) {
    var starts = new Set();
    var named = this.named;
    terms.forEach(function (_, term) {
      // Numbers may be written with spaces, commas or dots.
      starts.add(term.slice(0, /^[0-9.]+$/.test(term) ? 1 : term.length > 3 ? 3 : 2));
      (named.get(term) || []).forEach(function (word) { starts.add(word.slice(0, 3)); });
    });
    var patterns = Array.from(starts, function (start) { return start.replace(/[.\-/]/g, "\\$&"); });
    return new RegExp(patterns.join("|") || "(?!)");
  };

  Tongue.prototype.stem = function (word) {
    if (!/^[a-z]+$/.test(word)) {
      return cut(word);
    }
    this.passes.forEach(function (pass) {
      for (var length = Math.min(pass.longest, word.length); length > 0; length -= 1) {
        var ending = pass.endings.get(word.slice(-length));
        if (ending && word.length >= length + ending[2]) {
          word = word.slice(0, -length) + ending[1];
          return;
        }
      }
    });
    return cut(word);
  };

  function cut(word) {
    return word.length > LONGEST ? Array.from(word).slice(0, LONGEST).join("") : word;
  }

  /* ---- Index ---- */

  /** Pages come in one part, or, on a large site, in several that are loaded one by one. Their numbers go on from part
      to part. */
  function Engine(data) {
    this.tongue = new Tongue(data.tongue);
    this.weights = data.weights;
    this.shares = data.shares;
    this.texts = [];
    this.folded = [];
    this.last = data.last;
    this.values = new Uint8Array(128);
    for (var digit = 0; digit < data.digits.length; digit += 1) {
      this.values[data.digits.charCodeAt(digit)] = digit;
    }
    this.more = data.digits.length - data.last;
    this.pages = [];
    this.trails = [];
    this.parts = [];
    this.counts = data.parts;
    if (!data.parts) {
      this.counts = [data.pages.length];
      this.add(0, data);
    }
  }

  /** Takes a part in. */
  Engine.prototype.add = function (number, data) {
    var first = 0;
    for (var before = 0; before < number; before += 1) {
      first += this.counts[before];
    }
    var trails = this.trails.length;
    var pages = this.pages;
    this.trails = this.trails.concat(data.trails);
    data.pages.forEach(function (page, at) {
      pages[first + at] = [page[0], page[1], page[2] + trails];
    });
    this.parts[number] = {
      first: first,
      words: unfolded(data.words, this.shares),
      postings: data.postings.split("|"),
      pieces: data.pieces
    };
  };

  /** The files with parts that are not there yet, without their ending. */
  Engine.prototype.missing = function () {
    var parts = this.parts;
    return this.counts.map(function (_, number) { return number; })
      .filter(function (number) { return !parts[number]; })
      .map(function (number) { return "part-" + number; });
  };

  /** The words of a front-coded list. */
  function unfolded(text, shares) {
    var share = new Int8Array(128).fill(-1);
    for (var index = 0; index < shares.length; index += 1) {
      share[shares.charCodeAt(index)] = index;
    }
    var words = [];
    var word = "";
    var start = 0;
    while (start < text.length) {
      var end = start + 1;
      while (end < text.length && !(share[text.charCodeAt(end)] >= 0)) {
        end += 1;
      }
      word = word.slice(0, share[text.charCodeAt(start)]) + text.slice(start + 1, end);
      words.push(word);
      start = end;
    }
    return words;
  }

  /** Calls found(page, level) for each page of a word of a part. */
  Engine.prototype.each = function (part, word, found) {
    var text = part.postings[word];
    var next = part.first;
    var number = 0;
    for (var at = 0; at < text.length; at += 1) {
      var value = this.values[text.charCodeAt(at)];
      if (value >= this.last) {
        number = number * this.more + (value - this.last) + 1;
      } else {
        number = number * this.last + value;
        next += Math.floor(number / this.weights.length);
        found(next, number % this.weights.length);
        next += 1;
        number = 0;
      }
    }
  };

  /** The place of the first of sorted words that is not below `word`. */
  function place(words, word) {
    var low = 0;
    var high = words.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (words[middle] < word) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /* ---- Queries ---- */

  /** What a query asks for: words with the prefix that the reader may still be typing. */
  Engine.prototype.asked = function (query) {
    var tongue = this.tongue;
    var text = query.normalize("NFC");
    var asked = new Map();
    tongue.each(text, function (word, start, end, isWhole) {
      var before = asked.get(word);
      var isLast = end === text.length;
      asked.set(word, { word: word, isWhole: isWhole && !(before && !before.isWhole), isLast: isLast });
    });
    var list = Array.from(asked.values());
    var tail = TAIL.exec(text);
    var typed = tail ? tongue.folded(tail[0]) : "";
    list.forEach(function (one) {
      var isLong = /[0-9]/.test(one.word) && one.word.length > 5;
      one.prefix = one.isWhole || isLong ? one.word : one.isLast ? typed : "";
    });
    if (list.length === 0 && typed) {
      list.push({ word: typed, isWhole: false, isLast: true, prefix: typed });
    }
    return list.slice(0, 30);
  };

  /** The words of a part that may be meant, with how sure that is. */
  function meantIn(words, one) {
    var meant = new Map();
    function add(at, weight) {
      meant.set(at, Math.max(weight, meant.get(at) || 0));
    }
    var stem = one.word;
    var at = place(words, stem);
    if (words[at] === stem) {
      add(at, 1);
    }
    if (/^[a-z]{4,}$/.test(stem) && !one.isWhole) {
      for (; at < words.length && words[at].startsWith(stem); at += 1) {
        if (words[at].length <= stem.length + 3) {
          add(at, words[at] === stem ? 1 : 0.5);
        }
      }
      for (var length = stem.length - 1; length >= Math.max(4, stem.length - 3); length -= 1) {
        var shorter = place(words, stem.slice(0, length));
        if (words[shorter] === stem.slice(0, length)) {
          add(shorter, 0.35);
        }
      }
    }
    if (one.prefix) {
      for (at = place(words, one.prefix); at < words.length && words[at].startsWith(one.prefix); at += 1) {
        // The first digits of a digest stand for it, as pages print them.
        var isDigest = /^[0-9a-f]{10,}$/.test(one.prefix) && words[at].length >= 40;
        add(at, isDigest ? 1 : 0.3 + 0.5 * one.prefix.length / words[at].length);
      }
    }
    return meant;
  }

  /**
   * The pages that a query asks for, best first: those with all words, or, if there is none, those with any.
   * `terms` says for words of a text which of the query they are and how surely.
   */
  Engine.prototype.search = function (query) {
    var engine = this;
    var total = this.pages.length;
    var scores = new Float64Array(total);
    var seen = new Uint32Array(total);
    var terms = new Map();
    var required = 0;
    this.asked(query).forEach(function (one, number) {
      var bit = 1 << number;
      required |= one.isWhole ? 0 : bit;
      var best = new Float64Array(total);
      var meant = new Map();
      engine.parts.forEach(function (part) {
        meantIn(part.words, one).forEach(function (sure, at) {
          meant.set(part.words[at], sure);
          engine.each(part, at, function (page, level) {
            best[page] = Math.max(best[page], sure * engine.weights[level]);
          });
        });
      });
      var pages = best.reduce(function (count, value) { return value > 0 ? count + 1 : count; }, 0);
      var rarity = Math.log(1 + (total - pages + 0.5) / (pages + 0.5));
      best.forEach(function (value, page) {
        if (value > 0) {
          scores[page] += value * rarity;
          seen[page] |= bit;
        }
      });
      meant.forEach(function (sure, word) {
        var known = terms.get(word);
        if (!known || known.weight < sure * rarity) {
          terms.set(word, { bit: bit, weight: sure * rarity, isWhole: one.isWhole });
        }
      });
    });
    return this.ranked(scores, seen, required, terms);
  };

  Engine.prototype.ranked = function (scores, seen, required, terms) {
    var all = [];
    var any = [];
    scores.forEach(function (score, page) {
      if (score > 0) {
        any.push(page);
        if ((seen[page] & required) === required) {
          all.push(page);
        }
      }
    });
    var pages = all.length > 0 ? all : any;
    pages.sort(function (left, right) {
      var words = all.length > 0 ? 0 : ones(seen[right]) - ones(seen[left]);
      return words || scores[right] - scores[left] || left - right;
    });
    return { pages: pages, hasAll: all.length > 0, terms: terms, pattern: this.tongue.beginnings(terms) };
  };

  function ones(bits) {
    var count = 0;
    for (; bits; bits &= bits - 1) {
      count += 1;
    }
    return count;
  }

  /* ---- Places in the text ---- */

  /** The file with the text of a page, without its ending. */
  Engine.prototype.fileOf = function (page) {
    var number = this.parts.length - 1;
    while (number > 0 && this.parts[number].first > page) {
      number -= 1;
    }
    var part = this.parts[number];
    var piece = part.pieces.length - 1;
    while (piece > 0 && part.first + part.pieces[piece] > page) {
      piece -= 1;
    }
    return (this.parts.length > 1 ? "text-" + number + "-" : "text-") + piece;
  };

  /** The sections of a page that answer best, each with its heading and a stretch of text; empty without its text. */
  Engine.prototype.places = function (page, found, most) {
    var terms = found.terms;
    var pattern = found.pattern;
    var engine = this;
    var sections = this.texts[page];
    if (!sections) {
      return [];
    }
    var places = [];
    var folded = this.foldedSections(page);
    sections.forEach(function (section, number) {
      if (!pattern.test(folded[number])) {
        return;
      }
      var heading = engine.hits(section, 1, terms);
      var text = engine.hits(section, 2, terms);
      if (heading.length === 0 && text.length === 0) {
        return;
      }
      places.push({ number: number, section: section, heading: heading, text: text, score: worth(heading, text) });
    });
    places.sort(function (left, right) { return right.score - left.score || left.number - right.number; });
    var least = places.length > 0 ? 0.7 * places[0].score : 0;
    return places
      .filter(function (place) { return place.score >= least; })
      .slice(0, most)
      .map(function (place) {
        return {
          anchor: place.section[0].replace("*", function () { return place.section[1]; }),
          heading: marked(place.section[1], place.heading, 0, place.section[1].length),
          text: stretch(place.section[2], place.text, telling(place.text, place.heading))
        };
      });
  };

  /** The sections of a page as folded text, in which many can be passed over quickly. */
  Engine.prototype.foldedSections = function (page) {
    if (!this.folded[page]) {
      var all = this.texts[page].map(function (section) { return section[1] + "\n" + section[2]; });
      this.folded[page] = this.tongue.folded(all.join("\u0000")).split("\u0000");
    }
    return this.folded[page];
  };

  /** Where words of the query stand in the heading (1) or the text (2) of a section. */
  Engine.prototype.hits = function (section, which, terms) {
    var tongue = this.tongue;
    if (!section[which + 2]) {
      var found = { words: [], starts: [], ends: [] };
      tongue.each(section[which], function (word, start, end) {
        found.words.push(word);
        found.starts.push(start);
        found.ends.push(end);
      });
      section[which + 2] = found;
    }
    var cut = section[which + 2];
    var hits = [];
    for (var at = 0; at < cut.words.length; at += 1) {
      var term = terms.get(cut.words[at]);
      if (term) {
        hits.push({ start: cut.starts[at], end: cut.ends[at], bit: term.bit, weight: term.weight });
      }
    }
    return hits;
  };

  /** How well a section answers: each word once, in the heading doubly. */
  function worth(heading, text) {
    var best = new Map();
    function take(hits, times) {
      hits.forEach(function (hit) {
        best.set(hit.bit, Math.max(best.get(hit.bit) || 0, hit.weight * times));
      });
    }
    take(text, 1);
    take(heading, 2);
    var sum = 0;
    best.forEach(function (weight) { sum += weight; });
    return sum;
  }

  var LENGTH = 150;
  var BEFORE = 45;

  /** The hits of a text, unless its heading answers all that they do and more: parts of a name say nothing below the
   * name, and what it names stands where the text begins. */
  function telling(text, heading) {
    function bits(hits) {
      return new Set(hits.map(function (hit) { return hit.bit; }));
    }
    var said = bits(heading);
    var found = bits(text);
    var isLess = found.size < said.size && Array.from(found).every(function (bit) { return said.has(bit); });
    return isLess ? [] : text;
  }

  /** About 150 letters of a text, as [text, isHit] pairs: around those of its `hits` in `leading` that say most,
   * or its beginning. */
  function stretch(text, hits, leading) {
    var from = 0;
    var best = -1;
    leading.forEach(function (first, at) {
      var words = new Map();
      for (var next = at; next < leading.length && leading[next].end <= first.start + LENGTH - BEFORE; next += 1) {
        words.set(leading[next].bit, Math.max(words.get(leading[next].bit) || 0, leading[next].weight));
      }
      var sum = 0;
      words.forEach(function (weight) { sum += weight; });
      if (sum > best + 1e-9) {
        best = sum;
        from = first.start;
      }
    });
    var start = Math.max(0, from - BEFORE);
    if (start > 0) {
      var gap = text.slice(start, from).search(/[\s]/);
      start = gap < 0 ? from : start + gap + 1;
    }
    var end = Math.min(text.length, start + LENGTH);
    if (end < text.length) {
      var space = text.slice(start, end).search(/\s\S*$/);
      end = space > 0 ? start + space : end;
      // Never in the middle of a letter outside the basic plane.
      end += /[\ud800-\udbff]$/.test(text.slice(start, end)) ? -1 : 0;
    }
    var parts = marked(text, hits, start, end);
    if (start > 0) {
      parts.unshift(["… ", false]);
    }
    if (end < text.length) {
      parts.push([" …", false]);
    }
    return parts;
  }

  /** A stretch of text as [text, isHit] pairs. */
  function marked(text, hits, start, end) {
    var parts = [];
    var at = start;
    function push(to, isHit) {
      if (to > at) {
        parts.push([inLine(text.slice(at, to)), isHit]);
        at = to;
      }
    }
    hits
      .filter(function (hit) { return hit.start >= start && hit.end <= end; })
      .sort(function (left, right) { return left.start - right.start || right.end - left.end; })
      .forEach(function (hit) {
        if (hit.start >= at) {
          push(hit.start, false);
          push(hit.end, true);
        }
      });
    push(end, false);
    return parts;
  }

  /** Blocks of a page in one line. */
  function inLine(text) {
    return text.replace(/([.:;,!?…]?)\n/g, function (_, sign) { return sign ? sign + " " : " · "; });
  }

  /* ---- What the files of the site call ---- */

  var engines = {};
  window.stage6Search = {
    index: function (language, data) {
      engines[language] = new Engine(data);
    },
    part: function (language, number, data) {
      engines[language].add(Number(number), data);
    },
    text: function (language) {
      var engine = engines[language];
      var part = arguments.length > 2 ? Number(arguments[1]) : 0;
      var piece = arguments[arguments.length - 1];
      piece[1].forEach(function (sections, number) {
        engine.texts[engine.parts[part].first + piece[0] + number] = sections;
      });
    },
    engine: function (language) {
      return engines[language];
    },
    Tongue: Tongue
  };
})();
