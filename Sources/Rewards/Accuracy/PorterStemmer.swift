/// Porter's suffix stripping (Program 14.3, 1980) with the changes that NLTK makes by default,
/// because the reference implementation of ROUGE stems with NLTK.
enum PorterStemmer {
  /// The stem of a word of lower case ASCII letters and digits.
  static func stem(_ word: String) -> String {
    if let irregular = irregularForms[word] { return irregular }
    guard word.utf8.count > 2 else { return word }
    var stem = Word(word)
    stem.plural()
    stem.pastAndProgressive()
    stem.finalY()
    stem.doubleSuffixes()
    stem.apply(step3)
    stem.step4()
    stem.step5()
    return stem.text
  }

  private static let irregularForms = [
    "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
    "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
    "cannings": "canning", "canning": "canning", "howe": "howe", "proceed": "proceed",
    "exceed": "exceed", "succeed": "succeed",
  ]

  /// Suffixes with what replaces them when the measure of the stem is positive.
  fileprivate static let step2 = [
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"),
    ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
    ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
    ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ("fulli", "ful"),
  ]

  private static let step3 = [
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""),
    ("ness", ""),
  ]

  fileprivate static let step4Suffixes = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
  ]
}

/// A word on its way to its stem.
private struct Word {
  var letters: [UInt8]

  init(_ text: String) { letters = Array(text.utf8) }

  var text: String { String(decoding: letters, as: UTF8.self) }

  func ends(_ suffix: String) -> Bool {
    letters.count >= suffix.utf8.count
      && letters.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  func without(_ suffix: String) -> Word { dropping(suffix.utf8.count) }

  func dropping(_ count: Int) -> Word {
    var shorter = self
    shorter.letters.removeLast(min(count, letters.count))
    return shorter
  }

  mutating func replace(_ suffix: String, _ replacement: String) {
    letters.removeLast(suffix.utf8.count)
    letters.append(contentsOf: replacement.utf8)
  }

  /// Whether each letter is a consonant; `y` is one unless it follows one.
  var consonants: [Bool] {
    var flags: [Bool] = []
    for letter in letters {
      if letter == UInt8(ascii: "y") {
        flags.append(!(flags.last ?? false))
      } else {
        flags.append(!"aeiou".utf8.contains(letter))
      }
    }
    return flags
  }

  /// The number of times a vowel is followed by a consonant.
  var measure: Int {
    let flags = consonants
    return zip(flags, flags.dropFirst()).count { !$0 && $1 }
  }

  var hasVowel: Bool { consonants.contains(false) }

  /// Ends in consonant, vowel, consonant, the last of them not w, x or y (Porter's *o); NLTK adds
  /// words of a vowel and a consonant.
  var endsShort: Bool {
    let flags = consonants
    if flags.count == 2 { return !flags[0] && flags[1] }
    guard flags.count >= 3, let last = letters.last else { return false }
    return Array(flags.suffix(3)) == [true, false, true] && !"wxy".utf8.contains(last)
  }

  /// Applies the first rule whose suffix fits, if the stem before it has a positive measure.
  mutating func apply(_ rules: [(String, String)]) {
    guard let (suffix, replacement) = rules.first(where: { ends($0.0) }) else { return }
    if without(suffix).measure > 0 { replace(suffix, replacement) }
  }

  mutating func plural() {
    if ends("ies") {
      replace("ies", letters.count == 4 ? "ie" : "i")
    } else if ends("sses") {
      replace("sses", "ss")
    } else if ends("s"), !ends("ss") {
      replace("s", "")
    }
  }

  mutating func pastAndProgressive() {
    if ends("ied") {
      replace("ied", letters.count == 4 ? "ie" : "i")
      return
    }
    if ends("eed") {
      if without("eed").measure > 0 { replace("eed", "ee") }
      return
    }
    guard let suffix = ["ed", "ing"].first(where: { ends($0) && without($0).hasVowel }) else {
      return
    }
    replace(suffix, "")
    if ends("at") || ends("bl") || ends("iz") {
      letters.append(UInt8(ascii: "e"))
    } else if let last = letters.last, letters.dropLast().last == last, consonants.last == true {
      if !"lsz".utf8.contains(last) { letters.removeLast() }
    } else if measure == 1, endsShort {
      letters.append(UInt8(ascii: "e"))
    }
  }

  mutating func finalY() {
    let stem = without("y")
    if ends("y"), stem.letters.count > 1, stem.consonants.last == true { replace("y", "i") }
  }

  mutating func doubleSuffixes() {
    if ends("alli"), without("alli").measure > 0 {
      replace("alli", "al")
      doubleSuffixes()
    } else if ends("logi") {
      if without("ogi").measure > 0 { replace("logi", "log") }
    } else {
      apply(PorterStemmer.step2)
    }
  }

  mutating func step4() {
    guard let suffix = PorterStemmer.step4Suffixes.first(where: { ends($0) }) else { return }
    let stem = without(suffix)
    let isAllowed = suffix != "ion" || stem.ends("s") || stem.ends("t")
    if stem.measure > 1, isAllowed { letters = stem.letters }
  }

  mutating func step5() {
    if ends("e") {
      let stem = without("e")
      if stem.measure > 1 || (stem.measure == 1 && !stem.endsShort) { letters = stem.letters }
    }
    if ends("ll"), dropping(1).measure > 1 { letters.removeLast() }
  }
}
