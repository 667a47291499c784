/// Text and the YAML subset.
extension DiagnosticCode {
  static let text: [DiagnosticCode] = [
    .syntax, .tabIndentation, .alias, .tag, .mergeKey, .duplicateKey, .severalDocuments,
    .complexKey, .ambiguousScalar, .directive, .tooDeep, .tooLarge, .notUTF8, .cannotRead,
    .notARecipe,
  ]

  static let syntax = DiagnosticCode(
    1001, "syntax", "The file is not YAML.",
    Explanation(
      why: """
        No YAML reader gets past such a place, so what the recipe says behind it can only be guessed. \
        The message says what was expected there; often a bracket or a quote above is still open.
        """,
      example: .sections(#"about: {title: "Length windows", cites: [one, two}"#),
      nearMiss: .sections(#"about: {title: "Length windows", cites: [one, two]}"#)))

  static let tabIndentation = DiagnosticCode(
    1002, "tab-indentation", "A line is indented with a tab; YAML allows spaces only.",
    Explanation(
      why: """
        Editors show a tab as two, four or eight columns, so the structure would be another one for \
        every reader. YAML therefore forbids it, and nothing else is said about the file until it is gone.
        """,
      example: .sections("about:\n\ttitle: \"Length windows\""),
      nearMiss: .sections("about:\n  title: \"Length windows\"")))

  static let alias = DiagnosticCode(
    1003, "alias", "Anchors and aliases are not part of the recipe language; use `extends`.",
    Explanation(
      why: """
        A reader of a recipe must see a value where it applies. What several places share is a param, \
        a named schedule, or a recipe that others extend.
        """,
      example: .sections(#"about: {title: &name "Windows", description: *name}"#),
      nearMiss: .sections(#"about: {title: "Windows", description: "Windows"}"#)))

  static let tag = DiagnosticCode(
    1004, "tag", "YAML tags are not part of the recipe language; the schema gives the types.",
    Explanation(
      why: """
        Every key has one type, which the schema gives. A tag could only say the same again or \
        contradict it, and some readers run code for it.
        """,
      example: .sections(#"run: {name: example, seed: !!int "1"}"#),
      nearMiss: .sections("run: {name: example, seed: 1}")))

  static let mergeKey = DiagnosticCode(
    1005, "merge-key", "Merge keys (`<<`) are not part of the recipe language; use `extends`.",
    Explanation(
      why: """
        Merge keys left YAML with version 1.2: one reader merges, the next sees a key called `<<`. \
        `extends` merges by rules that are the same everywhere.
        """,
      example: .sections("run: {<<: {name: example}, seed: 1}"),
      nearMiss: .sections("run: {name: example, seed: 1}")))

  static let duplicateKey = DiagnosticCode(
    1006, "duplicate-key", "A key is written twice in one record.",
    Explanation(
      why: """
        Most readers keep the last of the two without a word, some the first. An experiment would then \
        differ from what half of its readers believe.
        """,
      example: .sections("run: {name: example, seed: 1, seed: 2}"),
      nearMiss: .sections("run: {name: example, seed: 2}")))

  static let severalDocuments = DiagnosticCode(
    1007, "several-documents", "A recipe is one YAML document.",
    Explanation(
      why: "Only the first document would count, and whatever stands below `---` would be ignored.",
      example: .whole(
        RecipeExample.base + "---\nsousvide: 1\n",
        excerpt: "sousvide: 1\n# the recipe\n---\nsousvide: 1\n# another recipe"),
      nearMiss: .whole(
        "---\n" + RecipeExample.base, excerpt: "---\nsousvide: 1\n# the recipe")))

  static let complexKey = DiagnosticCode(
    1008, "complex-key", "A key must be one word on one line.",
    Explanation(
      why: """
        A list or record as a key is almost always a value that lost its quotes: text with `{`, `[` or \
        `: ` in it.
        """,
      example: .sections(#"about: {[windows, lengths]: "a title"}"#),
      nearMiss: .sections(#"about: {title: "[windows, lengths]: a title"}"#)))

  static let ambiguousScalar = DiagnosticCode(
    1009, "ambiguous-scalar", "YAML readers disagree about this unquoted value.",
    Explanation(
      why: """
        Readers of YAML 1.1 and 1.2 take `no`, `1:30`, `010`, `1_000`, `2026-11-01` and `1e-6` for \
        different things, so another tool would run another experiment. Quote what is text, and write \
        numbers so that all agree.
        """,
      example: .sections("run: {name: example, seed: 1_000}"),
      nearMiss: .sections("run: {name: example, seed: 1000}")))

  static let directive = DiagnosticCode(
    1010, "directive", "YAML directives are not part of the recipe language.",
    Explanation(
      why: "A directive changes how a reader takes the text; a recipe is read in one way only.",
      example: .whole(
        "%YAML 1.2\n---\n" + RecipeExample.base,
        excerpt: "%YAML 1.2\n---\nsousvide: 1\n# the recipe"),
      nearMiss: .whole("---\n" + RecipeExample.base, excerpt: "---\nsousvide: 1\n# the recipe")))

  static let tooDeep = DiagnosticCode(
    1011, "too-deep", "Records and lists are nested deeper than the limit.",
    Explanation(
      why: """
        No recipe needs it, and readers without a limit of their own can be crashed with it. A bracket \
        that was typed too often is the usual cause.
        """,
      example: nested(60, excerpt: "x-notes: [[[[[[[[[[[[[[[[[[[[ # and so on, 60 deep"),
      nearMiss: nested(3, excerpt: "x-notes: [[[1]]]")))

  private static func nested(_ depth: Int, excerpt: String) -> RecipeExample {
    let open = String(repeating: "[", count: depth)
    let close = String(repeating: "]", count: depth)
    return .whole(RecipeExample.base + "x-notes: \(open)1\(close)\n", excerpt: excerpt)
  }

  static let tooLarge = DiagnosticCode(
    1012, "too-large", "The file is larger than the limit.",
    Explanation(
      why: """
        Recipes are read whole and compared by people. Items, prompts and responses belong into data \
        files that the recipe names by their path.
        """))

  static let notUTF8 = DiagnosticCode(
    1013, "not-utf8", "The file is not UTF-8 text.",
    Explanation(
      why: """
        The bytes of another encoding would become other characters, in prompts too. Save the file as \
        UTF-8; the message names the first byte that is not.
        """))

  static let cannotRead = DiagnosticCode(
    1014, "cannot-read", "A file is missing, a folder, or not readable.",
    Explanation(
      why: """
        A recipe means what it and all it extends say together, so nothing can be checked without one \
        of the files. Paths start from the folder of the file that writes them.
        """,
      example: .sections("extends: nowhere.yaml"),
      nearMiss: .sections(#"about: {title: "A recipe that stands alone"}"#)))

  static let notARecipe = DiagnosticCode(
    1015, "not-a-recipe", "The file is empty, or not a record of keys at its top.",
    Explanation(
      why:
        "Every setting of a recipe has a name, so a list or a single value at its top says nothing.",
      example: .whole("- sousvide: 1\n- edition: 2026-11\n"),
      nearMiss: .whole(
        RecipeExample.base, excerpt: "sousvide: 1\nedition: 2026-11\n# and the rest")))
}
