/// Names and composition.
extension DiagnosticCode {
  static let names: [DiagnosticCode] = [
    .undeclaredName, .extendsCycle, .extendsTooLong, .languageVersion, .notComposed, .openHole,
    .composedNothing, .overlayExtends, .undeclaredSegment, .undeclaredProcess,
  ]

  static let undeclaredName = DiagnosticCode(
    3001, "undeclared-name",
    "A judge, data set, schedule, stage or reward that is declared nowhere.",
    Explanation(
      why: "What the name stands for is missing: it is misspelt, or its declaration was removed.",
      example: .evaluation(data: "held_aut"), nearMiss: .evaluation(data: "held_out")))

  static let extendsCycle = DiagnosticCode(
    3003, "extends-cycle", "A recipe extends itself, directly or through others.",
    Explanation(
      why: "Each file waits for the other to say what it starts from, so no value can be found.",
      example: .sections("extends: recipe.yaml"),
      nearMiss: .sections(#"about: {title: "A recipe that stands alone"}"#)))

  static let extendsTooLong = DiagnosticCode(
    3004, "extends-too-long", "The chain of `extends` is longer than the limit.",
    Explanation(
      why: """
        Who wants to know a value must read every file above. Join some of them, or say what differs \
        by params and overlays.
        """))

  static let languageVersion = DiagnosticCode(
    3006, "language-version", "The recipe is written for another version of the language.",
    Explanation(
      why: """
        The same text may mean something else in another version, so it is refused rather than \
        understood by chance.
        """,
      example: .sections("sousvide: 2"), nearMiss: .sections("sousvide: 1")))

  static let undeclaredSegment = DiagnosticCode(
    5001, "undeclared-segment", "A segment that is declared nowhere.",
    Explanation(
      why: """
        A reward can only read what the parser cuts out of a response, and it cuts out what \
        `segments` declares.
        """,
      example: .rewards(segment: "observtion"), nearMiss: .rewards(segment: "observation")))

  static let undeclaredProcess = DiagnosticCode(
    5002, "undeclared-process", "A process that no segment belongs to.",
    Explanation(
      why: """
        A reward trains the tokens of the process it credits. Without a segment the process has no \
        tokens, and the reward nobody to train.
        """,
      example: .rewards(credit: "perceptoin"), nearMiss: .rewards(credit: "perception")))
}

/// Overlays, the command line and `${…}`.
extension DiagnosticCode {
  static let notComposed = DiagnosticCode(
    3020, "not-composed", "`${…}` stands in a key, in `extends` or in the declaration of a param.",
    Explanation(
      why: """
        Keys, parents and params decide what a recipe consists of, so they must be known before any \
        `${…}` is filled in. Values may depend on params; the shape of the recipe may not.
        """,
      example: .sections(
        """
        params:
          title: {type: text, default: "${params.name}"}
          name: {type: text, default: "windows"}
        about: {title: "${params.title} ${params.name}"}
        """),
      nearMiss: .sections(
        """
        params:
          name: {type: text, default: "windows"}
        about: {title: "A test of ${params.name}"}
        """)))

  static let openHole = DiagnosticCode(
    3021, "open-hole", "`${` is not closed by `}`.",
    Explanation(
      why:
        "Where the expression ends is unclear, so nothing is filled in. A literal `${` is `$${`.",
      example: .sections(
        """
        params:
          name: {type: text, default: "windows"}
        about: {title: "A test of ${params.name", description: "${params.name}"}
        """),
      nearMiss: .sections(
        """
        params:
          name: {type: text, default: "windows"}
        about: {title: "A test of $${params.name", description: "${params.name}"}
        """)))

  static let composedNothing = DiagnosticCode(
    3022, "composed-nothing", "A `${…}` has no value: it divides by zero, say.",
    Explanation(
      why: """
        The value of a setting is computed from params before anything else. Arithmetic without a \
        result leaves the setting without a value.
        """,
      example: .sections(
        """
        params:
          frames: {type: int, default: 8}
          parts: {type: int, default: 0}
        video: {sampler: uniform, frames: "${params.frames / params.parts}"}
        """),
      nearMiss: .sections(
        """
        params:
          frames: {type: int, default: 8}
          parts: {type: int, default: 2}
        video: {sampler: uniform, frames: "${params.frames / params.parts}"}
        """)))

  static let overlayExtends = DiagnosticCode(
    3023, "overlay-extends", "An overlay has `extends`.",
    Explanation(
      why: """
        An overlay is laid over whatever recipe the command line names. A parent of its own would \
        bring along settings that nobody asked to change.
        """))
}
